"""退回 A case that was handed on wrongly goes back, once, within a working day. After two such the services bureau decides."""
from onedoor.cases import policy
from onedoor.cases.between import BOUNCES
from onedoor.cases.errors import NotToBounce
from onedoor.cases.models import Case, CaseId, Grants, Move, Step
from onedoor.cases.store import files as store
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, OrgId, Orgs

from .definitions import city_day
from .handling import at_desk, hand_on


def arrived(steps: list[Step], case: Case) -> Step | None:
    """The step by which the case came here, if it may still go back: it was not the bureau's, and nothing has been done since."""
    kinds = (Move.TRANSFER, Move.BOUNCE)
    last = next((s for s in reversed(steps) if s.kind in kinds), None)
    if last is None or last.kind is Move.BOUNCE or last.detail.get("final") or last.detail.get("to") != str(case.org_ref):
        return None
    since = steps[steps.index(last) + 1 :]
    return None if any(s.kind not in (Move.NOTE, Move.DEEM) for s in since) else last


def may_go_back(work: Work, steps: list[Step], case: Case) -> bool:
    """Whether the receiving department may still send it back today."""
    came = arrived(steps, case)
    return came is not None and work.today <= work.calendar.after(city_day(came.at), 1)


async def bounce(work: Work, case_id: CaseId, reason: str, *, rev: int | None = None) -> Case:
    """退回: to the department it came from, or to the bureau; the clock runs on all the way."""
    case = await at_desk(work, case_id, rev, hold=False)
    policy.must_allow(case, Move.BOUNCE)
    steps = await store.steps(work.db, case.citizen_id, case.id)
    if not may_go_back(work, steps, case):
        raise NotToBounce(case=str(case_id))
    if not reason:
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明为什么不归本部门办")}])
    came = arrived(steps, case)
    assert came is not None, "it may go back"
    known, again = await orgs.snapshot(work.db), sum(s.kind is Move.BOUNCE for s in steps) + 1
    back = known.by_id[OrgId.parse(str(came.detail["from"]))]
    judge = bureau(known) if again >= BOUNCES else None
    to, flag = (judge, "disputed") if judge is not None and judge.id != case.org_ref else (back, "returned")
    return await hand_on(work, case, to, Move.BOUNCE, reason, flag)


def bureau(known: Orgs) -> Department | None:
    """The department that says where a case belongs: whoever works there with that grant makes it so."""
    arbiters = sorted(m.org for m in known.staff.values() if Grants.ARBITRATE in m.grants and m.org in {d.id for d in known.own.values()})
    return known.by_id[arbiters[0]] if arbiters else None
