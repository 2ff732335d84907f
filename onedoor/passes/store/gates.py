"""Gates, their logs, and where people's codes were read."""

import datetime as dt
from collections.abc import Sequence

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId
from onedoor.passes.gates import Claimed, Gate, GateFault, GateFaultId, GateId, Row, Stored, Untold, Visit
from onedoor.passes.models import Place, PlaceId


async def places(db: Db, org: OrgId) -> list[Place]:
    return await db.all(
        Place,
        "select org_id, id, name, class as class_, division, dwell_minutes, indoor, policy, active from passes.place "
        "where org_id = $org order by id limit 1000",
        org=org,
    )


async def places_of(db: Db, orgs: list[OrgId], places: list[PlaceId]) -> list[Place]:
    return await db.all(
        Place,
        "select org_id, id, name, class as class_, division, dwell_minutes, indoor, policy, active from passes.place "
        "where org_id = any($orgs::uuid[]) and id = any($places::uuid[])",
        orgs=orgs, places=places,
    )  # fmt: skip


async def place(db: Db, org: OrgId, which: PlaceId) -> Place | None:
    return await db.maybe(
        Place,
        "select org_id, id, name, class as class_, division, dwell_minutes, indoor, policy, active from passes.place "
        "where org_id = $org and id = $which",
        org=org, which=which,
    )  # fmt: skip


async def add_place(db: Db, org: OrgId, which: PlaceId, name: Text, kind: str, division: str, minutes: int, indoor: bool) -> None:
    await db.run(
        "insert into passes.place (org_id, id, name, class, division, dwell_minutes, indoor) "
        "values ($org, $which, $name, $kind, $division, $minutes, $indoor)",
        org=org, which=which, name=name, kind=kind, division=division, minutes=minutes, indoor=indoor,
    )  # fmt: skip


async def all_gates(db: Db) -> list[Gate]:
    return await db.all(
        Gate,
        "-- scatter\nselect org_id, id, place_id, name, kind, direction, state, public_key, secret_hash, made_at, acked_seq, pending, "
        "chain_head, last_seen from passes.gate order by id limit 100000",
    )


async def gates(db: Db, org: OrgId) -> list[Gate]:
    return await db.all(
        Gate,
        "select org_id, id, place_id, name, kind, direction, state, public_key, secret_hash, made_at, acked_seq, pending, chain_head, "
        "last_seen from passes.gate where org_id = $org order by state, id desc limit 1000",
        org=org,
    )


async def one(db: Db, org: OrgId, gate: GateId) -> Gate | None:
    return await db.maybe(
        Gate,
        "select org_id, id, place_id, name, kind, direction, state, public_key, secret_hash, made_at, acked_seq, pending, chain_head, "
        "last_seen from passes.gate where org_id = $org and id = $gate",
        org=org, gate=gate,
    )  # fmt: skip


async def locked(db: Db, org: OrgId, gate: GateId) -> Gate | None:
    return await db.maybe(
        Gate,
        "select org_id, id, place_id, name, kind, direction, state, public_key, secret_hash, made_at, acked_seq, pending, chain_head, "
        "last_seen from passes.gate where org_id = $org and id = $gate for update",
        org=org, gate=gate,
    )  # fmt: skip


async def invited(db: Db, digest: bytes) -> Gate | None:
    return await db.maybe(
        Gate,
        "-- scatter\nselect org_id, id, place_id, name, kind, direction, state, public_key, secret_hash, made_at, acked_seq, pending, "
        "chain_head, last_seen from passes.gate where invite_hash = $digest and invite_ends > now() and state = 'waiting' for update",
        digest=digest,
    )


async def add(db: Db, gate: Gate, invite: bytes, ends: dt.datetime, by: PersonId) -> None:
    await db.run(
        "insert into passes.gate (org_id, id, place_id, name, kind, direction, state, invite_hash, invite_ends, enrolled_by, made_at) "
        "values ($org, $id, $place, $name, $kind, $direction, 'waiting', $invite, $ends, $by, $now)",
        org=gate.org_id, id=gate.id, place=gate.place_id, name=gate.name, kind=gate.kind.value, direction=gate.direction.value,
        invite=invite, ends=ends, by=by, now=gate.made_at,
    )  # fmt: skip


async def enrol(db: Db, org: OrgId, gate: GateId, public_key: bytes | None, secret: bytes | None, now: dt.datetime) -> None:
    """The link is used up; from now on this key, or this secret, speaks for the gate."""
    await db.run(
        "update passes.gate set state = 'active', public_key = $public_key, secret_hash = $secret, invite_hash = null, invite_ends = null, "
        "last_seen = $now where org_id = $org and id = $gate",
        org=org, gate=gate, public_key=public_key, secret=secret, now=now,
    )  # fmt: skip


async def revoke(db: Db, org: OrgId, gate: GateId) -> int:
    return await db.run(
        "update passes.gate set state = 'revoked', invite_hash = null, invite_ends = null where org_id = $org and id = $gate "
        "and state <> 'revoked'",
        org=org, gate=gate,
    )


async def moved(db: Db, org: OrgId, gate: GateId, acked: int, pending: int, head: bytes, now: dt.datetime) -> None:
    await db.run(
        "update passes.gate set acked_seq = $acked, pending = $pending, chain_head = $head, last_seen = $now "
        "where org_id = $org and id = $gate",
        org=org, gate=gate, acked=acked, pending=pending, head=head, now=now,
    )  # fmt: skip


async def seen(db: Db, org: OrgId, gate: GateId, now: dt.datetime) -> None:
    await db.run("update passes.gate set last_seen = $now where org_id = $org and id = $gate", org=org, gate=gate, now=now)


# ── the log ────────────────────────────────────────────────────────────────────────────────────────


async def add_scans(db: Db, org: OrgId, gate: GateId, place: PlaceId, now: dt.datetime, rows: Sequence[Row]) -> int:
    """How many of them were new: whatever has come before is left as it was."""
    return await db.run(
        "insert into passes.scan (org_id, scan_id, day, gate_id, gate_seq, place_id, at, arrived_at, method, shard, row_no, scheme, "
        "colour, result, refused, direction, companions, temp, undone, link, prev) "
        "select $org, t.scan_id, t.day, $gate, t.gate_seq, $place, t.at, $now, t.method, t.shard, t.row_no, t.scheme, t.colour, t.result, "
        "t.refused, t.direction, t.companions, t.temp, t.undone, t.link, t.prev from unnest($ids::bytea[], $days::date[], $seqs::int[], "
        "$ats::timestamptz[], $methods::text[], $shards::smallint[], $row_nos::int[], $schemes::text[], $colours::smallint[], "
        "$results::text[], $refused::text[], $directions::text[], $companions::smallint[], $temps::smallint[], $undone::boolean[], "
        "$links::bytea[], $prevs::bytea[]) as t (scan_id, day, gate_seq, at, method, shard, row_no, scheme, colour, result, refused, "
        "direction, companions, temp, undone, link, prev) on conflict do nothing",
        org=org, gate=gate, place=place, now=now, ids=[one.scan_id for one in rows], days=[one.day for one in rows],
        seqs=[one.gate_seq for one in rows], ats=[one.at for one in rows], methods=[one.method.value for one in rows],
        shards=[one.shard for one in rows], row_nos=[one.row_no for one in rows], schemes=[one.scheme for one in rows],
        colours=[one.colour for one in rows], results=[one.result for one in rows], refused=[one.refused for one in rows],
        directions=[one.direction.value for one in rows], companions=[one.companions for one in rows],
        temps=[one.temp for one in rows], undone=[one.undone for one in rows], links=[one.link for one in rows],
        prevs=[one.prev for one in rows],
    )  # fmt: skip


async def stored(db: Db, org: OrgId, gate: GateId, low: int, high: int) -> list[Stored]:
    """What is there of a gate's log between two of its counts."""
    return await db.all(
        Stored,
        "select gate_seq, scan_id, link, prev from passes.scan where org_id = $org and gate_id = $gate and gate_seq between $low and $high "
        "order by gate_seq, arrived_at limit 20000",
        org=org, gate=gate, low=low, high=high,
    )  # fmt: skip


async def known_scans(db: Db, org: OrgId, ids: list[bytes], days: list[dt.date]) -> list[bytes]:
    """Which of these checks have been kept already."""
    found: list[bytes] | None = await db.value(
        "select array_agg(scan_id) from passes.scan where org_id = $org and scan_id = any($ids::bytea[]) and day = any($days::date[])",
        org=org, ids=ids, days=days,
    )
    return found or []


async def add_fault(db: Db, org: OrgId, fault: GateFaultId, gate: GateId, kind: str, seq: int, now: dt.datetime) -> int:
    return await db.run(
        "insert into passes.gate_fault (org_id, id, gate_id, kind, seq, at) values ($org, $fault, $gate, $kind, $seq, $now) "
        "on conflict do nothing",
        org=org, fault=fault, gate=gate, kind=kind, seq=seq, now=now,
    )  # fmt: skip


async def faulty(db: Db, org: OrgId) -> list[GateId]:
    """Gates whose log does not fit together."""
    found: list[object] | None = await db.value(
        "select array_agg(distinct gate_id) from passes.gate_fault where org_id = $org", org=org
    )
    return [GateId(one) for one in found or []]  # type: ignore[arg-type]


async def faults(db: Db, org: OrgId, gate: GateId) -> list[GateFault]:
    return await db.all(
        GateFault,
        "select kind, seq, at from passes.gate_fault where org_id = $org and gate_id = $gate order by at desc, seq limit 100",
        org=org, gate=gate,
    )  # fmt: skip


# ── visits ─────────────────────────────────────────────────────────────────────────────────────────


async def untold(db: Db, org: OrgId) -> list[Untold]:
    """Take scans whose persons do not know of them yet, and note that they will."""
    return await db.all(
        Untold,
        "with taken as (select org_id, scan_id, day from passes.scan where org_id = $org and not told and row_no is not null "
        "order by at limit 1000 for update skip locked) update passes.scan s set told = true from taken "
        "where s.org_id = $org and s.org_id = taken.org_id and s.scan_id = taken.scan_id and s.day = taken.day "
        "returning s.scan_id, s.at, s.gate_id, s.place_id, s.shard, s.row_no, s.direction, s.result",
        org=org,
    )


async def claimed(db: Db, org: OrgId, shards: list[int], rows: list[int]) -> list[Claimed]:
    """Whose these places are; `org` is the authority of the scheme."""
    return await db.all(
        Claimed,
        "select c.shard, c.row_no, c.citizen_ref, c.scheme from passes.index_claim c "
        "join unnest($shards::smallint[], $rows::int[]) as t (shard, row_no) on c.shard = t.shard and c.row_no = t.row_no "
        "where c.org_id = $org",
        org=org, shards=shards, rows=rows,
    )  # fmt: skip


async def add_visits(db: Db, org: OrgId, found: Sequence[tuple[PersonId, str, Untold]]) -> int:
    return await db.run(
        "insert into passes.visit (citizen_id, at, scan_id, scheme, org_ref, place_ref, gate_ref, direction, result) "
        "select t.citizen, t.at, t.scan_id, t.scheme, $org, t.place, t.gate, t.direction, t.result from unnest($citizens::uuid[], "
        "$ats::timestamptz[], $ids::bytea[], $schemes::text[], $places::uuid[], $gates::uuid[], $directions::text[], $results::text[]) "
        "as t (citizen, at, scan_id, scheme, place, gate, direction, result) on conflict do nothing",
        org=org, citizens=[citizen for citizen, _, _ in found], ats=[one.at for _, _, one in found],
        ids=[one.scan_id for _, _, one in found], schemes=[scheme for _, scheme, _ in found], places=[one.place_id for _, _, one in found],
        gates=[one.gate_id for _, _, one in found], directions=[one.direction.value for _, _, one in found],
        results=[one.result for _, _, one in found],
    )  # fmt: skip


async def visits(db: Db, citizen: PersonId, before: dt.datetime, than: bytes) -> list[Visit]:
    """The fifty before a moment, and of that moment those whose scan comes before `than`."""
    return await db.all(
        Visit,
        "select at, scan_id, scheme, org_ref, place_ref, direction, result from passes.visit where citizen_id = $citizen "
        "and (at, scan_id) < ($before, $than) order by at desc, scan_id desc limit 50",
        citizen=citizen, before=before, than=than,
    )  # fmt: skip


async def make_day(db: Db, day: dt.date) -> bool:
    return bool(await db.value("select passes.make_day($day)", day=day))
