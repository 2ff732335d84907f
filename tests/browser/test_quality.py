"""Quality in the open as people read it, and organisations that register: with and without scripts, in every look."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import faults, sideways, small_targets
from tests.browser.house import REGISTRAR, House
from tests.browser.screens import Screen, World, organisations
from tests.cases.kit import picture
from tests.orgs.kit import stated

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


@pytest.mark.parametrize("scripts", [True, False])
def test_an_organisation_registers_and_takes_somebody_in(house: House, browser: Browser, scripts: bool) -> None:
    founder, colleague = house.newcomer(), house.newcomer()
    page = house.visitor(browser, founder["phone"], java_script_enabled=scripts).new_page()
    page.goto("/identity/real-name?next=/orgs/register")
    page.locator("#field-name").fill(founder["name"])
    page.locator("#field-id_number").fill(founder["id_number"])
    page.locator("main form .btn").click()
    said = stated(name="青禾东湖书店有限公司")
    for name in ("uscc", "name", "legal_name", "contact_name", "contact_phone"):
        page.locator(f"#field-{name}").fill(said[name] if name != "uscc" else said[name][:-1])
    page.get_by_label("企业", exact=True).check()
    page.locator("#field-proof").set_input_files({"name": "执照.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="提交入驻申请").click()
    expect(page.get_by_role("alert")).to_contain_text("您填了 17 位")
    expect(page.locator("#field-contact_name")).to_have_value(said["contact_name"])
    page.locator("#field-uscc").fill(said["uscc"])
    page.get_by_role("button", name="提交入驻申请").click()
    expect(page.get_by_text("等待审核")).to_be_visible()
    review(house, browser, page.url.split("/registrations/")[1].split("?")[0], scripts)
    page.reload()
    page.get_by_role("link", name="到机构里去").click()
    page.locator("#field-phone").fill(colleague["phone"])
    page.locator("#field-name").fill("郑三")
    page.get_by_label("编辑").check()
    page.get_by_role("button", name="发出邀请").click()
    expect(page.locator("#invitations ~ ul, [aria-labelledby=invitations]").first).to_contain_text("郑三")
    other = house.visitor(browser, colleague["phone"], java_script_enabled=scripts).new_page()
    other.goto("/me/organisations")
    other.get_by_role("button", name="接受邀请").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("青禾东湖书店有限公司")
    page.reload()
    expect(page.get_by_text("郑三 的角色：编辑")).to_be_visible()
    for one in (page, other):
        one.context.close()


def review(house: House, browser: Browser, made: str, scripts: bool) -> None:
    """The operator looks, forgets to choose, and accepts."""
    page = house.visitor(browser, REGISTRAR, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/desk/registrations")
    page.locator(f"a[href='/desk/registrations/{made}']").click()
    page.get_by_role("button", name="提交审核结果").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("通过", exact=False).first.check()
    page.get_by_role("button", name="提交审核结果").click()
    expect(page).to_have_url(f"{house.url}/desk/registrations")
    page.context.close()


@pytest.fixture(scope="module")
def organisations_shown(house: House, browser: Browser) -> list[Screen]:
    return organisations(World(house, browser))


@pytest.mark.parametrize("look", ["zh", "en-320", "dark", "care-320"])
def test_organisations_in_every_look(house: House, browser: Browser, organisations_shown: list[Screen], look: str) -> None:
    how = {"locale": "zh-CN", "theme": "", "care": "", "width": 390} | LOOKS[look]
    found: list[str] = []
    for screen in organisations_shown:
        context = house.visitor(browser, screen.who, how["locale"], viewport={"width": how["width"], "height": 844})
        context.add_cookies([{"name": n, "value": how[n], "url": house.url} for n in ("theme", "care") if how[n]])
        page = context.new_page()
        page.goto(screen.path)
        if screen.do:
            screen.do(page)
        found += [f"{screen.name} {fault}" for fault in (*faults(page), *small_targets(page), *sideways(page))]
        context.close()
    assert found == []
