"""What supervision, tracing and recognition keep of a scheme, counted and deleted when its time has come."""

from onedoor.kernel.db import Db

from .ending import Counted


async def watched(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, sha256(string_agg(citizen_ref::text || scope, ',' order by citizen_ref, scope)::bytea) "
        "as sha256 from passes.watch where scheme = $scheme",
        scheme=scheme,
    )


async def people_now(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, null::bytea as sha256 "
        "from passes.people_now where scheme = $scheme",
        scheme=scheme,
    )


async def rollups(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, null::bytea as sha256 "
        "from passes.rollup where scheme = $scheme",
        scheme=scheme,
    )


async def members(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(citizen_ref::text || org_id::text, ',' order by citizen_ref, org_id)::bytea) "
        "as sha256 from passes.member where scheme = $scheme",
        scheme=scheme,
    )


async def consents(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(citizen_id::text || org_ref::text, ',' order by citizen_id, org_ref)::bytea) "
        "as sha256 from passes.member_consent where scheme = $scheme",
        scheme=scheme,
    )


async def exports(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) "
        "as sha256 from passes.export where scheme = $scheme",
        scheme=scheme,
    )


async def orders(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "select count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) "
        "as sha256 from passes.trace_order where scheme = $scheme",
        scheme=scheme,
    )


async def away_visits(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(citizen_id::text || encode(scan_id, 'hex'), ',' order by citizen_id, scan_id)::bytea) "
        "as sha256 from passes.away_visit where scheme = $scheme",
        scheme=scheme,
    )


async def recognised(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, sha256(string_agg(citizen_id::text || node, ',' order by citizen_id, node)::bytea) "
        "as sha256 from passes.recognised where scheme = $scheme",
        scheme=scheme,
    )


async def drop_watched(db: Db, scheme: str) -> int:
    return await db.run("delete from passes.watch where scheme = $scheme", scheme=scheme)


async def drop_people_now(db: Db, scheme: str) -> int:
    return await db.run("delete from passes.people_now where scheme = $scheme", scheme=scheme)


async def drop_rollups(db: Db, scheme: str) -> int:
    return await db.run("delete from passes.rollup where scheme = $scheme", scheme=scheme)


async def drop_members(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.member where scheme = $scheme", scheme=scheme)


async def drop_consents(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.member_consent where scheme = $scheme", scheme=scheme)


async def drop_exports(db: Db, scheme: str) -> int:
    return await db.run("delete from passes.export where scheme = $scheme", scheme=scheme)


async def drop_orders(db: Db, scheme: str) -> int:
    await db.run(
        "delete from passes.trace_contact where order_id in (select id from passes.trace_order where scheme = $scheme)", scheme=scheme
    )
    return await db.run("delete from passes.trace_order where scheme = $scheme", scheme=scheme)


async def drop_away_visits(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.away_visit where scheme = $scheme", scheme=scheme)


async def drop_recognised(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.recognised where scheme = $scheme", scheme=scheme)
