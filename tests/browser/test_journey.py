"""A matter from the first search to a revoked certificate, by hand, on a phone, with and without scripts, in both languages."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.house import CLERK, SUPERVISOR, House
from tests.browser.papers import photograph, scan

pytestmark = pytest.mark.browser
ITEM = "ga-juzhuzheng"
ZH = {
    "looked_for": "居住证", "service": "居住证", "days": "5 个工作日", "check": "最后一位", "source": "来自 人口库",
    "errors": "有 1 处需要改正", "wallet": "不要，电子的就行", "asleep": "不会提交", "done": "已提交", "genuine": "证照真实有效",
    "revoked": "已撤销", "viewed": "查看了", "clerk": "高志远", "rated": "5 分",
}  # fmt: skip
EN = {
    "looked_for": "residence permit", "service": "Residence permit", "days": "5 working days", "check": "last character",
    "source": "From: ", "errors": "Things to correct: 1", "wallet": "No, electronic is enough", "asleep": "not be",
    "done": "Application submitted",
    "genuine": "Genuine and valid", "revoked": "evoked", "viewed": "looked at", "clerk": "高志远", "rated": "5",
}  # fmt: skip


@dataclass
class Walk:
    """One way of walking: whose browser, in which language, with or without scripts."""

    house: House
    browser: Browser
    scripts: bool
    locale: str
    open: list[BrowserContext] = field(default_factory=list)

    @property
    def words(self) -> dict[str, str]:
        return EN if self.locale == "en" else ZH

    def device(self, phone: str = "", **how: Any) -> Page:
        context = self.house.visitor(self.browser, phone, self.locale, java_script_enabled=self.scripts, **how)
        self.open.append(context)
        return context.new_page()


@pytest.fixture
def walk(house: House, browser: Browser, request: pytest.FixtureRequest) -> Any:
    scripts, locale = request.param
    one = Walk(house, browser, scripts, locale)
    yield one
    for context in one.open:
        context.close()


def go(page: Page) -> None:
    """The button that leads on."""
    page.locator("main form[method=post] button.btn:not(.plain)").last.click()


def say(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def at(page: Page, path: str) -> None:
    expect(page).to_have_url(re.compile(path))


def focused(walk: Walk, summary: Locator) -> None:
    expect(summary).to_be_visible()
    if walk.scripts:
        expect(summary).to_be_focused()


# ── the resident comes in ──────────────────────────────────────────────────────────────────────────


def find(walk: Walk, page: Page) -> None:
    """Search from home, read the guide, press its button."""
    page.goto("/")
    page.get_by_role("searchbox").fill(walk.words["looked_for"])
    page.locator("form[role=search] button").click()
    page.locator(f"main a[href^='/items/{ITEM}']").first.click()
    expect(page.locator("h1")).to_contain_text(walk.words["service"])
    say(page, walk.words["days"])
    page.locator(f"main a[href='/apply/{ITEM}']").first.click()


def enter(walk: Walk, page: Page, phone: str, before: str = "") -> str:
    """Sign in by phone and code; returns the code."""
    page.locator("#field-phone").fill(phone[:3] + " " + phone[3:7] + " " + phone[7:])
    go_first(page)
    at(page, "/login/code")
    code = walk.house.code(phone, before)
    page.locator("#field-code").fill("12a")
    go_first(page)
    expect(page.locator("#field-code")).to_have_value("12a")
    focused(walk, page.locator(".errors"))
    page.locator("#field-code").fill(code)
    go_first(page)
    return code


def go_first(page: Page) -> None:
    page.locator("main form[method=post] button.btn").first.click()


def real_name(walk: Walk, page: Page, person: dict[str, Any]) -> None:
    """A wrong check digit first: told, and nothing is lost."""
    number = person["id_number"]
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    page.locator("main a[href^='/identity/real-name']").first.click()
    page.locator("#field-name").fill(person["name"])
    page.locator("#field-id_number").fill(wrong)
    go_first(page)
    focused(walk, page.locator(".errors"))
    say(page, walk.words["errors"])
    expect(page.locator("#error-id_number")).to_contain_text(walk.words["check"])
    expect(page.locator("#field-name")).to_have_value(person["name"])
    expect(page.locator("#field-id_number")).to_have_value(wrong)
    page.locator("#field-id_number").fill(number.lower())
    go_first(page)
    at(page, f"/apply/{ITEM}$")


# ── the form ───────────────────────────────────────────────────────────────────────────────────────


def first_half(walk: Walk, page: Page) -> None:
    """Up to the day somebody moved in, with one question left unanswered on the way."""
    go(page)
    at(page, "/drafts/draft_.+/kind")
    go(page)
    focused(walk, page.locator(".errors"))
    page.locator(".errors a").click()
    expect(page.locator("#field-kind")).to_be_focused()
    page.locator("input[value=new]").check()
    go(page)
    page.locator("input[value=home]").check()
    go(page)
    expect(page.locator("#field-address")).not_to_have_value("")
    say(page, walk.words["source"])
    go(page)
    for part, value in (("", "2026"), ("-month", "13"), ("-day", "5")):
        page.locator(f"#field-moved_in{part}").fill(value)
    go(page)
    focused(walk, page.locator(".errors"))
    expect(page.locator("#field-moved_in-month")).to_have_value("13")
    page.locator("#field-moved_in-month").fill("3")
    go(page)
    at(page, "/housing$")


def second_half(walk: Walk, page: Page) -> None:
    """On another device: goes on where it was left."""
    page.goto("/")
    page.locator("main a[href^='/drafts/draft_']").first.click()
    at(page, "/housing")
    page.locator("input[value=rent]").check()
    go(page)
    expect(page.locator("#field-phone")).not_to_have_value("")
    go(page)
    page.locator("input[value=post]").check()
    go(page)
    at(page, "/post$")
    page.locator("#field-post_address").fill("青禾市东湖区春风路 12 号")
    go(page)
    at(page, "/file-lease$")
    go(page)
    focused(walk, page.locator(".errors"))
    page.locator("input[type=file]").set_input_files({"name": "租房合同.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    page.locator("button[value=upload]").click()
    say(page, "租房合同.jpg")
    go(page)


def check_and_submit(walk: Walk, page: Page, person: dict[str, Any]) -> str:
    """Change one answer, see what sleeps, press twice; returns the address of the one case."""
    at(page, "/check$")
    expect(page.locator("dl.answers").last).to_contain_text(person["name"])
    expect(page.locator("dl.answers").last).to_contain_text(walk.words["source"])
    page.locator("main a[href*='/delivery?to=check']").click()
    page.locator("input[value=wallet]").check()
    go(page)
    at(page, "/check$")
    say(page, walk.words["wallet"])
    say(page, walk.words["asleep"])
    address = page.url
    page.locator("main form[action$='/check'] button").dblclick(no_wait_after=True)
    at(page, "/cases/case_")
    say(page, walk.words["done"])
    case = re.sub(r"\?.*", "", page.url)
    again = page.context.request.post(address)
    assert again.url.split("?")[0] == case
    page.goto("/me/cases")
    expect(page.locator("main a[href^='/cases/case_']")).to_have_count(1)
    return "/cases/" + case.rsplit("/", 1)[1]


# ── clerk and resident in turn ─────────────────────────────────────────────────────────────────────


def desk(walk: Walk, phone: str, case: str) -> Page:
    page = walk.device(phone, viewport={"width": 1280, "height": 900})
    page.goto(f"/desk{case}")
    return page


def act(page: Page, name: str, words: dict[str, str] | None = None) -> None:
    """Open one of the acts and do it."""
    page.locator(f"#act-{name} > summary").click()
    for field_name, text in (words or {}).items():
        page.locator(f"[name={field_name}]").fill(text)
    page.locator(f"#act-{name} button.btn").last.click()
    at(page, r"\?done=")


def ask_for_more(walk: Walk, case: str, number: str) -> Page:
    """From the list: take the case on, ask for one more paper."""
    page = walk.device(CLERK, viewport={"width": 1280, "height": 900})
    page.goto("/desk/inbox")
    page.locator("details.more summary").first.click()
    page.locator("#field-q").fill(number)
    page.locator("main form[method=get] button").click()
    page.locator(f"a[href='/desk{case}']").click()
    page.locator("form[action$='/claim'] button").click()
    at(page, "done=claim")
    act(page, "accept")
    page.locator("#act-ask > summary").click()
    page.locator("#act-ask button.btn").last.click()
    focused(walk, page.locator(".errors"))
    page.locator("[name=ask_extra_1]").fill("单位证明 employer letter")
    page.locator("[name=ask_kind_1][value=file]").check()
    page.locator("#act-ask button.btn").last.click()
    at(page, "done=ask")
    return page


def hear(walk: Walk, page: Page, case: str) -> None:
    """The message is there: by itself with scripts, after a reload without."""
    task = page.locator(f"main a[href='{case}/supplement']")
    if not walk.scripts:
        page.reload()
    expect(task).to_be_visible()
    expect(page.locator("[data-inbox-count]")).to_be_visible()
    page.locator(".tabbar a[href='/inbox']").click()
    page.locator("main li.unread a").first.click()
    say(page, walk.words["service"])
    page.goto("/")


def supplement(walk: Walk, page: Page, case: str) -> None:
    page.locator(f"main a[href='{case}/supplement']").first.click()
    go(page)
    focused(walk, page.locator(".errors"))
    page.locator("[name=given-0]").set_input_files({"name": "证明.pdf", "mimeType": "application/pdf", "buffer": scan()})
    go(page)
    at(page, f"{case}$")


# ── the certificate ────────────────────────────────────────────────────────────────────────────────


def present(walk: Walk, page: Page, case: str) -> tuple[str, bytes]:
    """From the case to the code on the whole screen; returns its text and its picture."""
    page.goto(case)
    page.locator("main a[href^='/wallet/cert_']").click()
    page.locator("main a[href$='/present']").click()
    expect(page.locator("main .cert h1")).to_contain_text(walk.words["service"])
    picture = page.locator(".qr svg").screenshot()
    page.locator("details summary").click()
    return page.locator(".code-text").inner_text(), picture


def verify(walk: Walk, text: str, picture: bytes | None = None) -> Page:
    """Anybody, signed out: by the picture where scripts run, else by the text."""
    page = walk.device()
    page.goto("/verify")
    if walk.scripts and picture:
        page.locator("[data-scan] input[type=file]").set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": picture})
    else:
        page.locator("#field-text").fill(text)
        page.locator("#verify-form button").click()
    expect(page.locator("main .result")).to_be_visible(timeout=30_000)
    return page


def rate(walk: Walk, page: Page, case: str) -> None:
    page.goto(case)
    page.locator(f"main a[href='{case}/rate']").click()
    go(page)
    focused(walk, page.locator(".errors"))
    page.locator("[name=stars][value='5']").check()
    go(page)
    at(page, f"{case}$")
    say(page, walk.words["rated"])


WAYS = [(scripts, locale) for scripts in (True, False) for locale in ("zh-CN", "en")]


@pytest.mark.parametrize("walk", WAYS, indirect=True, ids=["scripts-zh", "scripts-en", "plain-zh", "plain-en"])
def test_from_search_to_a_revoked_certificate(walk: Walk) -> None:
    person = walk.house.newcomer()
    page = walk.device()
    find(walk, page)
    code = enter(walk, page, person["phone"])
    real_name(walk, page, person)
    first_half(walk, page)

    other = walk.device()
    other.goto("/login")
    enter(walk, other, person["phone"], code)
    second_half(walk, other)
    case = check_and_submit(walk, other, person)
    number = other.locator("main .cells").inner_text()
    found = re.search(r"[A-Z]{2,}\S*\d{6,}\S*", number)
    assert found, number

    page.goto("/")
    page.wait_for_timeout(800)
    clerk = ask_for_more(walk, case, found[0])
    hear(walk, page, case)
    supplement(walk, page, case)
    clerk.goto(f"/desk{case}")
    act(clerk, "grant", {"grant_words": "OK"})

    text, picture = present(walk, page, case)
    assert text.startswith("OC1:")
    say(verify(walk, text, picture), walk.words["genuine"])
    page.goto("/me/data")
    say(page, walk.words["clerk"])
    say(page, walk.words["viewed"])
    rate(walk, page, case)

    chief = desk(walk, SUPERVISOR, case)
    act(chief, "revoke", {"revoke_reason": "材料不实 false papers"})
    until = time.monotonic() + 10
    while walk.words["revoked"] not in verify(walk, text).locator("main").inner_text():
        assert time.monotonic() < until, "a revoked certificate is still taken as genuine"
        time.sleep(1)
    page.goto("/wallet")
    say(page, walk.words["revoked"])
