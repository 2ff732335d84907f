"""What the nightly clock looks for, over all citizens. Reading only: each case is then moved in a transaction of its own."""
from datetime import date

from msgspec import Struct

from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Due(Struct, frozen=True):
    """A case whose time has come."""

    citizen_id: PersonId
    id: CaseId


async def silent(db: Db, items: list[str], versions: list[int], received: list[date], most: int) -> list[Due]:
    """Handed in, and not answered within the days of its process: received on or before the day given for its version."""
    return await db.all(
        Due,
        """-- scatter
           select c.citizen_id, c.id from cases.case_file c
             join unnest($items::text[], $versions::int[], $received::date[]) p (item, version, received_on)
               on p.item = c.item and p.version = c.process_version
            where c.status = 'submitted' and c.channel <> 'trial' and c.received_on <= p.received_on
            order by c.received_on, c.id limit $most""",
        items=items, versions=versions, received=received, most=most,
    )  # fmt: skip


async def unanswered(db: Db, today: date, most: int) -> list[Due]:
    """Asked for supplements, and the day for answering has passed."""
    return await db.all(
        Due,
        """-- scatter
           select citizen_id, id from cases.case_file where status = 'supplementing' and answer_by < $today
            order by answer_by, id limit $most""",
        today=today, most=most,
    )  # fmt: skip
