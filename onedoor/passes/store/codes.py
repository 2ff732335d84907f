"""Slots, printed codes, lists of colours and their deltas."""

import datetime as dt
from uuid import UUID

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.gates import Coloured, KeptDelta, KeptList, Printed, Slot


async def slots(db: Db, citizen: PersonId, scheme: str, device: UUID, t0s: list[int]) -> list[Slot]:
    return await db.all(
        Slot,
        "select t0, seq, anchor from passes.slot where citizen_id = $citizen and scheme = $scheme and device = $device "
        "and t0 = any($t0s::bigint[]) order by t0",
        citizen=citizen, scheme=scheme, device=device, t0s=t0s,
    )  # fmt: skip


async def next_seqs(db: Db, citizen: PersonId, scheme: str, many: int) -> int:
    """The first of so many counts that nobody else gets; a person's row is locked until the end."""
    return await db.value(
        "with own as (update passes.person_index set seq = seq + $many where citizen_id = $citizen and scheme = $scheme returning seq), "
        "visiting as (update passes.recognised set seq = seq + $many where citizen_id = $citizen and here = $scheme and not exists "
        "(select from passes.person_index where citizen_id = $citizen and scheme = $scheme) returning seq) "
        "select max(seq) - $many + 1 from (select seq from own union all select seq from visiting) as both_",
        citizen=citizen, scheme=scheme, many=many,
    )


async def add_slots(
    db: Db, citizen: PersonId, scheme: str, device: UUID, t0s: list[int], seqs: list[int], anchors: list[bytes], now: dt.datetime
) -> int:
    return await db.run(
        "insert into passes.slot (citizen_id, scheme, t0, device, seq, anchor, minted_at) "
        "select $citizen, $scheme, t.t0, $device, t.seq, t.anchor, $now "
        "from unnest($t0s::bigint[], $seqs::int[], $anchors::bytea[]) as t (t0, seq, anchor) on conflict do nothing",
        citizen=citizen, scheme=scheme, device=device, t0s=t0s, seqs=seqs, anchors=anchors, now=now,
    )  # fmt: skip


async def forget_slots(db: Db, scheme: str, before: int) -> int:
    return await db.run("-- scatter\ndelete from passes.slot where scheme = $scheme and t0 < $before", scheme=scheme, before=before)


async def put_paper(db: Db, scheme: str, shard: int, row_no: int, seq: int, now: dt.datetime) -> None:
    """From now on this is the printed code that counts."""
    await db.run(
        "insert into passes.paper (scheme, shard, row_no, seq, printed_at) values ($scheme, $shard, $row_no, $seq, $now) "
        "on conflict (shard, row_no) do update set seq = excluded.seq, printed_at = excluded.printed_at",
        scheme=scheme, shard=shard, row_no=row_no, seq=seq, now=now,
    )  # fmt: skip


async def papers(db: Db, days: int) -> list[Printed]:
    """The newest printed code of everybody who has one that could still be read."""
    return await db.all(
        Printed,
        "select shard, row_no, seq from passes.paper where printed_at > now() - make_interval(days => $days) "
        "order by shard, row_no limit 200000",
        days=days,
    )


# ── lists of colours ───────────────────────────────────────────────────────────────────────────────


async def lists(db: Db) -> list[KeptList]:
    return await db.all(KeptList, "select shard, scheme, seq, issued_at, packed from passes.colour_list order by shard limit 100")


async def locked_list(db: Db, shard: int) -> KeptList | None:
    return await db.maybe(
        KeptList, "select shard, scheme, seq, issued_at, packed from passes.colour_list where shard = $shard for update", shard=shard
    )


async def changed_colours(db: Db, shard: int, since: dt.datetime | None) -> list[Coloured]:
    """Places whose colour may be another one than at that time; all of them when there is no time."""
    return await db.all(
        Coloured,
        "-- scatter\nselect row_no, colour from passes.person_index where shard = $shard "
        "and ($since::timestamptz is null or changed_at > $since) order by row_no",
        shard=shard, since=since,
    )  # fmt: skip


async def put_list(db: Db, one: KeptList) -> None:
    await db.run(
        "insert into passes.colour_list (shard, scheme, seq, issued_at, packed) values ($shard, $scheme, $seq, $issued, $packed) "
        "on conflict (shard) do update set seq = excluded.seq, issued_at = excluded.issued_at, packed = excluded.packed",
        shard=one.shard, scheme=one.scheme, seq=one.seq, issued=one.issued_at, packed=one.packed,
    )  # fmt: skip


async def add_delta(db: Db, scheme: str, shard: int, from_seq: int, to_seq: int, now: dt.datetime, body: bytes) -> None:
    await db.run(
        "insert into passes.colour_delta (scheme, shard, from_seq, to_seq, issued_at, body) "
        "values ($scheme, $shard, $from_seq, $to_seq, $now, $body)",
        scheme=scheme, shard=shard, from_seq=from_seq, to_seq=to_seq, now=now, body=body,
    )  # fmt: skip


async def deltas(db: Db, shard: int, since: int) -> list[KeptDelta]:
    return await db.all(
        KeptDelta,
        "select shard, from_seq, body from passes.colour_delta where shard = $shard and from_seq >= $since order by from_seq limit 2000",
        shard=shard, since=since,
    )


async def forget_deltas(db: Db, before: dt.datetime) -> int:
    return await db.run("delete from passes.colour_delta where issued_at < $before", before=before)
