"""The pass and the gate in the browser: shown and checked with every server off, sent once, and read by a guard's camera."""

import asyncio
import datetime as dt
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from onedoor.kernel.postgres import Cluster
from onedoor.kernel.text import citizen_check
from onedoor.passes.od1 import layout
from onedoor.passes.od1.minting import Minter
from tests import nursery
from tests.browser.conftest import FLAGS, chromium_path, faults
from tests.browser.film import reel
from tests.browser.house import ROOT, House

pytestmark = pytest.mark.browser
KEEPER = "13800990609"
SCHEME = "epi-2026"
WELL = {"symptoms": "none", "contact": "no", "division": "990102001001"}
ILL = {**WELL, "symptoms": ["fever", "breath"], "temp": "38.5"}
LINES = """() => new Promise((done) => { const asked = indexedDB.open('onedoor-gate', 1); asked.onsuccess = () => {
  const all = asked.result.transaction('lines').objectStore('lines').getAll()
  all.onsuccess = () => { asked.result.close(); done(all.result) } } })"""


@pytest.fixture(scope="module")
def own(browser: Browser) -> Iterator[House]:
    """A house that may be hurt."""
    one = House(alone=True)
    yield one
    one.stop()


def declared(house: House, browser: Browser, answers: dict[str, Any] = WELL) -> tuple[BrowserContext, str]:
    """Somebody new with a pass, in a browser that keeps what it is given."""
    phone = house.newcomer()["phone"]
    context = house.visitor(browser, phone, service_workers="allow")
    say(context, answers)
    return context, phone


def say(context: BrowserContext, answers: dict[str, Any]) -> None:
    """Declare once more."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = context.request.post(f"/passes/{SCHEME}/declare", data=urlencode(answers, doseq=True), headers=form)
    assert answer.ok, answer.text()[:500]


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


LATER = """(hours) => {
  const real = Date.now
  Date.now = () => real() + hours * 3600000
  window.dispatchEvent(new Event('hashchange'))
  Date.now = real
  return document.querySelector('[data-warn]').textContent
}"""


def test_one_pass_through_one_gate(house: House, browser: Browser) -> None:
    context, _ = declared(house, browser)
    page, gate = showing(context), enrolled(house, browser)
    expect(page.locator("[data-level]")).to_have_text("绿码")
    text = page.locator("[data-text]").text_content() or ""
    assert layout.whole(layout.read(text))
    assert int(page.locator("[data-pass]").get_attribute("data-module") or 0) >= 4
    hour = dt.datetime.now(ZoneInfo("Asia/Shanghai")).hour
    assert int((page.locator("[data-clock]").text_content() or "").split(":")[0]) in (hour, (hour + 1) % 24), "the city's time"
    expect(page.locator("[data-warn]")).to_be_hidden()
    assert "7 小时以前" in page.evaluate(LATER, 7)
    assert "还能用 3 小时" in page.evaluate(LATER, 20)
    assert check(gate, text) == "ok"
    expect(gate.locator("[data-word]")).to_have_text("通过")
    expect(gate.locator("[data-place]")).to_have_text("柳岸小区 · 东门")
    expect(gate.locator("[data-list]")).to_contain_text("名单")
    expect(gate.locator("[data-waiting]")).to_have_text("1 条未上传")
    assert check(gate, text) == "replayed"
    gate.locator("[data-temp]").fill("３７．８℃")
    gate.locator("[data-temp]").blur()
    expect(gate.locator("[data-temp-told]")).to_contain_text("37.8")
    waits = gate.get_by_role("region", name="待复测")
    expect(waits).to_contain_text("37.8 ℃")
    expect(waits.get_by_role("textbox")).to_be_disabled()
    assert check(gate, "https://example.com/") == "format"
    [line] = gate.evaluate(LINES)
    assert (line["temp"], line["result"]) == (378, "ok")
    gate.locator("[data-undo]").click()
    expect(gate.locator("[data-word]")).to_have_text("已撤销")
    assert gate.evaluate(LINES)[0]["undone"]
    expect(waits).to_be_hidden()
    context.close()
    gate.context.close()


def test_a_vehicle_at_a_gate_without_a_network(house: House, browser: Browser) -> None:
    """Issued, fetched with the gate's bundle, and judged with the plate typed: every refusal in words, and none of it in the log."""
    driver, keeper = house.visitor(browser, "13900990001"), house.visitor(browser, "13800990611")
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()

    def code(plate: str, route: str, starts: int = 0) -> str:
        day = (today + dt.timedelta(days=starts)).isoformat()
        asked = {
            "scheme": SCHEME, "plate": plate, "use": "freight", "route": route, "purpose": "给医院送药", "starts_on": day, "ends_on": day,
        }  # fmt: skip
        own = driver.request.post("/passes/vehicles", form=asked).url
        listed = keeper.request.get("/desk/passes/vehicles").text()
        desk = next(one for one in re.findall(r'href="(/desk/passes/vehicles/[^"]+)"', listed) if own.endswith(one.rsplit("/", 1)[1]))
        assert keeper.request.post(f"{desk}/issue").ok
        found = re.search(r"data-text>([^<]+)<", driver.request.get(own).text())
        assert found is not None
        return found[1]

    good, elsewhere, later = code("鄂A12345", "9901"), code("鄂A12345", "990102"), code("鄂A12345", "9901", 2)
    gate = enrolled(house, browser)
    gate.context.set_offline(True)
    assert check(gate, good) == "compare"
    expect(gate.locator("[data-word]")).to_have_text("请核对车牌 鄂A12345")
    assert check(gate, "鄂A54321") == "wrong_plate"
    expect(gate.locator("[data-more]")).to_contain_text("这张通行证是 鄂A12345 的，不能放行")
    assert check(gate, "鄂a·12345") == "ok"
    assert check(gate, elsewhere) == "wrong_route"
    expect(gate.locator("[data-word]")).to_have_text("路线不包括这里")
    assert check(gate, later) == "future"
    bent = good[:-1] + ("A" if good[-1] != "A" else "B")
    assert check(gate, bent) in ("forged", "format")
    assert check(gate, "OV1:") == "format"
    gate.evaluate(LATER_ON, 2 * 86_400)
    assert check(gate, good) == "expired"
    assert gate.evaluate(LINES) == []
    gate.context.close()


LATER_ON = "(seconds) => { const real = Date.now; Date.now = () => real() + seconds * 1000 }"


def test_whoever_was_too_warm_is_measured_again(house: House, browser: Browser) -> None:
    """Three minutes later at the gate's own page; high twice is told to the person, and to nobody by name."""
    context, _ = declared(house, browser)
    gate = enrolled(house, browser)
    assert check(gate, showing(context).locator("[data-text]").text_content() or "") == "ok"
    gate.locator("[data-temp]").fill("37.8")
    gate.locator("[data-temp]").blur()
    waits = gate.get_by_role("region", name="待复测")
    expect(waits).to_contain_text("还要等")
    gate.evaluate(LATER_ON, 181)
    expect(waits).to_contain_text("可以复测了")
    assert faults(gate) == []
    again = waits.get_by_role("textbox")
    again.fill("98.6")
    again.press("Enter")
    expect(gate.locator("[data-again-told]")).to_contain_text("像是华氏度")
    with gate.expect_response("**/reading", timeout=60_000) as sent:
        again.fill("38,0")
        again.press("Enter")
        expect(gate.locator("[data-word]")).to_have_text("两次都偏高")
        expect(waits).to_be_hidden()
    assert sent.value.ok
    page = context.new_page()
    page.goto("/inbox")
    until = time.monotonic() + 30
    while not page.get_by_text("您的体温两次偏高").count():
        assert time.monotonic() < until, "nobody has told the person"
        page.wait_for_timeout(500)
        page.reload()
    context.close()
    gate.context.close()


# ── with every server off ──────────────────────────────────────────────────────────────────────────
SHOWS = """async ({from, many}) => {
  const texts = [], real = Date.now
  for (let n = 0; n < many; n++) {
    Date.now = () => from + n * 15000
    window.dispatchEvent(new Event('hashchange'))
    texts.push([document.querySelector('[data-text]').textContent, document.querySelector('[data-card]').hidden])
  }
  Date.now = real
  return texts
}"""
CHECKS = """async ({from, texts}) => {
  const found = [], real = Date.now, lamp = document.querySelector('[data-lamp]'), form = document.querySelector('[data-typing]')
  for (const [n, text] of texts.entries()) {
    Date.now = () => from + n * 15000
    const turn = lamp.dataset.turn
    form.querySelector('input').value = text
    form.requestSubmit()
    while (lamp.dataset.turn === turn) await new Promise((next) => setTimeout(next))
    found.push([lamp.dataset.result, lamp.className])
  }
  Date.now = real
  return found
}"""
SELF = """() => new Promise((done) => { const asked = indexedDB.open('onedoor-gate', 1); asked.onsuccess = () => {
  const self = asked.result.transaction('state').objectStore('state').get('self')
  self.onsuccess = () => { asked.result.close(); done(self.result.raw) } } })"""
MANY = 1000


def kept(house: House, gate: str) -> tuple[int, int, int, int]:
    """Rows of this gate, scans, counts, and the highest count."""

    async def ask() -> tuple[int, int, int, int]:
        conn = await asyncpg.connect(Cluster(house.home, lambda words: None).dsn)
        try:
            sql = "select count(*), count(distinct scan_id), count(distinct gate_seq), max(gate_seq) from passes.scan where gate_id = $1"
            return tuple(await conn.fetchrow(sql, UUID(gate)))  # type: ignore[return-value]
        finally:
            await conn.close()

    with ThreadPoolExecutor(1) as aside:  # the browser's own loop runs in this thread
        return aside.submit(lambda: asyncio.run(ask())).result()


def new_list(house: House, page: Page) -> None:
    """A list has been made that is newer than the one of now."""
    url = f"{house.url}/passes/lists/0/full"
    before = page.request.get(url).headers["etag"]
    until = time.monotonic() + 60
    while page.request.get(url).headers["etag"] == before:
        assert time.monotonic() < until, "no new list"
        page.wait_for_timeout(500)


def test_a_thousand_with_every_server_off_and_each_row_once(own: House, browser: Browser) -> None:
    well, _ = declared(own, browser)
    ill, _ = declared(own, browser)
    shows, others = showing(well), showing(ill)
    gate = enrolled(own, browser)
    red_before = others.locator("[data-text]").text_content() or ""
    say(ill, ILL)
    new_list(own, gate)
    gate.goto("/gate")
    gate.locator("[data-gate][data-kept]").wait_for()
    own.kill()

    shows.goto("/passes/code")
    gate.goto("/gate")
    expect(shows.locator("[data-card]")).to_be_visible()
    expect(gate.locator("[data-list]")).to_contain_text("分钟前")
    assert check(gate, red_before) == "ok"
    expect(gate.locator("[data-word]")).to_have_text("红码，请止步")
    start = int(time.time()) * 1000
    texts = shows.evaluate(SHOWS, {"from": start, "many": MANY})
    assert not any(hidden for _, hidden in texts)
    assert len({text for text, _ in texts}) == MANY
    found = gate.evaluate(CHECKS, {"from": start, "texts": [text for text, _ in texts]})
    assert [one for one in found if one != ["ok", "lamp pass"]] == []
    expect(gate.locator("[data-waiting]")).to_have_text(f"{MANY + 1} 条未上传")

    lost: list[str] = []

    def reply_lost(route: Route) -> None:
        if len(lost) < 2:
            route.fetch()  # the city has it, and the gate does not learn of it
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    gate.context.route("**/scans", reply_lost)
    own.start()
    second = gate.context.new_page()
    second.goto("/gate")
    expect(gate.locator("[data-waiting]")).to_have_text("0 条未上传", timeout=90_000)
    assert len(lost) == 2
    raw = gate.evaluate(SELF)
    assert kept(own, raw) == (MANY + 1, MANY + 1, MANY + 1, MANY + 1)
    well.close()
    ill.close()
    gate.context.close()


# ── identity numbers ───────────────────────────────────────────────────────────────────────────────
FLOOD = {"why_in": "other", "alone": "more", "division": "990102001001"}
"""Red where gates may go by identity numbers without a network."""


KEPT_LOOKS = """(many) => new Promise((done) => { const asked = indexedDB.open('onedoor-gate', 1); asked.onsuccess = () => {
  const looks = asked.result.transaction('state').objectStore('state').get('looks')
  looks.onsuccess = () => { asked.result.close(); done((looks.result ?? []).length === many) } } })"""


def said(gate: Page) -> tuple[str, str]:
    return gate.locator("[data-word]").inner_text(), gate.locator("[data-lamp]").get_attribute("class") or ""


def strangers(many: int) -> list[str]:
    """Numbers that fit, and belong to nobody."""
    bodies = [f"990105{1950 + n}0101{n:03d}" for n in range(many)]
    return [body + citizen_check(body) for body in bodies]


def test_identity_numbers_without_a_network(own: House, browser: Browser) -> None:
    """Who is red is asked about, never stopped; of nobody it is said that they are well; and they read that they were asked about."""
    ill = own.newcomer()
    context = own.visitor(browser, ill["phone"])
    proven = context.request.post("/identity/real-name", form={"name": ill["name"], "id_number": ill["id_number"], "next": "/me"})
    assert proven.ok, proven.text()[-800:]
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert context.request.post("/passes/flood-2026/declare", data=urlencode(FLOOD), headers=form).ok
    for _ in range(4):  # were everybody red, everybody would be asked about
        well = own.visitor(browser, own.newcomer()["phone"])
        assert well.request.post("/passes/flood-2026/declare", data=urlencode({**FLOOD, "why_in": "rescue"}), headers=form).ok
        well.close()
    made = nursery.run(
        [sys.executable, "-m", "onedoor", "passes", "lists", "build", "--home", str(own.home)], cwd=ROOT, capture_output=True, text=True
    )
    assert "numbers of flood-2026: 1 people" in made.stdout, made.stdout + made.stderr
    gate = enrolled(own, browser)
    check(gate, ill["id_number"])
    assert said(gate) == ("红码，请止步", "lamp stop")
    gate.context.set_offline(True)
    check(gate, ill["id_number"])
    assert said(gate) == ("请联网再查", "lamp look")
    assert faults(gate) == []
    others = []
    for number in strangers(8):
        check(gate, number)
        others.append(said(gate))
    assert set(others) <= {("没有查到要留意的", "lamp paper"), ("请联网再查", "lamp look")}
    assert ("没有查到要留意的", "lamp paper") in others
    wrong = ill["id_number"][:17] + ("1" if ill["id_number"][17] != "1" else "2")
    check(gate, wrong)
    assert said(gate) == ("身份证号不对", "lamp look")
    gate.evaluate("(hours) => { const real = Date.now; Date.now = () => real() + hours * 3600000 }", 25)
    check(gate, ill["id_number"])
    assert said(gate) == ("号码名单旧了，请联网再查", "lamp look")
    assert gate.evaluate(KEPT_LOOKS, 9)
    gate.reload()
    gate.locator("[data-gate][data-ready]").wait_for()
    with gate.expect_response("**/looks", timeout=60_000) as sent:
        gate.context.set_offline(False)
    assert sent.value.status == 201
    gate.wait_for_function(KEPT_LOOKS, arg=0)
    page = context.new_page()
    page.goto("/me/access")
    expect(page.get_by_role("main")).to_contain_text("卡口没有网络时输身份证号查验通行码")
    context.close()
    gate.context.close()


# ── a guard with a camera ──────────────────────────────────────────────────────────────────────────
SEEN = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
WATCH = """(at) => {
  window.turns = []
  Date.now = () => at
  const lamp = document.querySelector('[data-lamp]')
  new MutationObserver(() => turns.push([lamp.dataset.result, lamp.querySelector('[data-word]').textContent]))
    .observe(lamp, { attributeFilter: ['data-turn'] })
}"""
TEN = (
    ("ok", "通过"), ("ok", "红码，请止步"), ("forged", "这不是通行码"), ("stale", "码过时了"), ("future", "时间对不上"),
    ("unknown_issuer", "认不出是哪里发的"), ("paper", "纸质码"), ("format", "这不是通行码"), ("format", "这不是通行码"),
    ("replayed", "这个码刚扫过"),
)  # fmt: skip


def brought(house: House, browser: Browser, at: int) -> list[str]:
    """Ten codes as people bring them to a gate at one moment."""
    context, _ = declared(house, browser)
    page = showing(context)
    fresh, stale, future = (page.evaluate(SHOWS, {"from": at * 1000 + off, "many": 1})[0][0] for off in (0, -300_000, 3_600_000))
    raw = layout.read(fresh)
    forged = layout.text_of(raw[:30] + bytes([raw[30] ^ 1]) + raw[31:])
    foreign = layout.text_of(raw[:1] + Minter(Ed25519PrivateKey.generate()).kid + raw[4:])
    page.goto("/passes/paper")
    page.locator("main form .btn").click()
    paper = page.locator("[data-text]").text_content() or ""
    ill, _ = declared(house, browser, ILL)
    red = showing(ill).evaluate(SHOWS, {"from": at * 1000, "many": 1})[0][0]
    context.close()
    ill.close()
    others = ["HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2", "https://example.com/"]
    return [fresh, red, forged, stale, future, foreign, paper, *others, fresh]


LAMP = """() => {
  MediaStreamTrack.prototype.getCapabilities = () => ({torch: true})
  MediaStreamTrack.prototype.applyConstraints = async ({advanced}) => { window.lit = advanced[0].torch }
}"""
"""The fake camera has a lamp."""


def test_a_guard_checks_ten_codes_by_camera(house: House, browser: Browser, tmp_path: Path) -> None:
    """The clock of the gate stands still at the moment for which the codes were made; it says each in words and a shape."""
    at = int(time.time()) + 300
    shown = reel(tmp_path / "ten.y4m", brought(house, browser, at))
    flags = [*FLAGS, *SEEN, f"--use-file-for-fake-video-capture={shown}"]
    own = browser.browser_type.launch(executable_path=chromium_path(), args=flags)
    try:
        gate = enrolled(house, own)
        gate.evaluate(WATCH, at * 1000)
        gate.evaluate(LAMP)
        gate.locator("[data-camera]").click()
        gate.wait_for_function("() => turns.length >= 10", timeout=90_000)
        assert [tuple(one) for one in gate.evaluate("turns.slice(0, 10)")] == list(TEN)
        expect(gate.locator("video")).to_be_visible()
        gate.locator("[data-torch]").click()
        expect(gate.locator("[data-torch]")).to_have_attribute("aria-pressed", "true")
        assert gate.evaluate("lit")
    finally:
        own.close()
