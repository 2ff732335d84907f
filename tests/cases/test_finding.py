"""A clerk finds cases: by words however deep in the list, in the order of the list; by the number of a card, which the person reads of."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from onedoor.cases.duty import FIRST_DAY, LAST_DAY, PAGE, After, Reach, sought
from onedoor.cases.store import finding, inbox
from onedoor.kernel import db
from onedoor.kernel.text import citizen_check
from onedoor.kernel.work import system
from onedoor.orgs.models import OrgId
from tests.mandates.people import account, entered

from .kit import residents, submitted

STRANGER = "99010219900101001" + citizen_check("99010219900101001")
CLERK, EAST, WEST, ELSEWHERE = "13800990101", "13800990102", "13800990104", "13800990201"
MANY = 3000
EVERYWHERE = Reach(True, [], [])
OPEN = finding.Part(FIRST_DAY, LAST_DAY, False, False, False)
Staff = Callable[[str], httpx.Client]


@pytest.fixture(scope="module")
def crowd(site: Any) -> OrgId:
    """A department of its own with a list longer than is read for a word: each line has the common one, every 300th the rare one."""
    org = OrgId(uuid.uuid4())

    async def fill() -> None:
        async with site.house.begin(system("test"), seconds=60) as work:
            await work.db.run(
                """insert into cases.inbox (org_id, case_id, citizen_ref, number, item, title, holder, district, status, due_on,
                          legal_due_on, since, words)
                   select $org, gen_random_uuid(), gen_random_uuid(), 'QH' || n, 'x', '{"zh": "证", "en": ""}', '', '990101', 'submitted',
                          $day::date + n / 40, $day::date + 900, now(),
                          'qh' || n || ' 林晓 居住证' || case when n % 300 = 299 then ' 欧阳100%_' else '' end
                     from generate_series(0, $most::int - 1) n""",
                org=org, day=date(2026, 1, 1), most=MANY,
            )  # fmt: skip

    site.run(fill)
    return org


async def pages(site: Any, org: OrgId, q: str) -> list[list[str]]:
    """Every page of the list, as the desk reads it."""
    found: list[list[str]] = []
    after: After | None = After()
    async with site.house.begin(system("test")) as work:
        while after is not None:
            wanted = sought(q)
            rows = await inbox.opened(work.db, org, FIRST_DAY, LAST_DAY, False, after, "", wanted)
            if len(rows) < wanted.limit:
                rows = await finding.opened(work.db, org, EVERYWHERE, OPEN, after, "", wanted)
            found.append([row.number for row in rows[:PAGE]])
            after = After.of(rows[PAGE - 1]) if len(rows) > PAGE else None
    return found


@pytest.mark.parametrize(("q", "many"), [
    ("欧阳", 10), ("居住", 3000), ("QH299", 11), ("100%_", 10), ("阳1", 10), ("没有的词", 0), ("欧", 10), ("X", 0),
])  # fmt: skip
def test_words_are_found_to_the_end_of_the_list_and_once(site: Any, crowd: OrgId, q: str, many: int) -> None:
    found = [number for page in site.run(pages, site, crowd, q) for number in page]
    assert len(found) == len(set(found)) == many
    if q == "欧阳":
        assert found == [f"QH{n}" for n in range(299, MANY, 300)]


def test_a_rare_word_is_asked_of_the_index(site: Any, crowd: OrgId, queries: list[str]) -> None:
    """Whatever PostgreSQL knows of the words, the list is never read row by row for one: also by a plan made for any word."""

    async def ask() -> str:
        async with site.house.begin(system("test")) as work:
            await finding.opened(work.db, crowd, EVERYWHERE, OPEN, After(), "", sought("欧阳"))
        return queries[-1]

    async def plan(dsn: str, asked: str) -> str:
        conn = await asyncpg.connect(dsn)
        try:
            sql, names = db.numbered(asked)
            await conn.execute("analyze cases.inbox")
            await conn.execute(f"set plan_cache_mode = force_generic_plan; prepare asked as {sql}")
            return "\n".join(row[0] for row in await conn.fetch(f"explain execute asked ({', '.join(['null'] * len(names))})"))
        finally:
            await conn.close()

    assert "Scan on inbox_words" in asyncio.run(plan(site.house.settings.dsn, site.run(ask)))


def number_of(n: int) -> str:
    return str(residents()[n]["id_number"])


def test_a_person_is_found_by_the_number_of_the_card(site: Any, staff: Staff) -> None:
    """Somebody of whom no other test speaks: their latest case is not pushed off the first page."""
    somebody = account(site, entered(site, "寻一人", date(1990, 5, 5)))
    browser, number = site.sign_in(somebody.phone), somebody.who.id_number
    browser.post("/settings/district", data={"value": "990102"})
    case = submitted(somebody.program)
    found = staff(CLERK).post("/desk/find", data={"id_number": " " + number})
    assert found.status_code == 200
    assert case["id"] in found.text
    assert number not in str(found.url) + found.text
    assert case["id"] in staff(EAST).post("/desk/find", data={"id_number": number}).text
    by_program = staff(CLERK).post("/api/desk/find", json={"id_number": number}).json()
    assert case["id"] in [line["id"] for line in by_program]
    site.jobs()
    seen = browser.get("/me/access").text
    assert "在办件列表里按身份证号查找" in seen
    assert "高志远" in seen


def test_other_desks_find_nobody_and_it_is_written_down(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    for phone in (WEST, ELSEWHERE):
        before = newest(program)
        nothing = staff(phone).post("/desk/find", data={"id_number": number_of(0)})
        assert nothing.status_code == 200
        assert case["id"] not in nothing.text
        site.jobs()
        assert newest(program) != before
    unknown = staff(CLERK).post("/desk/find", data={"id_number": STRANGER})
    assert "您这里没有这个人的办件" in unknown.text
    assert browser.post("/desk/find", data={"id_number": number_of(0)}).status_code == 403
    assert site.client().post("/api/desk/find", json={"id_number": number_of(0)}).status_code == 401


def newest(program: httpx.Client) -> list[dict[str, Any]]:
    """The latest look, if anybody has looked."""
    return program.get("/api/me/access").json()["items"][:1]


@pytest.mark.parametrize("typed", ["", "123", "11010119900101001X", "9" * 40, "\x00" * 18])
def test_a_wrong_number_is_told_and_kept(staff: Staff, typed: str) -> None:
    said = staff(CLERK).post("/desk/find", data={"id_number": typed})
    assert said.status_code == 422
    assert "身份证号有误" in said.text
    if typed.isalnum():
        assert f'value="{typed}"' in said.text


def test_nobody_tries_numbers_one_after_the_other(site: Any) -> None:
    """An hour's looks, then a pause; what day it is does not matter."""
    desk = site.sign_in("13800990103")
    desk.headers["accept"] = "application/json"
    said = [desk.post("/api/desk/find", json={"id_number": number_of(1)}).status_code for _ in range(62)]
    assert said.count(429) >= 1
    assert said[0] == 200


