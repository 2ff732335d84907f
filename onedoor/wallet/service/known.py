"""What each process knows of types and status lists without asking: from memory, and with the database away from the copy on disk."""

import asyncio
import datetime as dt
import time
from collections.abc import Iterable, Mapping

from onedoor.kernel.db import Db, unavailable
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.work import Begin, Work, system
from onedoor.wallet import vct
from onedoor.wallet.errors import NoSuchCertificateType
from onedoor.wallet.models import CertType
from onedoor.wallet.statuslist import Kept, Lists
from onedoor.wallet.store import certs as store
from onedoor.wallet.store import texts
from onedoor.wallet.vault import Shelf, opened, vault

FRESH = 1.0
"""Seconds for which a look at the lists counts; after a revocation a notification is quicker than this."""
CURRENT = dt.timedelta(minutes=1)
PATIENCE = 1.5
RETRY = 3.0
LISTS, TYPES, DOCUMENTS = "wallet.lists", "wallet.types", "wallet.documents"


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
    published = documents.now if documents.loaded else await _load_documents(db)
    await _keep(Shelf(types.now if types.loaded else await _load_types(db), now, published))
    return now


async def _load_documents(db: Db) -> dict[str, str]:
    return {one.integrity: one.code for one in await texts.documents(db)}


async def _keep(shelf: Shelf) -> None:
    """The copy for the day on which the database is away."""
    if (house := opened()) is not None and house.worth_saving(shelf):
        await asyncio.to_thread(house.save, shelf)


types: Memory[dict[str, CertType]] = Memory(TYPES, _load_types)
lists: Memory[Lists] = Memory(LISTS, _load_lists)
documents: Memory[dict[str, str]] = Memory(DOCUMENTS, _load_documents)


def told() -> frozenset[str]:
    """Facts that some kind of certificate of this house tells, without asking the database; none before the first load."""
    return frozenset(e for kind in types.now.values() for e in kind.fills.values()) if types.loaded else frozenset()


def names_in_rules(claims: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """How rules call certificates: `cert.026` is "yes" for whoever holds one that is good today, `cert.026.level` is what it says."""
    return frozenset(f"cert.{kind}" for kind in claims) | {f"cert.{kind}.{name}" for kind, names in claims.items() for name in names}


def ruled() -> frozenset[str]:
    """The same of the certificates of this house, without asking the database; none before the first load."""
    kinds = types.now.values() if types.loaded else ()
    return names_in_rules({kind.code: [claim.name for claim in kind.claims] for kind in kinds})


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
                await documents.get(work.db)
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
    if types.loaded and lists.loaded and documents.loaded:
        return Shelf(types.now, lists.now, documents.now)
    copy = await asyncio.to_thread(vault().load)
    if copy is None:
        raise Unavailable(retry_after=2)
    return copy


async def current(work: Work) -> Shelf:
    """The same inside of a transaction: asked for since the last change that this process was told of, and within the last minute."""
    if lists.loaded and work.now - lists.now.checked_at > CURRENT:
        lists.drop()
    return Shelf(await types.get(work.db), await lists.get(work.db), await documents.get(work.db))


async def type_of(work: Work, code: str) -> CertType:
    """The type with this code, or NoSuchCertificateType."""
    found = (await types.get(work.db)).get(code)
    if found is None:
        raise NoSuchCertificateType(code=code)
    return found


async def all_types(work: Work) -> dict[str, CertType]:
    return await types.get(work.db)


async def document(work: Work, kind: CertType) -> str:
    """The hash of the type's text as it is now; the text itself is kept for as long as certificates name it."""
    body = vct.body_of(vct.metadata(vault().issuer, kind))
    found = vct.integrity(body)
    if found not in await documents.get(work.db) and await texts.add_document(work.db, found, kind.code, body.decode(), work.now):
        await changed(work.db, DOCUMENTS)
    return found


async def text_of(work: Work, integrity: str) -> str | None:
    """A type's text that certificates were once signed with."""
    return await texts.document(work.db, integrity)


async def lists_changed(work: Work) -> None:
    await changed(work.db, LISTS)


async def types_changed(work: Work) -> None:
    await changed(work.db, TYPES)
