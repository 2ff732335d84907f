"""Several workers, and the database gone: each worker is a process of its own."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import conftest as tests
from tests import nursery
from tests.wallet.conftest import POLICE, Office, code_of


class Worker:
    """The other process; `ask` posts to it, or gets without a body."""

    def __init__(self, dsn: str, home: Path, *more: str) -> None:
        command = [sys.executable, "-m", "tests.wallet.house_process", dsn, str(home), *more]
        self.process = nursery.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tests.ROOT)

    def read(self, word: str) -> str:
        """The rest of the next line that begins with `word`."""
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            if line.startswith(word):
                return line.removeprefix(word)
        raise AssertionError("the worker has ended")

    def ask(self, path: str, body: Any = None) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([path, body]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.read("answer "))

    def result(self, text: str) -> str:
        status, said = self.ask("/api/verifications", {"text": text})
        assert status == 200, said
        return said["result"]

    def stop(self) -> None:
        self.process.communicate(timeout=60)


def test_other_workers_refuse_within_two_seconds(site: Any, office: Office, dsn: str) -> None:
    browser, cert = office.resident()
    text = code_of(browser, cert)
    other = Worker(dsn, site.house.settings.home)
    other.read("ready")
    try:
        assert other.result(text) == "valid"
        assert site.sign_in(POLICE).post(f"/api/certificates/{cert.id}/revocations", json={"reason": "x"}).status_code == 201
        began = time.monotonic()
        while other.result(text) != "revoked":
            assert time.monotonic() - began < 2
            time.sleep(0.05)
    finally:
        other.stop()


def test_verifying_goes_on_without_the_database(clone: str, tmp_path: Path) -> None:
    worker = Worker(clone, tmp_path, "issue")
    revoked, good, file = json.loads(worker.read("codes "))
    assert (worker.result(revoked), worker.result(good)) == ("revoked", "valid")
    asyncio.run(tests._admin(clone, f"drop database {urlsplit(clone).path[1:]} with (force)"))
    began = time.monotonic()
    assert (worker.result(revoked), worker.result(good), worker.result(file)) == ("revoked", "valid", "valid")
    assert time.monotonic() - began < 5
    status, page = worker.ask("/verify")
    assert (status, "<textarea" in page) == (200, True)
    assert worker.ask("/looks.css")[0] == worker.ask("/.well-known/jwks.json")[0] == 200
    worker.stop()
    restarted = Worker(clone, tmp_path)
    assert (restarted.result(revoked), restarted.result(good), restarted.result(file)) == ("revoked", "valid", "valid")
    assert restarted.result("OC1:ABC") == "damaged"
    restarted.stop()
