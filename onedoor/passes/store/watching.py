"""Whoever is not green by scope, counts by scope and hour, alarms, members of organisations."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.gates import GateId
from onedoor.passes.models import Colour
from onedoor.passes.watching import Alarm, AlarmId, Consent, Export, Hours, Member, Now, Watched


class Counted(msgspec.Struct, frozen=True):
    """How many people of a division have a colour."""

    division: str
    scheme: str
    colour: Colour
    n: int


class PlaceHour(msgspec.Struct, frozen=True):
    """What arrived from one place, by the hour in which it happened."""

    org_id: OrgId
    place_id: PersonId
    division: str
    scheme: str
    hour: dt.datetime
    scans: int
    refused: int
    fever: int


class PersonHour(msgspec.Struct, frozen=True):
    """Declarations, or colours that turned, of one division in one hour."""

    division: str
    scheme: str
    hour: dt.datetime
    n: int


class Quiet(msgspec.Struct, frozen=True):
    """An active gate of which nothing has been heard, or whose log does not fit together."""

    id: GateId
    gate: str
    place: dict[str, str]
    division: str
    since: dt.datetime


class Stray(msgspec.Struct, frozen=True):
    """Somebody whose view is not what it should be, with what holds for them."""

    citizen: PersonId
    scheme: str
    colour: Colour
    since: dt.datetime
    division: str


class Hot(msgspec.Struct, frozen=True):
    """A high reading, with its place and gate."""

    scan_id: bytes
    at: dt.datetime
    temp: int
    gate: str
    place: dict[str, str]
    division: str


class View(msgspec.Struct, frozen=True):
    """What the scopes of a path see of one person; an empty path for somebody who is green."""

    citizen: PersonId
    colour: str
    since: dt.datetime
    path: str
    name: str


def follow(db: Db, scheme: str, views: Sequence[View]) -> None:
    """From now on in the view of exactly the scopes of each one's path."""
    citizens, paths = [one.citizen for one in views], [one.path for one in views]
    colours, since = [one.colour for one in views], [one.since for one in views]
    db.before_commit(
        "-- scatter\ndelete from passes.watch w using unnest($citizens::uuid[], $paths::text[]) as u (citizen, path) "
        "where w.citizen_ref = u.citizen and w.scheme = $scheme and w.scope <> all(string_to_array(u.path, '.'))",
        citizens=citizens, paths=paths, scheme=scheme,
    )  # fmt: skip
    if any(paths):
        db.before_commit(
            "insert into passes.watch (scope, scheme, citizen_ref, colour, since, path, name) "
            "select scope, $scheme, u.citizen, u.colour, u.since, u.path, u.name from unnest($citizens::uuid[], $colours::text[], "
            "$since::timestamptz[], $paths::text[], $names::text[]) as u (citizen, colour, since, path, name) "
            "cross join unnest(string_to_array(u.path, '.')) as scope "
            "on conflict (scope, scheme, citizen_ref) do update set colour = excluded.colour, since = excluded.since, "
            "path = excluded.path, name = excluded.name",
            citizens=citizens, colours=colours, since=since, paths=paths, names=[one.name for one in views], scheme=scheme,
        )  # fmt: skip
    db.before_commit(
        "-- scatter\nupdate passes.member m set colour = u.colour, since = u.since from unnest($citizens::uuid[], $colours::text[], "
        "$since::timestamptz[]) as u (citizen, colour, since) where m.citizen_ref = u.citizen and m.scheme = $scheme and exists "
        "(select from passes.member_consent c where c.citizen_id = u.citizen and c.scheme = $scheme and c.org_ref = m.org_id "
        "and c.ended_at is null)",
        citizens=citizens, colours=colours, since=since, scheme=scheme,
    )  # fmt: skip


async def listed(
    db: Db, scope: str, scheme: str, colours: list[str], before: dt.datetime, before_id: PersonId, most: int
) -> list[Watched]:  # fmt: skip
    return await db.all(
        Watched,
        "select citizen_ref, colour, since, path, name from passes.watch where scope = $scope and scheme = $scheme "
        "and (since, citizen_ref) < ($before, $before_id) and colour = any($colours::text[]) "
        "order by since desc, citizen_ref desc limit $most",
        scope=scope, scheme=scheme, colours=colours, before=before, before_id=before_id, most=most,
    )  # fmt: skip


async def watched(db: Db, scope: str, scheme: str, citizen: PersonId) -> Watched | None:
    return await db.maybe(
        Watched,
        "select citizen_ref, colour, since, path, name from passes.watch "
        "where scope = $scope and scheme = $scheme and citizen_ref = $citizen",
        scope=scope, scheme=scheme, citizen=citizen,
    )  # fmt: skip


async def people_now(db: Db, scopes: list[str], scheme: str) -> list[Now]:
    return await db.all(
        Now, "select scope, colour, n, at from passes.people_now where scope = any($scopes::text[]) and scheme = $scheme",
        scopes=scopes, scheme=scheme,
    )  # fmt: skip


async def hours(db: Db, scope: str, scheme: str, since: dt.datetime) -> Hours:
    return await db.one(
        Hours,
        "select $scope as scope, coalesce(sum(declared), 0)::int as declared, coalesce(sum(turned), 0)::int as turned, "
        "coalesce(sum(scans), 0)::int as scans, coalesce(sum(refused), 0)::int as refused, coalesce(sum(fever), 0)::int as fever "
        "from passes.rollup where scope = $scope and scheme = $scheme and hour >= $since",
        scope=scope, scheme=scheme, since=since,
    )  # fmt: skip


async def alarms(db: Db, scope: str, most: int) -> list[Alarm]:
    return await db.all(
        Alarm, "select id, kind, at, path, said from passes.alarm where scope = $scope order by at desc, id desc limit $most",
        scope=scope, most=most,
    )  # fmt: skip


async def counted_people(db: Db) -> list[Counted]:
    return await db.all(
        Counted,
        """-- scatter
           select division, scheme, colour, count(*)::int as n from passes.person_index where state = 'active' group by 1, 2, 3""",
    )


async def put_people_now(db: Db, rows: Sequence[dict[str, object]], at: dt.datetime) -> int:
    """The new counts; what is no longer among them is nobody."""
    await db.run(
        """insert into passes.people_now (scope, scheme, colour, n, at)
           select scope, scheme, colour, n, $at from jsonb_to_recordset($rows::jsonb) as r (scope text, scheme text, colour text, n int)
           on conflict (scope, scheme, colour) do update set n = excluded.n, at = excluded.at""",
        rows=rows, at=at,
    )  # fmt: skip
    return await db.run("delete from passes.people_now where at < $at", at=at)


async def counted_up_to(db: Db, what: str) -> dt.datetime | None:
    """Locked, so that two jobs do not count the same twice; None before the first time."""
    return await db.value("select up_to from passes.counted where what = $what for update", what=what)


async def put_counted(db: Db, what: str, up_to: dt.datetime) -> int:
    return await db.run(
        "insert into passes.counted (what, up_to) values ($what, $up_to) on conflict (what) do update set up_to = excluded.up_to",
        what=what, up_to=up_to,
    )


async def arrived(db: Db, after: dt.datetime, up_to: dt.datetime) -> list[PlaceHour]:
    """Checks that arrived in between, whenever they were made."""
    return await db.all(
        PlaceHour,
        """-- scatter
           select s.org_id, s.place_id, p.division, coalesce(s.scheme, '') as scheme, date_trunc('hour', s.at) as hour,
                  count(*)::int as scans, count(*) filter (where s.refused is not null or s.colour in (1, 2, 3))::int as refused,
                  count(*) filter (where s.temp >= 373)::int as fever
             from passes.scan s join passes.place p on p.org_id = s.org_id and p.id = s.place_id
            where s.arrived_at > $after and s.arrived_at <= $up_to and not s.undone group by 1, 2, 3, 4, 5""",
        after=after, up_to=up_to,
    )  # fmt: skip


async def declared(db: Db, after: dt.datetime, up_to: dt.datetime) -> list[PersonHour]:
    return await db.all(
        PersonHour,
        """-- scatter
           select division, scheme, date_trunc('hour', declared_at) as hour, count(*)::int as n from passes.declaration
            where declared_at > $after and declared_at <= $up_to group by 1, 2, 3""",
        after=after, up_to=up_to,
    )  # fmt: skip


async def turned(db: Db, after: dt.datetime, up_to: dt.datetime) -> list[PersonHour]:
    """Colours that began in between and are not green."""
    return await db.all(
        PersonHour,
        """-- scatter
           select i.division, d.scheme, date_trunc('hour', d.decided_at) as hour, count(*)::int as n
             from passes.decision d join passes.person_index i on i.citizen_id = d.citizen_id and i.scheme = d.scheme
            where d.decided_at > $after and d.decided_at <= $up_to and d.colour <> 'green' and d.since = d.decided_at group by 1, 2, 3""",
        after=after, up_to=up_to,
    )  # fmt: skip


async def add_hours(db: Db, rows: Sequence[dict[str, object]]) -> int:
    """So much more in each scope and hour."""
    return await db.run(
        """insert into passes.rollup as r (scope, scheme, hour, declared, turned, scans, refused, fever)
           select scope, scheme, hour, declared, turned, scans, refused, fever from jsonb_to_recordset($rows::jsonb)
               as x (scope text, scheme text, hour timestamptz, declared int, turned int, scans int, refused int, fever int)
            order by scope, scheme, hour
           on conflict (scope, scheme, hour) do update set declared = r.declared + excluded.declared, turned = r.turned + excluded.turned,
               scans = r.scans + excluded.scans, refused = r.refused + excluded.refused, fever = r.fever + excluded.fever""",
        rows=rows,
    )


async def quiet_gates(db: Db, before: dt.datetime) -> list[Quiet]:
    return await db.all(
        Quiet,
        """-- scatter
           select g.id, g.name as gate, p.name as place, p.division, coalesce(g.last_seen, g.made_at) as since
             from passes.gate g join passes.place p on p.org_id = g.org_id and p.id = g.place_id
            where g.state = 'active' and coalesce(g.last_seen, g.made_at) < $before order by since limit 10000""",
        before=before,
    )


async def faulty_gates(db: Db, since: dt.datetime) -> list[Quiet]:
    return await db.all(
        Quiet,
        """-- scatter
           select distinct g.id, g.name as gate, p.name as place, p.division, f.at as since
             from passes.gate_fault f join passes.gate g on g.org_id = f.org_id and g.id = f.gate_id
             join passes.place p on p.org_id = g.org_id and p.id = g.place_id where f.at >= $since order by since limit 10000""",
        since=since,
    )


async def hot(db: Db, after: dt.datetime, up_to: dt.datetime) -> list[Hot]:
    return await db.all(
        Hot,
        """-- scatter
           select s.scan_id, s.at, s.temp, g.name as gate, p.name as place, p.division
             from passes.scan s join passes.gate g on g.org_id = s.org_id and g.id = s.gate_id
             join passes.place p on p.org_id = s.org_id and p.id = s.place_id
            where s.arrived_at > $after and s.arrived_at <= $up_to and s.temp >= 373 and not s.undone limit 10000""",
        after=after, up_to=up_to,
    )  # fmt: skip


async def drop_alarms(db: Db, kinds: list[str], before: dt.datetime) -> int:
    return await db.run("delete from passes.alarm where kind = any($kinds::text[]) and at < $before", kinds=kinds, before=before)


async def clear_alarms(db: Db, kinds: list[str]) -> int:
    return await db.run("delete from passes.alarm where kind = any($kinds::text[])", kinds=kinds)


async def put_alarms(db: Db, rows: Sequence[dict[str, object]]) -> int:
    return await db.run(
        """insert into passes.alarm (scope, id, kind, at, path, said)
           select scope, id, kind, at, path, said from jsonb_to_recordset($rows::jsonb)
               as x (scope text, id uuid, kind text, at timestamptz, path text, said jsonb)
           on conflict do nothing""",
        rows=rows,
    )


async def alarms_of(db: Db, scope: str, kind: str) -> int:
    return int(await db.value("select count(*) from passes.alarm where scope = $scope and kind = $kind", scope=scope, kind=kind))


async def alarm(db: Db, scope: str, which: AlarmId) -> Alarm | None:
    return await db.maybe(
        Alarm, "select id, kind, at, path, said from passes.alarm where scope = $scope and id = $which", scope=scope, which=which
    )


async def strays(db: Db, codes: list[str], paths: list[str], root: str, most: int) -> list[Stray]:
    """Whoever is in another view than their colour and division say: still there though green or gone, or missing, or elsewhere."""
    return await db.all(
        Stray,
        """-- scatter
           select distinct w.citizen_ref as citizen, w.scheme, 'green' as colour, w.since, '' as division
             from passes.watch w left join passes.person_index i on i.citizen_id = w.citizen_ref and i.scheme = w.scheme
            where i.citizen_id is null or i.colour = 'green' or i.state <> 'active'
            union all
           select i.citizen_id, i.scheme, i.colour, i.since, i.division
             from passes.person_index i left join unnest($codes::text[], $paths::text[]) as p (code, path) on p.code = i.division
            cross join lateral (
               select count(*) as there,
                      count(*) filter (where w.path = coalesce(p.path, $root) and w.colour = i.colour and w.since = i.since) as good
                 from passes.watch w where w.citizen_ref = i.citizen_id and w.scheme = i.scheme) as seen
            cross join lateral cardinality(string_to_array(coalesce(p.path, $root), '.')) as n
            where i.state = 'active' and i.colour <> 'green' and (seen.there <> n or seen.good <> n) limit $most""",
        codes=codes, paths=paths, root=root, most=most,
    )  # fmt: skip


def consent(db: Db, citizen: PersonId, org: OrgId, scheme: str, at: dt.datetime) -> None:
    db.before_commit(
        "insert into passes.member_consent (citizen_id, org_ref, scheme, given_at) values ($citizen, $org, $scheme, $at) "
        "on conflict (citizen_id, org_ref, scheme) do update set given_at = excluded.given_at, ended_at = null",
        citizen=citizen, org=org, scheme=scheme, at=at,
    )  # fmt: skip


def add_member(db: Db, org: OrgId, citizen: PersonId, scheme: str, name: str, colour: str, since: dt.datetime) -> None:
    db.before_commit(
        "insert into passes.member (org_id, citizen_ref, scheme, name, colour, since) "
        "values ($org, $citizen, $scheme, $name, $colour, $since) "
        "on conflict (org_id, scheme, citizen_ref) do update set name = excluded.name, colour = excluded.colour, since = excluded.since",
        org=org, citizen=citizen, scheme=scheme, name=name, colour=colour, since=since,
    )  # fmt: skip


async def end_consent(db: Db, citizen: PersonId, org: OrgId, scheme: str, at: dt.datetime) -> int:
    await db.run(
        "delete from passes.member where org_id = $org and scheme = $scheme and citizen_ref = $citizen",
        org=org, scheme=scheme, citizen=citizen,
    )  # fmt: skip
    return await db.run(
        "update passes.member_consent set ended_at = $at where citizen_id = $citizen and org_ref = $org and scheme = $scheme "
        "and ended_at is null",
        citizen=citizen, org=org, scheme=scheme, at=at,
    )  # fmt: skip


async def consents(db: Db, citizen: PersonId) -> list[Consent]:
    return await db.all(
        Consent,
        "select org_ref, scheme, given_at, ended_at from passes.member_consent where citizen_id = $citizen "
        "order by given_at desc limit 100",
        citizen=citizen,
    )  # fmt: skip


async def members(db: Db, org: OrgId, scheme: str, most: int) -> list[Member]:
    return await db.all(
        Member,
        "select citizen_ref, name, colour, since from passes.member where org_id = $org and scheme = $scheme "
        "order by (colour = 'green'), since desc, citizen_ref limit $most",
        org=org, scheme=scheme, most=most,
    )  # fmt: skip


def add_export(db: Db, one: Export, by: PersonId, org: OrgId | None) -> None:
    db.before_commit(
        "insert into passes.export (id, scope, scheme, by_ref, by_name, org_ref, purpose, people, at) "
        "values ($id, $scope, $scheme, $by, $name, $org, $purpose, $people, $at)",
        id=one.id, scope=one.scope, scheme=one.scheme, by=by, name=one.by_name, org=org, purpose=one.purpose, people=one.people, at=one.at,
    )  # fmt: skip
