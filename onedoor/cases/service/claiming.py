"""领取 Who handles which case: taken one by one, in bulk, or the next in line; given back; given to a colleague."""
from onedoor.cases import policy
from onedoor.cases.duty import MOST_BULK, reach_of
from onedoor.cases.errors import NoSuchCase, NotOpenForThat, TakenByColleague
from onedoor.cases.models import OPEN, CaseId, Grants, InboxRow
from onedoor.cases.store import inbox as store
from onedoor.cases.store.inbox import Taken
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import Id
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Staff, covers

from . import covering, guarding


def org_of(work: Work) -> Id:
    """The department whose list this actor works on."""
    if work.actor.org is None:
        raise Forbidden(needs=str(Grants.HANDLE))
    return work.actor.org


async def lying(work: Work, case_id: CaseId) -> InboxRow:
    """The line of a case in the own department's list, which is all that a list shows; another department's case does not exist here."""
    row = await store.row(work.db, org_of(work), case_id)
    if row is None:
        raise NoSuchCase(case=str(case_id))
    policy.may_handle(work.actor, row)
    return row


async def line(work: Work, case_id: CaseId) -> InboxRow:
    """The same, for whoever goes on to the person: where that is somebody specially protected, a colleague has allowed it."""
    row = await lying(work, case_id)
    await guarding.must_be_allowed(work, row)
    return row


async def claim(work: Work, case_id: CaseId) -> InboxRow:
    """Take one case. Taking what is mine already changes nothing; a colleague's stays the colleague's."""
    row = await lying(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    await hold(work, row, steal=False)
    return await lying(work, case_id)


async def hold(work: Work, row: InboxRow, *, steal: bool) -> None:
    """Make sure that this actor has the case. A supervisor may act on a colleague's without taking it over (`steal`)."""
    assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
    if row.assignee_ref == work.actor.id or row.status not in OPEN or row.assignee_ref in await covering.away(work, work.actor.id):
        return
    if row.assignee_ref is None:
        if await store.claim(work.db, row.org_id, [row.case_id], work.actor.id, reach_of(work.actor.districts)):
            return
        row = await lying(work, row.case_id)
        if row.assignee_ref == work.actor.id:
            return
        if row.status not in OPEN:
            raise NotOpenForThat(case=str(row.case_id), status=str(row.status))
    if not (steal and policy.supervises(work.actor)):
        raise await _taken(work, row)


async def _taken(work: Work, row: InboxRow) -> TakenByColleague:
    name = await name_of(work, row.assignee_ref)
    return TakenByColleague(say(work.locale, "{name} 已经领取了，请换一件", name=name), case=str(row.case_id))


async def name_of(work: Work, person: PersonId | None) -> str:
    """The name of a colleague."""
    member = (await orgs.snapshot(work.db)).staff.get(person) if person else None
    return member.name if member else say(work.locale, "同事")


async def claim_many(work: Work, cases: list[CaseId]) -> list[Taken]:
    """Take those of the ticked cases that nobody has. Which ones; the others somebody was quicker with."""
    if not cases:
        raise Invalid(errors=[{"pointer": "/case", "detail": say(work.locale, "请先勾选要领取的办件")}])
    if len(cases) > MOST_BULK:
        raise Invalid(errors=[{"pointer": "/case", "detail": say(work.locale, "一次最多领取 {n} 件", n=MOST_BULK)}])
    assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
    return await store.claim(work.db, org_of(work), cases, work.actor.id, reach_of(work.actor.districts))


async def claim_next(work: Work) -> Taken | None:
    """领取下一件: the most urgent one that nobody has; two clerks asking at once get two."""
    assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
    return await store.claim_next(work.db, org_of(work), work.actor.id, reach_of(work.actor.districts))


async def release(work: Work, case_id: CaseId) -> InboxRow:
    """Put a case back: one's own, or as supervisor anybody's."""
    row = await lying(work, case_id)
    if row.assignee_ref is None:
        return row
    if row.assignee_ref != work.actor.id and not policy.supervises(work.actor):
        raise await _taken(work, row)
    await store.release(work.db, row.org_id, case_id, row.assignee_ref)
    return await lying(work, case_id)


async def assign(work: Work, case_id: CaseId, to: PersonId) -> InboxRow:
    """Give a case to a colleague who serves its place: the supervisor's."""
    policy.may_supervise(work.actor)
    row = await lying(work, case_id)
    if row.status not in OPEN:
        raise NotOpenForThat(case=str(case_id), status=str(row.status))
    if to not in {c.person for c in await colleagues(work, row)}:
        raise Invalid(errors=[{"pointer": "/to", "detail": say(work.locale, "请选择一位能办这件事的同事")}])
    await store.assign(work.db, row.org_id, case_id, to)
    return await lying(work, case_id)


async def colleagues(work: Work, row: InboxRow) -> list[Staff]:
    """Who of the department may handle this case, by name."""
    known = await orgs.snapshot(work.db)
    path = known.path_of(row.street or row.district)
    members = [
        m for m in known.clerks.get(row.org_id, [])
        if Grants.HANDLE in m.grants and m.person != row.citizen_ref and covers(m.districts, path)
    ]  # fmt: skip
    return sorted(members, key=lambda m: (m.name, m.person))
