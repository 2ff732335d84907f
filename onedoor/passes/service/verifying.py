"""What this process knows in order to judge codes: keys from disk, lists and schemes from memory. No statement, once they are loaded."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.work import Begin, Work, system
from onedoor.passes.gates import KeptList
from onedoor.passes.models import Scheme, State
from onedoor.passes.od1 import layout, lists
from onedoor.passes.od1.bundles import known_of
from onedoor.passes.od1.checking import Checker, Issuer, Known, Verdict
from onedoor.passes.od1.layout import PAPER_DAYS, Result
from onedoor.passes.od1.lists import List
from onedoor.passes.od1.pid import ROWS
from onedoor.passes.store import codes as store
from onedoor.passes.vault import LISTS, Ring, vault

from . import peering
from .known import known as schemes_known

NAME = "passes.lists"
PATIENCE = 1.5
DAY_LONG = dt.timedelta(days=1)


class Published(Struct, frozen=True):
    """One list as gates fetch it, and the deltas that lead to it."""

    list: List
    packed: bytes
    deltas: dict[int, bytes]


class Lists(Struct, frozen=True):
    """Every list of this house, and which printed codes still count: shard → row → least seq."""

    by_shard: dict[int, Published] = {}
    papers: dict[int, dict[int, int]] = {}


async def _load(db: Db) -> Lists:
    """A list that has not moved is not unpacked again."""
    old = memory.now.by_shard if memory.loaded else {}
    found: dict[int, Published] = {}
    for one in await store.lists(db):
        before = old.get(one.shard)
        found[one.shard] = before if before and before.list.seq == one.seq else await _published(db, one, before)
    papers: dict[int, dict[int, int]] = {}
    for printed in await store.papers(db, PAPER_DAYS + 1):
        papers.setdefault(printed.shard, {})[printed.row_no] = printed.seq
    return Lists(found, papers)


async def _published(db: Db, one: KeptList, before: Published | None) -> Published:
    body = lists.inflated(one.packed, ROWS // 4)
    since = before.list.seq if before else 0
    kept = {seq: raw for seq, raw in before.deltas.items() if seq > one.seq - 300} if before else {}
    fresh = {delta.from_seq: delta.body for delta in await store.deltas(db, one.shard, since)}
    return Published(List(one.shard, one.seq, int(one.issued_at.timestamp()), body), one.packed, kept | fresh)


memory: Memory[Lists] = Memory(NAME, _load)


async def lists_changed(work: Work) -> None:
    await changed(work.db, NAME)


def ends_at(scheme: Scheme, zone: dt.tzinfo) -> int:
    """When a scheme is over, in unix seconds: with its last day in the city's time, or when it was stopped."""
    last = int(dt.datetime.combine(scheme.ends_on + DAY_LONG, dt.time(), zone).timestamp())
    return last if scheme.state is State.IN_FORCE else min(last, int(scheme.changed_at.timestamp()))


def issuers_of(scheme: Scheme, ring: Ring, ends: int) -> list[tuple[bytes, Issuer]]:
    """Every key of a scheme, with the time in which what it signed is good."""
    return [
        (bytes.fromhex(one.kid), Issuer(ring.verifiers[one.kid], scheme.code, one.created_at, one.not_after, ends, listed=True))
        for one in ring.entries
    ]


async def known(work: Work) -> Known:
    """All that a check needs."""
    schemes = (await schemes_known(work)).by_code.values()
    held = await memory.get(work.db)
    now = int(work.now.timestamp())
    found = Known({}, {}, {shard: one.list for shard, one in held.by_shard.items()}, held.papers)
    for scheme in schemes:
        if scheme.state in (State.DRAFT, State.DELETED):
            continue
        ring = vault().ring(scheme.code, now)
        for kid, issuer in issuers_of(scheme, ring, ends_at(scheme, work.zone)):
            found.issuers.setdefault(kid, []).append(issuer)
        for name, key in ring.pids.items():
            kind, _, period = name.partition(".")
            found.pid_keys[scheme.code, kind == "paper", int(period)] = key
        found.list_age = min(found.list_age, scheme.gate.list_hours * 3600)
    for kid, issuer in peering.issuers(await peering.believed(work), now):
        found.issuers.setdefault(kid, []).append(issuer)
    return found


class _Held:
    """One checker a process, given new knowledge when there is any: its memory of verified tickets is worth keeping."""

    def __init__(self) -> None:
        self.mark: tuple[Any, ...] = ()
        self.checker = Checker(Known({}))


_held = _Held()


async def checker(work: Work) -> Checker:
    """Judges codes by what is known now; keys and lists are looked at again at most every ten seconds."""
    schemes = await schemes_known(work)
    held = await memory.get(work.db)
    mark = (id(schemes), id(held), id(await peering.believed(work)), int(work.now.timestamp()) // 10, vault().home)
    if mark != _held.mark:
        _held.checker.known, _held.mark = await known(work), mark
    return _held.checker


async def look(begin: Begin) -> None:
    """Lists as fresh as they can be had: with the database away, what was known last."""
    if memory.stale or not memory.loaded:
        with contextlib.suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(PATIENCE), begin(actor=system("passes.lists")) as work:
                await memory.get(work.db)


def published(shard: int) -> Published | None:
    """One list, without a statement; None when this process knows none."""
    return memory.now.by_shard.get(shard) if memory.loaded else None


def held_lists() -> dict[int, Published]:
    """Every list that this process knows, by shard."""
    return memory.now.by_shard if memory.loaded else {}


def lists_ring(now: dt.datetime) -> Ring:
    """The keys that sign lists."""
    return vault().ring(LISTS, int(now.timestamp()))


_tokens: dict[int, tuple[tuple[int, str, str], str, str]] = {}


def list_token(now: dt.datetime, shard: int) -> tuple[str, str] | None:
    """The signed list and its etag: signed again when the list or the key is another one."""
    found = published(shard)
    if found is None:
        return None
    ring, house = lists_ring(now), vault().issuer
    mark = (found.list.seq, ring.kid, house)
    if shard not in _tokens or _tokens[shard][0] != mark:
        token = lists.token(ring.key, ring.kid, house, found.list, zipped=found.packed)
        _tokens[shard] = (mark, token, f'"{shard}.{found.list.seq}.{ring.kid}"')
    return _tokens[shard][1:]


def verifier(bundle: Mapping[str, Any], texts: Iterable[str], now: int) -> Checker:
    """Judges codes without a database, by what a gate is given and by lists as files."""
    return Checker(known_of(bundle, texts, now))


def verified(judge: Checker, text: str, now: int) -> dict[str, Any]:
    """The verdict on one text, as programs read it."""
    try:
        found = judge.check(layout.read(text), now)
    except layout.Unreadable:
        found = Verdict(Result.FORMAT)
    colour = found.colour.name.lower() if found.colour is not None else None
    return {"result": str(found.result), "colour": colour, "scheme": found.scheme, "minor": found.minor, "list_at": found.issued}
