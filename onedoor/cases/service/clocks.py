"""时限 The nightly clock: lights, acceptance by silence, requests that nobody answered, procedures that are over, lines of those who no
longer serve there.

Each case is moved in a transaction of its own, found again and locked first, so a run that is killed half-way is finished by the next.
"""
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta

import structlog
from msgspec.structs import replace

from onedoor.cases.duty import LAST_DAY
from onedoor.cases.events import Accepted, Lapsed, Overdue
from onedoor.cases.models import By, Case, CaseId, Light, Move, ProcessVersion, Status, allows, light
from onedoor.cases.store import clocks as store
from onedoor.cases.store import files, inbox
from onedoor.cases.store import owing as owing_store
from onedoor.cases.store import specials as specials_store
from onedoor.identity.models import PersonId
from onedoor.kernel import log as _log
from onedoor.kernel.calendar import Calendar
from onedoor.kernel.ids import Id
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import covers

from . import announcing, consulting, escalating, moves, objecting, owing, pausing
from .definitions import memory, process_of

BATCH = 500
ACTOR = system("cases.daily")
log = structlog.get_logger(_log.NAME)
LONG_OVER = 3
"""Working days past the promise after which the head of the department is told."""


async def daily(begin: Begin, most: int = BATCH) -> bool:
    """One round over the whole city; whether there is more to do. What cannot be moved stops nobody else's clock: it is raised at the end,
    for whoever watches the jobs."""
    async with begin(actor=ACTOR, seconds=30) as work:
        ended = await specials_store.over(work.db, work.today, most)
        owed = await owing_store.overdue(work.db, work.today, most)
        late = await _silent(work, most)
        over = await store.unanswered(work.db, work.today, most)
        departments = await orgs.all_departments(work.db)
    failed, lit = list[Exception](), 0
    for found, move in ((ended, pausing.run_out), (owed, owing.late), (late, deem), (over, lapse)):
        for due in found:
            with _going_on(failed, str(due.id)):
                async with begin(actor=ACTOR) as work:
                    await move(work, due.citizen_id, due.id)
    for department in departments:
        with _going_on(failed, str(department.id)):
            async with begin(actor=ACTOR, seconds=30) as work:
                lit = max(lit, await lights(work, department.id, most))
                await give_back(work, department.id)
                lit = max(lit, await escalating.escalate(work, department.id, _long_ago(work), most))
            await _silences(begin, department.id, most)
    if failed:
        raise failed[0]
    return max(len(late), len(over), len(owed), len(ended), lit) >= most


async def _silences(begin: Begin, org: Id, most: int) -> None:
    """All questions to a department, so many at a time: most of them may be such as wait for an answer whatever their day."""
    after: consulting.Place | None = consulting.BEGINNING
    while after is not None:
        async with begin(actor=ACTOR, seconds=30) as work:
            after = await consulting.fall_silent(work, org, after, most)


@contextmanager
def _going_on(failed: list[Exception], what: str) -> Generator[None]:
    try:
        yield
    except Exception as bad:
        log.warning("clock", of=what, error=repr(bad))
        failed.append(bad)


def _long_ago(work: Work) -> date:
    """Due before this day is three working days over today."""
    return overdue_since(work.today, LONG_OVER, work.calendar) + timedelta(1)


async def _silent(work: Work, most: int) -> list[store.Due]:
    known = list((await memory.get(work.db)).processes.values())
    last = [overdue_since(work.today, p.accept_days, work.calendar) for p in known]
    return await store.silent(work.db, [p.item for p in known], [p.version for p in known], last, most)


def overdue_since(today: date, days: int, calendar: Calendar) -> date:
    """The latest day from which `days` working days have passed entirely before today."""
    day = today - timedelta(1)
    while calendar.after(day, days) >= today:
        day -= timedelta(1)
    return day


async def deem(work: Work, citizen: PersonId, case_id: CaseId) -> Case | None:
    """视为受理: silence for the days of acceptance counts as acceptance on the day of receipt."""
    case, process = await _again(work, citizen, case_id)
    passed = work.calendar.after(case.received_on, process.accept_days) < work.today
    if not allows(case.status, Move.DEEM) or not passed:
        return None
    after = replace(
        case, status=Status.ACCEPTED, accepted_on=case.received_on,
        due_on=work.calendar.after(case.received_on, process.promised_days),
        legal_due_on=work.calendar.after(case.received_on, process.statutory_days),
    )  # fmt: skip
    after = await moves.save(work, case, after, Move.DEEM, process, by=By.SYSTEM)
    await _mark(work, after, "deemed")
    await announcing.deemed(work, after)
    await publish(work.db, Accepted(after.citizen_id, after.id, after.item, after.org_ref, after.due_on, deemed=True))
    return after


async def lapse(work: Work, citizen: PersonId, case_id: CaseId) -> Case | None:
    """逾期终止: the days for answering a request for supplements are over."""
    case, process = await _again(work, citizen, case_id)
    if not allows(case.status, Move.LAPSE) or case.answer_by is None or work.today <= case.answer_by:
        return None
    after = replace(case, status=Status.LAPSED, paused_on=None, answer_by=None, asked=[], decided_at=work.now)
    after = await moves.save(work, case, after, Move.LAPSE, process, by=By.SYSTEM)
    await objecting.left(work, after)
    await announcing.lapsed(work, after)
    await publish(work.db, Lapsed(after.citizen_id, after.id, after.item, after.org_ref, work.today))
    return after


async def _again(work: Work, citizen: PersonId, case_id: CaseId) -> tuple[Case, ProcessVersion]:
    case = await moves.locked(work, citizen, case_id)
    return case, await process_of(work, case.item, case.process_version)


async def _mark(work: Work, case: Case, flag: str) -> None:
    row = await inbox.row(work.db, case.org_ref, case.id)
    if row is not None and flag not in row.flags:
        await inbox.flag(work.db, case.org_ref, case.id, [*row.flags, flag])


async def lights(work: Work, org: Id, most: int = BATCH) -> int:
    """Turn the lights of a department's list; each line that turns red is announced once."""
    known = await memory.get(work.db)
    items = {item: known.processes[(item, version)] for item, version in known.current.items()}
    untils = [_yellow_until(work, p) for p in items.values()]
    changed = await inbox.light_up(work.db, org, work.today, list(items), untils, most)
    for line in changed:
        if line.light == Light.RED:
            case = await files.shown(work.db, line.citizen_ref, line.case_id)
            if case is not None:
                await publish(work.db, Overdue(case.citizen_id, case.id, case.item, case.org_ref))
    return len(changed)


def _yellow_until(work: Work, process: ProcessVersion) -> date:
    """The latest due date that is yellow today."""
    until = work.calendar.after(work.today, max(2, process.promised_days // 4) + 1) - timedelta(1)
    assert until < LAST_DAY, "a promise has at most some hundred days"
    assert light(work.today, until, process.promised_days, work.calendar) is Light.YELLOW, "the same rule as at each move"
    return until


async def give_back(work: Work, org: Id) -> int:
    """Open cases of those who have left, or no longer serve the place, go back to the queue."""
    known = await orgs.snapshot(work.db)
    gone: list[inbox.Held] = []
    for held in await inbox.held(work.db, org):
        member = known.staff.get(held.assignee_ref)
        place = known.path_of(held.street or held.district)
        if member is None or member.org != org or not covers(member.districts, place):
            gone.append(held)
    return await inbox.take_back(work.db, org, gone) if gone else 0
