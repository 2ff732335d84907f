"""A demo house that is killed with -9, every process of it, and started again in the same place; and the people who go on submitting."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests import nursery
from tests.furnished import furnish

ROOT = Path(__file__).parents[2]
ITEM = "gj-jiaocunzhengming"
START_WITHIN = 240.0
GIVEN_UP = (httpx.TransportError, httpx.RemoteProtocolError)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def family(home: Path, first: int) -> set[int]:
    """`first` with all that descend from it, and whatever else works in this home: orphans, servers that were adopted."""
    parents: dict[int, int] = {}
    ours = {first}
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            words = (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
        except OSError:
            continue
        if state == "Z" or pid == os.getpid():
            continue
        parents[pid] = int(parent)
        if os.fsencode(home) in words:
            ours.add(pid)
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return ours - {os.getpid()}


class House:
    """`onedoor demo` in a folder of its own, always on the same port."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        self.home, self.port, self.log = folder / "home", free_port(), folder / "log"
        self.url = f"http://127.0.0.1:{self.port}"
        furnish(self.home)
        self.process: subprocess.Popen[str] | None = None
        self.took: list[float] = []

    def launch(self) -> None:
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}
        words = ["demo", "--json", "--workers", "1", "--home", str(self.home), "--port", str(self.port)]
        with open(self.log, "a") as log:
            self.process = nursery.Popen(
                [sys.executable, "-m", "onedoor", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True,
                start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """Ready for people, without a hand; how long it took is kept."""
        began = time.monotonic()
        self.launch()
        assert self.process is not None
        assert self.process.stdout is not None
        watch = threading.Timer(START_WITHIN, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        assert line, f"the house did not start again by itself:\n{self.log.read_text()[-3000:]}"
        self.took.append(time.monotonic() - began)

    def kill(self) -> int:
        """kill -9 of everything at once, in no order; how many processes that were."""
        assert self.process is not None
        killed: set[int] = set()
        for _ in range(20):
            found = list(family(self.home, self.process.pid) - killed)
            if not [pid for pid in found if pid != self.process.pid or self.process.poll() is None]:
                break
            random.shuffle(found)
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed.update(found)
        self.process.wait()
        return len(killed)

    def last_words(self) -> str:
        """What the house has said of unexpected things, and last."""
        lines = self.log.read_text().splitlines()
        return "\n".join([line for line in lines if '"level": "error"' in line][-3:] + lines[-5:])

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def bearer(self, phone: str) -> str:
        """A token of the owner of this phone."""
        with httpx.Client(base_url=self.url, timeout=30, trust_env=False) as program:
            assert program.post("/api/codes", json={"phone": phone}).status_code == 202
            until = time.monotonic() + 60
            while not (codes := [one["code"] for one in program.get("/demo/outbox.json", params={"phone": phone}).json() if one["code"]]):
                assert time.monotonic() < until, "no code has come"
                time.sleep(0.1)
            answer = program.post("/api/sessions", json={"phone": phone, "code": codes[0]})
            assert answer.status_code == 201, answer.text
            return str(answer.json()["token"])


class Submitter:
    """A program that hands in one application after the other, and repeats what got no answer with the same key."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.headers = url, {"authorization": f"Bearer {token}"}
        self.open: list[str] = []
        self.made: dict[str, str] = {}
        self.repeated = 0
        self.wrong: list[str] = []

    def body(self, key: str) -> dict[str, Any]:
        return {"item": ITEM, "answers": {"scope": "noloan", "purpose": "own", "recipient": f"本人留存 {key}"}}

    def run(self) -> None:
        """Until the house is gone."""
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=20, trust_env=False) as program:
            try:
                while self.open:
                    self.send(program, self.open[-1])
                    self.repeated += 1
                while not self.wrong:
                    key = uuid4().hex
                    self.open.append(key)
                    self.send(program, key)
            except GIVEN_UP:
                return

    def finish(self) -> None:
        """What is still without an answer; then everything again, which must be the same cases."""
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=30, trust_env=False) as program:
            while self.open and not self.wrong:
                self.send(program, self.open[-1])
                self.repeated += 1
            for key, case in self.made.items():
                answer = program.post("/api/cases", json=self.body(key), headers={"idempotency-key": key})
                if answer.status_code != 200 or answer.json()["id"] != case:
                    self.wrong.append(f"{key} was {case}, now {answer.status_code} {answer.text[:200]}")

    def send(self, program: httpx.Client, key: str) -> None:
        answer = program.post("/api/cases", json=self.body(key), headers={"idempotency-key": key})
        if answer.status_code in (200, 201):
            self.made[key] = json.loads(answer.content)["id"]
            self.open.remove(key)
        elif answer.status_code != 503:
            self.wrong.append(f"{answer.status_code} {answer.text[:300]}")
            raise httpx.TransportError("a refusal nobody expected")
