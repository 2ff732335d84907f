"""各人手上的办件 What lies with each clerk of a department, and what lies with nobody: for whoever shares out the work."""

from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.duty import COUNTED as COUNTED
from onedoor.cases.duty import Counts, reach_of
from onedoor.cases.models import Grants
from onedoor.cases.store import loads as store
from onedoor.cases.store.loads import Load
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

from . import claiming, looking


class Desk(Struct, frozen=True):
    """One clerk and what they have."""

    name: str
    load: Load


class Loads(Struct, frozen=True):
    """The department's list as a whole, and each desk, the fullest first."""

    counts: Counts
    desks: list[Desk]


async def of_department(work: Work) -> Loads:
    """Of the own department, in the own districts."""
    policy.may_supervise(work.actor)
    org, reach = claiming.org_of(work), reach_of(work.actor.districts)
    names = {member.person: member.name for member in orgs.clerks_of(org, Grants.HANDLE)}
    found = await store.of_people(work.db, org, list(names), reach, work.today, work.calendar.after(work.today, looking.SOON))
    counts, _ = await looking.counted(work, org, reach)
    desks = [Desk(names[one.person], one) for one in found]
    return Loads(counts, sorted(desks, key=lambda desk: (-desk.load.overdue, -desk.load.open, desk.name)))
