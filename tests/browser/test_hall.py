"""The hall in a browser: back to where one came from, offices near by with and without scripts, a warning from the desk to every page."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.house import WARNER, House

pytestmark = pytest.mark.browser
READER = "13900990008"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture
def visitors(house: House, browser: Browser) -> Iterator[list[BrowserContext]]:
    """Whoever comes in is shown out again."""
    here: list[BrowserContext] = []
    yield here
    for one in here:
        one.close()


def enter(house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool, phone: str = "", **how: object) -> Page:
    visitors.append(house.visitor(browser, phone, java_script_enabled=scripts, **how))
    return visitors[-1].new_page()


def leave(page: Page) -> None:
    """Press the page's own way back."""
    page.locator("nav.back a").click()


@SCRIPTS
def test_back_leads_to_the_search_and_the_browsers_own_back_too(
    house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool
) -> None:
    page = enter(house, browser, visitors, scripts)
    page.goto("/")
    page.get_by_role("searchbox").fill("暂住证")
    page.get_by_role("searchbox").press("Enter")
    there = page.url
    page.locator("main a[href^='/items/ga-juzhuzheng']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("居住证")
    page.locator("#siblings").scroll_into_view_if_needed()
    page.locator("section[aria-labelledby=siblings] .cell").first.click()
    leave(page)
    assert page.url.split("#")[0] == there, "a neighbour leads back to the same search"
    page.locator("main a[href^='/items/ga-juzhuzheng']").first.click()
    page.go_back()
    assert page.url == there, "the browser's own back is untouched"


@SCRIPTS
def test_from_a_life_event_through_a_service_and_its_crumbs_into_the_hall(
    house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool
) -> None:
    page = enter(house, browser, visitors, scripts)
    page.goto("/hall")
    page.get_by_role("link", name="生孩子").click()
    page.locator("main a.cell[href^='/items/']").first.click()
    expect(page.locator("nav.back a")).to_have_text("生孩子")
    page.locator("nav.crumbs a").last.click()
    expect(page).to_have_url(re.compile(r"/hall/[a-z]+$"))
    leave(page)
    expect(page).to_have_url(re.compile("/hall$"))


def test_the_position_is_asked_for_by_a_press_and_never_before(house: House, browser: Browser, visitors: list[BrowserContext]) -> None:
    where = {"latitude": 30.62812, "longitude": 114.35487}
    page = enter(house, browser, visitors, True, geolocation=where, permissions=["geolocation"])
    page.add_init_script(
        "window.asked = 0; const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...a) => { window.asked += 1; ask(...a) }"
    )
    page.goto("/nearby")
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page).to_have_url(re.compile(r"lat=30\.628&lon=114\.355"))
    expect(page.locator("main .cell").first).to_contain_text("石门派出所")
    expect(page.get_by_role("heading", name="从您现在的位置算起")).to_be_visible()


def test_a_refused_position_leads_to_the_streets(house: House, browser: Browser, visitors: list[BrowserContext]) -> None:
    page = enter(house, browser, visitors, True)
    page.goto("/nearby")
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_role("status").filter(has_text="没有拿到位置")).to_be_visible()
    expect(page.locator("#field-street")).to_be_focused()


@SCRIPTS
def test_near_by_from_a_guide_by_street_to_an_office(
    house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool
) -> None:
    page = enter(house, browser, visitors, scripts)
    page.goto("/items/mz-jiehun")
    page.get_by_role("link", name="在哪办").click()
    if not scripts:
        expect(page.get_by_role("button", name="用我现在的位置")).to_have_count(0)
    page.locator("#field-street").select_option("990102004")
    page.get_by_role("button", name="看哪个近").click()
    first = page.locator("main .cells > li").first
    expect(first.get_by_role("link", name="怎么去")).to_have_attribute("href", re.compile(r"^geo:30\.\d+,114\.\d+"))
    first.locator("a.cell").click()
    expect(page.get_by_role("heading", name="开门时间")).to_be_visible()
    expect(page.locator("main .tag").first).to_have_text(re.compile("现在开门|现在关门|全天开门"))


@SCRIPTS
def test_a_warning_goes_from_the_desk_to_everybody_is_corrected_read_and_ended(
    house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool
) -> None:
    name = f"试验预警{'甲' if scripts else '乙'}"
    staff = enter(house, browser, visitors, scripts, WARNER)
    anybody, person = enter(house, browser, visitors, scripts), enter(house, browser, visitors, scripts, READER)
    staff.goto("/")
    staff.get_by_role("link", name="公告台").first.click()
    staff.get_by_role("link", name="写一条公告").click()
    staff.get_by_role("button", name="先看看样子").click()
    expect(staff.locator(".errors a")).to_have_count(6)
    staff.get_by_label("橙色预警").check()
    for label, words in (("标题", name), ("一句话", "不要出门"), ("全文", "风很大。\n\n请关窗。")):
        staff.get_by_label(label, exact=True).fill(words)
    staff.locator("#field-area").select_option("9901")
    staff.get_by_label("到什么时候结束").fill(f"{datetime.now() + timedelta(days=2):%Y年%m月%d日%H点%M分}")
    staff.get_by_role("button", name="先看看样子").click()
    expect(staff.locator(".notice.orange")).to_contain_text(name)
    anybody.goto("/")
    expect(anybody.get_by_text(name)).to_have_count(0)
    staff.get_by_role("button", name="发布", exact=True).click()
    expect(staff.locator(".status").first).to_contain_text("已发布")
    for page in (anybody, person):
        page.goto("/")
        page.locator(".notice").filter(has_text=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    person.get_by_role("button", name="我知道了").click()
    expect(person.get_by_text(name)).to_have_count(0)

    staff.get_by_role("link", name="更正", exact=True).click()
    staff.get_by_label("全文", exact=True).fill("风小了。")
    staff.get_by_label("为什么更正").fill("预报变了")
    staff.get_by_role("button", name="先看看样子").click()
    staff.get_by_role("button", name="发布更正").click()
    expect(staff.locator(".status").first).to_contain_text("已更正")
    person.goto("/")
    person.locator(".notice").filter(has_text=name).click()
    expect(person.get_by_text("预报变了")).to_be_visible()
    person.locator("summary").filter(has_text="以前的文字").click()
    expect(person.get_by_text("请关窗。")).to_be_visible()

    staff.get_by_role("link", name="提前结束").click()
    staff.get_by_role("button", name="提前结束").click()
    expect(staff.locator(".status").first).to_contain_text("已结束")
    anybody.goto("/")
    expect(anybody.get_by_text(name)).to_have_count(0)


@SCRIPTS
def test_the_own_list_is_arranged_and_put_back(house: House, browser: Browser, visitors: list[BrowserContext], scripts: bool) -> None:
    newcomer = house.newcomer()["phone"]
    page = enter(house, browser, visitors, scripts, newcomer)
    for code in ("ga-gangao", "ga-huzhao", "mz-jiehun"):
        page.goto(f"/items/{code}")
        page.get_by_role("button", name="放进我的常办").click()
    page.goto("/me/frequent")
    order = page.locator("main .cell > span:first-child")
    expect(order).to_have_count(3)
    last = order.nth(2).inner_text()
    page.get_by_role("button", name=f"往前移 {last}").click()
    expect(order.nth(1)).to_have_text(last)
    page.get_by_role("button", name="撤销").click()
    expect(order.nth(2)).to_have_text(last)
    page.get_by_role("button", name=f"不再显示 {last}").click()
    expect(order).to_have_count(2)
    page.get_by_role("button", name="撤销").click()
    expect(order).to_have_count(3)
