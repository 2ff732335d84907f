"""`python -m onedoor.kernel.leashed PARENT MODULE [ARGUMENT…]`: run a module in a process that the kernel kills when its parent dies.

However the parent ends (kill -9 too), nothing of ours goes on holding its port. PostgreSQL is never leashed: it is adopted.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent ends; end at once if it has ended meanwhile."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Descendants whose parent has died become our children, so that we can reap them."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(what: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(what, value, 0, 0, 0)


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    module = sys.argv[2]
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
