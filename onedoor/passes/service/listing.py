"""Lists of colours: built from what has changed, signed, and told to every process; a delta leads from each to the next."""

import asyncio
import datetime as dt

from onedoor.kernel.work import Work
from onedoor.passes.gates import KeptList
from onedoor.passes.models import Colour, Scheme, State
from onedoor.passes.od1 import deltas, layout, lists
from onedoor.passes.od1.lists import List
from onedoor.passes.od1.pid import ROWS
from onedoor.passes.store import codes as store

from .known import schemes
from .verifying import lists_changed, lists_ring

OVERLAP = dt.timedelta(seconds=90)
"""A change is stamped when its transaction begins and seen when it ends: so long may one take."""
DELTAS_KEPT = dt.timedelta(hours=24)


def changes_of(body: bytes, found: dict[int, Colour]) -> dict[int, int]:
    """Rows whose two bits must change, with their new value."""
    held = List(0, 0, 0, body)
    wanted = {row: lists.TO_LIST[layout.Colour(colour.number)] for row, colour in found.items()}
    return {row: value for row, value in wanted.items() if lists.TO_LIST[held.colour(row)] != value}


async def build_list(work: Work, scheme: Scheme) -> KeptList:
    """The next list of a scheme: at least its time is new, so that a gate can tell how old its knowledge is."""
    kept = await store.locked_list(work.db, scheme.shard)
    body = lists.inflated(kept.packed, ROWS // 4) if kept else lists.empty(ROWS)
    since = kept.issued_at - OVERLAP if kept else None
    found = {one.row_no: Colour(one.colour) for one in await store.changed_colours(work.db, scheme.shard, since)}
    changes = changes_of(body, found)
    fresh = bytearray(body)
    for row, value in changes.items():
        lists.put(fresh, row, value)
    now = work.now.replace(microsecond=0)
    seq = kept.seq + 1 if kept else 1
    packed = await asyncio.to_thread(lists.packed, bytes(fresh)) if changes or kept is None else kept.packed
    made = KeptList(scheme.shard, scheme.code, seq, now, packed)
    await store.put_list(work.db, made)
    if kept:
        ring = lists_ring(work.now)
        before = List(scheme.shard, kept.seq, int(kept.issued_at.timestamp()), body)
        after = List(scheme.shard, seq, int(now.timestamp()), bytes(fresh))
        delta = deltas.make(ring.key, ring.kid, before, after, changes)
        await store.add_delta(work.db, scheme.code, scheme.shard, kept.seq, seq, now, delta)
    return made


async def build_lists(work: Work, only: str = "") -> int:
    """Every list of a scheme that gates still ask about, or of one scheme; how many."""
    built = 0
    for scheme in await schemes(work):
        if scheme.state in (State.IN_FORCE, State.SUSPENDED) and only in ("", scheme.code):
            await build_list(work, scheme)
            built += 1
    await store.forget_deltas(work.db, work.now - DELTAS_KEPT)
    if built:
        await lists_changed(work)
    return built
