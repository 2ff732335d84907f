"""Other regions' nodes, maps of their levels, sealed records, and whose certificates are believed."""

import datetime as dt
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.regions import Figures, Located, Mapping, Mode, Peer, Recognised, Reported


class Sealed(msgspec.Struct, frozen=True):
    """A record on its way to the node of the person."""

    org_id: OrgId
    scan_id: bytes
    sealed: bytes


class Sequence(msgspec.Struct, frozen=True):
    """How often this house's own document has changed, and what it said last."""

    seq: int
    body_sha256: bytes


class Trusted(msgspec.Struct, frozen=True):
    """An imported list."""

    document: dict[str, Any]
    sha256: bytes


async def peers(db: Db) -> list[Peer]:
    return await db.all(
        Peer,
        "select node, fingerprint, divisions, mode, state, vouched_by, asked_by, approved_by, seq, document, fetched_at, fault "
        "from passes.peer order by node",
    )


async def put_peer(
    db: Db, node: str, fingerprint: str, divisions: list[str], mode: Mode, vouched_by: str, asked_by: str
) -> int:  # fmt: skip
    return await db.run(
        "insert into passes.peer (node, fingerprint, divisions, mode, state, vouched_by, asked_by) "
        "values ($node, $fingerprint, $divisions, $mode, 'asked', $vouched_by, $asked_by) on conflict (node) do update "
        "set fingerprint = excluded.fingerprint, divisions = excluded.divisions, mode = excluded.mode, state = 'asked', "
        "vouched_by = excluded.vouched_by, asked_by = excluded.asked_by, approved_by = null, document = null, fault = null",
        node=node, fingerprint=fingerprint, divisions=divisions, mode=mode.value, vouched_by=vouched_by, asked_by=asked_by,
    )  # fmt: skip


async def approve_peer(db: Db, node: str, by: str) -> int:
    """0 unless it waits for somebody else than whoever asked for it."""
    return await db.run(
        "update passes.peer set state = 'active', approved_by = $by where node = $node and state = 'asked' and asked_by <> $by",
        node=node, by=by,
    )  # fmt: skip


async def withdraw_peer(db: Db, node: str) -> int:
    return await db.run("update passes.peer set state = 'withdrawn' where node = $node", node=node)


async def put_document(db: Db, node: str, seq: int, text: str, at: dt.datetime) -> int:
    """Never an older one than the one that is held."""
    return await db.run(
        "update passes.peer set seq = $seq, document = $text, fetched_at = $at, fault = null where node = $node and seq <= $seq",
        node=node, seq=seq, text=text, at=at,
    )  # fmt: skip


async def put_fault(db: Db, node: str, why: str) -> int:
    return await db.run("update passes.peer set fault = $why where node = $node", node=node, why=why)


async def mappings(db: Db) -> list[Mapping]:
    return await db.all(Mapping, "select node, scheme, level, becomes from passes.level_map order by node, scheme, level")


async def put_mapping(db: Db, one: Mapping, by: str, at: dt.datetime) -> int:
    return await db.run(
        "insert into passes.level_map (node, scheme, level, becomes, signed_by, since) values ($node, $scheme, $level, $becomes, $by, $at) "
        "on conflict (node, scheme, level) do update set becomes = excluded.becomes, signed_by = excluded.signed_by, "
        "since = excluded.since",
        node=one.node, scheme=one.scheme, level=one.level, becomes=one.becomes, by=by, at=at,
    )  # fmt: skip


async def sequence(db: Db) -> Sequence:
    return await db.one(Sequence, "select seq, body_sha256 from passes.trust_seq")


async def next_sequence(db: Db, sha256: bytes) -> int:
    """One more when what is said has changed; the same when another process was first."""
    return int(await db.value(
        "update passes.trust_seq set seq = seq + (body_sha256 <> $sha256)::int, body_sha256 = $sha256 returning seq", sha256=sha256,
    ))  # fmt: skip


def add_sealed(db: Db, org: OrgId, scan: bytes, node: str, at: dt.datetime, sealed: bytes) -> None:
    db.before_commit(
        "insert into passes.sealed_scan (org_id, scan_id, node, at, sealed) values ($org, $scan, $node, $at, $sealed) "
        "on conflict do nothing",
        org=org, scan=scan, node=node, at=at, sealed=sealed,
    )  # fmt: skip


async def unsent(db: Db, node: str, most: int) -> list[Sealed]:
    return await db.all(
        Sealed,
        """-- scatter
           select org_id, scan_id, sealed from passes.sealed_scan where node = $node and sent_at is null order by at limit $most""",
        node=node, most=most,
    )  # fmt: skip


async def sent(db: Db, orgs: list[OrgId], scans: list[bytes], at: dt.datetime) -> int:
    return await db.run(
        "update passes.sealed_scan s set sent_at = $at from unnest($orgs::uuid[], $scans::bytea[]) as u (org_id, scan_id) "
        "where s.org_id = u.org_id and s.scan_id = u.scan_id and s.org_id = any($orgs::uuid[])",
        orgs=orgs, scans=scans, at=at,
    )  # fmt: skip


async def forget_sent(db: Db, before: dt.datetime) -> int:
    return await db.run("-- scatter\ndelete from passes.sealed_scan where sent_at < $before", before=before)


async def whose(db: Db, org: OrgId, shard: int, row_no: int) -> PersonId | None:
    found = await db.value(
        "select citizen_ref from passes.index_claim where org_id = $org and shard = $shard and row_no = $row_no",
        org=org, shard=shard, row_no=row_no,
    )  # fmt: skip
    return PersonId(found) if found else None


async def add_away_visit(
    db: Db, citizen: PersonId, at: dt.datetime, scan: bytes, node: str, scheme: str, place: str, division: str, direction: str
) -> int:  # fmt: skip
    return await db.run(
        "insert into passes.away_visit (citizen_id, at, scan_id, node, scheme, place, division, direction) "
        "values ($citizen, $at, $scan, $node, $scheme, $place, $division, $direction) on conflict do nothing",
        citizen=citizen, at=at, scan=scan, node=node, scheme=scheme, place=place, division=division, direction=direction,
    )  # fmt: skip


async def put_recognised(db: Db, citizen: PersonId, one: Recognised, jti: str) -> int:
    here = one.here
    return await db.run(
        "insert into passes.recognised (citizen_id, scheme, node, jti, level, colour, ask, at, until, here, shard, row_no) "
        "values ($citizen, $scheme, $node, $jti, $level, $colour, $ask, $at, $until, $here, $shard, $row_no) "
        "on conflict (citizen_id, scheme, node) do update "
        "set jti = excluded.jti, level = excluded.level, colour = excluded.colour, ask = excluded.ask, at = excluded.at, "
        "until = excluded.until, here = excluded.here, shard = excluded.shard, row_no = excluded.row_no",
        citizen=citizen, scheme=one.scheme, node=one.node, jti=jti, level=one.level, colour=one.colour, ask=one.ask, at=one.at,
        until=one.until, here=here.scheme if here else None, shard=here.shard if here else None, row_no=here.row_no if here else None,
    )  # fmt: skip


async def recognised(db: Db, citizen: PersonId, now: dt.datetime) -> list[Recognised]:
    return await db.all(
        Recognised,
        "select scheme, node, level, colour, ask, at, until, case when here is not null then "
        "jsonb_build_object('scheme', here, 'shard', shard, 'row_no', row_no) end as here "
        "from passes.recognised where citizen_id = $citizen and until > $now",
        citizen=citizen, now=now,
    )


async def located(db: Db, citizen: PersonId, scheme: str) -> Located | None:
    """The place that somebody got before, which stays theirs."""
    return await db.maybe(
        Located, "select here as scheme, shard, row_no from passes.recognised where citizen_id = $citizen and here = $scheme limit 1",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def trusted(db: Db) -> Trusted | None:
    return await db.maybe(Trusted, "select document, sha256 from passes.foreign_trust where system = 'certificates'")


async def put_trusted(db: Db, document: dict[str, Any], sha256: bytes, by: str, at: dt.datetime) -> int:
    return await db.run(
        "insert into passes.foreign_trust (system, document, sha256, imported_by, imported_at) "
        "values ('certificates', $document, $sha256, $by, $at) on conflict (system) do update set document = excluded.document, "
        "sha256 = excluded.sha256, imported_by = excluded.imported_by, imported_at = excluded.imported_at",
        document=document, sha256=sha256, by=by, at=at,
    )  # fmt: skip


async def put_figures(db: Db, node: str, one: Figures, at: dt.datetime) -> int:
    return await db.run(
        "insert into passes.region_figures as f (node, scheme, at, said) values ($node, $scheme, $at, $said) "
        "on conflict (node, scheme) do update set at = excluded.at, said = excluded.said where f.at < excluded.at",
        node=node, scheme=one.scheme, at=at, said=one,
    )  # fmt: skip


async def figures(db: Db) -> list[Reported]:
    return await db.all(Reported, "select node, scheme, at, said from passes.region_figures order by node, scheme limit 1000")
