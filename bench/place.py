"""A house to measure: a fresh cluster with the demo city and a seeded load, the web server with production settings."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import asyncpg

from onedoor.kernel import config, log
from onedoor.kernel.config import Settings
from onedoor.kernel.postgres import Cluster

from . import cpu

CITY = config.cities_folder() / "qinghe"
CITIZENS, APPLICANTS, CASES, VISITS = 400, 20_000, 100_000, 12_000
STANDS_STILL_S, MOST_S = 30, 600


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Place:
    """Opened once per run of the bench."""

    def __init__(self, workers: int) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="onedoor-bench-"))
        self.root.chmod(0o755)
        self.cluster = Cluster(self.root / "home")
        self.dsn = self.cluster.ensure()
        self.port, self.workers = free_port(), workers
        self.settings = Settings(
            home=self.root / "home", dsn=self.dsn, city_dir=CITY, city=config.city_of(CITY), calendar=config.calendar_of(CITY),
            pool=8, log_level="warning", public_url=f"http://127.0.0.1:{self.port}",
        )  # fmt: skip
        log.configure(self.settings.log_level)
        self.tokens: list[str] = []
        self.visits: list[str] = []
        """Sessions of applicants who have not looked yet, each with five cases."""
        self.clerk = ""
        self.web: subprocess.Popen[bytes] | None = None

    @property
    def postmaster(self) -> int:
        return int((self.cluster.place.data / "postmaster.pid").read_text().split()[0])

    def fill(self) -> None:
        from .seed import seed

        asyncio.run(seed(self))

    def start(self) -> None:
        """The web server as `onedoor up` runs it, with logging at warning."""
        env = {
            **os.environ, "ONEDOOR_HOME": str(self.settings.home), "ONEDOOR_DATABASE_URL": self.dsn, "ONEDOOR_LOG": "warning",
            "ONEDOOR_POOL": "8", "ONEDOOR_PUBLIC_URL": self.settings.public_url,
        }  # fmt: skip
        code = f"from onedoor.web.serve import serve; serve('127.0.0.1', {self.port}, {self.workers})"
        self.web = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.DEVNULL)
        self._ready()

    def _ready(self) -> None:
        """Wait for as long as it gets on with it, however busy the machine; one that has ended, or stands still, is given up."""
        assert self.web is not None
        spent, begun = 0.0, time.monotonic()
        moved = begun
        while time.monotonic() < min(moved + STANDS_STILL_S, begun + MOST_S):
            if (code := self.web.poll()) is not None:
                raise SystemExit(f"the web server ended with {code} before it was ready")
            if (now := cpu.seconds(self.web.pid)) > spent:
                spent, moved = now, time.monotonic()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise SystemExit(f"the web server is not ready after {time.monotonic() - begun:.0f} s")

    def count(self, sql: str) -> Any:
        async def ask() -> Any:
            conn = await asyncpg.connect(self.dsn)
            try:
                return await conn.fetchval(sql)
            finally:
                await conn.close()

        return asyncio.run(ask())

    def close(self) -> None:
        if self.web is not None:
            self.web.terminate()
            self.web.wait(20)
        self.cluster.stop()
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.cluster.home, ignore_errors=True)
