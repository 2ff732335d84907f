"""The log of tracing: each line over the one before it, its end also on disk, so that cutting it off shows too."""

import os
from pathlib import Path

from onedoor.identity.models import PersonId
from onedoor.kernel import crypto
from onedoor.kernel.work import Work
from onedoor.passes.store import tracing as store
from onedoor.passes.tracing import Head, LogLine, OrderId, body_of, broken_at, chained

KEY = "trace-log"
FIRST = Head(0, bytes(32))
BATCH = 1_000


class Book:
    """What this process knows of the log outside of the database: the key, and the file of ends."""

    def __init__(self, home: Path) -> None:
        self.key = crypto.secret(home, KEY)
        self.ends = home / "passes" / "trace-ends"

    def note(self, head: Head) -> None:
        """One line for each end that was committed; appending is whole for so short a line."""
        self.ends.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.ends, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{head.seq} {head.hash.hex()}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def noted(self) -> dict[int, str]:
        """Every end that was noted; a half-written last line is none."""
        if not self.ends.exists():
            return {}
        parts = [line.split() for line in self.ends.read_text("ascii").splitlines()]
        return {int(part[0]): part[1] for part in parts if len(part) == 2 and len(part[1]) == 64}


_open: dict[str, Book] = {}


def open_book(home: Path) -> Book:
    """The book of this process from now on."""
    _open[""] = Book(home)
    return _open[""]


def book() -> Book:
    return _open.get("") or open_book(Path(os.environ["ONEDOOR_HOME"]))


async def write(work: Work, order: OrderId, action: str, **said: object) -> None:
    """One more line, in the transaction of what it tells of."""
    found = book()
    before = await store.head(work.db)
    by = work.actor.id if isinstance(work.actor.id, PersonId) else None
    who = str(by) if by else work.actor.system
    body = body_of({"order": str(order), "at": work.now.isoformat(), "by": who, "name": work.actor.name, "action": action, **said})
    line = LogLine(before.seq + 1, order, work.now, body, chained(found.key, before.hash, before.seq + 1, body))
    await store.add_line(work.db, line, by)
    work.db.after_commit.append(lambda: found.note(Head(line.seq, line.hash)))


class Finding:
    """What a look through the log found: how many lines, and the first that does not fit (and why)."""

    def __init__(self, lines: int, broken: int | None = None, why: str = "") -> None:
        self.lines, self.broken, self.why = lines, broken, why


async def verify(work: Work) -> Finding:
    """Every line from the first one, the end the database names, and the ends on disk."""
    found = book()
    noted, before, seen = found.noted(), FIRST, 0
    last = await store.last(work.db)
    while lines := await store.lines(work.db, before.seq, BATCH):
        if (bad := broken_at(found.key, lines, before)) is not None:
            return Finding(seen, bad, "chain")
        for line in lines:
            if noted.get(line.seq, line.hash.hex()) != line.hash.hex():
                return Finding(seen, line.seq, "ends")
        before, seen = Head(lines[-1].seq, lines[-1].hash), seen + len(lines)
    if (last.seq, last.hash) != (before.seq, before.hash):
        return Finding(seen, before.seq + 1, "head")
    if noted and max(noted) > before.seq:
        return Finding(seen, before.seq + 1, "cut")
    return Finding(seen)
