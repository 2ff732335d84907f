"""残疾人证 end to end over four departments' own systems, each a process of its own: one set of answers, one visit, five services, nothing
asked twice, and every look and hand-over in the person's record; in Chinese without scripts, in English with."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House

pytestmark = pytest.mark.browser
CARD_CLERK, PENSION_CLERK, BUS_CLERK = "13800991101", "13800990201", "13800990801"
SERVICES = ("cl-canjirenzheng", "cl-liangxiang", "rs-jumin-yanglao", "jt-canji-gongjiao")
CHOSEN = {
    "has_card": "no", "income": "dibao", "pension": "none", "disability_kind": "sight", "card_hospital": "first", "card_visit": "walk",
    "payee": "social",
}  # fmt: skip
WORDS = {
    "zh-CN": {
        "search": "我妈看不见了能办什么", "journey": "残疾人服务一件事", "press": "一次提交 5 项", "waits": "等前一项", "granted": "办好了",
        "last": "全部办完最迟", "over": "全部办完", "departments": "4 个", "trips": "1 次", "filled": "9 个答案", "part": "中的一项",
        "assessed": "评定结果已送到", "entered": "已登记到残疾人证登记册",
        "looks": ["向青禾一院查询", "把资料送到残疾人证登记册", "把资料送到社会保险系统"],
    },
    "en": {
        "search": "disability services", "journey": "Disability, all at once", "press": "Hand in all 5", "waits": "Waits",
        "granted": "Granted",
        "last": "All done by", "over": "All done", "departments": "4", "trips": "1", "filled": "9 answers", "part": "Part of",
        "assessed": "The assessment has arrived", "entered": "Entered in Disability card register",
        "looks": ["Asked First Hospital", "Sent on to Disability card register", "Sent on to Social insurance"],
    },
}  # fmt: skip


def press(page: Page, selector: str = "main form[method=post] button.btn:not(.plain)") -> None:
    with page.expect_navigation():
        page.locator(selector).last.click()


def answered(page: Page) -> set[str]:
    """From the first question to check-answers; every question that was put, once each."""
    asked: list[str] = []
    for _ in range(30):
        if "/check/" in page.url:
            break
        names = page.locator("main form [name]:not([type=hidden]):not(button)").evaluate_all("all => [...new Set(all.map(e => e.name))]")
        asked += names
        for name in names:
            if name in CHOSEN:
                page.locator(f"input[name='{name}'][value='{CHOSEN[name]}']").check()
        press(page)
    assert len(asked) == len(set(asked)), "something was asked twice"
    return set(asked)


@pytest.mark.parametrize(
    ("locale", "scripts", "phone", "name"), [("zh-CN", False, "13900990006", "赵国强"), ("en", True, "13900990008", "阿依古丽·买买提")]
)
def test_one_visit_and_the_rest_follows(house: House, browser: Browser, locale: str, scripts: bool, phone: str, name: str) -> None:
    words = WORDS[locale]
    context = house.visitor(browser, phone, locale, java_script_enabled=scripts)
    page = context.new_page()
    before = asked_again(page)
    page.goto("/")
    page.get_by_role("searchbox").fill(words["search"])
    press(page, "form[role=search] button")
    page.locator("main a[href='/journeys/disability']").first.click()
    expect(page.locator("h1")).to_have_text(words["journey"])
    press(page)
    assert "name" not in answered(page)  # the register knows it
    expect(page.locator("main")).to_contain_text(words["press"])
    address = page.url
    press(page)
    expect(page.locator("main")).to_contain_text(words["last"])
    run = page.url.split("?")[0]
    page.goto(address)
    assert page.locator("h1").count() == 1  # the draft has become the run: nothing can be sent a second time from here
    page.goto(run)
    expect(page.locator("main")).to_contain_text(words["waits"])
    page.locator("main a[href^='/cases/case_']").first.click()
    expect(page.locator("main")).to_contain_text(words["part"])
    case = re.search(r"case_[0-9a-f]{32}", page.url)
    assert case
    assess(house, browser, case[0], name, lambda: shown(page, page.url, words["assessed"]))
    rest = waiting_for(page, run, 5)
    for ident in rest - {case[0]}:
        grant(house, browser, ident, page)
    for _ in range(40):
        page.goto(run)
        if page.locator(".tag", has_text=words["granted"]).count() == 5:
            break
        page.wait_for_timeout(250)
    shown(page, run, words["over"])
    main = page.locator("main")
    for said in (words["departments"], words["trips"], words["filled"]):
        expect(main).to_contain_text(said)
    shown(page, f"/cases/{case[0]}", words["entered"])
    page.goto("/me/data")
    for said in words["looks"]:
        expect(page.locator("main")).to_contain_text(said)
    assert asked_again(page) == before, "nothing was asked that a register knows"
    context.close()


def asked_again(page: Page) -> list[Any]:
    """By question how often it was put although a register knows the answer, service by service; the demo begins with a history."""
    return [page.request.get(f"/api/quality/items/{item}?period=30d").json()["again"] for item in SERVICES]


def shown(page: Page, address: str, words: str) -> None:
    """What another department does arrives by itself; how soon is its own affair."""
    for _ in range(120):
        page.goto(address)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no {words!r} on {address} within a minute:\n{page.locator('main').inner_text()}")


def assess(house: House, browser: Browser, case: str, name: str, arrived: Callable[[], None]) -> None:
    """The federation's clerk takes the case on, the doctor at the hospital reports, and the clerk grants: nobody types anything twice."""
    context = house.visitor(browser, CARD_CLERK)
    desk = context.new_page()
    act(desk, case, "accept")
    doctor = context.new_page()
    for _ in range(60):
        doctor.goto(house.systems["青禾一院评残台"])
        if doctor.get_by_role("heading", name=name).count():
            break
        doctor.wait_for_timeout(250)
    form = doctor.locator("form", has_text=name).first
    form.locator("[name=grade]").select_option("1")
    with doctor.expect_navigation():
        form.get_by_role("button").click()
    arrived()
    act(desk, case, "grant")
    context.close()


def act(desk: Page, case: str, name: str) -> None:
    desk.goto(f"/desk/cases/{case}")
    desk.locator(f"#act-{name} > summary").click()
    with desk.expect_navigation():
        desk.locator(f"#act-{name} form button.btn").click()
    expect(desk.locator(".errors")).to_have_count(0)


def waiting_for(page: Page, run: str, count: int) -> set[str]:
    """The cases of the run, once all of them are there."""
    found: set[str] = set()
    for _ in range(60):
        page.goto(run)
        found = set(re.findall(r"/cases/(case_[0-9a-f]{32})", page.content()))
        if len(found) == count:
            return found
        page.wait_for_timeout(250)
    raise AssertionError(f"{len(found)} of {count} cases after 15 s")


def grant(house: House, browser: Browser, case: str, page: Page) -> None:
    """Whichever department has it says yes; what its rule has granted at once waits for nobody."""
    for clerk in (CARD_CLERK, PENSION_CLERK, BUS_CLERK):
        hand: Any = house.visitor(browser, clerk)
        if hand.request.post(f"/api/cases/{case}/acceptances", data={}).ok:
            assert hand.request.post(f"/api/cases/{case}/decisions", data={"outcome": "granted"}).ok
            hand.close()
            return
        hand.close()
    assert page.request.get(f"/api/cases/{case}").json()["outcome"] == "granted", f"nobody handles {case}"
