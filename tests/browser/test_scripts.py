"""What the scripts add: a wallet that opens offline, codes read from a picture, one press is one sending, drafts kept."""

import io
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from onedoor.kernel.i18n import Text
from onedoor.ui import render
from onedoor.ui.gallery.carried import code
from onedoor.web.middleware import POLICY
from onedoor.web.static import load

pytestmark = pytest.mark.browser

SAVED = {
    "saved_at": "2026-11-02T09:00:00+08:00",
    "certificates": [
        {
            "id": "cert_1",
            "name": "居住证",
            "issuer": "青禾市公安局",
            "holder": "林*",
            "number": "QHJZ****0021",
            "spoken": "尾号 0 0 2 1",
            "look": "003",
            "sheet": False,
            "state": "",
            "code": "OC1:TEST",
            "qr_svg": str(code("OC1:TEST")),
            "expires_at": "2099-01-01T00:00:00+08:00",
            "checked_at": "2026-11-02T09:00:00+08:00",
            "fields": [{"label": "住址", "value": "东湖区*", "spoken": "东湖区"}],
        }
    ],
}
WALLET = """<h1>w</h1><form method="post" action="/logout">{{ ui.button("退出") }}</form>
<script src="{{ asset('wallet.js') }}" defer></script>"""
FORM = """<h1>f</h1><form method="post" action="/sent">{{ ui.field("a", "A") }}{{ ui.button("提交") }}</form>"""
DRAFT = """<h1>d</h1><form method="post" action="/sent" data-autosave="/kept" data-rev="4">{{ ui.hidden("mark", "m") }}
{{ ui.field("a", "A") }}{{ ui.field("on", "On", kind="date") }}
{{ ui.field("c", "C", kind="checks", options=[{"value": "x", "label": "X"}]) }}{{ ui.button("继续") }}</form>"""
VERIFY = """<h1>v</h1>{{ ui.scanner() }}<form method="post" action="/sent">
{{ ui.field("text", "T", kind="textarea") }}{{ ui.button("核验") }}</form>
<script src="{{ asset('verify.js') }}" defer></script>"""
COPY = """<h1>c</h1><button class="btn" hidden data-copy="QH1">复制</button>"""
PAGES = {"/wallet": WALLET, "/form": FORM, "/draft": DRAFT, "/verify": VERIFY, "/copy": COPY}


class Site(BaseHTTPRequestHandler):
    """A house of a few pages under the real content security policy; `heard` is what reached it."""

    heard: list[tuple[str, str, str]] = []

    def _answer(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        more = {"content-type": kind, "content-length": str(len(body)), "content-security-policy": POLICY.decode()}
        for name, value in (more | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        static = re.fullmatch(r"/static/[0-9a-f]+/(.+)", self.path)
        file = load(static[1] if static else self.path.lstrip("/"))
        if self.path in PAGES:
            source = "{% extends 'page.html' %}{% block main %}" + PAGES[self.path] + "{% endblock %}"
            actor = SimpleNamespace(signed_in=False)
            text = render.environment("zh-CN").from_string(source).render(actor=actor, care=False, theme="", path=self.path)
            self._answer(text.encode(), "text/html; charset=utf-8")
        elif self.path == "/wallet/offline.json":
            self._answer(json.dumps(SAVED).encode(), "application/json")
        elif self.path == "/looks.css":
            self._answer(b".look-003{--ground:#CFE3F2;--ink:#143E63}", "text/css")
        elif file and (static or self.path in ("/sw.js", "/manifest.webmanifest")):
            self._answer(file[0], file[2])
        else:
            self._answer(b"", "text/plain", 404)

    def _hear(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        self.heard.append((f"{self.command} {self.path}", self.headers.get("if-match", ""), body))
        if self.path == "/kept":
            self._answer(b"{}", "application/json", ETag='"5"')
        else:
            self._answer(b"<!doctype html><title>ok</title><h1>sent</h1>", "text/html")

    do_POST = do_PUT = _hear

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    if load("app.js") is None:
        pytest.fail("the scripts are not built: make setup")
    before = dict(render._shared)
    render.share(SimpleNamespace(name=Text("青禾市", "Qinghe"), hotline="12345", zone="Asia/Shanghai"), True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    render._shared.clear()
    render._shared.update(before)
    render.environment.cache_clear()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    Site.heard.clear()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=site, locale="zh-CN")
    yield context.new_page()
    context.close()


def until(page: Page, asked: str) -> None:
    """Until what the page promises comes true; a promise by itself would count as yes where a page waits for a function."""
    for _ in range(80):
        if page.evaluate(asked):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within eight seconds: {asked}")


def test_the_wallet_opens_offline_until_sign_out(page: Page) -> None:
    page.goto("/wallet")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    until(page, "async () => (await caches.match('/static/0/offline.html')) !== undefined")
    until(
        page,
        """() => new Promise((done) => { const asked = indexedDB.open('onedoor');
        asked.onsuccess = () => { const db = asked.result; const got = db.transaction('wallet').objectStore('wallet').get('saved');
        got.onsuccess = () => { db.close(); done(got.result !== undefined) } } })"""
    )
    page.context.set_offline(True)
    page.goto("/wallet")
    expect(page.get_by_role("heading", name="现在连不上")).to_be_visible()
    page.get_by_role("link", name="居住证").click()
    expect(page.locator(".cert h2")).to_have_text("居住证")
    expect(page.locator(".cert")).to_contain_text("东湖区*")
    expect(page.locator(".cert.ended")).to_have_count(0)
    expect(page.locator(".cert")).to_have_css("background-color", "rgb(207, 227, 242)")
    expect(page.locator(".qr svg")).to_be_visible()
    page.goto("/hall")
    expect(page.locator("main")).to_contain_text("什么都没有发送")
    page.context.set_offline(False)
    page.goto("/wallet")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="sent")).to_be_visible()
    page.context.set_offline(True)
    page.goto("/wallet")
    expect(page.locator("main")).to_contain_text("没有保存证件")


def test_two_presses_are_one_sending(page: Page) -> None:
    page.goto("/form")
    page.evaluate("() => { const b = document.querySelector('main .btn'); b.click(); b.click() }")
    expect(page.get_by_role("heading", name="sent")).to_be_visible()
    assert [what for what, _, _ in Site.heard] == ["POST /sent"]


def test_offline_nothing_is_sent_and_the_words_stay(page: Page) -> None:
    page.goto("/form")
    page.fill("#field-a", "我写的")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#said")).to_contain_text("什么都没有发送")
    expect(page.locator("#field-a")).to_have_value("我写的")
    assert Site.heard == []


def test_a_draft_is_kept_when_a_field_is_left(page: Page) -> None:
    page.goto("/draft")
    page.fill("#field-a", "一")
    page.fill("#field-on", "2026")
    page.fill("#field-on-month", "1")
    page.fill("#field-on-day", "9")
    page.locator("input[type=checkbox]").check()
    page.locator("h1").click()
    expect(page.locator("#said")).to_have_text("草稿已保存")
    expect(page.locator("form[data-autosave]")).to_have_attribute("data-rev", "5")
    expect(page.locator("input[name=mark]")).to_have_value("")
    what, match, body = Site.heard[0]
    assert (what, match) == ("PUT /kept", '"4"')
    assert json.loads(body)["a"] == "一"
    page.locator("h1").click()
    assert json.loads(Site.heard[-1][2]) == {"a": "一", "on": "2026-01-09", "c": ["x"]}


def test_a_code_is_read_from_a_picture(page: Page) -> None:
    page.goto("/verify")
    picture = io.BytesIO()
    segno.make("OC1:HELLO+WORLD").save(picture, kind="png", scale=6, border=4)
    page.locator("[data-scan] input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    expect(page.get_by_role("heading", name="sent")).to_be_visible(timeout=20_000)
    assert Site.heard[0][2] == "text=OC1%3AHELLO%2BWORLD"


def test_copy_buttons_appear_with_scripts(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/copy")
    page.get_by_role("button", name="复制").click()
    expect(page.locator("#said")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "QH1"
