"""Every statement of the chains of looks."""

import datetime as dt

from onedoor.kernel.db import Db

from .models import AccessId, Chained, Head, Link, PersonId, Reading, Span


def add(db: Db, citizen: PersonId, access: AccessId, now: dt.datetime, body: bytes, shown: dt.datetime | None) -> None:
    """One more row of a person's chain, when everything else of this transaction is done: whoever else looks at them has to wait. All of
    its rows about one person are one statement, in which hashes are worked out from the end as it was found: for the new end, for them."""
    db.gathered(
        citizen.uuid.bytes,
        "with recursive h as (insert into identity.access_head as h (citizen_id, seq, hash) "
        "values ($citizen, cardinality($bodies::bytea[]), (with recursive l (n, hash) as (select 0, ''::bytea union all "
        "select n + 1, sha256(hash || ($bodies::bytea[])[n + 1]) from l where n < cardinality($bodies::bytea[])) "
        "select hash from l order by n desc limit 1)) "
        "on conflict (citizen_id) do update set seq = h.seq + cardinality($bodies::bytea[]), "
        "hash = (with recursive l (n, hash) as (select 0, h.hash union all select n + 1, sha256(hash || ($bodies::bytea[])[n + 1]) from l "
        "where n < cardinality($bodies::bytea[])) select hash from l order by n desc limit 1) "
        "returning coalesce(old.seq, 0) as seq, coalesce(old.hash, '') as hash), "
        "l (n, seq, hash) as (select 0, seq, hash from h union all select n + 1, seq + 1, sha256(hash || ($bodies::bytea[])[n + 1]) from l "
        "where n < cardinality($bodies::bytea[])) "
        "insert into identity.access (citizen_id, seq, at, id, body, hash, shown_after) "
        "select $citizen, seq, $now, ($ids::uuid[])[n], ($bodies::bytea[])[n], hash, ($shown::timestamptz[])[n] from l where n > 0",
        citizen=citizen, ids=[access], now=now, bodies=[body], shown=[shown],
    )  # fmt: skip


def add_many(db: Db, citizens: list[PersonId], ids: list[AccessId], now: dt.datetime, body: bytes) -> None:
    """The same row for each of these, in one statement and in one order; nobody twice."""
    db.lastly(
        min(citizens).uuid.bytes,
        "with given as (select citizen, access from unnest($citizens::uuid[], $ids::uuid[]) as g (citizen, access)), "
        "h as (insert into identity.access_head as h (citizen_id, seq, hash) select citizen, 1, sha256($body) from given order by citizen "
        "on conflict (citizen_id) do update set seq = h.seq + 1, hash = sha256(h.hash || $body) returning h.citizen_id, h.seq, h.hash) "
        "insert into identity.access (citizen_id, seq, at, id, body, hash) "
        "select h.citizen_id, h.seq, $now, g.access, $body, h.hash from h join given g on g.citizen = h.citizen_id",
        citizens=citizens, ids=ids, now=now, body=body,
    )  # fmt: skip


async def page(db: Db, citizen: PersonId, before: int, most: int) -> list[Link]:
    """The latest rows first; those before a row when one is given."""
    return await db.all(
        Link,
        "select seq, at, id, body, hash from identity.access where citizen_id = $citizen and ($before = 0 or seq < $before) "
        "order by seq desc limit $most",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def sought(db: Db, citizen: PersonId, before: int, marks: list[bytes], depth: int, most: int) -> list[Link]:
    """The same with all of these marks in their bodies, so many rows back. Bytes are compared: a body is canonical, and reading it as JSON
    costs twenty times as much."""
    return await db.all(
        Link,
        "select a.seq, a.at, a.id, a.body, a.hash from (select seq, at, id, body, hash from identity.access "
        "where citizen_id = $citizen and ($before = 0 or seq < $before) order by seq desc limit $depth) a "
        "where not exists (select from unnest($marks::bytea[]) m where position(m in a.body) = 0) order by a.seq desc limit $most",
        citizen=citizen, before=before, marks=marks, depth=depth, most=most,
    )  # fmt: skip


async def last_seq(db: Db, citizen: PersonId) -> int:
    return await db.value("select seq from identity.access_head where citizen_id = $citizen", citizen=citizen) or 0


async def seq_of(db: Db, citizen: PersonId, access: AccessId) -> int | None:
    return await db.value(
        "select seq from identity.access where citizen_id = $citizen and id = $access", citizen=citizen, access=access
    )


async def one(db: Db, citizen: PersonId, seq: int) -> Link | None:
    return await db.maybe(
        Link, "select seq, at, id, body, hash from identity.access where citizen_id = $citizen and seq = $seq", citizen=citizen, seq=seq
    )


async def since(db: Db, citizen: PersonId, after: int, most: int) -> list[Link]:
    return await db.all(
        Link,
        "select seq, at, id, body, hash from identity.access where citizen_id = $citizen and seq > $after order by seq limit $most",
        citizen=citizen, after=after, most=most,
    )  # fmt: skip


async def span(db: Db, citizen: PersonId) -> Span:
    """From when to when there are rows."""
    return await db.one(
        Span, "select min(at) as first, max(at) as last from identity.access where citizen_id = $citizen", citizen=citizen
    )


async def count_between(db: Db, citizen: PersonId, begins: dt.datetime, ends: dt.datetime) -> int:
    return await db.value(
        "select count(*)::int from identity.access where citizen_id = $citizen and at >= $begins and at < $ends",
        citizen=citizen, begins=begins, ends=ends,
    )  # fmt: skip


async def between(db: Db, citizen: PersonId, begins: dt.datetime, ends: dt.datetime, offset: int, most: int) -> list[Link]:
    """Rows of one person in this time, the latest first; the protocol that asks for them counts from the front."""
    return await db.all(
        Link,
        "select seq, at, id, body, hash from identity.access where citizen_id = $citizen and at >= $begins and at < $ends "
        "order by seq desc offset $offset limit $most",
        citizen=citizen, begins=begins, ends=ends, offset=offset, most=most,
    )  # fmt: skip


async def heads(db: Db, after: PersonId, most: int) -> list[Head]:
    return await db.all(
        Head, "select citizen_id, seq, hash from identity.access_head where citizen_id > $after order by citizen_id limit $most",
        after=after, most=most,
    )  # fmt: skip


async def changed(db: Db, since: dt.datetime, after: PersonId, most: int) -> list[Head]:
    """The last rows of everybody who was looked at since then."""
    return await db.all(
        Head,
        "select h.citizen_id, h.seq, h.hash from identity.access_head h where h.citizen_id in (select a.citizen_id from identity.access a "
        "where a.at >= $since) and h.citizen_id > $after order by h.citizen_id limit $most",
        since=since, after=after, most=most,
    )  # fmt: skip


async def links_between(db: Db, after: PersonId, last: PersonId) -> list[Chained]:
    """Every row of everybody in this stretch of people, with the end of their chain: one statement, so that they are of one moment."""
    return await db.all(
        Chained,
        "select a.citizen_id, a.seq, a.at, a.id, a.body, a.hash, h.seq as head_seq, h.hash as head_hash from identity.access a "
        "left join identity.access_head h on h.citizen_id = a.citizen_id "
        "where a.citizen_id > $after and a.citizen_id <= $last order by a.citizen_id, a.seq",
        after=after, last=last,
    )  # fmt: skip


async def links_of(db: Db, citizens: list[PersonId]) -> list[Chained]:
    return await db.all(
        Chained,
        "select a.citizen_id, a.seq, a.at, a.id, a.body, a.hash, h.seq as head_seq, h.hash as head_hash from identity.access a "
        "left join identity.access_head h on h.citizen_id = a.citizen_id "
        "where a.citizen_id = any($citizens::uuid[]) order by a.citizen_id, a.seq",
        citizens=citizens,
    )  # fmt: skip


async def hidden(db: Db, citizen: PersonId, now: dt.datetime) -> list[int]:
    """Which rows may not be shown yet."""
    found = await db.value(
        "select array_agg(seq) from identity.access where citizen_id = $citizen and shown_after > $now", citizen=citizen, now=now
    )
    return found or []


async def sample(db: Db, begins: dt.datetime, ends: dt.datetime, most: int) -> list[Head]:
    """Some of those who were looked at in this time."""
    return await db.all(
        Head,
        "select h.citizen_id, h.seq, h.hash from (select distinct citizen_id from identity.access where at >= $begins and at < $ends) a "
        "join identity.access_head h on h.citizen_id = a.citizen_id order by random() limit $most",
        begins=begins, ends=ends, most=most,
    )  # fmt: skip


async def readings(
    db: Db, begins: dt.datetime, ends: dt.datetime, zone: str, opens: int, closes: int, working: bool, staff: list[PersonId],
    orgs: list[str], marks: list[str],
) -> list[Reading]:  # fmt: skip
    """What each reader did on one day: looks (a page of a list is one), and which of them want a second glance. To ask a colleague for
    one, or to answer, is none."""
    return await db.all(
        Reading,
        "with said as (select a.citizen_id, a.at, case when length(a.body) > 0 then convert_from(a.body, 'UTF8')::jsonb end as j "
        "from identity.access a where a.at >= $begins and a.at < $ends), "
        "known as (select s.citizen_id, s.at, j->>'actor' as actor, coalesce(j->>'org', '') as org, coalesce(j->>'name', '') as name, "
        "j->>'action' as action, not (j ? 'case' or j ? 'basis') as bare, "
        "not $working or extract(hour from s.at at time zone $zone) not between $opens and $closes as late, "
        "left(p.name, 1) = left(j->>'name', 1) as named, c.staff is not null as colleague, "
        "p.household_address = q.household_address as same_household "
        "from said s left join identity.person p on p.citizen_id = s.citizen_id "
        "left join unnest($staff::uuid[], $orgs::text[]) as c (staff, org) on c.staff = s.citizen_id and c.org = j->>'org' "
        "left join unnest($staff::uuid[], $marks::text[]) as r (staff, mark) on r.mark = j->>'actor' "
        "left join identity.person q on q.citizen_id = r.staff "
        "where j->>'actor_kind' = 'clerk' and j ? 'actor' and j->>'action' <> 'second') "
        "select actor, org, max(name) as name, count(distinct at)::int as looks, count(distinct citizen_id)::int as people, "
        "(count(distinct at) filter (where bare))::int as bare, (count(distinct at) filter (where late))::int as late, "
        "(count(distinct citizen_id) filter (where named and bare))::int as named, "
        "(count(distinct citizen_id) filter (where colleague))::int as colleagues, "
        "(count(*) filter (where action = 'refused'))::int as refused, (count(*) filter (where action = 'export'))::int as exported, "
        "(count(distinct citizen_id) filter (where named and same_household))::int as kin "
        "from known group by actor, org",
        begins=begins, ends=ends, zone=zone, opens=opens, closes=closes, working=working, staff=staff, orgs=orgs,
        marks=marks,
    )  # fmt: skip


async def by_reader(
    db: Db, begins: dt.datetime, ends: dt.datetime, mark: bytes, at: dt.datetime, after: PersonId, seq: int, most: int
) -> list[Chained]:
    """What one reader looked at on one day, in order; one moment may hold several looks at one person."""
    return await db.all(
        Chained,
        "select a.citizen_id, a.seq, a.at, a.id, a.body, a.hash, a.seq as head_seq, a.hash as head_hash from identity.access a "
        "where a.at >= $begins and a.at < $ends and (a.at, a.citizen_id, a.seq) > ($at, $after, $seq) "
        "and position($mark in a.body) > 0 order by a.at, a.citizen_id, a.seq limit $most",
        begins=begins, ends=ends, mark=mark, at=at, after=after, seq=seq, most=most,
    )  # fmt: skip


async def expire(db: Db, before: dt.datetime, most: int) -> int:
    return await db.value("select identity.expire_access($before, $most)", before=before, most=most)


async def carry_over(db: Db) -> int:
    return await db.value("select identity.carry_over()")
