"""Power cuts under eight submitters: what was answered 201 is there exactly once, nothing is half made, no hand is needed.

Two cuts in every run; `ONEDOOR_POWER_CUTS=20` for as many as a release wants.
"""

import asyncio
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from onedoor.kernel.postgres import Cluster

from .powercut import House, Submitter

ROUNDS, SUBMITTERS = int(os.environ.get("ONEDOOR_POWER_CUTS", "2")), 8
ANSWERS = 2
"""So many submissions of each round are answered before its cut."""
PHONES = [f"1390099000{n}" for n in (1, 2, 3, 4, 6, 7, 8)]
"""People of the demo city whose names are proven; the first of them submits from two programs."""

HALVES = {
    "cases without exactly one submission among their steps":
        "select id from cases.case_file c where (select count(*) from cases.step s where s.case_id = c.id and s.kind = 'submit') <> 1",
    "cases without exactly one number":
        "select id from cases.case_file c "
        "where (select count(*) from cases.number_claim n where n.case_id = c.id and n.number = c.number) <> 1",
    "cases without exactly one line in the department's list":
        "select id from cases.case_file c "
        "where (select count(*) from cases.inbox i where i.case_id = c.id and i.number = c.number) <> 1",
    "cases without exactly one message to the applicant":
        "select id from cases.case_file c where (select count(*) from notify.message m "
        "where m.kind = 'cases.submitted' and m.case_ref = 'case_' || replace(c.id::text, '-', '')) <> 1",
    "steps of no case": "select case_id from cases.step s where not exists (select from cases.case_file c where c.id = s.case_id)",
    "numbers of no case":
        "select case_id from cases.number_claim s where not exists (select from cases.case_file c where c.id = s.case_id)",
    "lines of no case": "select case_id from cases.inbox s where not exists (select from cases.case_file c where c.id = s.case_id)",
    "messages of no case":
        "select id from notify.message m where m.kind = 'cases.submitted' and not exists "
        "(select from cases.case_file c where m.case_ref = 'case_' || replace(c.id::text, '-', ''))",
    "numbers used twice": "select min(id::text)::uuid from cases.case_file group by number having count(*) > 1",
}  # fmt: skip


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="onedoor-powercut-"))
    made = House(folder)
    yield made
    made.stop()
    made.kill()
    if (made.home / ".lock").exists() and (place := Cluster(made.home, str).place).data.parent != made.home:
        shutil.rmtree(place.data.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


async def _look(dsn: str) -> tuple[set[UUID], dict[str, list[Any]]]:
    conn = await asyncpg.connect(dsn)
    try:
        cases = {row["id"] for row in await conn.fetch("select id from cases.case_file")}
        return cases, {name: found for name, sql in HALVES.items() if (found := await conn.fetch(sql))}
    finally:
        await conn.close()


def look(house: House) -> set[UUID]:
    """Every case there is; nothing is half made."""
    cases, halves = asyncio.run(_look(Cluster(house.home, str).dsn))
    assert halves == {}
    return cases


def acknowledged(people: list[Submitter]) -> list[UUID]:
    return [UUID(case.removeprefix("case_")) for one in people for case in one.made.values()]


def one_round(house: House, people: list[Submitter], after: float) -> None:
    """Everybody submits, and at some moment after the first answers, which a busy machine gives late, the power is gone."""
    threads = [threading.Thread(target=one.run) for one in people]
    enough, until = sum(len(one.made) for one in people) + ANSWERS, time.monotonic() + 60
    for thread in threads:
        thread.start()
    while sum(len(one.made) for one in people) < enough and not any(one.wrong for one in people):
        assert time.monotonic() < until, "nobody is answered"
        time.sleep(0.01)
    time.sleep(after)
    assert house.kill() >= 8  # parent, job worker, web server and its worker, three simulators, PostgreSQL
    for thread in threads:
        thread.join(60)
    assert [word for one in people for word in one.wrong] == [], house.last_words()


def test_power_cuts(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(time.time_ns())
    house.start()
    tokens = [house.bearer(phone) for phone in PHONES]
    people = [Submitter(house.url, token) for token in (*tokens, tokens[0])]
    assert len(people) == SUBMITTERS
    for number in range(ROUNDS):
        one_round(house, people, chance.uniform(0, 0.6 + 0.04 * number))
        if number % 7 == 1:  # and once more before it is up again
            house.launch()
            time.sleep(chance.uniform(0.3, 3))
            house.kill()
        house.start()
        known = acknowledged(people)
        there, unanswered = look(house), sum(len(one.open) for one in people)
        assert len(known) == len(set(known))
        assert set(known) <= there, f"lost: {set(known) - there}"
        assert len(there) <= len(known) + unanswered
    with ThreadPoolExecutor(SUBMITTERS) as pool:
        list(pool.map(Submitter.finish, people))
    assert [word for one in people for word in one.wrong] == []
    assert look(house) == set(acknowledged(people))
    with capsys.disabled():
        restarts = sorted(house.took[1:])
        print(
            f"\n{ROUNDS} power cuts: {len(acknowledged(people))} cases, {sum(one.repeated for one in people)} keys repeated, none lost, "
            f"none twice; start {house.took[0]:.1f} s, restart {restarts[len(restarts) // 2]:.1f} s (longest {restarts[-1]:.1f} s)"
        )
