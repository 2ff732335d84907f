"""特别程序 and 延期: the clock stands still for what the law does not count, and a supervisor gives more days; by pages and in JSON."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.cases.models import CaseId, Kind, Status
from onedoor.cases.service import clocks, extending, following, handling, pausing
from onedoor.cases.service.definitions import process_of
from onedoor.cases.specials import Starting
from onedoor.cases.store import files
from onedoor.identity.models import PersonId
from onedoor.kernel.work import system

from .kit import picture, submitted
from .test_desk import CHIEF, CLERK, ELSEWHERE, WEST, Staff, act
from .test_handling import Days

HOMES = "13800991001"
INHERITED = {
    "died_name": "林国栋", "died_id": "990102194908230128", "died_on": "2026-05-01", "relation": "child", "heirs": 2,
    "home": "东湖区柳岸街道春风路 12 号 3 栋 502 室", "phone": "13900001234",
}  # fmt: skip


def later(site: Any, days: int) -> date:
    """So many working days from today."""

    async def ask() -> date:
        async with site.house.begin(system("test")) as work:
            return work.calendar.after(work.today, days)

    return site.run(ask)


def boxes(day: date) -> dict[str, str]:
    return {"special_until-year": str(day.year), "special_until-month": str(day.month), "special_until-day": str(day.day)}


@pytest.fixture
def accepted(program: httpx.Client, staff: Staff) -> str:
    case = str(submitted(program)["id"])
    assert "已受理" in act(staff(CLERK), case, "accept").text
    return case


def test_an_inspection_by_pages(site: Any, accepted: str, staff: Staff, browser: httpx.Client) -> None:
    case, desk, last = accepted, staff(CLERK), later(site, 5)
    page = desk.get(f"/desk/cases/{case}").text
    assert 'id="act-special"' in page
    assert 'id="act-extend"' not in page
    empty = act(desk, case, "special")
    assert empty.status_code == 422
    assert all(words in empty.text for words in ("请选择这个办件能用的程序", "请写明原因，申请人会看到", "最后一天要在今天以后"))
    long = act(desk, case, "special", special_kind="inspection", special_reason="看看住处", **boxes(later(site, 6)))
    assert long.status_code == 422
    assert 'href="#field-special_until"' in long.text
    assert "最多 5 个工作日" in long.text
    assert "看看住处" in long.text
    begun = act(desk, case, "special", special_kind="inspection", special_reason="看看住处", **boxes(last))
    assert "特别程序已开始，时限暂停" in begun.text
    assert "特别程序：现场核查，时限暂停" in begun.text
    seen = browser.get(f"/cases/{case}").text
    assert all(words in seen for words in ("正在进行：现场核查", "看看住处", "不算在办理时间里"))
    assert "过期没有补交" not in seen
    assert "现场核查" in browser.get("/inbox").text
    number = desk.get(f"/api/desk/cases/{case}").json()["case"]["number"]
    assert number in desk.get("/desk/inbox", params={"tab": "paused", "q": number}).text
    for again, data in (("supplement", {"ask_extra_1": "照片"}), ("decide", {"outcome": "granted"}), ("transfer", {
        "transfer_department": "minzheng", "transfer_reason": "归你们"}), ("special", {"special_kind": "inspection"})):  # fmt: skip
        assert act(desk, case, again, **data).status_code in (409, 422), again
    assert act(desk, case, "finish").status_code == 422
    over = act(desk, case, "finish", finish_result="住处属实")
    assert "特别程序已结束" in over.text
    assert 'id="act-special"' not in over.text
    assert "住处属实" in browser.get(f"/cases/{case}").text
    once_more = act(desk, case, "special", special_kind="inspection", special_reason="再看", **boxes(last))
    assert (once_more.status_code, "这项特别程序已经用过一次" in once_more.text) == (409, True)
    assert "已批准" in act(desk, case, "decide", outcome="granted").text


def test_the_same_in_json(site: Any, accepted: str, staff: Staff, program: httpx.Client) -> None:
    case, desk, last = accepted, staff(CLERK), later(site, 3)
    path, body = f"/api/cases/{case}/specials", {"kind": "inspection", "reason": "看看住处", "until": last.isoformat()}
    rev = desk.get(f"/api/desk/cases/{case}").json()["case"]["rev"]
    refused = [
        site.client().post(path, json=body).status_code, program.post(path, json=body).status_code,
        staff(ELSEWHERE).post(path, json=body).status_code, staff(WEST).post(path, json=body).status_code,
        desk.post(path, json=body | {"rev": rev - 1}).status_code, desk.post("/api/cases/nonsense/specials", json=body).status_code,
    ]  # fmt: skip
    assert refused == [401, 403, 404, 403, 409, 404]
    for wrong, field in (
        ({"until": later(site, 6).isoformat()}, "/until"), ({"until": "2020-01-01"}, "/until"), ({"kind": "hearing"}, "/kind"),
        ({"kind": "nap"}, "kind"), ({"reason": ""}, "reason"), ({"reason": "a\u0000b"}, "reason"),
    ):  # fmt: skip
        bad = desk.post(path, json=body | wrong)
        assert bad.status_code in (400, 422), bad.text
        assert field in str(bad.json()["errors"]), bad.text
    first, again = (desk.post(path, json=body | {"rev": rev}, headers={"idempotency-key": f"special {case}"}) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (201, "paused")
    assert again.json() == first.json()
    assert desk.post(path, json=body).status_code == 409
    assert desk.get(f"/api/desk/cases/{case}").json()["special"]["until_on"] == last.isoformat()
    mine = program.get(f"/api/cases/{case}").json()
    assert (mine["special"]["kind"], mine["special"]["reason"]) == ("inspection", "看看住处")
    end = f"/api/cases/{case}/special-ends"
    assert desk.post(end, json={"result": "好", "rev": rev}).status_code == 409
    assert staff(ELSEWHERE).post(end, json={"result": "好"}).status_code == 404
    done = desk.post(end, json={"result": "好"})
    assert (done.status_code, done.json()["status"], done.json()["paused_on"]) == (201, "accepted", None)
    assert desk.post(end, json={"result": "好"}).status_code == 409
    assert program.get(f"/api/cases/{case}").json()["special"] is None


def test_taken_back_while_it_goes_on(site: Any, accepted: str, staff: Staff, browser: httpx.Client) -> None:
    body = {"kind": "inspection", "reason": "看看住处", "until": later(site, 2).isoformat()}
    assert staff(CLERK).post(f"/api/cases/{accepted}/specials", json=body).status_code == 201
    assert browser.post(f"/cases/{accepted}/withdraw", data={"reason": ""}).url.path == f"/cases/{accepted}"

    async def open_still() -> int:
        async with site.house.begin(system("test")) as work:
            await clocks.daily(site.house.begin)
            return await work.db.value(
                "select count(*)::int from cases.special where case_id = $case and ended_on is null", case=CaseId.parse(accepted)
            )

    assert site.run(open_still) == 0
    assert browser.get(f"/api/cases/{accepted}").json()["status"] == "withdrawn"


@pytest.mark.parametrize(("ends", "given_back"), [("by itself", 3), ("a week late", 3), ("early", 2)])
def test_over_the_october_holiday(site: Any, program: httpx.Client, ends: str, given_back: int) -> None:
    """From 29 September until 9 October: of these only 30 September, 8 and 9 October are worked, and given back, whenever a job comes."""
    days = Days(site, submitted(program)["id"])

    async def story() -> None:
        await days.received(date(2026, 9, 25))
        days.day = date(2026, 9, 28)
        before = await days.as_chief(handling.accept)
        days.day = date(2026, 9, 29)
        paused = await days.as_chief(pausing.start, Starting("inspection", "看看住处", date(2026, 10, 9)))
        assert (paused.status, paused.paused_on, paused.due_on) == (Status.PAUSED, days.day, before.due_on)
        days.day = date(2026, 10, 9)
        await clocks.daily(days.begin)
        assert (await days.stands()).status is Status.PAUSED
        if ends == "early":
            days.day = date(2026, 10, 8)
            await days.as_chief(pausing.end, "好")
        else:
            days.day = date(2026, 10, 10) if ends == "by itself" else date(2026, 10, 19)
            await clocks.daily(days.begin)
        after = await days.stands()
        async with days.begin() as work:
            calendar = work.calendar
        assert (after.status, after.pause_kind, after.paused_on) == (Status.ACCEPTED, "", None)
        assert after.due_on == calendar.after(before.due_on, given_back)
        assert after.legal_due_on == calendar.after(before.legal_due_on, given_back)
        last = min(days.day, date(2026, 10, 9))
        assert calendar.working_days_between(last, after.due_on) == calendar.working_days_between(date(2026, 9, 29), before.due_on)
        await clocks.daily(days.begin)
        assert (await days.stands()).rev == after.rev

    site.run(story)


def test_posted_for_everybody_and_taken_down(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    desk, anybody = staff(HOMES), site.client()
    numbers: list[str] = []
    for ends in ("special-ends", "withdrawals"):
        papers = [
            program.post("/api/attachments", data={"document": paper}, files={"file": (f"{paper}.png", picture())}).json()["id"]
            for paper in ("title", "death")
        ]
        made = program.post("/api/cases", json={"item": "zr-jicheng", "answers": INHERITED, "attachments": papers})
        assert made.status_code == 201, made.text
        case, number = made.json()["id"], made.json()["number"]
        numbers.append(number)
        assert desk.post(f"/api/cases/{case}/acceptances", json={}).status_code == 201
        until = later(site, 15)
        body = {"kind": "public_notice", "reason": "看有没有别的继承人", "until": until.isoformat()}
        assert desk.post(f"/api/cases/{case}/specials", json=body).status_code == 201
        page = anybody.get("/notices/cases").text
        assert number in page
        assert "林*" in page
        assert "林晓" not in page
        assert "继承房产过户" in page
        assert "看有没有" not in page
        assert "/notices/cases" in browser.get(f"/cases/{case}").text
        assert anybody.get("/notices/cases", params={"after": "9999-01-01_Z"}).text.count(number) == 0
        assert anybody.get("/notices/cases", params={"after": "nonsense"}).status_code == 200

        async def on(day: date, number: str = number) -> bool:
            async with site.house.begin(system("test")) as work:
                found = await pausing.store.posted(work.db, day, date.min, "", 100)
                return number in {one.number for one in found}

        assert site.run(on, until)
        assert not site.run(on, until + timedelta(1))
        ender = desk if ends == "special-ends" else program
        assert ender.post(f"/api/cases/{case}/{ends}", json={"result": "没有异议"} if ender is desk else {}).status_code == 201
        assert number not in anybody.get("/notices/cases").text
    assert len(set(numbers)) == 2


def test_who_is_never_named_in_public(site: Any) -> None:
    """Children by no rule at all, mental disability by the city's; whoever's age is unknown is a child."""

    async def ask() -> list[list[Kind]]:
        async with site.house.begin(system("test")) as work:
            found = (await process_of(work, "cl-canjirenzheng")).specials
        people = [("sight", 40), ("mental", 40), ("sight", 17), ("sight", 18), ("sight", None)]
        known = [({"disability": what}, {"person.age": age} if age else {}) for what, age in people]
        return [[s.kind for s in found if pausing.fits(s, answers, elements)] for answers, elements in known]

    both, one = [Kind.ASSESSMENT, Kind.PUBLIC_NOTICE], [Kind.ASSESSMENT]
    assert site.run(ask) == [both, one, one, both, one]


def test_what_was_found_out_counts_before_what_was_said(site: Any, accepted: str) -> None:
    """Who said eyes and was found to have a mental disability is not named either."""

    async def ask() -> list[list[Kind]]:
        async with site.house.begin(system("test")) as work:
            process = await process_of(work, "cl-canjirenzheng")
            which = CaseId.parse(accepted)
            citizen = PersonId(await work.db.value("select citizen_id from cases.case_file where id = $case", case=which))
            case, (first, *_) = await files.shown(work.db, citizen, which), await files.steps(work.db, citizen, which)
            found = [replace(first, detail={"assessed": {"values": {"kind": kind}}}) for kind in ("视力残疾", "精神残疾")]
            told = [await pausing.offered(work, case, process, {"disability": "sight"}, [one]) for one in found]
        return [[one.kind for one in some] for some in told]

    assert site.run(ask) == [[Kind.ASSESSMENT, Kind.PUBLIC_NOTICE], [Kind.ASSESSMENT]]


def test_more_days(site: Any, accepted: str, staff: Staff, browser: httpx.Client) -> None:
    chief, path = staff(CHIEF), f"/api/cases/{accepted}/extensions"
    before = chief.get(f"/api/desk/cases/{accepted}").json()["case"]
    assert staff(CLERK).post(path, json={"days": 3, "reason": "等外地回函"}).status_code == 403
    assert act(staff(CLERK), accepted, "extend", extend_days="3", extend_reason="等外地回函").status_code == 403
    for days in (0, 11, -1):
        bad = chief.post(path, json={"days": days, "reason": "等"})
        assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/days")
    bad = act(chief, accepted, "extend", extend_days="11")
    assert (bad.status_code, 'href="#field-extend_days"' in bad.text, "请写明原因" in bad.text) == (422, True, True)
    assert chief.post(path, json={"days": 3, "reason": "等", "rev": before["rev"] - 1}).status_code == 409
    key = {"idempotency-key": f"extend {accepted}"}
    first, again = (chief.post(path, json={"days": 10, "reason": "等外地回函"}, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())

    async def expected() -> list[str]:
        async with site.house.begin(system("test")) as work:
            return [work.calendar.after(date.fromisoformat(before[name]), 10).isoformat() for name in ("due_on", "legal_due_on")]

    assert [first.json()["due_on"], first.json()["legal_due_on"]] == site.run(expected)
    twice = act(chief, accepted, "extend", extend_days="1", extend_reason="再等")
    assert (twice.status_code, "只能延长一次" in twice.text) == (409, True)
    assert 'id="act-extend"' not in chief.get(f"/desk/cases/{accepted}").text
    told = browser.get(f"/cases/{accepted}").text
    assert all(words in told for words in ("办理期限延长 10 个工作日", "等外地回函"))
    assert "办理期限延长" in browser.get("/inbox").text


def test_no_more_days_once_the_law_s_are_over(site: Any, program: httpx.Client) -> None:
    days = Days(site, submitted(program)["id"])

    async def story() -> None:
        days.day = date(2026, 9, 28)
        case = await days.as_chief(handling.accept)
        days.day = case.legal_due_on + timedelta(1)
        with pytest.raises(extending.TooLateToExtend):
            await days.as_chief(extending.extend, 5, "等")
        days.day = case.legal_due_on
        assert (await days.as_chief(extending.extend, 5, "等")).legal_due_on > case.legal_due_on
        await days.as_applicant(following.withdraw, "")

    site.run(story)
