"""Adding up: one event at a time, once; or everything anew from the stored facts.

A new count and the events still on their way must not meet: under one lock and in one view of the database the facts are counted and
the waiting events are written down as covered. Whoever then delivers such an event finds it covered and adds nothing.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import msgspec

from onedoor.cases import events
from onedoor.cases.service import counting as cases
from onedoor.insight import store
from onedoor.insight.models import Row, Source, What, row_of
from onedoor.kernel.outbox import kind_of
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId

HEARD: tuple[type[msgspec.Struct], ...] = (
    events.Submitted, events.Decided, events.Declined, events.Withdrawn, events.Lapsed, events.SupplementRequested, events.Rated,
    events.DraftsEnded,
)  # fmt: skip
"""Whatever is counted here as it happens."""
SECONDS = 600
"""How long counting a whole city anew may take."""


async def count(work: Work, item: str, org: OrgId, on: dt.date | None, what: Iterable[tuple[What, str, int]]) -> None:
    """Add what one event says to its day; an event without a day, from before days were told, counts today."""
    await store.will_add(work.db)
    if work.event is not None and await store.uncover(work.db, work.event):
        return
    counts: Counter[tuple[What, str]] = Counter()
    for one, part, n in what:
        counts[one, part] += n
    rows = [row_of(Row(on or work.today, item, org, one, part, n)) for (one, part), n in counts.items() if n]
    await store.add(work.db, rows, Source.CASES)


async def rebuild(begin: Begin) -> int:
    """Count everything anew; how many rows of counts there are. A demo's history stays."""
    async with begin(actor=system("insight.rebuild"), seconds=SECONDS) as work:
        await store.as_of_one_moment(work.db)
        await store.hold_adding(work.db)
        await store.cover_waiting(work.db, [f"event:{kind_of(kind)}" for kind in HEARD])
        await store.forget(work.db, Source.CASES)
        rows = [row_of(Row(t.day, t.item, t.org_ref, What(t.what), t.part, t.n)) for t in await cases.tallies(work)]
        await store.add(work.db, rows, Source.CASES)
    return len(rows)


async def sweep(work: Work) -> int:
    """Covered events that have been given up for good."""
    return await store.forget_covered(work.db, work.now - dt.timedelta(days=200))
