"""What was handed in on trial."""
from datetime import datetime

from msgspec import Struct

from onedoor.cases.models import CaseId, TrialCase
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Key(Struct, frozen=True):
    """Whose try it is."""

    citizen_id: PersonId
    id: CaseId


async def open_rows(db: Db) -> None:
    """For the rest of this transaction the rows of testers are seen: editors of an organisation that registered itself are no staff, and
    what was handed in on their own trial is theirs to handle all the same."""
    await db.value("select set_config('app.role', 'job', true)")


async def find(db: Db, item: str, number: str) -> Key | None:
    return await db.maybe(
        Key,
        "-- scatter\nselect citizen_id, id from cases.case_file where item = $item and number = $number and channel = 'trial'",
        item=item, number=number,
    )  # fmt: skip


async def cases(db: Db, item: str) -> list[TrialCase]:
    """The latest tries."""
    return await db.all(
        TrialCase,
        """-- scatter
           select number, form_version, status, submitted_at from cases.case_file
            where item = $item and channel = 'trial' order by submitted_at desc, id limit 100""",
        item=item,
    )


async def delete(db: Db, item: str, number: str, at: datetime) -> int:
    """One try; its files become loose, for the nightly sweep."""
    await db.run(
        """-- scatter
           update cases.attachment a set case_id = null, at = $at from cases.case_file c
            where c.item = $item and c.number = $number and c.channel = 'trial' and a.citizen_id = c.citizen_id and a.case_id = c.id""",
        item=item, number=number, at=at,
    )  # fmt: skip
    return await db.run(
        "-- scatter\ndelete from cases.case_file where item = $item and number = $number and channel = 'trial'", item=item, number=number
    )


async def forget(db: Db, item: str, at: datetime) -> int:
    """Every try and every draft of it."""
    await db.run(
        """-- scatter
           update cases.attachment a set case_id = null, draft_id = null, at = $at
            where (a.citizen_id, a.case_id) in (select citizen_id, id from cases.case_file where item = $item and channel = 'trial')
               or (a.citizen_id, a.draft_id) in (select citizen_id, id from cases.draft where item = $item)""",
        item=item, at=at,
    )  # fmt: skip
    await db.run("-- scatter\ndelete from cases.draft where item = $item", item=item)
    return await db.run("-- scatter\ndelete from cases.case_file where item = $item and channel = 'trial'", item=item)
