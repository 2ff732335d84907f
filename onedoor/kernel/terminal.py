"""What an operator sees: a refusal that is one sentence to act on, and a line on every wait that lasts."""

import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

FIRST_LINE_AFTER, NEXT_LINE_AFTER = 2.0, 3.0

Tell = Callable[[str], None]


class Refused(Exception):
    """A sentence the operator can act on; the command ends with exit code 1 and shows nothing else."""


def tell(line: str) -> None:
    """One line for the person in front of the terminal; standard output stays free for results."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def waiting(what: str, say: Tell = tell, detail: Callable[[], str] = str) -> Generator[None]:
    """Silent for two seconds, then a line every few seconds until the work inside is done."""
    done, began = threading.Event(), time.monotonic()

    def lines() -> None:
        pause = FIRST_LINE_AFTER
        while not done.wait(pause):
            more = detail()
            say(f"{what} … {time.monotonic() - began:.0f} s{' · ' + more if more else ''}")
            pause = NEXT_LINE_AFTER

    watcher = threading.Thread(target=lines, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
