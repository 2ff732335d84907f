"""重算时限 and 规则重放: open cases counted anew after a calendar was published, and what a rule said of many cases asked again."""
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.models import OPEN, By, Case, CaseId, Move
from onedoor.cases.recounting import Clock, Days, recount
from onedoor.cases.store import files
from onedoor.cases.store import recounts as store
from onedoor.cases.store.recounts import FIRST, Key
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import log as _log
from onedoor.kernel.calendar import Calendar
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Begin, Work, system

from . import announcing, auditing, moves
from .definitions import process_of

ACTOR = system("cases.recount")
BATCH = 500
ROUND = 100
"""So many in one job, which has less than a minute."""
log = structlog.get_logger(_log.NAME)


class Changed(Struct, frozen=True):
    """An open case whose days are others by the calendar of today."""

    number: str
    due_before: date
    due_after: date


async def follow(begin: Begin, after: Key = FIRST, most: int = ROUND) -> Key | None:
    """A calendar that was published since is noticed at night, and each case that stands as the one before had it is counted by this one;
    whatever else differs is left to whoever audits, or to the command. One round after this case; the last of it, or None when none is
    left. Begun again, it goes on."""
    async with begin(actor=ACTOR, seconds=30) as work:
        known, now = await store.counted_by(work.db), store.Days(sorted(work.calendar.off), sorted(work.calendar.on))
        if known is None:
            await store.count_by(work.db, now, work.now)
        if known is None or known == now:
            return None
        found = await store.opened(work.db, after, most)
    before = Calendar(frozenset(known.off_days), frozenset(known.on_days))
    for one in found:
        try:
            async with begin(actor=ACTOR) as work:
                await clock(work, one.citizen_id, one.id, before=before)
        except Exception as bad:  # one that cannot be counted does not stop the city's
            log.warning("recount", case=str(one.id), error=str(bad))
    if len(found) == most:
        return found[-1]
    async with begin(actor=ACTOR) as work:
        await store.count_by(work.db, now, work.now)
    return None


async def clocks(begin: Begin, *, dry: bool) -> AsyncIterator[Changed]:
    """Every open case, one transaction each; whose promised day moves is told so. `dry`: nothing is written, nobody is told."""
    after = FIRST
    while True:
        async with begin(actor=ACTOR, seconds=30) as work:
            found = await store.opened(work.db, after, BATCH)
        for one in found:
            async with begin(actor=ACTOR) as work:
                changed = await clock(work, one.citizen_id, one.id, dry=dry)
            if changed is not None:
                yield changed
        if len(found) < BATCH:
            return
        after = found[-1]


async def clock(
    work: Work, citizen: PersonId, case_id: CaseId, *, dry: bool = False, before: Calendar | None = None
) -> Changed | None:
    """One case. Done twice, the second time changes nothing. `before`: only if it stands as this calendar had it."""
    case = await moves.locked(work, citizen, case_id)
    process = await process_of(work, case.item, case.process_version)
    steps = await files.steps(work.db, citizen, case_id)
    if case.status not in OPEN or not steps:
        return None
    days = recount(case, steps, Clock(process, work.calendar)).days
    if days.status is not case.status:  # no calendar explains that: it is for whoever audits
        return None
    if before is not None and _dated(case, recount(case, steps, Clock(process, before)).days) != case:
        return None
    after = _dated(case, days)
    if after == case:
        return None
    if not dry:
        detail = {"due_before": case.due_on.isoformat(), "legal_before": case.legal_due_on.isoformat()}
        after = await moves.save(work, case, after, Move.RECOUNT, process, by=By.SYSTEM, detail=detail)
        if after.due_on != case.due_on:
            await announcing.recounted(work, after, case.due_on)
    return Changed(case.number, case.due_on, after.due_on)


def _dated(case: Case, days: Days) -> Case:
    """The case with its days; the days for answering are never fewer than was told."""
    by = max(days.answer_by, case.answer_by) if days.answer_by and case.answer_by else case.answer_by
    return replace(
        case, received_on=days.received_on, accepted_on=days.accepted_on, due_on=days.due_on, legal_due_on=days.legal_due_on, answer_by=by
    )


class Replayed(Struct, frozen=True):
    """What became of asking a rule again; `kept` is False for a case whose values were not kept yet."""

    number: str
    kept: bool
    same: bool


async def replays(begin: Begin, item: str, first: date, last: date, zone: ZoneInfo) -> AsyncIterator[Replayed]:
    """Every case of an item handed in on these days of which its rule has said something. Whoever differs reads that it was looked at."""
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(1)))
    after = FIRST
    while True:
        async with begin(actor=ACTOR, seconds=30) as work:
            found = await store.handed_in(work.db, item, since, until, after, BATCH)
        for one in found:
            async with begin(actor=ACTOR) as work:
                said = await _replayed(work, one.citizen_id, one.id)
            if said is not None:
                yield said
        if len(found) < BATCH:
            return
        after = found[-1]


async def _replayed(work: Work, citizen: PersonId, case_id: CaseId) -> Replayed | None:
    case = await files.shown(work.db, citizen, case_id)
    if case is None:
        return None
    process = await process_of(work, case.item, case.process_version)
    ruled = auditing.ruled_of(process, await files.steps(work.db, citizen, case_id))
    if ruled is None:
        return None
    if not ruled.same:
        await identity.record_access(work, citizen, text("核对规则有没有用错：{item}", item=case.title), ("case",), case.number)
    return Replayed(case.number, ruled.now is not None, ruled.same)
