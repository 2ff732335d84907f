"""What codes and gates have kept of a scheme, counted and deleted when its time has come."""

from onedoor.kernel.db import Db
from onedoor.passes.store.ending import Counted


async def slots(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(citizen_id::text || '.' || t0::text, \',\' order by citizen_id, t0)::bytea) as sha256 "
        "from passes.slot where scheme = $scheme",
        scheme=scheme,
    )


async def drop_slots(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.slot where scheme = $scheme", scheme=scheme)


async def visits(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(citizen_id::text || '.' || encode(scan_id, 'hex'), \',\' order by citizen_id, scan_id)::bytea) as sha256 "
        "from passes.visit where scheme = $scheme",
        scheme=scheme,
    )


async def drop_visits(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.visit where scheme = $scheme", scheme=scheme)


async def scans(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(encode(scan_id, 'hex'), \',\' order by scan_id)::bytea) as sha256 "
        "from passes.scan where scheme = $scheme",
        scheme=scheme,
    )


async def drop_scans(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.scan where scheme = $scheme", scheme=scheme)


async def papers(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(shard::text || '.' || row_no::text || '.' || seq::text, \',\' order by shard, row_no)::bytea) as sha256 "
        "from passes.paper where scheme = $scheme",
        scheme=scheme,
    )


async def drop_papers(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.paper where scheme = $scheme", scheme=scheme)


async def colour_lists(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(encode(sha256(packed), 'hex'), \',\' order by shard)::bytea) as sha256 "
        "from passes.colour_list where scheme = $scheme",
        scheme=scheme,
    )


async def drop_colour_lists(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.colour_list where scheme = $scheme", scheme=scheme)


async def colour_deltas(db: Db, scheme: str) -> Counted:
    return await db.one(
        Counted,
        "-- scatter\nselect count(*) as rows, "
        "sha256(string_agg(encode(sha256(body), 'hex'), \',\' order by shard, from_seq)::bytea) as sha256 "
        "from passes.colour_delta where scheme = $scheme",
        scheme=scheme,
    )


async def drop_colour_deltas(db: Db, scheme: str) -> int:
    return await db.run("-- scatter\ndelete from passes.colour_delta where scheme = $scheme", scheme=scheme)
