"""封签: the ends of all chains that grew, under one signed root that follows from the seal before it."""

import datetime as dt
import hashlib

import msgspec

from onedoor.identity import service as identity
from onedoor.identity.models import Head, PersonId
from onedoor.identity.service.access import FIRST
from onedoor.kernel.work import Begin, Work, system
from onedoor.tracker import merkle
from onedoor.tracker.errors import NoSuchSeal
from onedoor.tracker.models import Seal
from onedoor.tracker.store import seals as store
from onedoor.tracker.vault import vault

OVERLAP = dt.timedelta(minutes=15)
"""A row carries the moment its transaction began; one that was long in coming is in the next seal."""
EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
START = bytes(32)
AT_ONCE, BATCH = 200_000, 10_000
PAGE = 50


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed: canonical JSON, keys sorted, hashes in hex."""

    v: int
    n: int
    at: str
    city: str
    heads: int
    root: str
    previous: str
    """SHA-256 of the body of the seal before; zeros before the first."""


def body_of(n: int, at: dt.datetime, city: str, heads: int, root: bytes, previous: bytes) -> bytes:
    moment = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = Body(v=1, n=n, at=moment, city=city, heads=heads, root=root.hex(), previous=previous.hex())
    return msgspec.json.encode(body, order="sorted")


def link(before: Seal | None) -> bytes:
    """What the next seal says of the one before it."""
    return hashlib.sha256(before.body).digest() if before else START


async def seal(begin: Begin) -> Seal | None:
    """Seal what has grown since the last one; None when nothing has."""
    async with begin(actor=system("tracker.seal"), seconds=50) as work:
        await store.alone(work.db)
        before = await store.last(work.db)
        found = await _grown(work, before.at - OVERLAP if before else EVER)
        if not found:
            return None
        n, tags = (before.n if before else 0) + 1, vault()
        tree = merkle.levels([merkle.leaf(tags.tag(head.citizen_id), head.seq, head.hash) for head in found])
        body = body_of(n, work.now, work.city, len(found), tree[-1][0], link(before))
        kid, signature = tags.sign(body)
        made = Seal(n, work.now, len(found), tree[-1][0], body, kid, signature)
        await store.put(work.db, made)
        await _keep(work, n, found, tree)
        work.db.after_commit.append(lambda: tags.note(n, published(made)))
    return made


async def _grown(work: Work, since: dt.datetime) -> list[Head]:
    """Everybody who was looked at since then, unless the last seal has their end already."""
    found: list[Head] = []
    after: PersonId = FIRST
    while part := await identity.changed_heads(work, since, after, AT_ONCE):
        known: dict[PersonId, int] = {}
        for at in range(0, len(part), BATCH):
            for one in await store.leaves_of_many(work.db, [head.citizen_id for head in part[at : at + BATCH]]):
                known[one.citizen_id] = max(one.seq, known.get(one.citizen_id, 0))
        found += [head for head in part if known.get(head.citizen_id, 0) < head.seq]
        after = part[-1].citizen_id
        if len(part) < AT_ONCE:
            break
    return found


async def _keep(work: Work, n: int, found: list[Head], tree: list[list[bytes]]) -> None:
    for level, row in enumerate(tree):
        chunks = [b"".join(row[at : at + store.CHUNK]) for at in range(0, len(row), store.CHUNK)]
        await store.put_nodes(work.db, n, level, chunks)
    for first in range(0, len(found), BATCH):
        part = found[first : first + BATCH]
        await store.put_leaves(work.db, n, first, [h.citizen_id for h in part], [h.seq for h in part], [h.hash for h in part])


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A seal as anybody may fetch it: the text that was signed, the signature, and whose key it is."""

    body: str
    signature: str
    kid: str
    key: str


def published(one: Seal) -> bytes:
    public = vault().keys().get(one.kid, b"")
    told = Published(body=one.body.decode(), signature=one.signature.hex(), kid=one.kid, key=public.hex())
    return msgspec.json.encode(told, order="sorted")


async def one(work: Work, n: int) -> bytes:
    """One seal as it is published."""
    found = await store.one(work.db, n)
    if found is None:
        raise NoSuchSeal()
    return published(found)


async def latest(work: Work, before: int = 0) -> list[Seal]:
    """The latest seals; those before a number when one is given."""
    return await store.before(work.db, before, PAGE)


async def of_day(work: Work, day: dt.date) -> list[Seal]:
    """The seals that were made on one day of the city, in order."""
    begins = dt.datetime.combine(day, dt.time(), work.zone)
    return await store.between(work.db, begins, begins + dt.timedelta(days=1))
