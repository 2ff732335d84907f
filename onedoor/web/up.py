"""`onedoor up` and `onedoor demo`: one parent process that owns PostgreSQL, the web workers, the job worker and, in the demo, simulators.

It starts them in the order in which they need each other and stops them in reverse; what dies is started again. Killed itself, it takes
the Python children with it (they are leashed), while PostgreSQL lives on and is adopted by the next start.
"""

import asyncio
import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from onedoor.kernel import leashed
from onedoor.kernel.pg_place import open_home
from onedoor.kernel.postgres import MARKER, Cluster
from onedoor.kernel.terminal import Refused, tell, waiting

from .children import Child, read_program, reap

READY_WITHIN = 90.0
POOL = 20
"""Database connections of a node, shared out over its web workers."""


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    city: str = ""
    demo: bool = False


class Told(BaseException):
    """A signal asked us to stop."""


class Tree:
    """The processes of one home. `run()` returns when it was told to stop and everything has stopped."""

    def __init__(self, wish: Wish) -> None:
        self.wish, self.home = wish, open_home(wish.home)
        self.port = wish.port
        self.workers = wish.workers or min(4, os.cpu_count() or 1)
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self.env: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://{f'[{self.wish.host}]' if ':' in self.wish.host else self.wish.host}:{self.port}"

    def run(self, ready: Callable[["Tree"], None]) -> None:
        """Start everything, call `ready`, watch until a signal comes, stop everything."""
        os.umask(0o077)
        leashed.adopt_orphans()
        with self._alone(), _signals_raise():
            try:
                self._start()
                ready(self)
                self._watch()
            except Told:
                tell("Stopping.")
            finally:
                for word in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                    signal.signal(word, signal.SIG_IGN)
                self._stop()

    # ── start ────────────────────────────────────────────────────────────────────────────────────
    def _start(self) -> None:
        self.port = free_port(self.wish.host, self.wish.port)
        self._note()
        self.env = {"ONEDOOR_HOME": str(self.home), "ONEDOOR_PUBLIC_URL": os.environ.get("ONEDOOR_PUBLIC_URL", self.url)}
        self.env["ONEDOOR_POOL"] = os.environ.get("ONEDOOR_POOL", str(max(4, POOL // self.workers)))
        if self.wish.city:
            self.env["ONEDOOR_CITY"] = self.wish.city
        if self.wish.demo:
            self.env["ONEDOOR_DEMO"] = "1"
        self._database()
        os.environ.update(self.env)                                   # what follows in this process reads the same settings
        read_program()
        from . import demo

        if self.wish.demo:
            os.environ.setdefault("ONEDOOR_LOG", "warning")           # or each request pushes up who to log in as
            os.environ.setdefault("ONEDOOR_LOOPBACK_RECEIVERS", demo.EXAMPLE)
            self.children += demo.simulators(self.home)
            self._start_children()
            demo.load(self.home, self.wish.city, self.cluster.place.data / MARKER if self.cluster else None)
            demo.until_listening(self.children)
            demo.hand_over(self.children)
        self.children += [
            Child("the job worker", "onedoor", "jobs", env={}, grace=20),
            Child("the web server", "onedoor", "web", "--host", self.wish.host, "--port", str(self.port), "--workers", str(self.workers),
                  env={}, grace=15),
        ]  # fmt: skip
        self._start_children()
        self._until_ready()

    def _database(self) -> None:
        from onedoor.kernel.migrate import migrate

        url = os.environ.get("ONEDOOR_DATABASE_URL")
        if not url:
            self.cluster = Cluster(self.home)
            url = self.cluster.ensure()
        self.env["ONEDOOR_DATABASE_URL"] = url
        with waiting("Bringing the database up to date"):
            try:
                asyncio.run(migrate(url, tell))
            except (OSError, ValueError) as fault:
                raise Refused(f"The database of ONEDOOR_DATABASE_URL does not answer: {fault or type(fault).__name__}") from None

    def _start_children(self) -> None:
        for child in self.children:
            if child.process is None:
                child.start()

    def _until_ready(self) -> None:
        with waiting("Starting the web server and the job worker"):
            began = time.monotonic()
            while not answers(self.wish.host, self.port):
                for child in self.children:
                    child.must_live()
                if time.monotonic() - began > READY_WITHIN:
                    raise Refused(f"The web server was not ready within {READY_WITHIN:.0f} s; its lines stand above.")
                time.sleep(0.05)

    # ── watch and stop ───────────────────────────────────────────────────────────────────────────
    def _watch(self) -> None:
        while True:
            if self.cluster and not self.cluster.running():
                tell("PostgreSQL is gone; starting it again.")
                self.cluster.ensure()
            for child in self.children:
                child.keep(tell)
            known = {child.process.pid for child in self.children if child.process}
            if self.cluster and self.cluster.child:
                known.add(self.cluster.child.pid)
            reap(known)
            time.sleep(0.25)

    def _stop(self) -> None:
        for child in reversed(self.children):
            child.stop(tell)
        if self.cluster:
            self.cluster.stop()

    # ── one of us only ───────────────────────────────────────────────────────────────────────────
    @contextmanager
    def _alone(self) -> Any:
        """Hold `.up.lock` for life; a second start is refused with the first one's address."""
        with open(self.home / ".up.lock", "a+") as self._lock:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._lock.seek(0)
                try:
                    first = json.loads(self._lock.read())
                    where = f"at {first['url']} (process {first['pid']}); stop it first: kill {first['pid']}"
                except (ValueError, KeyError):
                    where = "and is just starting"
                raise Refused(f"Onedoor already runs on {self.home} {where}") from None
            self._lock.truncate(0)
            yield

    def _note(self) -> None:
        self._lock.write(json.dumps({"url": self.url, "pid": os.getpid()}))
        self._lock.flush()


@contextmanager
def _signals_raise() -> Any:
    def told(_number: int, _frame: FrameType | None) -> None:
        raise Told

    before = {word: signal.signal(word, told) for word in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)


def free_port(host: str, port: int) -> int:
    """`port` when nobody has it, any free one for 0; a sentence otherwise. Waits a moment for a killed predecessor to let go."""
    for attempt in range(10):
        try:
            family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, proto) as asked:
                asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                asked.bind(address)
                return int(asked.getsockname()[1])
        except (socket.gaierror, OverflowError):
            raise Refused(f"{host} is not an address of this machine: try --host 127.0.0.1 and a port from 1 to 65535.") from None
        except PermissionError:
            raise Refused(f"Port {port} is for the system: choose one above 1023 with --port, or put a reverse proxy before it.") from None
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise Refused(f"Cannot listen on {host}: {fault.strerror}. Try --host 127.0.0.1.") from None
            if attempt < 9:
                time.sleep(0.1)
    raise Refused(f"Port {port} on {host} is taken by another program: stop that program, or choose another port with --port.")


def answers(host: str, port: int) -> bool:
    """The web server is ready for people: it answers, the database too, and no migration is pending."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asked = http.client.HTTPConnection(near, port, timeout=5)
    try:
        asked.request("GET", "/health/ready")
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def listens(host: str, port: int) -> bool:
    """Somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
