"""Every statement of identity."""

import datetime as dt

import msgspec

from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id

from .models import (
    Bearer,
    Claim,
    CodeId,
    Firm,
    IdClaim,
    Named,
    Person,
    PersonId,
    RegisterEntry,
    Session,
    SessionId,
    SessionKind,
    Tried,
)


async def bearer(db: Db, token_hash: bytes) -> Bearer | None:
    return await db.maybe(
        Bearer,
        "select id, citizen_ref, assurance, name, seen_at < now() - interval '10 minutes' as stale, rev, acting_for, power_ref as power "
        "from identity.session "
        "where token_hash = $token_hash and expires_at > now()",
        token_hash=token_hash,
    )


def touch(db: Db, citizen: PersonId) -> None:
    """One after the other in the same order: two changes at once for somebody on several devices never wait for each other."""
    db.at_commit(
        "update identity.session set rev = rev + 1 where id in "
        "(select id from identity.session where citizen_ref = $citizen order by id for no key update)",
        citizen=citizen,
    )


async def turn(db: Db, session: Id, to: Id | None, power: Id | None) -> None:
    await db.run(
        "update identity.session set acting_for = $to, power_ref = $power, rev = rev + 1 where id = $session",
        to=to, power=power, session=session,
    )  # fmt: skip


async def signed_in_anywhere(db: Db, citizen: PersonId) -> bool:
    return await db.value("select 1 from identity.session where citizen_ref = $citizen limit 1", citizen=citizen) is not None


async def claim_ward(db: Db, id_hash: bytes, fresh: PersonId) -> PersonId:
    """The key of whoever has this number and no account; always the same one."""
    await db.run(
        "insert into identity.ward_claim (id_hash, citizen_id) values ($id_hash, $fresh) on conflict (id_hash) do nothing",
        id_hash=id_hash, fresh=fresh,
    )  # fmt: skip
    return PersonId(await db.value("select citizen_id from identity.ward_claim where id_hash = $id_hash", id_hash=id_hash))


async def put_firm(db: Db, citizen: PersonId, firm: Firm, assurance: int, now: dt.datetime, today: dt.date) -> None:
    """What the company register says of an organisation, as of now."""
    await db.run(
        "insert into identity.person (citizen_id, phone, assurance, name, id_number, address, firm, checked_on, joined_at) "
        "values ($citizen, '', $assurance, $name, $uscc, nullif($address, ''), $firm, $today, $now) "
        "on conflict (citizen_id) do update set name = excluded.name, address = excluded.address, firm = excluded.firm, "
        "checked_on = excluded.checked_on",
        citizen=citizen, assurance=assurance, name=firm.name, uscc=firm.uscc, address=firm.address, firm=firm, now=now,
        today=today,
    )  # fmt: skip


async def ward(db: Db, id_hash: bytes) -> PersonId | None:
    """By which key somebody was known for whom others have acted."""
    found = await db.value("select citizen_id from identity.ward_claim where id_hash = $id_hash", id_hash=id_hash)
    return PersonId(found) if found else None


async def put_ward(
    db: Db, citizen: PersonId, entry: RegisterEntry, assurance: int, district: str | None, now: dt.datetime, today: dt.date
) -> None:  # fmt: skip
    """What the register says of somebody without a phone, as of now."""
    await db.run(
        "insert into identity.person (citizen_id, phone, assurance, name, id_number, sex, birth_on, nation, household_address, address, "
        "district, checked_on, joined_at) values ($citizen, '', $assurance, $name, $id_number, $sex, $birth_on, $nation, "
        "$household_address, $address, $district, $today, $now) on conflict (citizen_id) do update set "
        "name = excluded.name, nation = excluded.nation, household_address = excluded.household_address, address = excluded.address, "
        "checked_on = excluded.checked_on",
        citizen=citizen, assurance=assurance, name=entry.name, id_number=entry.id_number, sex=entry.sex.value, birth_on=entry.birth_on,
        nation=entry.nation, household_address=entry.household_address, address=entry.address, district=district, now=now,
        today=today,
    )  # fmt: skip


async def seen(db: Db, session: SessionId) -> None:
    await db.run("update identity.session set seen_at = now() where id = $session", session=session)


async def ask_code(db: Db, tel: str, code: CodeId, now: dt.datetime, until: dt.datetime, again: dt.datetime) -> bool:
    """Put a fresh code in place of the old one, unless one was sent after `again` and is still good; whether it was put."""
    return bool(await db.run(
        "insert into identity.one_time_code as c (tel, id, sent_at, expires_at) values ($tel, $code, $now, $until) "
        "on conflict (tel) do update set id = excluded.id, sent_at = excluded.sent_at, expires_at = excluded.expires_at, "
        "tries = 0, used = false where c.used or c.sent_at <= $again",
        tel=tel, code=code, now=now, until=until, again=again,
    ))  # fmt: skip


async def code_waiting(db: Db, tel: str, code: CodeId, now: dt.datetime) -> bool:
    """Whether this code is still the one that the phone waits for."""
    return await db.value(
        "select 1 from identity.one_time_code where tel = $tel and id = $code and not used and expires_at > $now",
        tel=tel, code=code, now=now,
    ) is not None  # fmt: skip


async def code_sent_at(db: Db, tel: str) -> dt.datetime | None:
    return await db.value("select sent_at from identity.one_time_code where tel = $tel", tel=tel)


async def try_code(db: Db, tel: str, now: dt.datetime, most: int) -> Tried | None:
    """Count one more try and lock the row; None when there is no code to try."""
    return await db.maybe(
        Tried,
        "update identity.one_time_code set tries = tries + 1 where tel = $tel and not used and expires_at > $now and tries < $most "
        "returning id, tries",
        tel=tel, now=now, most=most,
    )  # fmt: skip


async def use_code(db: Db, code: CodeId, tel: str) -> None:
    await db.run("update identity.one_time_code set used = true where tel = $tel and id = $code", tel=tel, code=code)


async def citizen_of_phone(db: Db, tel: str) -> Claim | None:
    return await db.maybe(Claim, "select tel, citizen_id from identity.phone_claim where tel = $tel", tel=tel)


async def claim_phone(db: Db, tel: str, citizen: PersonId) -> bool:
    return bool(await db.run(
        "insert into identity.phone_claim (tel, citizen_id) values ($tel, $citizen) on conflict (tel) do nothing",
        tel=tel, citizen=citizen,
    ))  # fmt: skip


async def claim_id_number(db: Db, id_hash: bytes, citizen: PersonId) -> bool:
    """Whether the number is this citizen's, now or already."""
    await db.run(
        "insert into identity.id_claim (id_hash, citizen_id) values ($id_hash, $citizen) on conflict (id_hash) do nothing",
        id_hash=id_hash, citizen=citizen,
    )  # fmt: skip
    return await db.value(
        "select 1 from identity.id_claim where id_hash = $id_hash and citizen_id = $citizen", id_hash=id_hash, citizen=citizen
    ) is not None  # fmt: skip


async def holder(db: Db, id_hash: bytes) -> PersonId | None:
    found = await db.value("select citizen_id from identity.id_claim where id_hash = $id_hash", id_hash=id_hash)
    return PersonId(found) if found else None


class Claimed(msgspec.Struct, frozen=True):
    """Whose number this is, by its keyed hash."""

    citizen_id: PersonId


async def holders(db: Db, hashes: list[bytes]) -> list[Claimed]:
    """Of all these at once, those with an account and those for whom others have acted before."""
    return await db.all(
        Claimed,
        "-- scatter\nselect citizen_id from identity.id_claim where id_hash = any($hashes::bytea[]) "
        "union select citizen_id from identity.ward_claim where id_hash = any($hashes::bytea[])",
        hashes=hashes,
    )  # fmt: skip


async def add_person(db: Db, citizen: PersonId, tel: str, now: dt.datetime) -> None:
    await db.run(
        "insert into identity.person (citizen_id, phone, joined_at) values ($citizen, $tel, $now)", citizen=citizen, tel=tel, now=now
    )


async def person(db: Db, citizen: PersonId) -> Person | None:
    return await db.maybe(
        Person,
        "select citizen_id, phone, assurance, name, id_number, sex, birth_on, nation, household_address, address, district, checked_on, "
        "firm from identity.person where citizen_id = $citizen",
        citizen=citizen,
    )


async def names(db: Db, citizens: list[PersonId]) -> list[Named]:
    return await db.all(
        Named, "-- scatter\nselect citizen_id, name from identity.person where citizen_id = any($citizens::uuid[]) and name is not null",
        citizens=citizens,
    )  # fmt: skip


class Numbered(msgspec.Struct, frozen=True):
    """A proven identity number."""

    citizen_id: PersonId
    id_number: str


async def id_numbers(db: Db, citizens: list[PersonId]) -> list[Numbered]:
    return await db.all(
        Numbered,
        "-- scatter\nselect citizen_id, id_number from identity.person where citizen_id = any($citizens::uuid[]) and id_number is not null",
        citizens=citizens,
    )  # fmt: skip


class Row(msgspec.Struct, frozen=True):
    """Somebody, by nothing but the id."""

    citizen_id: PersonId


async def proven(db: Db, after: PersonId | None, most: int) -> list[Row]:
    """The next people whose names are proven."""
    return await db.all(
        Row,
        "-- scatter\n"
        "select citizen_id from identity.person where assurance >= 2 and firm is null and ($after::uuid is null or citizen_id > $after) "
        "order by citizen_id limit $most",
        after=after, most=most,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId) -> Person | None:
    return await db.maybe(
        Person,
        "select citizen_id, phone, assurance, name, id_number, sex, birth_on, nation, household_address, address, district, checked_on, "
        "firm from identity.person where citizen_id = $citizen for update",
        citizen=citizen,
    )


async def save_proof(db: Db, citizen: PersonId, entry: RegisterEntry, assurance: int, today: dt.date) -> None:
    await db.run(
        "update identity.person set assurance = $assurance, name = $name, id_number = $id_number, sex = $sex, birth_on = $birth_on, "
        "nation = $nation, household_address = $household_address, address = $address, checked_on = $today where citizen_id = $citizen",
        citizen=citizen, assurance=assurance, name=entry.name, id_number=entry.id_number, sex=entry.sex.value, birth_on=entry.birth_on,
        nation=entry.nation, household_address=entry.household_address, address=entry.address, today=today,
    )  # fmt: skip


async def save_district(db: Db, citizen: PersonId, district: str) -> None:
    await db.run("update identity.person set district = $district where citizen_id = $citizen", citizen=citizen, district=district)


async def raise_sessions(db: Db, citizen: PersonId, assurance: int, name: str) -> None:
    """Every device signed in now knows of the proof at its next request."""
    await db.run(
        "update identity.session set assurance = $assurance, name = $name where citizen_ref = $citizen",
        citizen=citizen, assurance=assurance, name=name,
    )  # fmt: skip


async def open_session(
    db: Db, session: SessionId, token_hash: bytes, citizen: PersonId, kind: SessionKind, device: str,
    assurance: int, name: str, now: dt.datetime, until: dt.datetime,
) -> None:  # fmt: skip
    await db.run(
        "insert into identity.session (id, token_hash, citizen_ref, kind, device, assurance, name, begun_at, seen_at, expires_at) "
        "values ($session, $token_hash, $citizen, $kind, $device, $assurance, $name, $now, $now, $until)",
        session=session, token_hash=token_hash, citizen=citizen, kind=kind.value, device=device, assurance=assurance, name=name,
        now=now, until=until,
    )  # fmt: skip


async def close_oldest(db: Db, citizen: PersonId, keep: int) -> None:
    await db.run(
        "delete from identity.session where id in (select id from identity.session where citizen_ref = $citizen "
        "order by begun_at desc offset $keep)",
        citizen=citizen, keep=keep,
    )  # fmt: skip


async def sessions(db: Db, citizen: PersonId, most: int) -> list[Session]:
    return await db.all(
        Session,
        "select id, kind, device, begun_at, seen_at, expires_at from identity.session where citizen_ref = $citizen and expires_at > now() "
        "order by seen_at desc, id limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def session_open(db: Db, citizen: PersonId, session: Id) -> bool:
    return await db.value(
        "select 1 from identity.session where citizen_ref = $citizen and id = $session and expires_at > now()",
        citizen=citizen, session=session,
    ) is not None  # fmt: skip


async def close_session(db: Db, citizen: PersonId, session: Id) -> bool:
    return bool(await db.run(
        "delete from identity.session where citizen_ref = $citizen and id = $session", citizen=citizen, session=session
    ))  # fmt: skip


async def close_sessions(db: Db, citizen: PersonId) -> int:
    return await db.run("delete from identity.session where citizen_ref = $citizen", citizen=citizen)


async def wake_streams(db: Db, citizen: PersonId) -> None:
    """Open event streams of this person look at their session again."""
    await db.run("select pg_notify('inbox', $citizen)", citizen=citizen.hex)


async def sweep(db: Db, now: dt.datetime) -> int:
    """Remove what has run out."""
    codes = await db.run("delete from identity.one_time_code where expires_at < $now", now=now)
    return codes + await db.run("delete from identity.session where expires_at < $now", now=now)


async def claim_phones(db: Db, tels: list[str], fresh: list[PersonId]) -> list[Claim]:
    """An account for every phone; those that had one keep it."""
    await db.run(
        "insert into identity.phone_claim (tel, citizen_id) select tel, citizen_id "
        "from unnest($tels::text[], $fresh::uuid[]) as new (tel, citizen_id) "
        "on conflict (tel) do nothing",
        tels=tels, fresh=fresh,
    )  # fmt: skip
    return await db.all(Claim, "select tel, citizen_id from identity.phone_claim where tel = any($tels::text[])", tels=tels)


async def claim_id_numbers(db: Db, hashes: list[bytes], citizens: list[PersonId]) -> list[IdClaim]:
    await db.run(
        "insert into identity.id_claim (id_hash, citizen_id) select id_hash, citizen_id "
        "from unnest($hashes::bytea[], $citizens::uuid[]) as new (id_hash, citizen_id) "
        "on conflict (id_hash) do nothing",
        hashes=hashes, citizens=citizens,
    )  # fmt: skip
    return await db.all(IdClaim, "select id_hash, citizen_id from identity.id_claim where id_hash = any($hashes::bytea[])", hashes=hashes)


async def put_persons(db: Db, claims: list[Claim], now: dt.datetime) -> int:
    return await db.run(
        "insert into identity.person (citizen_id, phone, joined_at) select citizen_id, tel, $now "
        "from unnest($citizens::uuid[], $tels::text[]) as new (citizen_id, tel) on conflict (citizen_id) do nothing",
        citizens=[c.citizen_id for c in claims], tels=[c.tel for c in claims], now=now,
    )  # fmt: skip


async def put_proofs(db: Db, citizens: list[PersonId], rows: list[dict[str, object]], assurance: int, today: dt.date) -> int:
    """What is known of persons who are already proven when the city is loaded; a later proof of their own is not touched."""
    return await db.run(
        "update identity.person p set assurance = $assurance, name = r.name, id_number = r.id_number, birth_on = r.birth_on, sex = r.sex, "
        "nation = r.nation, household_address = r.household_address, address = r.address, district = coalesce(p.district, r.district), "
        "checked_on = $today from unnest($citizens::uuid[]) with ordinality as k (citizen_id, n) join "
        "(select name, id_number, birth_on, sex, nation, household_address, address, district, n from rows from (jsonb_to_recordset("
        "$rows::jsonb) as (name text, id_number text, birth_on date, sex text, nation jsonb, household_address text, address text, "
        "district text)) with ordinality as x (name, id_number, birth_on, sex, nation, household_address, address, district, n)) r "
        "using (n) "
        "where p.citizen_id = k.citizen_id and p.citizen_id = any($citizens::uuid[]) and p.assurance < $assurance",
        citizens=citizens, rows=rows, assurance=assurance, today=today,
    )  # fmt: skip


async def put_districts(db: Db, citizens: list[PersonId], districts: list[str]) -> int:
    return await db.run(
        "update identity.person p set district = k.district from unnest($citizens::uuid[], $districts::text[]) as k (citizen_id, district) "
        "where p.citizen_id = k.citizen_id and p.citizen_id = any($citizens::uuid[]) and p.district is null",
        citizens=citizens, districts=districts,
    )  # fmt: skip


async def heard(db: Db, source: str) -> int:
    """Up to which event this source has been read."""
    return int(await db.value("select number from identity.heard where source = $source", source=source) or 0)


async def hear(db: Db, source: str, number: int) -> int:
    return await db.run(
        """insert into identity.heard (source, number) values ($source, $number)
           on conflict (source) do update set number = greatest(identity.heard.number, excluded.number)""",
        source=source, number=number,
    )  # fmt: skip
