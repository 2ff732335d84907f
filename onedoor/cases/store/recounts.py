"""Cases to be counted anew, over all citizens, in the order of their keys."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Key(Struct, frozen=True):
    """One case."""

    citizen_id: PersonId
    id: CaseId


class Days(Struct, frozen=True):
    """What a calendar says besides weekends."""

    off_days: list[date]
    on_days: list[date]


FIRST = Key(PersonId(UUID(int=0)), CaseId(UUID(int=0)))


async def opened(db: Db, after: Key, most: int) -> list[Key]:
    """Open cases; tries of a service are none."""
    return await db.all(
        Key,
        """-- scatter
           select citizen_id, id from cases.case_file
            where status in ('submitted', 'accepted', 'supplementing', 'paused') and channel <> 'trial'
              and (citizen_id, id) > ($citizen, $id)
            order by citizen_id, id limit $most""",
        citizen=after.citizen_id, id=after.id, most=most,
    )  # fmt: skip


async def handed_in(db: Db, item: str, since: datetime, until: datetime, after: Key, most: int) -> list[Key]:
    """Cases of an item that were handed in from one moment until before another."""
    return await db.all(
        Key,
        """-- scatter
           select citizen_id, id from cases.case_file
            where item = $item and submitted_at >= $since and submitted_at < $until and channel <> 'trial'
              and (citizen_id, id) > ($citizen, $id)
            order by citizen_id, id limit $most""",
        item=item, since=since, until=until, citizen=after.citizen_id, id=after.id, most=most,
    )  # fmt: skip


async def counted_by(db: Db) -> Days | None:
    """The calendar by which open cases were counted last."""
    return await db.maybe(Days, "select off_days, on_days from cases.calendar where name = 'city'")


async def count_by(db: Db, days: Days, at: datetime) -> int:
    """From now on by this one."""
    return await db.run(
        """insert into cases.calendar (name, off_days, on_days, counted_at) values ('city', $off, $on, $at)
           on conflict (name) do update set off_days = excluded.off_days, on_days = excluded.on_days, counted_at = excluded.counted_at""",
        off=days.off_days, on=days.on_days, at=at,
    )  # fmt: skip
