"""The demo's phones: shown in demo mode alone."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from msgspec.structs import replace

from connectors.simulating import serving
from connectors.sms_gateway.plugin import SmsGateway
from connectors.sms_gateway.simulator import Network
from onedoor.kernel import i18n


@pytest.fixture
def gateway(tmp_path) -> Iterator[str]:
    """The simulator on a loop of its own, with two messages sent."""
    loop, told, stop = asyncio.new_event_loop(), list[str](), asyncio.Event()
    ready = threading.Event()

    async def live() -> None:
        async with serving(Network(tmp_path / "sms_outbox.jsonl").handle) as url:
            for n, words in enumerate(["您的登录验证码是 012345，5 分钟内有效。", "【城】办件 <b> 已受理，请登录查看。"]):
                await SmsGateway(url).send("13900990001", words, str(n))
            told.append(url)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: (asyncio.set_event_loop(loop), loop.run_until_complete(live())))
    thread.start()
    assert ready.wait(5)
    yield told[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(5)
    loop.close()


@contextlib.contextmanager
def settings(site, **changed) -> Iterator[None]:
    before = site.house.settings
    site.house.settings = replace(before, **changed)
    try:
        yield
    finally:
        site.house.settings = before


def test_newest_first_for_people_and_scripts(site, client: httpx.Client, gateway: str) -> None:
    with settings(site, connectors={"sms_gateway": gateway}):
        found = client.get("/demo/outbox.json").json()
        assert [(m["phone"], m["code"]) for m in found] == [("13900990001", None), ("13900990001", "012345")]
        assert sorted(found[0]) == ["at", "code", "phone", "text"]
        assert client.get("/demo/outbox.json", params={"phone": "13900990002"}).json() == []
        page = client.get("/demo/outbox").text
    assert "012345" in page
    sent_at = datetime.fromisoformat(found[0]["at"])
    assert i18n.moment("zh-CN", sent_at, site.house.settings.zone) in page, "at the hour of the city"
    assert "办件 &lt;b&gt; 已受理" in page


def test_a_gateway_that_is_away_is_said(site, client: httpx.Client) -> None:
    with settings(site, connectors={"sms_gateway": "http://127.0.0.1:1"}):
        assert client.get("/demo/outbox.json").status_code == 503
    with settings(site, connectors={}):
        assert client.get("/demo/outbox").status_code == 503


@pytest.mark.parametrize("path", ["/demo/outbox", "/demo/outbox.json"])
def test_outside_of_a_demo_there_is_no_such_page(site, client: httpx.Client, gateway: str, path: str) -> None:
    with settings(site, demo=False, connectors={"sms_gateway": gateway}):
        assert client.get(path).status_code == 404
