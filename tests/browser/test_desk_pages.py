"""The clerk's pages at a desk, walked by keys alone."""

from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, expect

from tests.browser.conftest import faults
from tests.browser.house import SUPERVISOR, House
from tests.cases.kit import ANSWERS, PERMIT, residents

pytestmark = pytest.mark.browser


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


def test_a_refused_act_is_read_out_and_keeps_the_words(house: House, browser: Browser, case: str) -> None:
    page = house.visitor(browser, SUPERVISOR, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"/desk/cases/{case}")
    page.locator("#act-transfer > summary").focus()
    page.keyboard.press("Enter")
    page.locator("[name=transfer_reason]").fill("写了很久")
    page.locator("#act-transfer button.btn").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("[name=transfer_reason]")).to_have_value("写了很久")
    assert faults(page) == []
    page.context.close()
