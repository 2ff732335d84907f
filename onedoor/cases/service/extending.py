"""延期 A supervisor gives a case more days, once and with a reason that its applicant reads."""
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import ExtendedBefore, TooLateToExtend
from onedoor.cases.models import By, Case, CaseId, Move
from onedoor.cases.store import files
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work

from . import announcing, moves
from .definitions import process_of
from .handling import at_desk


async def extend(work: Work, case_id: CaseId, days: int, reason: str, *, rev: int | None = None) -> Case:
    """Both clocks end later by the same working days. Whoever handles the case goes on with it."""
    policy.may_supervise(work.actor)
    case = await at_desk(work, case_id, rev, hold=False)
    policy.must_allow(case, Move.EXTEND)
    if any(step.kind is Move.EXTEND for step in await files.steps(work.db, case.citizen_id, case.id)):
        raise ExtendedBefore(case=str(case_id))
    if work.today > case.legal_due_on:
        raise TooLateToExtend(case=str(case_id), legal_due_on=case.legal_due_on.isoformat())
    process = await process_of(work, case.item, case.process_version)
    errors, most = list[dict[str, str]](), process.extend_days
    if not most:
        raise TooLateToExtend(say(work.locale, "这个事项不能延期"), case=str(case_id), legal_due_on=case.legal_due_on.isoformat())
    if not 1 <= days <= most:
        errors.append({"pointer": "/days", "detail": say(work.locale, "请填 {low} 到 {high} 之间的数", low=1, high=most)})
    if not reason:
        errors.append({"pointer": "/reason", "detail": say(work.locale, "请写明原因，申请人会看到")})
    if errors:
        raise Invalid(errors=errors)
    later = work.calendar.after
    after = replace(case, due_on=later(case.due_on, days), legal_due_on=later(case.legal_due_on, days))
    after = await moves.save(work, case, after, Move.EXTEND, process, by=By.STAFF, note=reason, detail={"days": days})
    await announcing.extended(work, after, days, reason)
    return after
