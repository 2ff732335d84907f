"""The clerk's pages in every look: accessible, large enough to touch, never wider than the screen, walked by keys alone."""

from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.conftest import faults, sideways, small_targets
from tests.browser.house import SUPERVISOR, House
from tests.cases.kit import ANSWERS, PERMIT, residents

pytestmark = pytest.mark.browser
LOOKS: dict[str, dict[str, Any]] = {
    "zh": {}, "en": {"locale": "en"}, "dark": {"theme": "dark"}, "care": {"care": "1"}, "zh-320": {"width": 320},
    "en-320": {"locale": "en", "width": 320}, "care-320": {"care": "1", "width": 320},
}  # fmt: skip


@pytest.fixture(scope="module")
def case(house: House, browser: Browser) -> str:
    """A residence permit that has been applied for."""
    context = house.visitor(browser, residents()[0]["phone"])
    answer = _post(context.request, "/api/cases", {"item": PERMIT, "answers": ANSWERS})
    context.close()
    return answer["id"]


def _post(request: APIRequestContext, path: str, body: dict[str, Any]) -> Any:
    answer = request.post(path, data=body)
    assert answer.ok, answer.text()
    return answer.json()


def opened(house: House, browser: Browser, locale: str = "zh-CN", theme: str = "", care: str = "", width: int = 1280) -> Page:
    context = house.visitor(browser, SUPERVISOR, locale, viewport={"width": width, "height": 900})
    context.add_cookies([{"name": n, "value": v, "url": house.url} for n, v in (("theme", theme), ("care", care)) if v])
    return context.new_page()


@pytest.mark.parametrize("look", LOOKS)
def test_the_desk_in_every_look(house: House, browser: Browser, case: str, look: str) -> None:
    page = opened(house, browser, **LOOKS[look])
    found: list[str] = []
    for path in ("/desk/inbox", "/desk/inbox?tab=done&q=nothing", f"/desk/cases/{case}"):
        page.goto(path)
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found += [f"{path} {fault}" for fault in (*faults(page), *small_targets(page), *sideways(page))]
    page.context.close()
    assert found == []


def test_a_refused_act_is_read_out_and_keeps_the_words(house: House, browser: Browser, case: str) -> None:
    page = opened(house, browser, width=1280)
    page.goto(f"/desk/cases/{case}")
    page.locator("#act-transfer > summary").focus()
    page.keyboard.press("Enter")
    page.locator("[name=transfer_reason]").fill("写了很久")
    page.locator("#act-transfer button.btn").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("[name=transfer_reason]")).to_have_value("写了很久")
    assert faults(page) == []
    page.context.close()
