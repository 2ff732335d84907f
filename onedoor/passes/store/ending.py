"""What is kept of a scheme, counted and deleted when its time has come."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Counted(msgspec.Struct, frozen=True):
    """How many rows of a scheme a table has, and a hash over them in the order of their keys."""

    rows: int
    sha256: bytes | None


class Held(msgspec.Struct, frozen=True):
    citizen_id: PersonId


async def declarations(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) as sha256 "
        "from passes.declaration where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def decisions(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(id::text || encode(inputs_sha256, 'hex'), ',' order by id)::bytea) as "
        "sha256 "
        "from passes.decision where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def standings(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(shard::text || '.' || row_no::text, ',' order by shard, row_no)::bytea) "
        "as sha256 from passes.person_index where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def claims(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(shard::text || '.' || row_no::text, ',' order by shard, row_no)::bytea) "
        "as sha256 from passes.index_claim where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def appeals(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) as sha256 "
        "from passes.appeal where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def inbox(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) as sha256 "
        "from passes.appeal_inbox where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def evidence(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(e.id::text, ',' order by e.id)::bytea) as sha256 from passes.evidence e "
        "join passes.appeal a on a.citizen_id = e.citizen_id and a.id = e.appeal_id where a.scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def runs(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, null::bytea as sha256 from passes.replay_run where scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


class File(msgspec.Struct, frozen=True):
    sha256: str


async def papers(db: Db, scheme: str) -> list[File]:
    """What lies in the vault of a scheme's appeals."""
    return await db.all(
        File,
        "-- scatter\nselect e.sha256 from passes.evidence e join passes.appeal a on a.citizen_id = e.citizen_id and a.id = e.appeal_id "
        "where a.scheme = $scheme order by e.id",
        scheme=scheme,
    )  # fmt: skip


async def drop_declarations(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.declaration where scheme = $scheme", scheme=scheme)


async def drop_decisions(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.decision where scheme = $scheme", scheme=scheme)


async def drop_standings(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.person_index where scheme = $scheme", scheme=scheme)


async def drop_claims(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.index_claim where scheme = $scheme", scheme=scheme)


async def drop_evidence(db: Db, scheme: str) -> int:
    return await db.run(
        "-- scatter\ndelete from passes.evidence e using passes.appeal a where a.citizen_id = e.citizen_id and a.id = e.appeal_id "
        "and a.scheme = $scheme",
        scheme=scheme,
    )  # fmt: skip


async def drop_appeals(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.appeal where scheme = $scheme", scheme=scheme)


async def drop_inbox(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.appeal_inbox where scheme = $scheme", scheme=scheme)


async def drop_runs(db: Db, scheme: str) -> int:
    return await db.run("delete from passes.replay_run where scheme = $scheme", scheme=scheme)


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
