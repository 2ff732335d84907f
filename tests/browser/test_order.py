"""What is read first, next, last: the committed text of seven pages, and the same pages by Tab alone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import CLERK, House
from tests.browser.screens import PERMIT, World

pytestmark = pytest.mark.browser
READER = "13900990007"
GOLDEN = Path(__file__).parent / "order"
WRITING = bool(os.environ.get("ONEDOOR_WRITE_ORDER"))
SAME = [
    (r"尾号 \w( \w){3}", "尾号 …"), (r"\*{3,}\w+", "***…"),
    (r'"消息( \d+ 条未读)?"', '"消息"'),
    (r"(case|draft|cert|msg|message|file)_[0-9a-f]{32}", r"\1_…"), (r"OC1:[^\s\"]+", "OC1:…"),
    (r"\b[A-Z]{2}\d{6}[\dA-Z]{8,}\b", "…number…"),
    (r"\d{4} 年 \d+ 月 \d+ 日|\d+ 月 \d+ 日", "…day…"),
    (r"\d\d:\d\d(:\d\d)?", "…time…"), (r"\d+ (个工作日|秒)", r"… \1"), (r"\d+(\.\d+)?%", "…%"),
]  # fmt: skip
CHANGING = """() => { for (const id of ['hot', 'often', 'siblings'])
  for (const item of document.querySelectorAll(`[aria-labelledby=${id}] li a`)) {
    item.textContent = '…'; item.setAttribute('href', '…') } }"""
TABBABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
HERE = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
  const box = (e.closest('.search, .opts label, .drop') ?? e);
  const ring = [e, box].some((x) => { const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 });
  const r = (e.matches('.sr') ? box : e).getBoundingClientRect();
  return { place: [...document.querySelectorAll('*')].indexOf(e), ring, seen: r.bottom > 0 && r.top < innerHeight && r.width > 0,
    html: e.outerHTML.slice(0, 160) } }"""
ALL = """(what) => [...document.querySelectorAll(what)].filter((e) => e.checkVisibility() && e.tabIndex >= 0 && (e.type !== 'radio' ||
  e === (document.querySelector(`input[name="${e.name}"]:checked`) ?? document.querySelector(`input[name="${e.name}"]`)))).length"""


class Reading:
    """One resident with a draft and a matter under way, whom no other test touches."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self.browser = house, browser
        world = World(house, browser)
        answers = {**PERMIT, "kind": "new", "reason": "home", "moved_in": "2025-03-01"}
        self.draft = world.send(READER, "POST", "/api/drafts", {"item": "ga-juzhuzheng"})
        world.send(READER, "PUT", f"/api/drafts/{self.draft['id']}/answers", answers, **{"if-match": f'"{self.draft["rev"]}"'})
        self.case = world.send(READER, "POST", "/api/cases", {"item": "ga-juzhuzheng", "answers": PERMIT})
        certs = world.send(READER, "GET", "/api/certificates")["items"]
        self.cert = next(one["id"] for one in certs if one["type"] == "001")

    def path(self, name: str) -> str:
        draft, case = self.draft["id"], self.case["id"]
        return {
            "home": "/", "guide": "/items/ga-juzhuzheng", "question": f"/drafts/{draft}/reason", "check": f"/drafts/{draft}/check",
            "case": f"/cases/{case}", "desk-case": f"/desk/cases/{case}", "present": f"/wallet/{self.cert}/present",
        }[name]  # fmt: skip

    def opened(self, name: str) -> Page:
        wide = {"viewport": {"width": 1280, "height": 900}} if name == "desk-case" else {}
        page = self.house.visitor(self.browser, CLERK if wide else READER, **wide).new_page()
        answer = page.goto(self.path(name))
        assert answer is not None
        assert answer.ok, answer.status
        return page


@pytest.fixture(scope="module")
def reading(house: House, browser: Browser) -> Iterator[Reading]:
    return Reading(house, browser)


@pytest.mark.parametrize("name", ["home", "guide", "question", "check", "case", "desk-case", "present"])
def test_reading_order(reading: Reading, name: str) -> None:
    page = reading.opened(name)
    page.evaluate(CHANGING)
    text = page.locator("body").aria_snapshot()
    page.context.close()
    for found, instead in SAME:
        text = re.sub(found, instead, text)
    golden = GOLDEN / f"{name}.yml"
    if WRITING:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text + "\n", "utf-8")
    assert text + "\n" == golden.read_text("utf-8")


@pytest.mark.parametrize("name", ["home", "question", "desk-case"])
def test_tab_alone(reading: Reading, name: str) -> None:
    """Each control once, in the order in which it is read, with its ring in sight; then out again."""
    page = reading.opened(name)
    total, last, reached = page.evaluate(ALL, TABBABLE), -1, 0
    for _ in range(total + 3):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            break
        assert here["ring"], f"no ring: {here['html']}"
        assert here["seen"], f"out of sight: {here['html']}"
        assert here["place"] > last, f"out of order: {here['html']}"
        last, reached = here["place"], reached + 1
    assert reached == total
    page.context.close()


def test_the_summary_of_errors_leads_to_the_field(reading: Reading) -> None:
    page = reading.opened("question")
    page.goto(reading.path("question").replace("/reason", "/moved-in"))
    page.locator("#field-moved_in-month").fill("15")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".errors a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#field-moved_in")).to_be_focused()
    page.context.close()
