"""The inbox: telling, reading, paging, text messages that tell nothing, and lines that stay open."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from onedoor.notify import policy, service
from onedoor.notify.models import MessageId

Login = Callable[..., httpx.Client]


async def tell(site: Any, phone: str, *titles: str, **more: Any) -> None:
    async with site.house.begin(actor=system("test")) as work:
        citizen = await identity.person_of_phone(work, phone)
        assert citizen is not None
        for title in titles:
            body = Text(f"{title}的内容\n\n第二段", f"Body of {title}")
            await service.send(work, citizen, Text(title, f"en {title}"), body, "/me/cases", "cases.accepted", **more)


@pytest.fixture
def reader(site, login: Login) -> tuple[httpx.Client, str]:
    phone = site.new_phone()
    return login(phone), phone


def test_a_message_is_shown_and_read(site, reader) -> None:
    browser, phone = reader
    assert "还没有消息" in browser.get("/inbox").text
    site.run(tell, site, phone, "受理通知")
    page = browser.get("/inbox").text
    assert "1 条未读" in page
    assert "未读" in page
    where = re.search(r'href="(/inbox/message_[0-9a-f]{32})"', page)[1]
    opened = browser.get(where).text
    assert "<p>受理通知的内容</p><p>第二段</p>" in opened
    assert 'href="/me/cases"' in opened
    assert "条未读</p>" not in browser.get("/inbox").text
    browser.cookies.set("lang", "en")
    assert "en 受理通知" in browser.get("/inbox").text


def test_words_of_a_message_are_never_markup(site, reader) -> None:
    browser, phone = reader
    site.run(tell, site, phone, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/inbox").text


def test_pages_of_thirty(site, reader) -> None:
    browser, phone = reader
    site.run(tell, site, phone, *[f"第 {n:02d} 封" for n in range(65)])
    first = browser.get("/inbox").text
    assert "第 64 封" in first
    assert "第 34 封" not in first
    second = browser.get(re.search(r'href="(/inbox\?before=message_[0-9a-f]{32})"', first)[1]).text
    assert "第 34 封" in second
    assert 'rel="prev"' in second
    items, before = [], ""
    while before is not None:
        part = browser.get("/api/inbox", params={"before": before}).json()
        items += [m["title"]["zh"] for m in part["items"]]
        before = part["next"]
    assert items == [f"第 {n:02d} 封" for n in range(64, -1, -1)]
    assert part["unread"] == 65
    assert browser.post("/inbox/reads").status_code == 200
    assert browser.get("/api/inbox").json()["unread"] == 0


def test_reading_by_api(site, reader) -> None:
    browser, phone = reader
    site.run(tell, site, phone, "甲", "乙")
    item = browser.get("/api/inbox").json()["items"][0]
    assert item["read_at"] is None
    once = [browser.post(f"/api/inbox/{item['id']}/reads", headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert [a.status_code for a in once] == [201, 201]
    assert once[0].json() == once[1].json()
    assert browser.post("/api/inbox/reads").json() == {"read": 1}


@pytest.mark.parametrize("path", ["/inbox/message_1", "/inbox/person_00000000000070008000000000000000", "/inbox/x", "/inbox?before=x"])
def test_no_such_message(login: Login, path: str) -> None:
    assert login().get(path).status_code == 404


def test_a_strangers_message_does_not_exist(site, reader, login: Login) -> None:
    browser, phone = reader
    site.run(tell, site, phone, "私事")
    item = browser.get("/api/inbox").json()["items"][0]
    stranger = login()
    assert stranger.get(f"/inbox/{item['id']}").status_code == 404
    assert stranger.post(f"/api/inbox/{item['id']}/reads").status_code == 404
    assert stranger.get("/api/inbox").json()["items"] == []
    assert browser.get("/api/inbox").json()["items"][0]["read_at"] is None


def test_nobody_signed_in_is_asked_to(client: httpx.Client) -> None:
    assert client.get("/api/inbox").status_code == 401
    assert client.get("/inbox/events").status_code == 401
    assert client.get("/inbox", headers={"accept": "text/html"}).url.path == "/login"


def test_a_text_message_says_stage_and_number_only(site, reader) -> None:
    from onedoor.identity.ports import SmsGateway

    _, phone = reader
    assert site.house.ports.get(SmsGateway) is site.outbox
    site.run(lambda: tell(site, phone, "残疾人证：已受理", sms=True, number="QH202611210001X", case="case_1"))
    site.jobs()
    words = site.outbox.last(phone)
    assert "QH202611210001X" in words
    assert "已受理" in words
    assert "残疾" not in words
    assert "内容" not in words


def test_a_stage_nobody_knows_is_news() -> None:
    assert policy.text_message("zh-CN", "某市", "other.kind", None) == "【某市】您有一条新消息：有新进展，请登录查看。"
    assert policy.text_message("en", "City", "cases.decided", "N1") == "[City] Case N1: Decided. Sign in to read more."


def test_a_message_is_told_in_the_transaction_of_its_cause(site, reader) -> None:
    browser, phone = reader

    async def fail() -> None:
        async with site.house.begin(actor=system("test")) as work:
            citizen = await identity.person_of_phone(work, phone)
            await service.send(work, citizen, Text("没有发生"), Text(""), None, "x", sms=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        site.run(fail)
    assert browser.get("/api/inbox").json()["items"] == []


def test_addresses_in_messages_stay_on_this_site(site, reader) -> None:
    async def send() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await service.send(work, PersonId.new(), Text("x"), Text(""), "//evil.example", "x")

    with pytest.raises(Exception, match="message_href"):
        site.run(send)


class Line:
    """One open event stream, spoken to as a server would: the application's own ASGI, without a socket."""

    def __init__(self, site: Any, browser: httpx.Client, path: str = "/inbox/events", last: str = "") -> None:
        cookie = "; ".join(f"{c.name}={c.value}" for c in browser.cookies.jar)
        headers = [(b"cookie", cookie.encode()), (b"host", b"testserver")] + ([(b"last-event-id", last.encode())] if last else [])
        self.scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers,
            "http_version": "1.1", "scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1), "root_path": "",
            "asgi": {"version": "3.0"}, "extensions": {}, "app": site.app, "state": {},
        }  # fmt: skip
        self.text, self.status, self.gone, self.ended, self.site = "", 0, asyncio.Event(), asyncio.Event(), site

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.ended.set()

    async def until(self, words: str, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while words not in self.text:
                await asyncio.sleep(0.01)

    @contextlib.asynccontextmanager
    async def open(self) -> Any:
        task = asyncio.create_task(self.site.app(self.scope, self._receive, self._send))
        try:
            yield self
        finally:
            self.gone.set()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


def test_an_open_line_hears_at_once(site, reader) -> None:
    browser, phone = reader

    async def listen() -> str:
        async with Line(site, browser).open() as line:
            await line.until('{"unread":0}')
            await tell(site, phone, "第一条")
            await line.until('{"unread":1}')
            assert line.status == 200
            return line.text

    text = site.run(listen)
    assert "event: message" in text
    assert '"title":"第一条"' in text
    assert re.search(r"id: message_[0-9a-f]{32}\r\n", text)
    assert "event: notices" in text


def test_a_line_resumes_after_the_last_event(site, reader) -> None:
    browser, phone = reader
    site.run(tell, site, phone, "早")
    last = browser.get("/api/inbox").json()["items"][0]["id"]
    site.run(tell, site, phone, "错过一", "错过二")

    async def listen(last: str) -> str:
        async with Line(site, browser, last=last).open() as line:
            await line.until('{"unread":3}')
            return line.text

    text = site.run(listen, last)
    assert text.index("错过一") < text.index("错过二")
    assert '"早"' not in text
    assert "event: message" not in site.run(listen, "nonsense")


def test_a_line_ends_with_its_session(site, reader) -> None:
    browser, _ = reader

    async def listen() -> None:
        async with Line(site, browser).open() as line:
            await line.until('{"unread":0}')
            async with site.house.begin(actor=await _actor(site, browser)) as work:
                await identity.end_everywhere(work)
            await asyncio.wait_for(line.ended.wait(), 5)

    site.run(listen)


async def _actor(site: Any, browser: httpx.Client) -> Any:
    return await identity.actor_of(site.house.database.reference, browser.cookies["onedoor"])


def test_lines_of_one_person_are_few(site, reader) -> None:
    browser, _ = reader

    async def listen() -> int:
        async with contextlib.AsyncExitStack() as all_lines:
            for _ in range(policy.LINES_PER_PERSON):
                line = await all_lines.enter_async_context(Line(site, browser).open())
                await line.until("unread")
            async with Line(site, browser).open() as late:
                await late.until("too-many-lines")
                return late.status

    assert site.run(listen) == 503


def test_anybody_hears_of_notices(site, client: httpx.Client) -> None:
    client.cookies.set("district", "990102")

    async def listen() -> str:
        async with Line(site, client, path="/notices/events").open() as line:
            await line.until("event: notices")
            return line.text

    assert "暴雨橙色预警" in site.run(listen)


def test_unread_counts_no_further_than_a_hundred(site, reader) -> None:
    browser, phone = reader
    site.run(tell, site, phone, *["多"] * 130)
    assert browser.get("/api/inbox").json()["unread"] == 100
    assert MessageId.parse(browser.get("/api/inbox").json()["items"][0]["id"])
