"""Every statement about whose cases two people read."""

import datetime as dt

import msgspec

from onedoor.identity.models import Guarded, PersonId
from onedoor.kernel.db import Db


async def everybody(db: Db) -> list[Guarded]:
    """Those whose last day has passed too, until they are swept."""
    return await db.all(
        Guarded, "select citizen_ref, reason, by_ref, by_name, at, until_on from identity.guarded order by until_on, citizen_ref"
    )


async def put(db: Db, one: Guarded) -> int:
    """A later word replaces the earlier one."""
    return await db.run(
        """insert into identity.guarded (citizen_ref, reason, by_ref, by_name, at, until_on)
           values ($citizen, $reason, $by, $name, $at, $until)
           on conflict (citizen_ref) do update set reason = excluded.reason, by_ref = excluded.by_ref, by_name = excluded.by_name,
                  at = excluded.at, until_on = excluded.until_on""",
        citizen=one.citizen_ref, reason=one.reason, by=one.by_ref, name=one.by_name, at=one.at, until=one.until_on,
    )  # fmt: skip


async def drop(db: Db, citizen: PersonId) -> int:
    return await db.run("delete from identity.guarded where citizen_ref = $citizen", citizen=citizen)


async def sweep(db: Db, today: dt.date) -> int:
    """What has run out is not kept."""
    return await db.run("delete from identity.guarded where until_on < $today", today=today)


class Household(msgspec.Struct, frozen=True):
    """Where somebody is registered."""

    citizen_id: PersonId
    household_address: str


async def households(db: Db, citizens: list[PersonId]) -> list[Household]:
    return await db.all(
        Household,
        "-- scatter\nselect citizen_id, household_address from identity.person where citizen_id = any($citizens::uuid[]) "
        "and household_address is not null",
        citizens=citizens,
    )  # fmt: skip
