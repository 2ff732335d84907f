"""Passes of vehicles."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.vehicles import Vehicle, VehicleId


async def add(db: Db, one: Vehicle) -> int:
    return await db.run(
        "insert into passes.vehicle (citizen_id, id, scheme, plate, use, route, purpose, starts_on, ends_on, state, asked_at) "
        "values ($citizen, $id, $scheme, $plate, $use, $route, $purpose, $starts_on, $ends_on, $state, $asked_at) "
        "on conflict (citizen_id, id) do nothing",
        citizen=one.citizen_id, id=one.id, scheme=one.scheme, plate=one.plate, use=one.use.value, route=one.route, purpose=one.purpose,
        starts_on=one.starts_on, ends_on=one.ends_on, state=one.state.value, asked_at=one.asked_at,
    )  # fmt: skip


async def decide(db: Db, one: Vehicle) -> int:
    return await db.run(
        "update passes.vehicle set state = $state, decided_at = $at, decided_name = $name, words = $words, serial = $serial, code = $code "
        "where citizen_id = $citizen and id = $id",
        citizen=one.citizen_id, id=one.id, state=one.state.value, at=one.decided_at, name=one.decided_name, words=one.words,
        serial=one.serial, code=one.code,
    )  # fmt: skip


async def own(db: Db, citizen: PersonId, most: int) -> list[Vehicle]:
    return await db.all(
        Vehicle,
        "select citizen_id, id, scheme, plate, use, route, purpose, starts_on, ends_on, state, asked_at, decided_at, decided_name, words, "
        "serial, code from passes.vehicle where citizen_id = $citizen order by asked_at desc, id desc limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, which: VehicleId) -> Vehicle | None:
    return await db.maybe(
        Vehicle,
        "select citizen_id, id, scheme, plate, use, route, purpose, starts_on, ends_on, state, asked_at, decided_at, decided_name, words, "
        "serial, code from passes.vehicle where citizen_id = $citizen and id = $id for update",
        citizen=citizen, id=which,
    )  # fmt: skip


async def waiting(db: Db, citizen: PersonId, today: dt.date) -> int:
    return int(await db.value(
        "select count(*) from passes.vehicle where citizen_id = $citizen and state = 'asked' and ends_on >= $today",
        citizen=citizen, today=today,
    ))  # fmt: skip


async def open_ones(db: Db, schemes: list[str], plate: str, today: dt.date, most: int) -> list[Vehicle]:
    """What waits for a decision, the oldest first, then what is out; of one number plate when that is given."""
    return await db.all(
        Vehicle,
        "-- scatter\nselect citizen_id, id, scheme, plate, use, route, purpose, starts_on, ends_on, state, asked_at, decided_at, "
        "decided_name, words, serial, code from passes.vehicle where scheme = any($schemes::text[]) and state in ('asked', 'issued') "
        "and ends_on >= $today and ($plate = '' or plate = $plate) order by state, asked_at, id limit $most",
        schemes=schemes, plate=plate, today=today, most=most,
    )  # fmt: skip


async def withdrawn(db: Db, today: dt.date) -> list[bytes]:
    """Serials of passes that were taken back before their last day."""
    return list(await db.value(
        "-- scatter\nselect coalesce(array_agg(serial order by serial), '{}') from passes.vehicle where state = 'withdrawn' "
        "and serial is not null and ends_on >= $today",
        today=today,
    ))  # fmt: skip
