"""What each process knows of types and status lists without asking: from memory, and with the database away from the copy on disk."""

import asyncio
import time

from onedoor.kernel.db import Db, unavailable
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.work import Begin, Work, system
from onedoor.wallet import store
from onedoor.wallet.errors import NoSuchCertificateType
from onedoor.wallet.models import CertType
from onedoor.wallet.statuslist import Kept, Lists
from onedoor.wallet.vault import Shelf, opened, vault

FRESH = 1.0
"""Seconds for which a look at the lists counts; after a revocation a notification is quicker than this."""
PATIENCE = 1.5
RETRY = 3.0
LISTS, TYPES = "wallet.lists", "wallet.types"


async def _load_types(db: Db) -> dict[str, CertType]:
    return {kind.code: kind for kind in await store.types(db)}


async def _load_lists(db: Db) -> Lists:
    """Only the lists that have moved on are read again. The time is taken first: what comes later is not yet known."""
    checked_at = await store.moment(db)
    old = lists.now.by_id if lists.loaded else {}
    heads = await store.heads(db)
    marks = {key: (kept.seq, kept.changed_at) for key, kept in old.items()}
    moved = [head for head in heads if marks.get(str(head.id)) != (head.seq, head.changed_at)]
    bodies = {body.id: body for body in await store.bodies(db, [head.org_id for head in moved], [head.id for head in moved])}
    found: dict[str, Kept] = {}
    for head in heads:
        body = bodies.get(head.id)
        known = old.get(str(head.id))
        if body is not None:
            found[str(head.id)] = Kept(head.id, head.org_id, body.seq, body.changed_at, head.size, body.body)
        elif known is not None:
            found[str(head.id)] = known
    now = Lists(checked_at, found)
    await _keep(Shelf(types.now if types.loaded else await _load_types(db), now))
    return now


async def _keep(shelf: Shelf) -> None:
    """The copy for the day on which the database is away."""
    if (house := opened()) is not None and house.worth_saving(shelf):
        await asyncio.to_thread(house.save, shelf)


types: Memory[dict[str, CertType]] = Memory(TYPES, _load_types)
lists: Memory[Lists] = Memory(LISTS, _load_lists)


class _Looking:
    """At most one look at the database at a time, and none for a while after one that failed."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.looked = self.failed = float("-inf")

    async def refresh(self, begin: Begin) -> None:
        now = time.monotonic()
        if now - self.looked < FRESH or now - self.failed < RETRY:
            return
        if self.task is None or self.task.done() or self.task.get_loop() is not asyncio.get_running_loop():
            self.task = asyncio.create_task(self._look(begin))
        done, _ = await asyncio.wait({self.task}, timeout=PATIENCE)
        if not done:
            self.failed = time.monotonic()

    async def _look(self, begin: Begin) -> None:
        began = time.monotonic()
        try:
            async with begin(actor=system("wallet.lists")) as work:
                lists.drop()
                await types.get(work.db)
                await lists.get(work.db)
            self.looked = began
        except Exception as away:
            if not isinstance(away, Unavailable) and unavailable(away) is None:
                raise
            self.failed = time.monotonic()


_looking = _Looking()


async def shelf(begin: Begin) -> Shelf:
    """Types and lists, as fresh as they can be had: never waits long, and works with the database stopped."""
    await _looking.refresh(begin)
    if types.loaded and lists.loaded:
        return Shelf(types.now, lists.now)
    copy = await asyncio.to_thread(vault().load)
    if copy is None:
        raise Unavailable(retry_after=2)
    return copy


async def type_of(work: Work, code: str) -> CertType:
    """The type with this code, or NoSuchCertificateType."""
    found = (await types.get(work.db)).get(code)
    if found is None:
        raise NoSuchCertificateType(code=code)
    return found


async def all_types(work: Work) -> dict[str, CertType]:
    return await types.get(work.db)


async def lists_changed(work: Work) -> None:
    await changed(work.db, LISTS)


async def types_changed(work: Work) -> None:
    await changed(work.db, TYPES)
