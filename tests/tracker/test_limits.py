"""What the tracker counts, and what it does with more of something than one page, one night or one hour holds."""

import datetime as dt
import re
from typing import Any

import asyncpg

from onedoor.identity import chain
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Actor, system
from onedoor.tracker import jobs
from onedoor.tracker.models import ChallengeId
from onedoor.tracker.service import challenges, guarding, verifying, watching
from tests.cases.kit import residents

from .kit import OFFICER, looked_at

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def nobodys(n: int) -> str:
    """A number of a card that is right, and nobody's."""
    digits = f"990102195{n % 10}0115{900 + n // 10:03d}"
    return digits + "10X98765432"[sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def test_numbers_that_are_nobodys_count_as_tries(site: Any) -> None:
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    officer, body = site.sign_in(OFFICER), {"reason": "公众人物，常被查看", "until": str(until)}
    tries = [officer.post("/api/audit/guarded", json={"id_number": nobodys(n), **body}) for n in range(guarding.TRIES + 1)]
    assert {one.status_code for one in tries[:40]} == {422}
    assert "没有找到这个人" in tries[0].text
    assert tries[-1].status_code == 429
    typed = {"id_number": residents()[0]["id_number"], "reason": "公众人物，常被查看"}
    page = officer.post("/audit/guarded", data=typed)
    assert (page.status_code, "公众人物，常被查看" in page.text) == (429, True), "and what was typed stays"

    async def over() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from kernel.bucket where key like 'audit number %'")

    site.run(over)


def test_everything_overdue_escalates_in_one_night(site: Any) -> None:
    asked = [looked_at(site, n) for n in (4, 5, 6)]
    for browser, record in asked:
        assert browser.post(f"/api/me/data/{record['seq']}/challenges", json={"kind": "why"}).status_code == 201
    mine = [ChallengeId.parse(browser.get(f"/api/me/data/{record['seq']}/challenge").json()["id"]) for browser, record in asked]

    async def later() -> None:
        async with site.house.begin(actor=system("test")) as work:
            late = work.today - dt.timedelta(days=1)
            await work.db.run("update tracker.question set due_on = $day where id = any($mine::uuid[])", day=late, mine=mine)
        await challenges.escalate(site.house.begin, most=2)

    site.run(later)
    assert [browser.get(f"/api/me/data/{record['seq']}/challenge").json()["overdue"] for browser, record in asked] == [True] * 3


def test_the_officer_sees_each_of_many_looks_of_one_moment(site: Any) -> None:
    reader, whom, officer = PersonId.new(), PersonId.new(), site.sign_in(OFFICER)

    async def look() -> dt.date:
        async with site.house.begin(actor=Actor(id=reader, grants=frozenset({"x"}), name="某人")) as work:
            for n in range(watching.PAGE + 4):
                await identity.record_access(work, whom, Text(f"第 {n} 次查"), ("person.name",), None)
            return work.today

    path: str | None = f"/audit/readers/{site.run(look)}/{chain.pseudonym(reader)}"
    site.run(watching.count, site.house.begin)
    seen: list[str] = []
    while path:
        page = officer.get(path).text
        seen += re.findall("第 [0-9]+ 次查", page)
        following = re.search(r'href="(/audit/readers/[^"]+after=[^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"第 {n} 次查" for n in range(watching.PAGE + 4)]


def test_what_was_read_before_the_house_stood_still_is_counted_when_it_is_there_again(site: Any, monkeypatch: Any) -> None:
    reader, zone = PersonId.new(), site.house.settings.zone
    today = dt.datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    async def look() -> None:
        for n in range(5):
            monkeypatch.setattr(site.house, "now", lambda n=n: (today - dt.timedelta(minutes=9 - n)).astimezone(dt.UTC))
            async with site.house.begin(actor=Actor(id=reader, grants=frozenset({"x"}), name="夜猫子")) as work:
                await identity.record_access(work, PersonId.new(), Text("夜里查"), ("person.name",), None)

    site.run(look)
    monkeypatch.setattr(site.house, "now", lambda: (today + dt.timedelta(hours=1, minutes=10)).astimezone(dt.UTC))
    site.run(jobs.watch, site.house.begin, site.house.ports, {})
    site.run(jobs.daily, site.house.begin, site.house.ports, {})
    monkeypatch.undo()
    counted = site.sign_in(OFFICER).get(f"/audit/readers/{today.date() - dt.timedelta(days=1)}/{chain.pseudonym(reader)}")
    assert (counted.status_code, "没有办件的查看 5 次" in counted.text) == (200, True)


def test_everybody_who_was_looked_at_yesterday_is_checked_in_stretches(site: Any, monkeypatch: Any, dsn: str) -> None:
    monkeypatch.setattr(verifying, "PEOPLE", 2)
    monkeypatch.setattr(verifying, "NIGHTLY", 4)
    some = sorted(PersonId.new() for _ in range(7))

    async def look() -> None:
        async with site.house.begin(actor=Actor(id=PersonId.new(), grants=frozenset({"x"}), name="某人")) as work:
            await identity.record_accesses(work, some, Text("查"), ("person.name",))

    async def owner(statement: str, *args: Any) -> Any:
        db = await asyncpg.connect(dsn)
        try:
            return await db.fetchval(statement, *args)
        finally:
            await db.close()

    site.run(look)
    put = "update identity.access set body = $2 where citizen_id = $1 returning (select body from identity.access where citizen_id = $1)"
    was = site.run(owner, put, some[-1].uuid, b"{}")
    site.run(jobs.daily, site.house.begin, site.house.ports, {})
    site.jobs()
    assert site.run(owner, "delete from tracker.finding where citizen_ref = $1 returning fault", some[-1].uuid) == "chain"
    site.run(owner, put, some[-1].uuid, was)
