"""What is kept of a scheme, counted, and how far its deletion has come."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.records import DeletionRun


class Held(msgspec.Struct, frozen=True):
    citizen_id: PersonId


async def evidence(db: Db, scheme: str) -> int:
    return int(await db.value(
        "-- scatter\nselect count(*) from passes.evidence e join passes.appeal a on a.citizen_id = e.citizen_id and a.id = e.appeal_id "
        "where a.scheme = $scheme",
        scheme=scheme,
    ))  # fmt: skip


async def declarations(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.declaration where scheme = $scheme", scheme=scheme))


async def decisions(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.decision where scheme = $scheme", scheme=scheme))


async def standings(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.person_index where scheme = $scheme", scheme=scheme))


async def appeals(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.appeal where scheme = $scheme", scheme=scheme))


async def slots(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.slot where scheme = $scheme", scheme=scheme))


async def visits(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.visit where scheme = $scheme", scheme=scheme))


async def consents(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.member_consent where scheme = $scheme", scheme=scheme))


async def away_visits(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.away_visit where scheme = $scheme", scheme=scheme))


async def recognised(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.recognised where $scheme in (scheme, here)", scheme=scheme))


async def scans(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.scan where scheme = $scheme", scheme=scheme))


async def inbox(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.appeal_inbox where scheme = $scheme", scheme=scheme))


async def claims(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.index_claim where scheme = $scheme", scheme=scheme))


async def runs(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.replay_run where scheme = $scheme", scheme=scheme))


async def papers(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.paper where scheme = $scheme", scheme=scheme))


async def colour_deltas(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.colour_delta where scheme = $scheme", scheme=scheme))


async def colour_lists(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.colour_list where scheme = $scheme", scheme=scheme))


async def sms_wishes(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.sms_wish where scheme = $scheme", scheme=scheme))


async def number_lists(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.number_list where scheme = $scheme", scheme=scheme))


async def watched(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.watch where scheme = $scheme", scheme=scheme))


async def people_now(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.people_now where scheme = $scheme", scheme=scheme))


async def rollups(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.rollup where scheme = $scheme", scheme=scheme))


async def members(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.member where scheme = $scheme", scheme=scheme))


async def exports(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.export where scheme = $scheme", scheme=scheme))


async def case_reports(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.case_report where scheme = $scheme", scheme=scheme))


async def orders(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.trace_order where scheme = $scheme", scheme=scheme))


async def vehicles(db: Db, scheme: str) -> int:
    return int(await db.value("-- scatter\nselect count(*) from passes.vehicle where scheme = $scheme", scheme=scheme))


async def requests(db: Db, scheme: str) -> int:
    return int(await db.value("select count(*) from passes.trace_request where scheme = $scheme", scheme=scheme))


class File(msgspec.Struct, frozen=True):
    sha256: str


async def files(db: Db, scheme: str) -> list[File]:
    """What lies in the vault of a scheme's appeals."""
    return await db.all(
        File,
        "-- scatter\nselect e.sha256 from passes.evidence e join passes.appeal a on a.citizen_id = e.citizen_id and a.id = e.appeal_id "
        "where a.scheme = $scheme order by e.id",
        scheme=scheme,
    )  # fmt: skip


async def run(db: Db, scheme: str, table: str) -> DeletionRun:
    """How far the deletion of a table has come; held until the end of the transaction."""
    return await db.one(
        DeletionRun,
        "insert into passes.deletion_run as r (scheme, part) values ($scheme, $table) on conflict (scheme, part) do update "
        "set part = r.part returning part, rows, sha256, cursor, done",
        scheme=scheme, table=table,
    )  # fmt: skip


async def save_run(db: Db, scheme: str, one: DeletionRun) -> None:
    await db.run(
        "update passes.deletion_run set rows = $rows, sha256 = $sha256, cursor = $cursor, done = $done "
        "where scheme = $scheme and part = $part",
        scheme=scheme, part=one.part, rows=one.rows, sha256=one.sha256, cursor=one.cursor, done=one.done,
    )  # fmt: skip


async def held(db: Db, scheme: str, after: PersonId, most: int) -> list[Held]:
    """Whom it concerns that a scheme has ended, in the order of their ids."""
    return await db.all(
        Held,
        "-- scatter\nselect citizen_id from passes.person_index where scheme = $scheme and citizen_id > $after order by citizen_id limit "
        "$most",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def forget_subjects(db: Db, before: dt.datetime) -> int:
    """Persons without an account of whom no scheme keeps anything and whom nobody may stand in for any more."""
    return await db.run(
        "-- scatter\nwith gone as (delete from passes.subject s where s.made_at < $before and not exists (select 1 from "
        "passes.person_index i "
        "where i.citizen_id = s.citizen_id) and not exists (select 1 from passes.dependant d where d.person_ref = s.citizen_id "
        "and d.state in ('waiting', 'confirmed')) returning citizen_id) delete from passes.subject_claim c using gone "
        "where c.citizen_id = gone.citizen_id",
        before=before,
    )


async def forget_mandates(db: Db, before: dt.datetime) -> int:
    """Mandates that were declined or ended long ago."""
    return await db.run(
        "-- scatter\ndelete from passes.dependant where state in ('declined', 'ended') and confirmed_at < $before", before=before
    )
