"""Quality in the open as people read it: found from the hall and the guide, with and without scripts, in every look."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import faults, sideways, small_targets
from tests.browser.house import House

pytestmark = pytest.mark.browser
LOOKS: dict[str, dict[str, Any]] = {
    "zh": {}, "en": {"locale": "en"}, "dark": {"theme": "dark"}, "care": {"care": "1"}, "en-320": {"locale": "en", "width": 320},
    "care-320": {"care": "1", "width": 320},
}  # fmt: skip
ITEM = "mz-linshijiuzhu"


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_hall_to_one_figure(house: House, browser: Browser, scripts: bool) -> None:
    page = house.visitor(browser, java_script_enabled=scripts).new_page()
    page.goto("/hall")
    page.get_by_role("link", name="看各部门办得怎么样").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("办件质量公开")
    expect(page.get_by_text("演示数据")).to_be_visible()
    page.get_by_role("link", name="近一年").click()
    expect(page.get_by_role("link", name="近一年")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="满意率从低到高").click()
    first = page.locator("#items ~ table tbody th a, [aria-labelledby=items] tbody th a").first
    expect(first).to_have_text("临时救助申请")
    first.click()
    row = page.get_by_role("row", name="请说说情况").last
    expect(row.get_by_role("cell")).not_to_be_empty()
    page.get_by_text("怎么算的，怎么下载").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载表格（CSV）").click()
    assert saved.value.suggested_filename.startswith(f"quality-{ITEM}-")
    page.context.close()


def test_the_guide_and_the_department_lead_there(house: House, browser: Browser) -> None:
    page = house.visitor(browser).new_page()
    for address, target in ((f"/items/{ITEM}", f"/quality/items/{ITEM}"), ("/departments/gongan", "/quality/departments/gongan")):
        page.goto(address)
        link = page.get_by_role("link", name="近三个月的公开数据")
        expect(link).to_contain_text("按时办结")
        link.click()
        expect(page).to_have_url(house.url + target)
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_in_every_look(house: House, browser: Browser, look: str) -> None:
    how = {"locale": "zh-CN", "theme": "", "care": "", "width": 390} | LOOKS[look]
    context = house.visitor(browser, "", how["locale"], viewport={"width": how["width"], "height": 844})
    context.add_cookies([{"name": n, "value": how[n], "url": house.url} for n in ("theme", "care") if how[n]])
    page = context.new_page()
    found: list[str] = []
    for path in ("/quality", f"/quality/items/{ITEM}", "/quality/departments/minzheng?period=year"):
        page.goto(path)
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found += [f"{path} {fault}" for fault in (*faults(page), *small_targets(page), *sideways(page))]
    context.close()
    assert found == []
