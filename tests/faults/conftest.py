"""A web server as a process of its own over this worker's database, reached through a socket that the test can take away."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from tests import nursery
from tests.cases.kit import bearer, residents
from tests.conftest import ROOT

from .powercut import free_port

SOCKET = ".s.PGSQL.5432"
NAME = "onedoor_faults"


class Live:
    """The process; `away()` stops the database for it, `back()` starts it again."""

    def __init__(self, dsn: str, home: Path, folder: Path) -> None:
        self.dsn, self.port = dsn, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.real = Path(parse_qs(urlsplit(dsn).query)["host"][0]) / SOCKET
        self.socket = folder / SOCKET
        self.back()
        through = dsn.replace(str(self.real.parent), str(folder)) + f"&application_name={NAME}_{os.getpid()}"
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}
        env |= {"ONEDOOR_DATABASE_URL": through, "ONEDOOR_HOME": str(home), "ONEDOOR_DEMO": "1"}
        env |= {"ONEDOOR_CITY": "qinghe", "ONEDOOR_PUBLIC_URL": self.url, "ONEDOOR_LOG": "warning"}
        words = ["web", "--port", str(self.port), "--workers", "1"]
        self.process = nursery.Popen([sys.executable, "-m", "onedoor", *words], cwd=ROOT, env=env, start_new_session=True)

    def away(self) -> None:
        self.socket.unlink()

        async def end() -> None:
            conn = await asyncpg.connect(self.dsn)
            try:
                await conn.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", f"{NAME}_{os.getpid()}"
                )
            finally:
                await conn.close()

        asyncio.run(end())

    def back(self) -> None:
        self.socket.symlink_to(self.real)

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def until_ready(self, seconds: float = 60) -> float:
        began = time.monotonic()
        with self.client() as asking:
            while True:
                assert self.process.poll() is None, "the web server has ended"
                assert time.monotonic() - began < seconds
                try:
                    if asking.get("/health/ready").status_code == 200:
                        return time.monotonic() - began
                except httpx.TransportError:
                    pass
                time.sleep(0.05)

    def memory(self) -> int:
        """Kilobytes of the server and its workers."""
        group = {int(p.name) for p in Path("/proc").glob("[0-9]*") if _group(p) == self.process.pid}
        return sum(int(_rss(pid)) for pid in group)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _group(folder: Path) -> int:
    try:
        return os.getpgid(int(folder.name))
    except OSError:
        return 0


def _rss(pid: int) -> str:
    for line in (Path("/proc") / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return line.split()[1]
    return "0"


@pytest.fixture(scope="session")
def live(site: Any, dsn: str, own_home: Path) -> Iterator[Live]:
    folder = Path(tempfile.mkdtemp(prefix="onedoor-socket-"))
    one = Live(dsn, own_home, folder)
    one.until_ready()
    yield one
    one.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def program(site: Any) -> httpx.Client:
    """A proven resident's program."""
    return bearer(site, residents()[0]["phone"])


@pytest.fixture(scope="session")
def browser(site: Any) -> httpx.Client:
    """The same resident's browser."""
    signed_in = site.sign_in(residents()[0]["phone"])
    signed_in.headers["accept"] = "text/html"
    return signed_in
