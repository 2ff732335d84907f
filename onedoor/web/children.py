"""The processes of one house: started, watched, started again when they die, stopped in order."""

import contextlib
import gc
import importlib
import os
import signal
import subprocess
import time
from pathlib import Path

from onedoor.kernel import authorities, leashed
from onedoor.kernel.terminal import Refused, Tell, waiting

ROOT = Path(__file__).resolve().parent.parent.parent
SLOWEST_RESTART = 10.0
STEADY_AFTER = 30.0


def read_program() -> None:
    """Everything that children would read when they start, so that each is a fork of it."""
    from . import connectors, rooms

    for name in ("app", "serve", "worker"):
        importlib.import_module(f"onedoor.web.{name}")
    rooms.handlers()
    rooms.jobs()
    connectors.read()
    authorities.read()
    gc.collect()
    gc.freeze()  # or a look for garbage would copy in each child what they share


class Child:
    """One leashed process that runs a module. `grace` is how long it may take to finish what it has begun."""

    def __init__(self, name: str, module: str, *args: str, env: dict[str, str], grace: float = 10) -> None:
        self.name, self.module, self.args, self.env, self.grace = name, module, args, env, grace
        self.process: leashed.Leashed | None = None
        self.began = self.due = 0.0
        self.failures = 0

    def start(self) -> None:
        self.began = time.monotonic()
        title = self.module.removeprefix("connectors.") if "." in self.module else f"{self.module} {self.args[0]}"
        self.process = leashed.fork(title, self.module, self.args, self.env)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def keep(self, say: Tell) -> None:
        """Start again when it has died; wait longer each time it dies young."""
        if self.alive:
            return
        now = time.monotonic()
        if self.process is not None:
            code, self.process = self.process.wait(), None
            self.failures = 0 if now - self.began > STEADY_AFTER else self.failures + 1
            self.due = now + min(0.2 * 2**self.failures, SLOWEST_RESTART)
            say(f"{self.name} ended ({_cause(code)}); starting it again.")
        if now >= self.due:
            self.start()

    def stop(self, say: Tell) -> None:
        """Ask, wait for what it has begun, and only then kill."""
        if self.process is None or not self.alive:
            return
        with waiting(f"Stopping {self.name}", say), contextlib.suppress(ProcessLookupError):
            self.process.terminate()
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not stop within {self.grace:.0f} s and is killed.")
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def must_live(self) -> None:
        """During the start a dead child is a reason to give up, not to try again."""
        if self.process is not None and (code := self.process.poll()) is not None:
            raise Refused(f"{self.name} ended while starting ({_cause(code)}); its last lines stand above.")


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def reap(known: set[int]) -> None:
    """Bury orphans that came to us; our own children are left to `Popen`, which wants to know their exit code."""
    for _ in range(64):
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if found is None or found.si_pid in known:
            return
        with contextlib.suppress(ChildProcessError):
            os.waitpid(found.si_pid, 0)
