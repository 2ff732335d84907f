"""Tracing across nodes: what another region asked of our people, and people of other regions found under an order of ours."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.models import PlaceId
from onedoor.passes.tracing import Away, OrderId, OtherRegions, Stay


class Visited(msgspec.Struct, frozen=True):
    """A record that a gate elsewhere made of one of our people."""

    scan_id: bytes
    citizen_id: PersonId


class Elsewhere(msgspec.Struct, frozen=True):
    """A visit of one of our people in another region, as its node told it."""

    node: str
    place: str
    division: str
    at: dt.datetime
    direction: str


class Seen(msgspec.Struct, frozen=True):
    """A check of somebody of another region here; `scheme` as gates name it, with the node."""

    scan_id: bytes
    scheme: str
    org_id: OrgId
    place_id: PlaceId
    at: dt.datetime
    direction: str


# ── at the home node ───────────────────────────────────────────────────────────────────────────────


async def whose(db: Db, node: str, scheme: str, scans: list[bytes], from_at: dt.datetime, to_at: dt.datetime) -> list[Visited]:
    """Whose these records are: those that this node itself has made, of this scheme, in these days."""
    return await db.all(
        Visited,
        """-- scatter
           select scan_id, citizen_id from passes.away_visit where scan_id = any($scans::bytea[]) and node = $node and scheme = $scheme
              and at >= $from_at and at < $to_at order by citizen_id, at""",
        node=node, scheme=scheme, scans=scans, from_at=from_at, to_at=to_at,
    )  # fmt: skip


async def put_request(db: Db, node: str, one: OtherRegions, scans: list[bytes]) -> int:
    """0 when a question of this name has been answered before."""
    return await db.run(
        "insert into passes.trace_request (node, jti, order_name, scheme, wants, case_no, disease, basis, purpose, asked_name, "
        "approved_name, from_at, to_at, expires_at, shown_after, at, scans, people) values ($node, $jti, $order_name, $scheme, $wants, "
        "$case_no, $disease, $basis, $purpose, $asked_name, $approved_name, $from_at, $to_at, $expires_at, $shown_after, $at, $scans, "
        "$people) on conflict do nothing",
        node=node, jti=one.jti, order_name=one.order_name, scheme=one.scheme, wants=one.wants, case_no=one.case_no, disease=one.disease,
        basis=one.basis, purpose=one.purpose, asked_name=one.asked_name, approved_name=one.approved_name, from_at=one.from_at,
        to_at=one.to_at, expires_at=one.expires_at, shown_after=one.shown_after, at=one.at, scans=scans, people=one.people,
    )  # fmt: skip


async def told_before(db: Db, node: str, order: str, scheme: str, scans: list[bytes]) -> bool:
    """Whether each of these records was among those told under this order already."""
    return bool(await db.value(
        "select not exists (select from unnest($scans::bytea[]) as u (scan) where not exists (select from passes.trace_request "
        "where node = $node and order_name = $order and scheme = $scheme and wants = 'people' and u.scan = any(scans)))",
        node=node, order=order, scheme=scheme, scans=scans,
    ))  # fmt: skip


async def requests(db: Db, most: int) -> list[OtherRegions]:
    return await db.all(
        OtherRegions,
        "select node, jti, order_name, scheme, wants, case_no, disease, basis, purpose, asked_name, approved_name, from_at, to_at, "
        "expires_at, shown_after, at, people from passes.trace_request order by at desc, jti limit $most",
        most=most,
    )


async def visits(db: Db, citizen: PersonId, scheme: str, from_at: dt.datetime, to_at: dt.datetime) -> list[Elsewhere]:
    """Where one of our people was elsewhere, in time order."""
    return await db.all(
        Elsewhere,
        "select node, place, division, at, direction from passes.away_visit where citizen_id = $citizen and scheme = $scheme "
        "and at >= $from_at and at < $to_at order by at limit 2000",
        citizen=citizen, scheme=scheme, from_at=from_at, to_at=to_at,
    )  # fmt: skip


async def newest_visits(db: Db, citizen: PersonId, most: int) -> list[Elsewhere]:
    """Where my code was read elsewhere, the latest first."""
    return await db.all(
        Elsewhere,
        "select node, place, division, at, direction from passes.away_visit where citizen_id = $citizen order by at desc limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


# ── at the node of the gates ───────────────────────────────────────────────────────────────────────


async def seen(db: Db, found: list[Stay], around: list[dt.timedelta], most: int) -> list[Seen]:
    """Checks of other regions' people at these places, during these stays or so near that one of them may have been there too."""
    return await db.all(
        Seen,
        """-- scatter
           select distinct s.scan_id, s.scheme, s.org_id, s.place_id, s.at, s.direction
             from unnest($places::uuid[], $begins::timestamptz[], $ends::timestamptz[], $around::interval[])
                  as p (place, begins, ends, around)
             join passes.scan s on s.place_id = p.place and s.at >= p.begins - p.around and s.at < p.ends + p.around
              and s.day between (p.begins - p.around - interval '1 day')::date and (p.ends + p.around + interval '1 day')::date
            where s.row_no is null and s.scheme like '@%' and not s.undone order by s.at, s.scan_id limit $most""",
        places=[one.place_id for one in found], begins=[one.begins for one in found], ends=[one.ends for one in found], around=around,
        most=most,
    )  # fmt: skip


async def put_away(db: Db, order: OrderId, one: Away) -> int:
    """What is found again replaces what was found before; an opening stays."""
    return await db.run(
        "insert into passes.trace_away (order_id, node, mark, scheme, scans, seconds, class, first_at, places) values ($order, $node, "
        "$mark, $scheme, $scans, $seconds, $class_, $first_at, $places) on conflict (order_id, node, mark) do update set "
        "scheme = excluded.scheme, scans = excluded.scans, seconds = excluded.seconds, class = excluded.class, "
        "first_at = excluded.first_at, places = excluded.places",
        order=order, node=one.node, mark=one.mark, scheme=one.scheme, scans=one.scans, seconds=one.seconds, class_=one.class_.value,
        first_at=one.first_at, places=one.places,
    )  # fmt: skip


async def away(db: Db, order: OrderId, most: int) -> list[Away]:
    return await db.all(
        Away,
        "select node, mark, scheme, scans, seconds, class as class_, first_at, places, opened_at from passes.trace_away "
        "where order_id = $order order by seconds desc, node, mark limit $most",
        order=order, most=most,
    )  # fmt: skip


async def opened(db: Db, order: OrderId, node: str, marks: list[str], at: dt.datetime) -> int:
    return await db.run(
        "update passes.trace_away set opened_at = coalesce(opened_at, $at) where order_id = $order and node = $node "
        "and mark = any($marks::text[])",
        order=order, node=node, marks=marks, at=at,
    )  # fmt: skip
