"""What lies with each of a department's people."""

from datetime import date

from msgspec import Struct

from onedoor.cases.duty import COUNTED, Reach
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


class Load(Struct, frozen=True):
    """With one person, counted no further than a limit: open cases, and of these those whose day is near, over, or stands still."""

    person: PersonId
    open: int
    soon: int
    overdue: int
    supplementing: int


async def of_people(db: Db, org: Id, people: list[PersonId], reach: Reach, today: date, soon: date) -> list[Load]:
    """Everybody named, also who has nothing; each is read from the index of what they have."""
    return await db.all(
        Load,
        """select p.person, count(x.status)::int as open,
                  count(*) filter (where x.status in ('submitted', 'accepted') and x.due_on between $today and $soon)::int as soon,
                  count(*) filter (where x.status in ('submitted', 'accepted') and x.due_on < $today)::int as overdue,
                  count(*) filter (where x.status = 'supplementing')::int as supplementing
             from unnest($people::uuid[]) p (person) left join lateral (
              select i.status, i.due_on from cases.inbox i where i.org_id = $org and i.assignee_ref = p.person
                 and i.status in ('submitted', 'accepted', 'supplementing', 'paused')
                 and ($whole or i.district = any($districts::text[]) or i.street = any($streets::text[]))
               order by i.due_on, i.case_id limit $most) x on true
            group by p.person""",
        org=org, people=people, whole=reach.whole, districts=reach.districts, streets=reach.streets, today=today, soon=soon, most=COUNTED,
    )  # fmt: skip
