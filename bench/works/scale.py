"""A city's size: a million cases and twenty million looks in one cluster, and the lists and records of every role over HTTP.

One department has all the cases, which is the hardest for its clerks. Pages are asked one at a time of a server with one process; the
99th percentile of each counts, and CPU of application and PostgreSQL stands beside it. Seeding takes minutes and some 15 GB of disk.
ONEDOOR_BENCH_CASES and ONEDOOR_BENCH_LOOKS make it smaller.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any
from urllib.parse import quote

import asyncpg

from bench import cpu
from bench.client import Load, fire, request
from bench.place import CITY, Place
from bench.seed import SCATTERS, put_cases
from bench.works.tracker import ROUNDS, days_of_readers, put_days, put_looks
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId, SessionKind
from onedoor.identity.service.signing import begin_session
from onedoor.kernel.work import system
from onedoor.tracker.service import watching
from onedoor.web.house import House

NAME, LIMIT_MS = "scale", 100.0
CASES, LOOKS = int(os.environ.get("ONEDOOR_BENCH_CASES", "1000000")), int(os.environ.get("ONEDOOR_BENCH_LOOKS", "20000000"))
CLERKS = {
    "clerk with few lines": "13800990101", "clerk with many lines": "13800990104", "clerk of one district": "13800990102",
    "supervisor": "13800990103", "data desk": "13800990108", "officer": "13800991608",
}  # fmt: skip
FEW, MANY, RESIDENTS = 5, 10_000, 400
LINES = {
    "": "unclaimed", "?tab=mine": "mine", "?tab=soon": "soon", "?tab=supplementing": "supplementing", "?tab=done": "done",
    f"?q={512345 % CASES * SCATTERS % 10**11:011}": "a number", "?q=" + quote("居住"): "a word",
}  # fmt: skip
ASKED: dict[str, dict[str, str]] = {
    "clerk with few lines": {f"/desk/inbox{query}": what for query, what in LINES.items()},
    "clerk with many lines": {f"/desk/inbox{query}": what for query, what in LINES.items()},
    "clerk of one district": {f"/desk/inbox{query}": what for query, what in LINES.items()},
    "supervisor": {"/desk/inbox?tab=all": "everything", "/desk/inbox?tab=overdue": "overdue", "/desk/overdue": "overdue, all"},
    "data desk": {"/desk/questions": "questions", "/desk/questions?tab=done": "answered"},
    "officer": {"/audit": "overview", "/audit/refused": "refused", "/audit/seals": "seals"},
}
RESIDENT = {
    "/me/data": "looks", "/me/data?purpose=" + quote("办理您的申请：事项7"): "looks, narrowed", "/me/data?before=10": "looks, older",
    "/me/cases": "cases", "/": "home",
}  # fmt: skip


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


async def fill(place: Place) -> dict[str, list[str]]:
    """Everything, and sessions by role."""
    from onedoor.kernel.migrate import migrate
    from onedoor.web.city import load_demo

    await migrate(place.dsn)
    await load_demo(place.settings, CITY)
    conn = await asyncpg.connect(place.dsn)
    await put_cases(conn, CASES, CASES // 5)
    say("cases")
    await put_looks(conn, max(1_000, LOOKS // ROUNDS), say)
    await put_days(conn)
    house = House(place.settings)
    await house.open(listen=False)
    tokens: dict[str, list[str]] = {"resident": []}
    async with house.begin(actor=system("bench"), seconds=120) as work:
        for role, phone in CLERKS.items():
            person = await identity.person_of_phone(work, phone)
            assert isinstance(person, PersonId), phone
            tokens[role] = [(await begin_session(work, person, SessionKind.WEB, "bench")).token]
            if many := {"clerk with few lines": FEW, "clerk with many lines": MANY}.get(role):
                await _give(conn, person, "990103" if many == MANY else "", many)
        for row in await conn.fetch("select citizen_id from identity.access_head limit $1", RESIDENTS):
            tokens["resident"].append((await begin_session(work, PersonId(row["citizen_id"]), SessionKind.WEB, "bench")).token)
    await watching.count(house.begin)
    await house.close()
    await conn.execute("vacuum (analyze) cases.inbox", timeout=3600)
    await conn.execute("vacuum (analyze) cases.case_file", timeout=3600)
    await conn.execute("checkpoint", timeout=600)
    await conn.close()
    return tokens


async def _give(conn: Any, clerk: PersonId, district: str, many: int) -> None:
    """So many open lines are this clerk's."""
    await conn.execute(
        "update cases.inbox set assignee_ref = $1 where (org_id, case_id) in (select org_id, case_id from cases.inbox where "
        "status in ('submitted', 'accepted') and assignee_ref is null and ($2 = '' or district = $2) limit $3)",
        clerk.uuid, district, many, timeout=600,
    )  # fmt: skip


def measured(place: Place, role: str, path: str, what: str, tokens: list[str], times: int) -> bool:
    """One page of one role."""
    assert place.web is not None
    asked = [request("GET", path, {"cookie": f"onedoor={tokens[n % len(tokens)]}"}) for n in range(times)]
    fire(Load(place.port, asked[:10], 60, 1, 0.0, True))
    before = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
    got = fire(Load(place.port, asked, 120, 1, 0.0, True))
    after = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
    app, pg = ((b - a) * 1000 / times for a, b in zip(before, after, strict=True))
    good = set(got.statuses) == {"200"} and got.p99_ms <= LIMIT_MS
    words = f"{role}: {what}"
    print(
        f"{words:44} p50 {got.p50_ms:6.1f}  p99 {got.p99_ms:6.1f} ms (limit {LIMIT_MS:.0f})  app {app:.2f} + pg {pg:.2f} ms CPU  "
        f"{'' if good else got.statuses}", flush=True,
    )  # fmt: skip
    figures = {"p50_ms": round(got.p50_ms, 1), "p99_ms": round(got.p99_ms, 1), "app_ms": round(app, 2), "pg_ms": round(pg, 2)}
    print(json.dumps({"work": NAME, "role": role, "page": what, **figures}), flush=True)
    return good


def main() -> int:
    place, began = Place(1), time.perf_counter()
    try:
        tokens = asyncio.run(fill(place))
        print(f"{CASES:,} cases and {LOOKS:,} looks, made in {time.perf_counter() - began:.0f} s", flush=True)
        place.start()
        reader = asyncio.run(days_of_readers(place.dsn))[0]
        asked = {**ASKED, "resident": RESIDENT, "officer": {**ASKED["officer"], reader: "one reader's day"}}
        times = 100 if "--quick" in sys.argv else 300
        good = [
            measured(place, role, path, what, tokens[role], times) for role, pages in asked.items() for path, what in pages.items()
        ]
        return int(not all(good))
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main())
