"""催办 Clocks that run out are told upwards: yellow to whoever has the case or to the team, red to the supervisor, three days red to the
head of the department. Each case once a level, each person one message a night."""
from collections import defaultdict
from datetime import date

from onedoor.cases.models import Grants
from onedoor.cases.store import inbox as store
from onedoor.cases.store.inbox import Raised
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import Id
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId, Orgs, covers

SOON, OVER, LONG_OVER = 1, 2, 3
NAMED = 5


async def escalate(work: Work, org: Id, long_ago: date, most: int) -> int:
    """Raise what has come to a level since last night, and tell those whose it is now. `long_ago`: due before it is three days red."""
    raised = await store.raise_levels(work.db, org, work.today, long_ago, most)
    known = await orgs.snapshot(work.db)
    told: dict[tuple[PersonId, int], list[str]] = defaultdict(list)
    for line in raised:
        for person in _whose(known, OrgId(org.uuid), line):
            told[person, line.level].append(line.number)
    for (person, level), numbers in told.items():
        await _tell(work, person, level, numbers)
    return len(raised)


def _whose(known: Orgs, org: OrgId, line: Raised) -> list[PersonId]:
    """Who is told: the holder, else everybody who might take it; then who leads them."""
    members, place = known.clerks.get(org, []), known.path_of(line.street or line.district)
    near = [m for m in members if covers(m.districts, place)]
    if line.level == SOON:
        return [line.assignee_ref] if line.assignee_ref else [m.person for m in near if Grants.HANDLE in m.grants]
    supervisors = [m.person for m in near if Grants.SUPERVISE in m.grants]
    heads = [m.person for m in members if Grants.LEAD in m.grants]
    return (heads or supervisors) if line.level == LONG_OVER else supervisors


async def _tell(work: Work, person: PersonId, level: int, numbers: list[str]) -> None:
    named = "、".join(numbers[:NAMED])
    words: dict[int, Text] = {
        SOON: text("{n} 件办件快到期：{numbers}", n=len(numbers), numbers=named),
        OVER: text("{n} 件办件已超期：{numbers}", n=len(numbers), numbers=named),
        LONG_OVER: text("{n} 件办件超期三个工作日以上：{numbers}", n=len(numbers), numbers=named),
    }
    title = text("办件快到期") if level == SOON else text("办件超期")
    await notify.send(work, person, title, words[level], f"/desk/inbox?tab={'soon' if level == SOON else 'overdue'}", "cases.escalated")
