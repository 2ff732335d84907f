"""Drafts that end soon."""
from datetime import datetime

from msgspec import Struct

from onedoor.cases.models import DraftId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text


class Ending(Struct, frozen=True):
    """One that its person has not been told of yet."""

    citizen_id: PersonId
    id: DraftId
    title: Text
    expires_at: datetime


async def ending(db: Db, now: datetime, week: datetime, day: datetime, most: int) -> list[Ending]:
    """Within a week and not told yet, or within a day and told once at most."""
    return await db.all(
        Ending,
        """-- scatter
           select citizen_id, id, title, expires_at from cases.draft
            where deleted_at is null and expires_at > $now and expires_at <= $week
              and (reminded < 1 or (reminded < 2 and expires_at <= $day))
            order by expires_at, id limit $most""",
        now=now, week=week, day=day, most=most,
    )  # fmt: skip


async def reminded(db: Db, citizen: PersonId, draft: DraftId, times: int) -> int:
    """Told so often."""
    return await db.run(
        "update cases.draft set reminded = $times where citizen_id = $citizen and id = $draft", times=times, citizen=citizen, draft=draft
    )
