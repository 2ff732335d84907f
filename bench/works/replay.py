"""Corrected rules for a whole city: everybody is worked out again from what they declared. People a second, CPU of each side."""

import asyncio
import json
import os
import resource
import sys
import time
import tomllib
from typing import Any

import asyncpg

from bench import cpu
from bench.place import CITY, Place
from onedoor.kernel.ids import convert
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.models import NewRuleset
from onedoor.passes.service.loading import put_ruleset
from onedoor.web.house import House

NAME, SCHEME, MILLION, LIMIT_S = "replay", "epi-2026", 1_000_000, 300
PEOPLE_SQL = """
with made as (select gen_random_uuid() as citizen, gen_random_uuid() as said, gen_random_uuid() as decided, n,
                     ($2::text[])[1 + n % cardinality($2::text[])] as division,
                     case when n % 50 = 0 then '{"symptoms": ["cough"], "contact": "no"}'::jsonb
                          else '{"symptoms": ["none"], "contact": "no"}'::jsonb end as answers,
                     case when n % 50 = 0 then 'popup' else 'green' end as colour
                from generate_series(1, $3::int) n),
     said as (insert into passes.declaration (citizen_id, id, scheme, channel, division, answers, declared_at)
              select citizen, said, 'epi-2026', 'page', division, answers, now() - interval '1 hour' from made)
insert into passes.person_index (citizen_id, scheme, shard, row_no, colour, division, divisions, declaration_id, decision_id, version,
                                 since, until, changed_at)
select citizen, 'epi-2026', $1, n, colour, division, array[division], said, decided, 1, now() - interval '1 hour',
       now() + interval '13 days', now() from made"""


async def fill(place: Place, people: int) -> None:
    from onedoor.kernel.migrate import migrate
    from onedoor.web.city import load

    await migrate(place.dsn)
    await load(place.settings, CITY, demo=True)
    conn = await asyncpg.connect(place.dsn)
    grids = [row["code"] for row in await conn.fetch("select code from orgs.district where level = 'grid' order by code")]
    shard = await conn.fetchval("select shard from passes.scheme where code = $1", SCHEME)
    for first in range(0, people, 100_000):
        sql = PEOPLE_SQL.replace("generate_series(1, $3::int)", f"generate_series({first} + 1, $3::int)")
        await conn.execute(sql, shard, grids, min(people, first + 100_000), timeout=900)
    await conn.execute("vacuum (analyze) passes.person_index, passes.declaration", timeout=900)
    await conn.close()


def corrected() -> dict[str, Any]:
    """The city's rules as a second version, in which a cough is yellow."""
    rules: dict[str, Any] = tomllib.loads((CITY / "passes" / f"{SCHEME}.toml").read_text("utf-8"))["ruleset"] | {"version": 2}
    next(one for one in rules["rule"] if one["id"] == "cough")["colour"] = "yellow"
    for test in rules["test"]:
        if "cough" in (test.get("fired") or ()) and test["colour"] in ("popup", "grey"):
            test["colour"] = "yellow"
    return rules


async def replayed(place: Place) -> tuple[float, int, dict[str, int]]:
    house = House(place.settings)
    await house.open(listen=False)
    async with house.begin(actor=system("bench"), seconds=60) as work:
        await put_ruleset(work, SCHEME, convert(corrected(), NewRuleset))
        await work.db.run("update passes.ruleset set valid_from = now() where scheme = $s and version = 2", s=SCHEME)
        await service.keeping.changed(work.db, service.keeping.NAME)
        service.memory.drop()
    began = time.perf_counter()
    run = await service.replay(house.begin, SCHEME, 1, 2, apply=True)
    took = time.perf_counter() - began
    await house.close()
    return took, run.looked, run.changes


def main() -> int:
    people = 20_000 if "--quick" in sys.argv else 100_000
    place = Place(1)
    try:
        asyncio.run(fill(place, people))
        before, pg = resource.getrusage(resource.RUSAGE_SELF).ru_utime, cpu.seconds(place.postmaster)
        took, looked, changes = asyncio.run(replayed(place))
        app, pg = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, cpu.seconds(place.postmaster) - pg
        kept = place.count("select count(*) from passes.decision")
        sizes = {
            table: place.count(f"select pg_total_relation_size('passes.{table}') / {people}")
            for table in ("decision", "declaration", "person_index")
        }
    finally:
        place.close()
    print(
        f"{looked:,} people in {took:.1f} s: {looked / took:,.0f}/s; CPU of each: app {app / looked * 1e6:.0f} us, PostgreSQL "
        f"{pg / looked * 1e6:.0f} us; changed {changes}; bytes of each with indexes: {sizes}"
    )
    million = took / looked * MILLION
    print(json.dumps({"work": NAME, "million_s": round(million), "limit_s": LIMIT_S, "people": looked, "load": os.getloadavg()[0]}))
    return int(million > LIMIT_S or looked != people or kept != people)


if __name__ == "__main__":
    sys.exit(main())
