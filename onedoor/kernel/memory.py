"""What each process keeps in memory of the reference tables: loaded once, dropped when somebody says it has changed.

`changed()` counts a version and notifies in the caller's transaction; a watcher on the notification channel drops the copy at once, and
every 30 seconds the versions are compared, because a notification can be missed across a reconnect. Until the commit the caller alone
sees what it changed, in a copy that goes with its transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import msgspec
import structlog

from . import log as _log
from .db import Database, Db

T = TypeVar("T")
log = structlog.get_logger(_log.NAME)
_known: dict[str, "Memory[object]"] = {}


class Version(msgspec.Struct, frozen=True):
    name: str
    version: int


class Memory(Generic[T]):
    """One snapshot by name. `await memory.get(db)` loads it when it is not there; `memory.now` is the last one loaded."""

    def __init__(self, name: str, load: Callable[[Db], Awaitable[T]]) -> None:
        self.name, self._load = name, load
        self._value: T | None = None
        self._wanted, self._have = 1, 0
        self.version = -1
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        _known[name] = self  # type: ignore[assignment]

    @property
    def loaded(self) -> bool:
        return self._value is not None

    @property
    def now(self) -> T:
        """What this process knows, without asking the database; LookupError before the first load."""
        if self._value is None:
            raise LookupError(f"{self.name} has not been loaded yet")
        return self._value

    @property
    def stale(self) -> bool:
        """Whether something has changed since what is held was asked for. It stays so until the new copy is there: whoever asks meanwhile
        waits for it, and never gets the old one."""
        return self._have != self._wanted

    def swap(self, old: T, new: T) -> None:
        """Hold `new`, which tells the same as `old`; nothing happens when something else is held by now."""
        if self._value is old:
            self._value = new

    def drop(self) -> None:
        self._wanted += 1

    async def get(self, db: Db) -> T:
        if self.name in db.own:
            return await self._own(db)
        if not self.stale and self._value is not None:
            return self._value
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if self.stale or self._value is None:
                asked = self._wanted
                self._value = await self._load(db.plain)
                self._have = asked
        return self._value

    async def _own(self, db: Db) -> T:
        """The copy of a transaction that has changed what is kept here."""
        if db.own[self.name] is None:
            db.own[self.name] = await self._load(db)
        return cast("T", db.own[self.name])


async def changed(db: Db, name: str) -> None:
    """Tell every process, once this transaction commits, that `name` has changed."""
    await db.run(
        "insert into kernel.version (name) values ($name) on conflict (name) do update "
        "set version = kernel.version.version + 1, changed_at = now()",
        name=name,
    )
    await db.run("select pg_notify('changed', $name)", name=name)
    for seen in db.own:
        db.own[seen] = None  # one copy may be made of another
    db.own[name] = None
    db.after_commit.append(lambda: dropped(name))  # this process need not wait for its own notification


async def refresh(db: Db, names: Iterable[str]) -> None:
    """Load again what has just been changed here, so that whoever changed it sees it with the next request. The change is committed: what
    fails now is no fault of it, and is loaded when it is asked for."""
    try:
        for memory in [_known[name] for name in names if name in _known and _known[name].loaded]:
            await memory.get(db)
    except Exception as bad:
        log.warning("memory_not_loaded", error=repr(bad))


def dropped(name: str) -> None:
    """A notification said that `name` has changed."""
    if name in _known:
        _known[name].drop()


async def load_all(database: Database) -> None:
    """Load, or load again, every snapshot that is stale; called at start and after notifications."""
    for memory in list(_known.values()):
        if memory.stale or not memory.loaded:
            await memory.get(database.reference)


async def compare(database: Database) -> None:
    """Drop each snapshot whose version is not the one it was loaded at."""
    for row in await database.reference.all(Version, "select name, version from kernel.version"):
        memory = _known.get(row.name)
        if memory is not None and memory.version != row.version:
            memory.version = row.version
            memory.drop()


def forget_all() -> None:
    """Drop everything, for a process that changes its database (tests)."""
    for memory in _known.values():
        memory.drop()
