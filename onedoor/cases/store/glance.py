"""What the home page says of somebody's matters: drafts to finish and cases under way, in one statement."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text


class Matter(Struct, frozen=True):
    """未办完的事: a draft or an open case. `day` is the day that counts: answer by, promised, or kept until."""

    kind: str
    id: UUID
    title: Text
    status: str
    day: date
    asked: int


async def matters(db: Db, citizen: PersonId, zone: str) -> list[Matter]:
    """The most urgent first: what waits for the person, then drafts, then what waits for a department. Days are those of the zone."""
    return await db.all(
        Matter,
        """select kind, id, title, status, day, asked from (
             select 'case' as kind, id, title, status, case when status = 'supplementing' then answer_by else due_on end as day,
                    jsonb_array_length(asked) as asked, case status when 'supplementing' then 0 else 2 end as place
               from cases.case_file
              where citizen_id = $citizen and status in ('submitted', 'accepted', 'supplementing', 'paused')
             union all
             select 'draft', id, title, 'draft', (expires_at at time zone $zone)::date, 0, 1
               from cases.draft where citizen_id = $citizen and deleted_at is null and expires_at > now()
           ) found order by place, day, id limit 6""",
        citizen=citizen, zone=zone,
    )  # fmt: skip
