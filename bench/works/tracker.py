"""The tracker with many looks: what one more look costs, the pages of resident, department and officer, and a file checked without a house.

A cluster of its own with the demo city and chains that are whole, twenty looks a person over three years. Pages are asked over HTTP inside
this process and count as a whole; the 99th percentile does. The cost of a look is that of a transaction with it less that of one without,
application and PostgreSQL. ONEDOOR_BENCH_LOOKS makes it bigger: 20000000 is the size it was made for.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
from litestar.testing import AsyncTestClient

from bench import cpu
from bench.place import CITY, Place
from onedoor.identity import service as identity
from onedoor.identity.models import KnownPerson, PersonId, SessionKind
from onedoor.identity.service.signing import begin_session
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Actor, system
from onedoor.orgs.models import OrgId
from onedoor.tracker import file
from onedoor.tracker.service import proving, sealing, verifying, watching

NAME = "tracker"
LOOKS = int(os.environ.get("ONEDOOR_BENCH_LOOKS", "1000000"))
ROUNDS, TURNS = 20, 5
PEOPLE = max(1_000, LOOKS // ROUNDS)
READERS, DAYS, QUESTIONS, OWN = 2_000, 30, 100_000, 10_000
LIMITS = {"write": 0.3, "page": 100.0, "verify": 100.0}
DESK, OFFICER, HOT = "13800990108", "13800991608", "13700000009"
BODY = """convert_to('{"action":"' || (array['read','search','export'])[1 + n % 3] || '","actor":"' || substr(md5((n % 2000)::text), 1, 24)
  || '","actor_kind":"clerk","at":"' || to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"' || case when n % 50 > 0
  then ',"case":"QH26' || lpad(n::text, 11, '0') || '"' else '' end || ',"elements":["person.name","person.address","answers"],'
  || '"name":"测试",'
  || '"org":"' || (array(select 'org_' || replace(id::text, '-', '') from orgs.department order by code))[1 + n % 20]
  || '","purpose":{"en":"x","zh":"办理您的申请：事项' || n % 60 || '"},"v":1}', 'UTF8')"""
ROUND_SQL = f"""
create unlogged table public.next as
select citizen_id, n, seq + 1 as seq, t as at, body, sha256(hash || body) as hash from (
  select citizen_id, n, seq, hash, t, {BODY} as body from (
    select citizen_id, n, seq, hash,
           now() - interval '1095 days' + ($1::int * $2::bigint + n) * (interval '1095 days' / ($3::bigint * $2::bigint)) as t
      from public.last) a) b"""


async def fill(place: Place, say: Callable[[str], None]) -> None:
    """The demo city, and looks at its people."""
    from onedoor.kernel.migrate import migrate
    from onedoor.web.city import load_demo

    await migrate(place.dsn)
    await load_demo(place.settings, CITY)
    conn = await asyncpg.connect(place.dsn)
    await put_looks(conn, PEOPLE, say)
    await put_days(conn)
    await conn.close()


async def put_looks(conn: Any, people: int, say: Callable[[str], None]) -> None:
    """Chains round by round, in the order of time, so that the index of moments is as it would be."""
    await conn.execute("alter table identity.access drop constraint access_pkey")
    await conn.execute(
        f"create unlogged table public.last as select gen_random_uuid() as citizen_id, n, 0 as seq, ''::bytea as hash "
        f"from generate_series(1, {people}) n", timeout=600,
    )  # fmt: skip
    for number in range(ROUNDS):
        made = ROUND_SQL.replace("$1", str(number)).replace("$2", str(people)).replace("$3", str(ROUNDS))
        await conn.execute(made, timeout=1800)
        await conn.execute(
            "insert into identity.access (citizen_id, seq, at, id, body, hash) select citizen_id, seq, at, uuidv7(), body, hash "
            "from public.next order by at", timeout=1800,
        )  # fmt: skip
        await conn.execute("drop table public.last; alter table public.next rename to last")
        say(f"round {number + 1} of {ROUNDS}")
    ends = "insert into identity.access_head select citizen_id, seq, hash from public.last; drop table public.last"
    await conn.execute(ends, timeout=1800)
    await conn.execute("set maintenance_work_mem = '1GB'")
    await conn.execute("alter table identity.access add primary key (citizen_id, seq)", timeout=3600)
    say("keys")
    await conn.execute("vacuum (analyze) identity.access", timeout=3600)


async def put_days(conn: Any) -> None:
    """What was counted of readers, and what residents have asked one department."""
    await conn.execute(f"""
        insert into tracker.reader_day
        select current_date - d, substr(md5(r::text), 1, 24),
               (select 'org_' || replace(id::text, '-', '') from orgs.department limit 1), '测试', 20 + r % 30, 10, r % 5, 0, 0,
               0, 0, 0, 25, case when r % 33 = 0 then 1 + r % 3 else 0 end
          from generate_series(0, {DAYS - 1}) d, generate_series(1, {READERS}) r;
        insert into tracker.question (org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, state,
               asked_at, due_on, answered_on)
        select (select id from orgs.department where code = 'gongan'), uuidv7(), uuidv7(), 1, 'why', '', now(), '测试',
               '{{"zh":"办理","en":"x"}}', '{{person.name}}', case when n % 20 = 0 then 'asked' else 'answered' end,
               now() - n * interval '3 minutes', current_date - n % 300, current_date - n % 300
          from generate_series(1, {QUESTIONS}) n""", timeout=600)  # fmt: skip
    await conn.execute("analyze; checkpoint", timeout=600)


async def timed(call: Callable[[int], Awaitable[Any]], times: int) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    took: list[float] = []
    for n in range(times):
        began = time.perf_counter()
        await call(n)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)
    took.sort()
    return round(took[len(took) // 2], 2), round(took[min(len(took) - 1, int(len(took) * 0.99))], 2)


class Bench:
    """The house, the people who look, and what was found."""

    def __init__(self, place: Place, house: Any) -> None:
        self.place, self.house = place, house
        self.clerk = Actor(id=PersonId.new(), grants=frozenset({"x"}), org=OrgId.new(), org_title="青禾市民政局", name="测试")
        self.good = True

    def told(self, what: str, limit: str, value: float, **figures: Any) -> None:
        self.good = self.good and value <= LIMITS[limit]
        print(f"{what:34} {'  '.join(f'{k} {v}' for k, v in figures.items())}  (limit {LIMITS[limit]})", flush=True)
        print(json.dumps({"work": NAME, "what": what, "limit": LIMITS[limit], **figures}), flush=True)

    async def cost(self, times: int, act: Callable[[Any, int], Awaitable[None]] | None) -> tuple[float, float, float]:
        """CPU of the application and of PostgreSQL for each transaction, in milliseconds, and how many a second."""
        before, began = (time.process_time(), cpu.seconds(self.place.postmaster)), time.perf_counter()
        for n in range(times):
            async with self.house.begin(actor=self.clerk) as work:
                await work.db.value("select 1")
                if act is not None:
                    await act(work, n)
        took = time.perf_counter() - began
        await asyncio.sleep(0.3)
        app, pg = time.process_time() - before[0], cpu.seconds(self.place.postmaster) - before[1]
        return app * 1000 / times, pg * 1000 / times, times / took

    async def writes(self, hot: PersonId, times: int) -> None:
        """Over many people, then all on one."""
        whom = [PersonId.new() for _ in range(2_000)]
        fields = ("person.name", "person.address", "answers")

        async def spread(work: Any, n: int) -> None:
            await identity.record_access(work, whom[n % len(whom)], Text("办理您的申请", "Handling"), fields, f"QH{n:011d}")

        async def one(work: Any, n: int) -> None:
            await identity.record_access(work, hot, Text("办理您的申请", "Handling"), fields, f"QH{n:011d}")

        await self.cost(500, spread)
        for what, act, many in (("a look, over 2,000 people", spread, times), ("a look, all at one person", one, OWN)):
            turns = [(await self.cost(times // TURNS, None), await self.cost(many // TURNS, act)) for _ in range(TURNS)]
            app, pg = (statistics.median(full[side] - bare[side] for bare, full in turns) for side in (0, 1))
            rate = statistics.median(full[2] for _, full in turns)
            self.told(what, "write", app + pg, app_cpu_ms=round(app, 3), pg_cpu_ms=round(pg, 3), whole_tx_per_s=round(rate))

    async def check(self, hot: PersonId) -> None:
        """A person's file of ten thousand rows, and chains checked by the house."""
        await sealing.seal(self.house.begin)
        raw = msgspec.json.encode(await proving.proofs(self.house.begin, hot))
        took = []
        for _ in range(7):
            began = time.perf_counter()
            found = file.check(file.read(raw))
            took.append((time.perf_counter() - began) * 1000)
        assert (found.faults, found.rows, found.sealed) == ([], OWN, OWN), found
        self.told(f"a file of {OWN:,} looks checked", "verify", sorted(took)[3], ms=round(sorted(took)[3], 1))
        began = time.perf_counter()
        assert await verifying.sample(self.house.begin) == []
        print(f"a sample of 1,200 chains checked in {time.perf_counter() - began:.2f} s", flush=True)


async def pages(bench: Bench, app: Any, times: int) -> None:
    """Each role's pages, over HTTP in this process."""
    conn = await asyncpg.connect(bench.place.dsn)
    people = [PersonId(row["citizen_id"]) for row in await conn.fetch("select citizen_id from identity.access_head limit 400")]
    await conn.close()
    tokens: list[str] = []
    async with bench.house.begin(actor=system("bench"), seconds=60) as work:
        tokens += [(await begin_session(work, citizen, SessionKind.WEB, "bench")).token for citizen in people]
        named = [await identity.person_of_phone(work, phone) for phone in (DESK, OFFICER, HOT)]
        desk, officer, hot = [(await begin_session(work, one, SessionKind.WEB, "bench")).token for one in named if one]
    await watching.count(bench.house.begin)
    record = (await days_of_readers(bench.place.dsn))[0]
    purpose = {"purpose": "办理您的申请：事项7"}
    shows: dict[str, Callable[[int], tuple[str, dict[str, str], str]]] = {
        "resident": lambda n: ("/me/data", {}, tokens[n % len(tokens)]),
        "resident, narrowed": lambda n: ("/me/data", purpose, tokens[n % len(tokens)]),
        "resident with 10,000 looks": lambda n: ("/me/data", {}, hot), "the same, nothing found": lambda n: ("/me/data", purpose, hot),
        "department, questions": lambda n: ("/desk/questions", {}, desk), "officer, overview": lambda n: ("/audit", {}, officer),
        "officer, one reader's day": lambda n: (record, {}, officer), "officer, refused": lambda n: ("/audit/refused", {}, officer),
    }  # fmt: skip
    async with AsyncTestClient(app, base_url=bench.place.settings.public_url) as client:
        for what, show in shows.items():

            async def ask(n: int, show: Any = show) -> None:
                path, params, token = show(n)
                answer = await client.get(path, params=params, headers={"cookie": f"onedoor={token}"})
                assert answer.status_code == 200, answer.text

            await timed(ask, 10)
            p50, p99 = await timed(ask, times)
            bench.told(what, "page", p99, p50_ms=p50, p99_ms=p99)


async def days_of_readers(dsn: str) -> list[str]:
    """The address of a reader's day with looks in it."""
    conn = await asyncpg.connect(dsn)
    try:
        rows = await conn.fetch(
            "with today as (select distinct convert_from(body, 'UTF8')::jsonb->>'actor' as actor from identity.access "
            "where at >= date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai') "
            "select d.day, d.actor from tracker.reader_day d join today using (actor) "
            "where d.day = (now() at time zone 'Asia/Shanghai')::date order by d.looks desc limit 1"
        )
        return [f"/audit/readers/{row['day']}/{row['actor']}" for row in rows]
    finally:
        await conn.close()


async def measured(place: Place, quick: bool) -> bool:
    from onedoor.identity.ports import Secrets
    from onedoor.web.app import build

    began = time.perf_counter()
    await fill(place, lambda words: print(f"  {words}", file=sys.stderr, flush=True))
    print(f"{PEOPLE * ROUNDS:,} looks at {PEOPLE:,} people, made in {time.perf_counter() - began:.0f} s", flush=True)
    app = build(place.settings)
    house = app.state.house
    await house.open(listen=False)
    bench = Bench(place, house)
    async with house.begin(actor=system("bench"), seconds=60) as work:
        hot = (await identity.put_people(work, [KnownPerson(phone=HOT, name="热")], house.ports.get(Secrets)))[HOT]
    await bench.writes(hot, 1_000 if quick else 4_000)
    await bench.check(hot)
    await pages(bench, app, 100 if quick else 300)
    await house.close()
    return bench.good


def main() -> int:
    place = Place(1)
    try:
        return int(not asyncio.run(measured(place, "--quick" in sys.argv)))
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main())
