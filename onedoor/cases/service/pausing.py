"""特别程序 The clock of an accepted case stands still while something is done whose days the law does not count, until a day that is told.

Exactly the working days of the procedure are given back: from the day after it began to its last, whenever a machine gets round to it.
"""
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import NotOpenForThat, SpecialBefore
from onedoor.cases.forms import conditions
from onedoor.cases.models import By, Case, CaseId, Kind, Move, ProcessVersion, Special, Status, Step
from onedoor.cases.outside import found_out
from onedoor.cases.specials import OF_AGE, Running, Starting
from onedoor.cases.store import files
from onedoor.cases.store import specials as store
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work

from . import announcing, claiming, moves
from .definitions import process_of
from .handling import at_desk

KINDS = frozenset(str(kind) for kind in Kind)
PAGE = 30


def running(case: Case, steps: list[Step]) -> Running | None:
    """What the clock stands still for, as the steps tell it; nothing when it runs, or stands for something else."""
    if case.status is not Status.PAUSED or case.pause_kind not in KINDS:
        return None
    step = [s for s in steps if s.kind is Move.PAUSE][-1]
    assert case.paused_on is not None, "a paused case has its day"
    return Running(Kind(case.pause_kind), step.note, case.paused_on, date.fromisoformat(step.detail["until"]))


async def offered(
    work: Work, case: Case, process: ProcessVersion, answers: Mapping[str, Any], steps: Sequence[Step]
) -> list[Special]:
    """What may be started now: what the process names for a case like this one, by what was answered and what was found out since, and
    the case has not had yet."""
    if not process.specials or case.status is not Status.ACCEPTED:
        return []
    before = {one.kind for one in await store.had(work.db, case.citizen_id, case.id)}
    elements = {name: fact.value for name, fact in (await identity.facts(work, case.citizen_id)).items()}
    told, by = found_out([step.detail for step in steps]), process.assessment
    elements |= {element: told[claim] for claim, element in (by.claims if by else {}).items() if claim in told}
    return [one for one in process.specials if one.kind not in before and fits(one, answers, elements)]


def fits(special: Special, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> bool:
    """Whether it is for such a case. Whatever a city writes, only who is surely of age is ever named in public."""
    age = elements.get("person.age")
    if special.kind is Kind.PUBLIC_NOTICE and not (isinstance(age, int) and age >= OF_AGE):
        return False
    return conditions.holds(special.when, answers, elements)


async def start(work: Work, case_id: CaseId, starting: Starting, *, rev: int | None = None) -> Case:
    """启动: the clock stands still from today until the day named; the applicant is told which procedure, why, and until when."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.PAUSE)
    process = await process_of(work, case.item, case.process_version)
    kind = await _asked(work, case, process, starting)
    one = Running(kind, starting.reason, work.today, starting.until)
    if not await store.begin(work.db, case, one):
        raise SpecialBefore(case=str(case_id), kind=str(kind))
    after = replace(case, status=Status.PAUSED, paused_on=work.today, pause_kind=str(kind))
    detail = {"kind": str(kind), "until": one.until_on.isoformat()}
    after = await moves.save(work, case, after, Move.PAUSE, process, by=By.STAFF, note=one.reason, detail=detail)
    if kind is Kind.PUBLIC_NOTICE:
        row = await claiming.line(work, case_id)
        shown = store.Posted(case.number, case.item, case.title, row.holder, case.org_ref, one.began_on, one.until_on)
        await store.post(work.db, shown)
    await announcing.special_begun(work, after, one)
    return after


async def _asked(work: Work, case: Case, process: ProcessVersion, starting: Starting) -> Kind:
    """The kind, or every fault at once, each with its field."""
    if any(one.kind == starting.kind for one in await store.had(work.db, case.citizen_id, case.id)):
        raise SpecialBefore(case=str(case.id), kind=starting.kind)
    filed, errors = await files.filed(work.db, case.citizen_id, case.id), list[dict[str, str]]()
    steps = await files.steps(work.db, case.citizen_id, case.id)
    assert filed is not None, "a case has its answers"
    special = next((one for one in await offered(work, case, process, filed.answers, steps) if one.kind == starting.kind), None)
    if special is None:
        errors.append({"pointer": "/kind", "detail": say(work.locale, "请选择这个办件能用的程序")})
    if not starting.reason:
        errors.append({"pointer": "/reason", "detail": say(work.locale, "请写明原因，申请人会看到")})
    last = work.calendar.after(work.today, special.max_days) if special else starting.until
    if starting.until <= work.today:
        errors.append({"pointer": "/until", "detail": say(work.locale, "最后一天要在今天以后")})
    elif starting.until > last:
        days = special.max_days if special else 0
        told = say(work.locale, "最多 {n} 个工作日，最晚到 {day}", n=days, day=announcing.on(last))
        errors.append({"pointer": "/until", "detail": told})
    if errors or special is None:
        raise Invalid(errors=errors)
    return special.kind


async def end(work: Work, case_id: CaseId, result: str, *, rev: int | None = None) -> Case:
    """结束: what came of it; the clock runs again."""
    case = await at_desk(work, case_id, rev)
    one = await store.running(work.db, case.citizen_id, case.id)
    if one is None or case.status is not Status.PAUSED:
        raise NotOpenForThat(case=str(case_id), status=str(case.status), move=str(Move.RESUME))
    if not result:
        raise Invalid(errors=[{"pointer": "/result", "detail": say(work.locale, "请写明结果，申请人会看到")}])
    return await _resume(work, case, one, By.STAFF, result)


async def run_out(work: Work, citizen: PersonId, case_id: CaseId) -> Case | None:
    """到期: the morning after its last day the clock runs again by itself."""
    case = await moves.locked(work, citizen, case_id)
    one = await store.running(work.db, citizen, case_id)
    if case.status is not Status.PAUSED or one is None or one.until_on >= work.today:
        return None
    return await _resume(work, case, one, By.SYSTEM, "")


async def assessed(work: Work, case: Case) -> Case:
    """What the clock stood still for is here: it runs again."""
    one = await store.running(work.db, case.citizen_id, case.id) if case.pause_kind == Kind.ASSESSMENT else None
    return await _resume(work, case, one, By.SYSTEM, "") if one and case.status is Status.PAUSED else case


async def _resume(work: Work, case: Case, one: Running, by: By, result: str) -> Case:
    last = min(work.today, one.until_on)
    process = await process_of(work, case.item, case.process_version)
    detail = {"kind": str(one.kind)}
    after = moves.resumed(work, case, last)
    after = await moves.save(work, case, after, Move.RESUME, process, by=by, note=result, detail=detail)
    await _close(work, after, one, last, result)
    await announcing.special_ended(work, after, one, result)
    return after


async def left(work: Work, case: Case) -> None:
    """The case has ended otherwise: so has what was done for it."""
    if case.pause_kind in KINDS and (one := await store.running(work.db, case.citizen_id, case.id)):
        await _close(work, case, one, min(work.today, one.until_on), "")


async def _close(work: Work, case: Case, one: Running, last: date, result: str) -> None:
    await store.end(work.db, case.citizen_id, case.id, last, result)
    if one.kind is Kind.PUBLIC_NOTICE:
        await store.take_down(work.db, case.number)


async def posted(work: Work, after: tuple[date, str] | None = None) -> list[store.Posted]:
    """What everybody may see today; one more than a page when there is more."""
    since, number = after or (date.min, "")
    return await store.posted(work.db, work.today, since, number, PAGE + 1)
