"""Orders, checks of a person, who was in a place, and the log."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.models import PlaceId
from onedoor.passes.tracing import Check, Contact, Head, LogLine, Order, OrderId, Stay


class Where(msgspec.Struct, frozen=True):
    """A place as an itinerary names it."""

    id: PlaceId
    name: dict[str, str]
    class_: str
    division: str
    dwell_minutes: int
    indoor: bool


class Whose(msgspec.Struct, frozen=True):
    """Whose a place in a list is."""

    shard: int
    row_no: int
    citizen_ref: PersonId




async def put(db: Db, one: Order) -> int:
    return await db.run(
        "insert into passes.trace_order (id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, "
        "asked_by, asked_name, asked_org, asked_at, delay_reason, state) values ($id, $scheme, $case_no, $disease, $basis, $purpose, "
        "$subject, $name, $path, $from_at, $to_at, $asked_by, $asked_name, $asked_org, $asked_at, $delay, $state)",
        id=one.id, scheme=one.scheme, case_no=one.case_no, disease=one.disease, basis=one.basis, purpose=one.purpose,
        subject=one.subject_ref, name=one.subject_name, path=one.path, from_at=one.from_at, to_at=one.to_at, asked_by=one.asked_by,
        asked_name=one.asked_name, asked_org=one.asked_org, asked_at=one.asked_at, delay=one.delay_reason, state=one.state.value,
    )  # fmt: skip


async def order(db: Db, which: OrderId) -> Order | None:
    return await db.maybe(
        Order,
        "select id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, asked_by, asked_name, "
        "asked_org, asked_at, approved_by, approved_name, approved_at, expires_at, delay_reason, state, closed_at, told_at "
        "from passes.trace_order where id = $which",
        which=which,
    )


async def locked(db: Db, which: OrderId) -> Order | None:
    return await db.maybe(
        Order,
        "select id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, asked_by, asked_name, "
        "asked_org, asked_at, approved_by, approved_name, approved_at, expires_at, delay_reason, state, closed_at, told_at "
        "from passes.trace_order where id = $which for update",
        which=which,
    )


async def latest(db: Db, paths: list[str], most: int) -> list[Order]:
    """Orders about people who live in one of these parts of the city."""
    return await db.all(
        Order,
        "select id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, asked_by, asked_name, "
        "asked_org, asked_at, approved_by, approved_name, approved_at, expires_at, delay_reason, state, closed_at, told_at "
        "from passes.trace_order where string_to_array(path, '.') && $codes::text[] order by asked_at desc, id desc limit $most",
        codes=[path.rpartition(".")[2] for path in paths], most=most,
    )  # fmt: skip


async def approve(db: Db, which: OrderId, by: PersonId, name: str, at: dt.datetime, expires_at: dt.datetime) -> int:
    return await db.run(
        "update passes.trace_order set state = 'approved', approved_by = $by, approved_name = $name, approved_at = $at, "
        "expires_at = $expires_at where id = $which",
        which=which, by=by, name=name, at=at, expires_at=expires_at,
    )  # fmt: skip


async def end(db: Db, which: OrderId, state: str, at: dt.datetime) -> int:
    return await db.run("update passes.trace_order set state = $state, closed_at = $at where id = $which", which=which, state=state, at=at)


async def end_expired(db: Db, now: dt.datetime, unanswered: dt.datetime) -> list[Order]:
    """Orders whose time is over, or that nobody answered; closed from now on."""
    return await db.all(
        Order,
        "update passes.trace_order set state = case state when 'asked' then 'refused' else 'closed' end, closed_at = $now "
        "where state = 'approved' and expires_at <= $now or state = 'asked' and asked_at <= $unanswered "
        "returning id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, asked_by, asked_name, "
        "asked_org, asked_at, approved_by, approved_name, approved_at, expires_at, delay_reason, state, closed_at, told_at",
        now=now, unanswered=unanswered,
    )  # fmt: skip


async def untold(db: Db, now: dt.datetime, delayed: dt.datetime) -> list[Order]:
    """Orders that are over, of which the people concerned are to be told now: at once, or when the delay is over."""
    return await db.all(
        Order,
        "select id, scheme, case_no, disease, basis, purpose, subject_ref, subject_name, path, from_at, to_at, asked_by, asked_name, "
        "asked_org, asked_at, approved_by, approved_name, approved_at, expires_at, delay_reason, state, closed_at, told_at "
        "from passes.trace_order where closed_at <= $now and "
        "(delay_reason is null or closed_at <= $delayed) and (told_at is null or exists (select from passes.trace_contact c "
        "where c.order_id = trace_order.id and c.told_at is null)) limit 100",
        now=now, delayed=delayed,
    )  # fmt: skip


async def told(db: Db, which: OrderId, at: dt.datetime) -> int:
    await db.run("update passes.trace_contact set told_at = $at where order_id = $which and told_at is null", which=which, at=at)
    return await db.run("update passes.trace_order set told_at = coalesce(told_at, $at) where id = $which", which=which, at=at)


async def checks(db: Db, shard: int, row_no: int, from_at: dt.datetime, to_at: dt.datetime) -> list[Check]:
    """Where a place in a list was checked, in time order."""
    return await db.all(
        Check,
        """-- scatter
           select at, org_id, place_id, direction from passes.scan
            where shard = $shard and row_no = $row_no and at >= $from_at and at < $to_at and not undone
              and day between ($from_at - interval '1 day')::date and ($to_at + interval '1 day')::date order by at limit 2000""",
        shard=shard, row_no=row_no, from_at=from_at, to_at=to_at,
    )  # fmt: skip


async def places(db: Db, orgs: list[OrgId], ids: list[PlaceId]) -> list[Where]:
    return await db.all(
        Where,
        "select id, name, class as class_, division, dwell_minutes, indoor from passes.place "
        "where org_id = any($orgs::uuid[]) and id = any($ids::uuid[])",
        orgs=orgs, ids=ids,
    )  # fmt: skip


async def find_contacts(
    db: Db, order: OrderId, found: Sequence[Stay], dwells: list[dt.timedelta], close: list[int | None], reach: dt.timedelta, most: int,
    shard: int, row_no: int,
) -> int:  # fmt: skip
    """Keep everybody else who was in these places during these stays: from "in" to the next "out", or the place's usual time when nobody
    saw them leave. One question for all stays, each of which reads one stretch of one index; `close` is from how many seconds on it is a
    close contact, None in the open. What was found before goes, openings stay."""
    await db.run("delete from passes.trace_contact where order_id = $order and opened_at is null", order=order)
    return await db.run(
        """-- scatter
           insert into passes.trace_contact (order_id, shard, row_no, seconds, class, place_ref, org_ref, first_at, places)
           select $order, m.shard, m.row_no, sum(m.seconds) as together,
                  (array['close', 'secondary', 'ventilated'])
                      [min(case when p.close is null then 3 when m.seconds >= p.close then 1 else 2 end)],
                  (array_agg(p.place order by m.seconds desc))[1], (array_agg(p.org order by m.seconds desc))[1], min(m.first_at),
                  count(distinct p.place)
             from unnest($places::uuid[], $orgs::uuid[], $begins::timestamptz[], $ends::timestamptz[], $dwells::interval[], $close::int[])
                  as p (place, org, begins, ends, dwell, close)
            cross join lateral (
               select shard, row_no, extract(epoch from sum(went - came))::int as seconds, min(came) as first_at
                 from (select shard, row_no, greatest(at, p.begins) as came,
                              least(case when next_direction = 'out' then next_at
                                         else least(at + p.dwell, coalesce(next_at, 'infinity')) end, p.ends) as went
                         from (select shard, row_no, at, direction, lead(at) over w as next_at, lead(direction) over w as next_direction
                                 from passes.scan s
                                where s.place_id = p.place and s.at >= p.begins - $reach::interval and s.at < p.ends and not s.undone
                                  and s.row_no is not null
                                  and s.day between (p.begins - $reach::interval - interval '1 day')::date
                                                and (p.ends + interval '1 day')::date
                               window w as (partition by shard, row_no order by at)) as seen
                        where direction = 'in') as inside
                where went > came group by shard, row_no) as m
            where (m.shard, m.row_no) <> ($shard, $row_no) group by m.shard, m.row_no order by together desc, m.shard, m.row_no limit $most
           on conflict (order_id, shard, row_no) do update set seconds = excluded.seconds, class = excluded.class,
               first_at = excluded.first_at, places = excluded.places""",
        order=order, places=[one.place_id for one in found], orgs=[one.org_id for one in found], begins=[one.begins for one in found],
        ends=[one.ends for one in found], dwells=dwells, close=close, reach=reach, most=most, shard=shard, row_no=row_no,
    )  # fmt: skip


async def contacts(db: Db, order: OrderId, most: int) -> list[Contact]:
    return await db.all(
        Contact,
        "select shard, row_no, seconds, class as class_, place_ref, org_ref, first_at, places, opened_at, opened_by "
        "from passes.trace_contact where order_id = $order order by seconds desc, shard, row_no limit $most",
        order=order, most=most,
    )  # fmt: skip


async def open_names(db: Db, order: OrderId, shards: list[int], rows: list[int], by: PersonId, at: dt.datetime) -> list[Whose]:
    """Names for these places of lists, of this order's contacts alone; the first opening counts."""
    await db.run(
        "update passes.trace_contact c set opened_at = coalesce(opened_at, $at), opened_by = coalesce(opened_by, $by) "
        "from unnest($shards::smallint[], $rows::int[]) as u (shard, row_no) "
        "where c.order_id = $order and c.shard = u.shard and c.row_no = u.row_no",
        order=order, shards=shards, rows=rows, by=by, at=at,
    )  # fmt: skip
    return await whose(db, order)


async def whose(db: Db, order: OrderId) -> list[Whose]:
    """Whose the opened places are; nobody else's is told."""
    return await db.all(
        Whose,
        """-- scatter
           select c.shard, c.row_no, i.citizen_ref from passes.trace_contact c
             join passes.index_claim i on i.shard = c.shard and i.row_no = c.row_no
            where c.order_id = $order and c.opened_at is not null""",
        order=order,
    )


async def concerned(db: Db, order: OrderId) -> list[Whose]:
    """Everybody who was found and does not know it yet: for telling them, never for whoever asked."""
    return await db.all(
        Whose,
        """-- scatter
           select c.shard, c.row_no, i.citizen_ref from passes.trace_contact c
             join passes.index_claim i on i.shard = c.shard and i.row_no = c.row_no where c.order_id = $order and c.told_at is null""",
        order=order,
    )


async def head(db: Db) -> Head:
    """The last line of the log, held until the end of the transaction."""
    return await db.one(Head, "select seq, hash from passes.trace_head for update")


async def add_line(db: Db, line: LogLine, by: PersonId | None) -> int:
    await db.run("update passes.trace_head set seq = $seq, hash = $hash", seq=line.seq, hash=line.hash)
    return await db.run(
        "insert into passes.trace_log (seq, order_id, at, by_ref, body, hash) values ($seq, $order, $at, $by, $body, $hash)",
        seq=line.seq, order=line.order_id, at=line.at, by=by, body=line.body, hash=line.hash,
    )  # fmt: skip


async def lines(db: Db, after: int, most: int) -> list[LogLine]:
    return await db.all(
        LogLine, "select seq, order_id, at, body, hash from passes.trace_log where seq > $after order by seq limit $most",
        after=after, most=most,
    )  # fmt: skip


async def lines_of(db: Db, order: OrderId, most: int) -> list[LogLine]:
    return await db.all(
        LogLine, "select seq, order_id, at, body, hash from passes.trace_log where order_id = $order order by seq desc limit $most",
        order=order, most=most,
    )  # fmt: skip


async def last(db: Db) -> Head:
    return await db.one(Head, "select seq, hash from passes.trace_head")
