"""Processes that the kernel kills when their parent dies: forks of a parent that has read the modules already, so that a start costs the
work that is its own and modules lie in memory once.

However the parent ends (kill -9 too), nothing of ours goes on holding its port. PostgreSQL is never leashed: it is adopted.
"""

import ctypes
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
LOOK_EVERY = 0.02
TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent ends; end at once if it has ended meanwhile."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Descendants whose parent has died become our children, so that we can reap them."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def called(name: str) -> None:
    """How `ps -o comm` and `top` name this process: 15 bytes at most."""
    _prctl(PR_SET_NAME, name.encode()[:15])


def _prctl(what: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(what, value, 0, 0, 0)


class Leashed:
    """A child process: the part of `subprocess.Popen` that a parent needs. `returncode` is minus the signal when one ended it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has buried it
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, seconds: float = float("inf")) -> int:
        """Its exit code; subprocess.TimeoutExpired when it goes on for longer."""
        began = time.monotonic()
        while (code := self.poll()) is None:
            if time.monotonic() - began > seconds:
                raise subprocess.TimeoutExpired(str(self.pid), seconds)
            time.sleep(LOOK_EVERY)
        return code

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def fork(name: str, module: str, words: Sequence[str], env: dict[str, str]) -> Leashed:
    """Run a module as `python -m` does, in a leashed session of its own; what it prints goes to standard error.

    The caller has one thread, no event loop and no connection: a fork has copies of locks, and nobody to open them.
    """
    assert threading.active_count() == 1, "a fork beside threads may wait for ever"
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)  # or a word to the parent could be taken for the child's, with the parent's answer
    if pid := os.fork():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        return Leashed(pid)
    code = 1
    try:
        for word in TOLD:
            signal.signal(word, signal.SIG_DFL if word != signal.SIGINT else signal.default_int_handler)
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        die_with(parent)
        called(name)
        os.environ.update(env)
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # the parent's locks are the parent's: they go with it, not with its last child
        code = as_main(module, words)
    finally:
        os._exit(code)
    raise AssertionError("nobody comes here")


def as_main(module: str, words: Sequence[str]) -> int:
    """What the interpreter does around a module: its exit code."""
    sys.argv = [module, *words]
    sys.modules.pop(f"{module}.__main__", None)  # of the parent's own start
    code: int = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return code
