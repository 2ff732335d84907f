"""Documents on the device: shown and verified while the database stands still, shown when the whole house is gone, gone at sign-out."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onedoor.kernel.postgres import Cluster
from tests.browser.conftest import ill_fitting
from tests.browser.house import House
from tests.browser.judge import Judge

pytestmark = pytest.mark.browser
RESIDENT, NEIGHBOUR = "13900990001", "13900990002"
KEPT = """() => new Promise((done) => { const asked = indexedDB.open('onedoor', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('wallet')
  asked.onsuccess = () => { const db = asked.result; const got = db.transaction('wallet').objectStore('wallet').get('saved');
    got.onsuccess = () => { db.close(); done(got.result !== undefined) } } })"""


@pytest.fixture(scope="module")
def own(browser: Browser) -> Iterator[House]:
    """A house that may be hurt."""
    one = House(alone=True)
    yield one
    one.stop()


@contextmanager
def database_asleep(house: House) -> Iterator[None]:
    """PostgreSQL and all its processes stand still; nothing is closed, nothing answers."""
    data = Cluster(house.home, lambda words: None).place.data
    head = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    family = [head, *head.children(recursive=True)]
    for one in family:
        one.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGCONT)


def installed(context: BrowserContext) -> Page:
    """The wallet has been opened once: the worker is in charge, the documents are kept."""
    page = context.new_page()
    page.goto("/wallet")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for _ in range(80):  # a promise would count as yes where a page waits for a function
        if page.evaluate(KEPT):
            return page
        page.wait_for_timeout(100)
    raise AssertionError("nothing is kept after eight seconds")


RAW = """() => new Promise((done) => { const asked = indexedDB.open('onedoor', 1)
  asked.onsuccess = () => { const db = asked.result; const got = db.transaction('wallet').objectStore('wallet').getAll()
    got.onsuccess = () => { db.close(); done(got.result.map((one) => one instanceof CryptoKey ? `key ${one.extractable}` :
      Object.keys(one).join() + ' ' + new TextDecoder().decode(one.data))) } } })"""


def arrived(page: Page, place: str, words: re.Pattern[str]) -> None:
    """The wallet, opened again until it says so, as a person would press 再试一次."""
    for _ in range(8):
        page.goto("/wallet", timeout=30_000)
        with suppress(AssertionError):
            expect(page.locator(place)).to_contain_text(words, timeout=2_500)
            return
    expect(page.locator(place)).to_contain_text(words)


def shown(page: Page) -> str:
    """A document from the device, with its code and the time of its check; returns the code's text."""
    arrived(page, "main", re.compile(r"\d+ 月 \d+ 日 \d\d:\d\d 保存"))
    page.locator("a.doc").first.click(timeout=20_000)
    expect(page.locator(".cert h2")).to_be_visible(timeout=15_000)
    expect(page.locator(".cert.ended")).to_have_count(0)
    expect(page.locator(".cert footer")).to_contain_text("核对")
    expect(page.locator(".qr svg")).to_be_visible()
    expect(page.locator(".qr figcaption")).to_contain_text("前有效")
    page.locator("details summary").click()
    return page.locator(".code-text").inner_text()


def verified(house: House, browser: Browser, page: Page, text: str) -> None:
    """Somebody else's browser takes the code from the picture on the screen, and once more from its text."""
    picture = page.locator(".qr svg").screenshot()
    context = house.visitor(browser)
    other = context.new_page()
    other.goto("/verify")
    other.locator("[data-scan] input[type=file]").set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": picture})
    expect(other.locator("main .result")).to_contain_text("证照真实有效", timeout=30_000)
    other.locator("#field-text").fill(text)
    other.locator("#verify-form button").click()
    expect(other.locator("main .result")).to_contain_text("证照真实有效", timeout=30_000)
    context.close()


def test_without_database_and_without_house(own: House, browser: Browser) -> None:
    context = own.visitor(browser, RESIDENT, service_workers="allow")
    page = installed(context)
    raw = page.evaluate(RAW)
    assert sorted(one.split(" ")[0] for one in raw) == ["iv,data", "key"]
    assert "key false" in raw, "no script gets at the key"
    assert not any(words in one for one in raw for words in ("OC1:", "qr_svg", "林")), "what lies on the disk says nothing"
    with database_asleep(own):
        verified(own, browser, page, shown(page))
    arrived(page, "h1", re.compile("^卡包$"))  # how soon the house notices that its database is back is its own affair

    own.kill()
    shown(page)
    page.goto("/hall")
    expect(page.locator("main")).to_contain_text("什么都没有发送")

    own.start()
    page.goto("/me")
    page.locator("main form[action='/logout'] button").click()
    page.wait_for_url(own.url + "/")
    own.kill()
    page.goto("/wallet")
    expect(page.locator("main")).to_contain_text("没有保存证件")
    assert page.locator("a.doc").count() == 0
    context.close()
    own.start()


def test_checking_without_a_network(own: House, browser: Browser) -> None:
    """The page that anybody checks on has been opened once: it judges by what it kept, with the network off, and with the house gone."""
    holder = own.visitor(browser, NEIGHBOUR)
    held = holder.request.get("/api/certificates", headers={"accept": "application/json"}).json()["items"]
    one = next(cert for cert in held if cert["state"] == "effective")
    code = holder.request.post(f"/api/certificates/{one['id']}/codes").json()["text"]
    holder.close()
    context = own.visitor(browser, service_workers="allow")
    page = context.new_page()
    page.goto("/verify")
    expect(page.locator("[data-kept]")).to_contain_text(re.compile(r"没有网络也能核验.*\d\d:\d\d"), timeout=30_000)
    page.wait_for_function("navigator.serviceWorker.controller !== null")

    def judged(text: str) -> None:
        page.locator("#field-text").fill(text)
        page.locator("#verify-form button").click()

    told = page.locator("[data-told]")
    context.set_offline(True)
    page.goto("/verify")
    judged(code)
    expect(told.locator("h2")).to_have_text("证照真实有效", timeout=15_000)
    expect(told).to_contain_text(one["name"]["zh"])
    expect(told).to_contain_text("没有网络，按这时的名单")
    expect(told.locator(".result")).to_be_focused()
    assert [*Judge().faults(page), *ill_fitting(page)] == []
    altered = code[:-9] + ("AAAAAAAAA" if code[-9:] != "AAAAAAAAA" else "BBBBBBBBB")
    for text, words in ((altered, "不是本市签发"), ("OC1:ABC", "内容不完整"), ("HC1:6BF", "要连上网络")):
        judged(text)
        expect(told).to_contain_text(words)
    context.set_offline(False)
    own.kill()
    page.goto("/verify", timeout=30_000)
    judged(code)
    expect(told.locator("h2")).to_have_text("证照真实有效", timeout=30_000)
    assert page.url.endswith("/verify")
    own.start()
    page.goto("/verify")
    holder = own.visitor(browser, NEIGHBOUR)
    for _ in range(40):
        seen = holder.request.get(f"/wallet/{one['id']}", headers={"accept": "text/html"}).text()
        if "· 离线" in seen:
            break
        page.wait_for_timeout(500)
    assert "有人核验了证照" in seen
    assert "· 离线" in seen, "the holder reads of it once there is a network"
    context.close()
    holder.close()
