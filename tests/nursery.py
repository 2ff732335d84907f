"""Python processes that tests start: forks of one process that has read the program and its routes, which is two thirds of a start.

`Popen` and `run` take what those of subprocess take. What is asked for by its module (`python -m …`) is forked; everything else, and what
is asked to speak another language, is started as always. That a house opens from the command line of a shell is proven in
tests/operations/test_up.py and test_refusals.py.
"""

import contextlib
import gc
import inspect
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

ROOT = os.path.dirname(os.path.dirname(__file__))
NAME = "NURSERY_OF_TESTS"
"""By this variable all processes of a run find the same nursery."""
SPOKEN = ("PYTHON", "LC_", "LANG")
"""Variables that the interpreter reads when it starts."""
_held: list[socket.socket] = []
_read: list[str] = []
"""Tests that the nursery reads too, because those who run them are its forks."""
_one_at_a_time = threading.Lock()


def _nursery() -> socket.socket:
    """This process's line to the nursery of the whole run; whoever needs it first starts it."""
    if not _held:
        name = "\0onedoor-nursery-" + os.environ.setdefault(NAME, str(os.getpid()))
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door, contextlib.suppress(OSError):
            door.bind(name)
            door.listen()
            words = [sys.executable, "-m", "tests.nursery", str(door.fileno()), *_read]
            subprocess.Popen(words, cwd=ROOT, pass_fds=[door.fileno()], stdin=-3)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        until = time.monotonic() + 60
        while line.connect_ex(name):  # the door of another process opens this moment
            assert time.monotonic() < until, "nobody opened the nursery"
            time.sleep(0.01)
        _held.append(line)
    return _held[0]


def _spoken(env: Any) -> dict[str, str]:
    return {key: value for key, value in env.items() if key.startswith(SPOKEN)}


class Popen(subprocess.Popen[Any]):
    """A process; forked where that makes no difference but time."""

    _ends: int | None = None

    def _execute_child(self, *given: Any) -> None:
        kept = super()._execute_child
        how = inspect.signature(kept).bind(*given).arguments
        words, env = [os.fspath(one) for one in how["args"]], dict(os.environ if how["env"] is None else how["env"])
        if words[:2] != [sys.executable, "-m"] or _spoken(env) != _spoken(os.environ) or how["pass_fds"]:
            kept(*given)
            return
        asked = {"words": words[2:], "env": env, "cwd": os.fspath(how["cwd"] or os.getcwd()), "alone": how["start_new_session"]}
        ends, tells = os.pipe()
        streams = [how["p2cread"], how["c2pwrite"], how["errwrite"]]
        fds = [standard if given == -1 else given for standard, given in enumerate(streams)]
        with _one_at_a_time:
            socket.send_fds(_nursery(), [json.dumps(asked).encode()], [*fds, tells])
            self.pid, self._ends = int(_nursery().recv(100)), ends
        os.close(tells)
        self._child_created = True
        self._close_pipe_fds(*(how[name] for name in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")))

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        """As waitpid: the nursery buries its forks, and tells how they ended."""
        if self._ends is None:
            return super()._try_wait(wait_flags)  # type: ignore[misc]
        if wait_flags & os.WNOHANG and not select.select([self._ends], [], [], 0)[0]:
            return 0, 0
        said = os.read(self._ends, 20)
        os.close(self._ends)
        self._ends = None
        return self.pid, int(said or b"9")

    def _internal_poll(self, _deadstate: int | None = None, **_: Any) -> int | None:
        if self._ends is not None and self.returncode is None:
            pid, status = self._try_wait(os.WNOHANG)
            if pid:
                self._handle_exitstatus(status)
        elif self.returncode is None:
            return super()._internal_poll(_deadstate)  # type: ignore[misc]
        return self.returncode


def run(words: list[str], *, check: bool = False, timeout: float | None = None, **how: Any) -> "subprocess.CompletedProcess[Any]":
    """As subprocess.run."""
    if how.pop("capture_output", False):
        how |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(words, **how) as one:
        try:
            out, err = one.communicate(timeout=timeout)
        except BaseException:
            one.kill()
            raise
    done = subprocess.CompletedProcess(words, one.returncode, out, err)
    if check:
        done.check_returncode()
    return done


def workers(tests: list[str]) -> None:
    """Let pytest-xdist's workers be forks too, that have read the tests."""
    from execnet import gateway_io

    _read[:] = tests
    os.environ.setdefault(NAME, str(os.getpid()))

    class Forked(gateway_io.Popen2IOMaster):
        def __init__(self, args: list[str], execmodel: Any) -> None:
            try:
                self.popen = Popen([sys.executable, "-m", "tests.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            except (OSError, ValueError):  # the nursery could not read the program: an interpreter of its own will say why
                _held.clear()
                super().__init__(args, execmodel)
            else:
                gateway_io.Popen2IO.__init__(self, self.popen.stdin, self.popen.stdout, execmodel=execmodel)

    gateway_io.Popen2IOMaster = Forked


# ── the nursery ──────────────────────────────────────────────────────────────────────────────────────


def read_all() -> None:
    """The program, its routes and its connectors, and the phrases of the demo city: a house takes these when its database has the same."""
    from onedoor.catalog.search import Thesaurus, lines_of
    from onedoor.catalog.service.memory import thesaurus
    from onedoor.web import app, children, city_files
    from tests import conftest

    children.read_program()
    plain, ready = app.routed, [app.routed(demo=True)]
    app.routed = lambda demo: ready.pop() if demo and ready else plain(demo)
    thesaurus.swap(None, Thesaurus(lines_of(sorted(city_files.rows_of(conftest.CITY / "thesaurus.tsv")))))


def read_tests(tests: list[str]) -> None:
    """As pytest does, with assertions that tell what they compared."""
    import pytest

    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        pytest.main(["--collect-only", "-qq", *tests])


def keep(door: socket.socket, tests: list[str]) -> None:
    """Fork whatever is asked for until every line is closed."""
    if tests:
        read_tests(tests)
    read_all()
    gc.collect()
    gc.freeze()  # each house looks for garbage when it has read the program: it need not look through what is older than itself
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    lines, tells = [door.accept()[0]], dict[int, int]()
    while lines:
        for one in select.select([door, woken, *lines], [], [])[0]:
            if one is woken:
                os.read(woken, 100)
                bury(tells)
            elif one is door:
                lines.append(door.accept()[0])
            elif not served(one, [door.fileno(), woken, wakes, *(line.fileno() for line in lines)], tells):
                lines.remove(one)
                one.close()


def served(line: socket.socket, ours: list[int], tells: dict[int, int]) -> bool:
    """One fork, told by its number; False when nobody is there any more."""
    said, fds, _, _ = socket.recv_fds(line, 1 << 20, 4)
    if not said:
        return False
    pid = os.fork()
    if pid == 0:
        become(json.loads(said), fds[:3], [*ours, fds[3], *tells.values()])
    tells[pid] = fds[3]
    for fd in fds[:3]:
        os.close(fd)
    line.send(str(pid).encode())
    return True


def bury(tells: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        os.write(tells[pid], str(status).encode())
        os.close(tells.pop(pid))


def become(asked: dict[str, Any], streams: list[int], others: list[int]) -> None:
    """In the fork: what an interpreter does for `-m`. Never returns."""
    from onedoor.kernel import leashed

    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd in others:
            os.close(fd)
        for standard, fd in enumerate(streams):
            os.dup2(fd, standard)
        for fd in set(streams) - {0, 1, 2}:
            os.close(fd)
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
        if asked["alone"]:
            os.setsid()
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        module, *words = asked["words"]
        code = leashed.as_main(module, words)
    finally:
        os._exit(code)


if __name__ == "__main__":
    keep(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
