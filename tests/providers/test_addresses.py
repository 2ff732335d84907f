"""Where webhooks never go: each way to name an address inside, at registration and on the connection itself."""

import asyncio
from typing import Any

import httpx
import pytest

from connectors.webhook_post.plugin import MOST, WebhookPost
from onedoor.providers import policy
from onedoor.providers.ports import Answered, Refused, reachable

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "2001:db8::1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:7f00:1::1", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_reachable(address: str) -> None:
    assert not reachable(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "114.114.114.114", "2400:3200::1", "2606:4700::1111"])
def test_an_address_outside_is(address: str) -> None:
    assert reachable(address)


@pytest.mark.parametrize("url", [
    "http://hospital.example/hook", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3:8443/x", "https://localhost/",
    "https://db.internal/", "https://printer.local/", "https://router/", "https://user:pw@hospital.example/", "https://x.example/#f",
    "ftp://hospital.example/", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://x.example:99999/", "https://x .example/",
    "https://[::ffff:127.0.0.1]/", "https://x.example/" + "a" * 600, "http://127.0.0.1:5432/", "https://169.254.169.254/latest/meta-data",
])  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused_at_once(url: str) -> None:
    assert policy.receiver_fault("zh-CN", url, frozenset({"127.0.0.1:8100"}))


def test_the_example_of_a_demo_is_named_by_host_and_port() -> None:
    demo = frozenset({"127.0.0.1:8100"})
    assert policy.receiver_fault("zh-CN", "http://127.0.0.1:8100/webhooks", demo) is None
    assert policy.receiver_fault("zh-CN", "http://127.0.0.1:8100/webhooks", frozenset())
    assert policy.receiver_fault("zh-CN", "https://hospital.example/hook", demo) is None


class Names:
    """Answers for a name, one after the other, and how often it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


async def nothing() -> Any:
    """An answer without a body, as it comes from a wire."""
    yield b""


def posted(url: str, names: Any, answer: Any = None, exempt: frozenset[str] = frozenset(), seconds: float = 5.0) -> tuple[Any, list[Any]]:
    """(what came of it, the requests that went out)."""
    out: list[httpx.Request] = []

    async def take(request: httpx.Request) -> httpx.Response:
        out.append(request)
        return await answer(request) if answer else httpx.Response(204, content=nothing())

    async def run() -> Any:
        post = WebhookPost(seconds, names, httpx.MockTransport(take))
        try:
            return await post.post(url, {"webhook-id": "e"}, b"{}", exempt)
        except (OSError, Refused) as bad:
            return bad
        finally:
            await post.close()

    return asyncio.run(run()), out


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_connected_to(address: str) -> None:
    said, out = posted("https://hospital.example/hook", Names([address]))
    assert isinstance(said, Refused)
    assert out == []


def test_one_address_inside_among_good_ones_refuses_the_name() -> None:
    said, out = posted("https://hospital.example/hook", Names(["8.8.8.8", "127.0.0.1"]))
    assert isinstance(said, Refused)
    assert out == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localtest.example"])
def test_odd_spellings_are_judged_by_where_they_lead(host: str) -> None:
    said, out = posted(f"https://{host}/hook", Names(["127.0.0.1"]))
    assert not isinstance(said, Answered)
    assert out == []


def test_the_name_is_resolved_once_and_that_very_address_connected_to() -> None:
    names = Names(["93.184.215.14"], ["127.0.0.1"])
    said, out = posted("https://rebind.example/hook?a=1", names)
    assert said == Answered(204, b"")
    assert names.asked == 1
    assert out[0].url.host == "93.184.215.14"
    assert (out[0].headers["host"], out[0].extensions["sni_hostname"]) == ("rebind.example", "rebind.example")
    assert out[0].url.raw_path == b"/hook?a=1"


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    async def elsewhere(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://127.0.0.1/"}, content=nothing())

    said, out = posted("https://hospital.example/hook", Names(["8.8.8.8"]), elsewhere)
    assert said.status == 302
    assert len(out) == 1


def test_an_answer_is_read_to_its_limit() -> None:
    async def endless(_: httpx.Request) -> httpx.Response:
        async def flood() -> Any:
            while True:
                yield b"x" * 10_000

        return httpx.Response(200, content=flood())

    said, _ = posted("https://hospital.example/hook", Names(["8.8.8.8"]), endless)
    assert len(said.body) == MOST


def test_an_answer_that_does_not_come_is_waited_for_briefly() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    said, _ = posted("https://hospital.example/hook", Names(["8.8.8.8"]), never, seconds=0.2)
    assert isinstance(said, TimeoutError)


def test_without_tls_only_the_example() -> None:
    demo = frozenset({"127.0.0.1:8100"})
    assert posted("http://127.0.0.1:8100/webhooks", Names(["127.0.0.1"]), exempt=demo)[0] == Answered(204, b"")
    for url in ("http://127.0.0.1:8101/", "http://hospital.example/", "https://127.0.0.1:8100/webhooks", "http://localhost:8100/"):
        assert isinstance(posted(url, Names(["127.0.0.1"]), exempt=demo)[0], Refused), url


def test_a_name_nobody_knows_is_away_and_not_an_error() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert isinstance(posted("https://nowhere.example/", nobody)[0], ConnectionError)
