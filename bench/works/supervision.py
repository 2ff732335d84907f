"""Supervision and tracing over ten million checks while new ones are written: dashboard, list and contact query, for every role.

A cluster of its own with the demo city, half a million people and checks of fourteen days; a writer adds checks all the while. Wall time of
the whole use case, transaction included; the 99th percentile counts. CPU is application and PostgreSQL, the
writer's included. ONEDOOR_BENCH_CHECKS makes it smaller.
"""

import asyncio
import datetime as dt
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from bench import cpu
from bench.place import CITY, Place
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor, Work, system
from onedoor.orgs.models import OrgId
from onedoor.passes.models import Grants
from onedoor.passes.service import supervising, tracing, watching
from onedoor.passes.store import tracing as store
from onedoor.passes.tracing import Order, OrderId, OrderState

NAME = "supervision"
CHECKS = int(os.environ.get("ONEDOOR_BENCH_CHECKS", "10000000"))
PEOPLE, PLACES, DAYS = max(1_000, CHECKS // 20), max(20, CHECKS // 5_000), 14
UNEASY = 0.05
LIMITS = {"dashboard": 100.0, "list": 100.0, "contacts": 150.0}
WRITES_A_SECOND = 500
SCHEME = "epi-2026"
INDEXES = ("scan_of_gate", "scan_at_place", "scan_of_person", "scan_untold", "scan_arrived")
ROLES = {"community": "990102001001", "street": "990102001", "district": "990102", "city": "9901"}

PEOPLE_SQL = """
insert into passes.person_index (citizen_id, scheme, shard, row_no, colour, division, divisions, decision_id, version, since, changed_at)
select gen_random_uuid(), 'epi-2026', $1, n,
       case when n % 20 > 0 then 'green' else (array['yellow','red','grey'])[1 + n % 3] end,
       ($2::text[])[1 + n % cardinality($2::text[])], '{}', gen_random_uuid(), 1, now() - n * interval '1 second', now()
  from generate_series(1, $3::int) n"""
WATCH_SQL = """
insert into passes.watch (scope, scheme, citizen_ref, colour, since, path, name)
select scope, i.scheme, i.citizen_id, i.colour, i.since, d.path, '林*' from passes.person_index i
  join orgs.district d on d.code = i.division
 cross join lateral unnest(string_to_array(d.path, '.')) scope where i.colour <> 'green'"""
SCANS_SQL = """
insert into passes.scan (org_id, scan_id, day, gate_id, gate_seq, place_id, at, arrived_at, method, shard, row_no, scheme, colour, result,
                         direction, link, prev, told)
select $1, uuid_send(gen_random_uuid()), $2::date, $3, n, ($4::uuid[])[1 + (r::bigint * 7919 + k * 104729) % cardinality($4::uuid[])], t, t,
       'code', $5, r, 'epi-2026', 0, 'ok', case when n % 3 = 2 then 'out' else 'in' end, null, null, true
  from (select n, 1 + (n * 7 + $6::int) % $7::int as r, (n / $7::int) % 4 + $6::int % 3 as k,
               $2::date + interval '6 hours' + (n % 50400) * interval '1 second' as t from generate_series(1, $8::int) n) x"""


async def fill(place: Place, say: Callable[[str], None]) -> dict[str, Any]:
    """The city, its people and their checks; indexes are made when the rows are there."""
    from onedoor.kernel.migrate import migrate
    from onedoor.web.city import load_demo

    await migrate(place.dsn)
    await load_demo(place.settings, CITY)
    conn = await asyncpg.connect(place.dsn)
    grids = [row["code"] for row in await conn.fetch("select code from orgs.district where level = 'grid' order by code")]
    org = await conn.fetchval("select id from orgs.department where code = 'weijian'")
    shard = await conn.fetchval("select shard from passes.scheme where code = $1", SCHEME)
    places = [row["id"] for row in await conn.fetch(
        "insert into passes.place (org_id, id, name, class, division, dwell_minutes, indoor) select $1, uuidv7(), $2, 'office', "
        "($3::text[])[1 + n % cardinality($3::text[])], 60, true from generate_series(1, $4::int) n returning id",
        org, '{"zh": "楼", "en": "Block"}', grids, PLACES,
    )]  # fmt: skip
    await conn.execute(PEOPLE_SQL, shard, grids, PEOPLE, timeout=900)
    await conn.execute(WATCH_SQL, timeout=900)
    defs = {name: await conn.fetchval("select pg_get_indexdef($1::regclass)", f"passes.{name}") for name in INDEXES}
    await conn.execute("alter table passes.scan drop constraint scan_pkey; drop index passes." + ", passes.".join(INDEXES))
    today, gate = dt.datetime.now(dt.UTC).date(), await conn.fetchval("select gen_random_uuid()")
    for back in range(DAYS - 1, -2, -1):
        await conn.fetchval("select passes.make_day($1)", today - dt.timedelta(days=back))
    for back in range(DAYS, 0, -1):
        day = today - dt.timedelta(days=back - 1)
        await conn.execute(SCANS_SQL, org, day, gate, places, shard, back * 31, PEOPLE, CHECKS // DAYS, timeout=1800)
        say(f"day {DAYS - back + 1} of {DAYS}")
    await conn.execute("set maintenance_work_mem = '512MB'")
    await conn.execute("alter table passes.scan add primary key (org_id, scan_id, day)", timeout=3600)
    for name, made in defs.items():
        await conn.execute(made.replace(" ON ONLY ", " ON "), timeout=3600)
        say(name)
    await conn.execute("vacuum (analyze) passes.scan", timeout=3600)
    await conn.execute("vacuum (analyze) passes.watch", timeout=900)
    await conn.execute("vacuum (analyze) passes.person_index", timeout=900)
    checks = await conn.fetchval("select count(*) from passes.scan")
    await conn.close()
    return {"org": org, "shard": shard, "places": places, "gate": gate, "checks": checks}


async def write(place: Place, made: dict[str, Any], stop: asyncio.Event, written: list[int]) -> None:
    """Checks go on arriving, fifty a batch, as gates send them."""
    conn = await asyncpg.connect(place.dsn)
    dice, n = random.Random(3), 0
    while not stop.is_set():
        began = time.perf_counter()
        now = dt.datetime.now(dt.UTC)
        rows = [(
            made["org"], os.urandom(16), now.date(), made["gate"], n + i, dice.choice(made["places"]), now, now, "code", made["shard"],
            dice.randrange(1, PEOPLE), SCHEME, 0, "ok", dice.choice(("in", "out")), True,
        ) for i in range(50)]  # fmt: skip
        await conn.copy_records_to_table(
            "scan", schema_name="passes", records=rows, columns=["org_id", "scan_id", "day", "gate_id", "gate_seq", "place_id", "at",
            "arrived_at", "method", "shard", "row_no", "scheme", "colour", "result", "direction", "told"],
        )  # fmt: skip
        n += 50
        written[0] = n
        await asyncio.sleep(max(0.0, 50 / WRITES_A_SECOND - (time.perf_counter() - began)))
    await conn.close()


async def timed(call: Callable[[int], Awaitable[Any]], times: int) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    took: list[float] = []
    for n in range(times):
        began = time.perf_counter()
        await call(n)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)
    took.sort()
    return took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]


class Desk:
    """One role with everything it may do."""

    def __init__(self, house: Any, made: dict[str, Any], scope: str, path: str) -> None:
        self.house, self.made, self.scope = house, made, scope
        self.actor = Actor(
            id=PersonId.new(), grants=frozenset({Grants.WATCH.value, Grants.LIST.value, Grants.TRACE.value}), org=OrgId(made["org"]),
            districts=(path,), name="秦川",
        )  # fmt: skip
        self.subjects: list[OrderId] = []

    async def prepare(self, conn: asyncpg.Connection, path: str, many: int) -> None:
        """Approved orders about people of the scope, each another one."""
        rows = await conn.fetch(
            "select i.citizen_id, d.path from passes.person_index i join orgs.district d on d.code = i.division "
            "where d.path = $1 or d.path like $1 || '.%' limit $2", path, many,
        )  # fmt: skip
        now = dt.datetime.now(dt.UTC)
        async with self.house.begin(actor=self.actor) as work:
            for row in rows:
                order = Order(
                    OrderId.new(), SCHEME, "B-1", "x", "basis", "bench", PersonId(row["citizen_id"]), "", row["path"],
                    now - dt.timedelta(DAYS), now, PersonId(self.actor.id.uuid), self.actor.name, OrgId(self.made["org"]), now, None, None,
                    None, None, None, OrderState.ASKED, None, None,
                )  # fmt: skip
                await store.put(work.db, order)
                await store.approve(work.db, order.id, PersonId.new(), "", now, now + dt.timedelta(hours=2))
                self.subjects.append(order.id)

    async def run(self, call: Callable[[Work], Awaitable[Any]]) -> Any:
        async with self.house.begin(actor=self.actor) as work:
            return await call(work)

    async def dashboard(self, n: int) -> Any:
        return await self.run(lambda work: supervising.dashboard(work, self.scope, SCHEME))

    async def list(self, n: int) -> Any:
        return await self.run(lambda work: supervising.listed(work, self.scope, SCHEME, None))

    async def contacts(self, n: int) -> Any:
        return await self.run(lambda work: tracing.find_contacts(work, self.subjects[n % len(self.subjects)]))


async def measured(place: Place, quick: bool) -> bool:
    from onedoor.web.house import House

    def say(words: str) -> None:
        print(f"  {words}", file=sys.stderr, flush=True)

    began = time.perf_counter()
    made = await fill(place, say)
    print(f"{made['checks']:,} checks of {PEOPLE:,} people in {PLACES:,} places, made in {time.perf_counter() - began:.0f} s", flush=True)
    house = House(place.settings)
    await house.open(listen=False)
    conn = await asyncpg.connect(place.dsn)
    async with house.begin(actor=system("bench"), seconds=600) as work:
        await watching.count_people(work)
    stop, written, good = asyncio.Event(), [0], True
    writer = asyncio.create_task(write(place, made, stop, written))
    times, since = (100, time.perf_counter()) if quick else (300, time.perf_counter())
    for role, scope in ROLES.items():
        path = await conn.fetchval("select path from orgs.district where code = $1", scope)
        desk = Desk(house, made, scope, path)
        await desk.prepare(conn, path, times)
        found = {}
        for what in LIMITS:
            call = getattr(desk, what)
            await timed(call, 5)
            before = cpu.seconds(place.postmaster), time.process_time()
            p50, p99 = await timed(call, times)
            spent = cpu.seconds(place.postmaster) - before[0] + time.process_time() - before[1]
            found[what] = (round(p50, 1), round(p99, 1), round(spent * 1000 / times, 1))
            good = good and p99 <= LIMITS[what]
        people = await conn.fetchval("select avg(n) from (select count(*) n from passes.trace_contact group by order_id) x")
        words = "  ".join(f"{what} p50 {p50} p99 {p99} ms, CPU {spent} ms" for what, (p50, p99, spent) in found.items())
        print(f"{role:10} {words}  ({people:.0f} contacts an order)", flush=True)
        figures = {what: {"p50": p50, "p99": p99, "cpu": spent} for what, (p50, p99, spent) in found.items()}
        print(json.dumps({"work": NAME, "role": role, **figures}), flush=True)
    stop.set()
    await writer
    print(f"{written[0]:,} checks were written meanwhile, {written[0] / (time.perf_counter() - since):.0f} a second", flush=True)
    await conn.close()
    await house.close()
    return good


def main() -> int:
    place = Place(1)
    try:
        return int(not asyncio.run(measured(place, "--quick" in sys.argv)))
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main())
