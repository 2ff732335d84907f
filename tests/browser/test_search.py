"""Search in the browser: names while typing, with the keyboard alone; the way to the neighbours and back; all of it without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import PHONE, House

pytestmark = pytest.mark.browser


def test_names_while_typing_are_reached_with_the_keyboard(house: House, browser: Browser) -> None:
    page = house.visitor(browser, "").new_page()
    page.goto(f"{house.url}/hall")
    box = page.get_by_role("searchbox")
    box.press_sequentially("暂住")
    links = page.locator(".suggest a")
    expect(links.first).to_have_text("居住证办理")
    box.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggest")).to_be_hidden()
    box.press_sequentially("证")
    expect(links.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("居住证办理")
    expect(page.locator("nav.back a")).to_have_attribute("href", "/search?q=%E6%9A%82%E4%BD%8F%E8%AF%81")


def test_a_late_answer_to_an_older_text_is_dropped(house: House, browser: Browser) -> None:
    page = house.visitor(browser, "").new_page()
    page.goto(f"{house.url}/hall")
    page.route("**/search/suggest?q=%E7%A4%BE%E4%BF%9D", lambda route: (page.wait_for_timeout(600), route.continue_()))
    box = page.get_by_role("searchbox")
    box.fill("社保")
    page.wait_for_timeout(200)
    box.fill("护照")
    expect(page.locator(".suggest a").first).to_contain_text("护照")
    page.wait_for_timeout(800)
    expect(page.locator(".suggest a").first).to_contain_text("护照")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_hit_to_its_neighbours_the_hall_and_back(house: House, browser: Browser, scripts: bool) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{house.url}/hall")
    page.get_by_role("searchbox").fill("驾照过期了")
    page.get_by_role("button", name="搜索").click()
    first = page.locator(".hits > li").first
    expect(first).to_contain_text("驾驶证期满换证")
    expect(first.locator("a.hall")).to_have_attribute("href", "/hall")
    assert first.locator(".chips a").count() >= 2
    first.locator("a.cell").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("驾驶证期满换证")
    page.locator("nav.back a").click()
    expect(page).to_have_url(f"{house.url}/search?q=%E9%A9%BE%E7%85%A7%E8%BF%87%E6%9C%9F%E4%BA%86")
    page.locator(".hits > li").first.locator(".crumbs a").nth(1).click()
    expect(page).to_have_url(f"{house.url}/hall/jiaotong")
    context.close()


def test_a_publisher_makes_a_name_and_takes_it_back(house: House, browser: Browser) -> None:
    words = "朵朵小卡"
    guest = browser.new_context(locale="zh-CN").new_page()
    for _ in range(3):
        guest.goto(f"{house.url}/search?q={words}")
    guest.wait_for_timeout(4000)  # whichever process took it writes it down within a few seconds, though nobody comes again
    staff = house.visitor(browser, "13800991602").new_page()
    staff.goto(f"{house.url}/desk/search")
    row = staff.locator(".panel", has=staff.get_by_role("heading", name=words))
    expect(row).to_be_visible()
    row.get_by_label("别的事项").fill("居住证办理")
    row.get_by_role("button", name="记作它的叫法").click()
    expect(staff.get_by_role("status").first).to_contain_text("居住证办理")
    guest.wait_for_timeout(2000)
    guest.goto(f"{house.url}/search?q={words}")
    expect(guest.locator(".hits a.cell").first).to_contain_text("居住证办理")
    staff.get_by_role("button", name="撤销").click()
    expect(staff.get_by_role("heading", name=words)).to_be_visible()
