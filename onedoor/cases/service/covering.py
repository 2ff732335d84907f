"""离岗代理 While somebody is away a colleague sees and handles their cases too, from a day until a day."""
from datetime import date

from onedoor.cases import policy
from onedoor.cases.between import Cover
from onedoor.cases.models import Grants
from onedoor.cases.store import between as store
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import Id
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId, Staff, covers

MOST_DAYS = 370


async def _load(db: Db) -> dict[PersonId, Cover]:
    return {c.staff_ref: c for c in await store.covers(db)}


memory: Memory[dict[PersonId, Cover]] = Memory("cases.covers", _load)


async def away(work: Work, by: Id | None) -> list[PersonId]:
    """For whom this clerk stands in today."""
    known = await memory.get(work.db)
    return [c.staff_ref for c in known.values() if c.by_ref == by and c.org_ref == work.actor.org and c.from_on <= work.today <= c.until_on]


async def mine(work: Work) -> list[tuple[Cover, str, str]]:
    """Covers that concern me, and as supervisor all of my department's, with both names."""
    known, staff = await memory.get(work.db), (await orgs.snapshot(work.db)).staff
    seen = [c for c in known.values() if c.org_ref == work.actor.org and c.until_on >= work.today]
    if not policy.supervises(work.actor):
        seen = [c for c in seen if work.actor.id in (c.staff_ref, c.by_ref)]
    return [(c, staff[c.staff_ref].name, staff[c.by_ref].name) for c in seen if c.staff_ref in staff and c.by_ref in staff]


async def colleagues(work: Work) -> list[Staff]:
    """Who of the department handles cases."""
    known = (await orgs.snapshot(work.db)).clerks.get(OrgId(work.actor.org.uuid), []) if work.actor.org else []
    return sorted((m for m in known if Grants.HANDLE in m.grants), key=lambda m: m.name)


async def put(work: Work, staff: PersonId, by: PersonId, from_on: date, until_on: date) -> Cover:
    """Somebody stands in: for me, or, as the supervisor says, for a colleague. The substitute serves all places of the one who is away."""
    known = {m.person: m for m in await colleagues(work)}
    if staff != work.actor.id:
        policy.may_supervise(work.actor)
    errors: list[dict[str, str]] = []
    if staff not in known:
        errors.append({"pointer": "/staff", "detail": say(work.locale, "请选择本部门的同事")})
    if by not in known or by == staff or (staff in known and not _serves(known[by], known[staff])):
        errors.append({"pointer": "/by", "detail": say(work.locale, "请选择一位负责同样区域的同事")})
    if from_on > until_on or until_on < work.today or (until_on - from_on).days > MOST_DAYS:
        errors.append({"pointer": "/until", "detail": say(work.locale, "结束日期要在今天以后，并且不早于开始日期")})
    if errors or work.actor.org is None:
        raise Invalid(errors=errors)
    cover = Cover(staff, OrgId(work.actor.org.uuid), by, from_on, until_on)
    await store.put_cover(work.db, cover)
    await changed(work.db, memory.name)
    return cover


def _serves(one: Staff, other: Staff) -> bool:
    """Whether one serves every place that the other does."""
    return all(covers(one.districts, path) for path in other.districts)


async def end(work: Work, staff: PersonId) -> None:
    """They are back."""
    if staff != work.actor.id:
        policy.may_supervise(work.actor)
    if work.actor.org is not None:
        await store.drop_cover(work.db, OrgId(work.actor.org.uuid), staff)
        await changed(work.db, memory.name)
