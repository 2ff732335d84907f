"""A city's five registers and the simulated departments behind them, for the tests of their connectors."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.exchange_file.plugin import Files
from connectors.exchange_queue.plugin import Queue
from connectors.exchange_rest.plugin import Rest
from connectors.exchange_soap.plugin import Soap
from connectors.exchange_sql.plugin import Sql
from onedoor.exchange.mapping.applying import Mapping
from onedoor.exchange.models import System, Transport
from onedoor.kernel import crypto
from onedoor.web.connectors import manifests
from tests import nursery

ROOT = Path(__file__).parent.parent.parent
CITY = ROOT / "cities" / "qinghe"
WAYS: dict[str, type[Any]] = {"police": Rest, "social": Soap, "civil": Sql, "disabled": Files, "hospital": Queue}
WANG_MIN, ZHANG_XIAOMAN, LI_GUILAN = "990102197811050423", "990102202005200152", "990102194908230128"
SECRET = b"k" * 32


def register(code: str) -> dict[str, Any]:
    return tomllib.loads((CITY / "exchange" / "registers" / f"{code}.toml").read_text("utf-8"))


def mappings(code: str) -> dict[str, Mapping]:
    """By operation."""
    told = register(code)
    tables = {name: {code: one["value"] for code, one in table.items()} for name, table in told.get("codes", {}).items()}
    return {resource["operation"]: Mapping(resource["rules"], tables) for resource in told["resource"]}


def system(code: str, address: str, secret: bytes = SECRET, timeout_ms: int = 700) -> System:
    told = register(code)
    return System(code, Transport(told["transport"]), address, told.get("settings", {}), secret, timeout_ms)


class Town:
    """Five departments, each a process with a home of its own storage, and the connectors that reach them."""

    def __init__(self, home: Path, dsn: str) -> None:
        self.home, self.ports = home, dict[str, int]()
        env = {
            **os.environ, "PYTHONPATH": str(ROOT), "ONEDOOR_DATABASE_URL": dsn, "ONEDOOR_GUEST": f"guest_civil_{os.getpid()}",
            "ONEDOOR_SOCIAL_MS": "5", "ONEDOOR_NIGHT_SECONDS": "3600", "ONEDOOR_PUBLIC_URL": "http://127.0.0.1:9",
        }  # fmt: skip
        self.processes: list[subprocess.Popen[bytes]] = []
        for manifest in manifests().values():
            for code in manifest.registers:
                with socket.socket() as free:
                    free.bind(("127.0.0.1", 0))
                    self.ports[code] = free.getsockname()[1]
                command = [sys.executable, "-m", manifest.simulator, "--port", str(self.ports[code]), "--home", str(home)]
                self.processes.append(nursery.Popen(command, cwd=ROOT, env=env))

    def tell(self, code: str, path: str, body: Any = None) -> Any:
        """Ask a department's own desk."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.ports[code]}{path}", data=data)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.loads(answer.read())

    def state(self, code: str) -> Any:
        until = time.monotonic() + 30
        while True:
            try:
                return self.tell(code, "/_state")
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def system(self, code: str, timeout_ms: int = 700) -> System:
        return system(code, self.state(code)["registers"][code], crypto.secret(self.home, f"register_{code}"), timeout_ms)

    def close(self) -> list[int]:
        for process in self.processes:
            process.terminate()
        return [process.wait(10) for process in self.processes]


@contextlib.contextmanager
def town(home: Path, dsn: str) -> Iterator[Town]:
    made = Town(home, dsn)
    try:
        yield made
    finally:
        made.close()
        asyncio.run(_forgotten(dsn))


async def _forgotten(dsn: str) -> None:
    from connectors.exchange_sql.simulator import Civil

    await Civil(dsn, SECRET, f"guest_civil_{os.getpid()}").close()
