"""Events to an app: signed, in order, again after a failure, never to another's, and no slow receiver holds up the next."""

import asyncio
import json
import re
import time
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from onedoor.kernel.work import Actor
from onedoor.providers import service
from onedoor.providers.models import AppId, EndpointId, Grants
from onedoor.providers.ports import Answered, Outgoing, Refused

from .conftest import App, City
from .test_sign_in import signed_in


class Receivers:
    """The port to the outside: what arrived where, and how each address behaves."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.behave: dict[str, Any] = {}

    async def post(self, url: str, headers: dict[str, str], body: bytes, exempt: frozenset[str]) -> Answered:
        self.got.append((url, headers, body))
        answer = self.behave.get(url, 204)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            raise TimeoutError("no answer in time")
        if isinstance(answer, Exception):
            raise answer
        return Answered(answer, b"")

    def at(self, url: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for where, headers, body in self.got if where == url]


@pytest.fixture
def receivers(city: City) -> Receivers:
    found = Receivers()
    city.site.house.ports.put(Outgoing, found)
    city.site.run(_plan, city)
    return found


async def _plan(city: City) -> None:
    """The retry plan is data: here it waits for nothing, and gives up after the third attempt. Old deliveries of other tests rest."""
    async with city.site.house.database.tx(role="job") as db:
        await db._on.execute("update providers.plan set waits = '{0,0}' where code = 'standard'")
        await db._on.execute("update providers.delivery set state = 'dead' where state = 'waiting'")


def listen(city: City, app: App, url: str, *kinds: str) -> tuple[str, str]:
    """(page of the endpoint, its secret)."""
    data = {"url": url, "kinds": list(kinds) or ["consent.given", "consent.revoked", "matter.cancel_asked"]}
    shown = city.hospital.post(f"/desk/apps/{app.id}/endpoints", data=data)
    assert shown.status_code == 200, shown.text
    here, secret = re.search(r'action="([^"]+)/ping"', shown.text), re.search(r'id="secret">([^<]+)', shown.text)
    assert here
    assert secret
    return here[1], secret[1]


def delivered(city: City) -> int:
    house = city.site.house
    return city.site.run(service.deliver_due, house.begin, house.ports)


def test_an_event_is_a_signed_cloudevent(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/1"
    _, secret = listen(city, app, url)
    browser = city.site.sign_in()
    _, _, claims = signed_in(city, app, browser)
    browser.post(f"/me/apps/{app.id}/revoke")
    assert delivered(city) == 2
    events = [Webhook(secret).verify(body, headers) for headers, body in receivers.at(url)]
    assert [event["type"] for event in events] == ["onedoor.consent.given", "onedoor.consent.revoked"]
    assert {event["subject"] for event in events} == {claims["sub"]}
    assert events[0]["specversion"] == "1.0"
    assert events[0]["data"] == {"scopes": ["openid", "profile", "phone"]}
    assert receivers.at(url)[0][0]["webhook-id"] == events[0]["id"]
    assert receivers.at(url)[0][0]["content-type"].startswith("application/cloudevents+json")
    assert delivered(city) == 0


def test_a_changed_body_or_time_fails_the_signature(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/2"
    here, secret = listen(city, app, url)
    city.hospital.post(f"{here}/ping")
    delivered(city)
    headers, body = receivers.at(url)[0]
    old = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 400)}
    for sent in ((body + b" ", headers), (body, old), (body, {**headers, "webhook-id": "event_x"})):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(*sent)


def test_what_fails_comes_again_under_the_same_id_until_the_plan_ends(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/3"
    here, secret = listen(city, app, url)
    receivers.behave[url] = 500
    city.hospital.post(f"{here}/ping")
    for _ in range(5):
        delivered(city)
    sent = receivers.at(url)
    assert len(sent) == 3, "the first try and the two of the plan"
    assert len({headers["webhook-id"] for headers, _ in sent}) == 1
    assert len({body for _, body in sent}) == 1
    assert all(Webhook(secret).verify(body, headers) for headers, body in sent)
    page = city.hospital.get(here).text
    assert "多次未送达" in page
    assert "最近一次 500" in page
    receivers.behave[url] = 204
    city.hospital.post(re.findall(r'action="([^"]+/resend)"', page)[0])
    assert delivered(city) == 1
    assert receivers.at(url)[-1][0]["webhook-id"] == sent[0][0]["webhook-id"]
    assert "已送达" in city.hospital.get(here).text


@pytest.mark.parametrize("trouble", [TimeoutError("no answer in time"), ConnectionError("refused"), Refused("leads inside"), 302, 404, 503])
def test_every_trouble_is_kept_in_the_log_and_tried_again(city: City, receivers: Receivers, trouble: Any) -> None:
    app, url = city.app(), "https://hospital.example/hooks/4"
    here, _ = listen(city, app, url)
    receivers.behave[url] = trouble
    city.hospital.post(f"{here}/ping")
    assert delivered(city) == 3
    assert (str(trouble) if isinstance(trouble, Exception) else f"最近一次 {trouble}") in city.hospital.get(here).text


def test_an_address_that_is_gone_is_paused_and_gets_everything_later(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/5"
    here, _ = listen(city, app, url)
    receivers.behave[url] = 410
    city.hospital.post(f"{here}/ping")
    delivered(city)
    assert "已不再使用（410）" in city.hospital.get(here).text
    city.hospital.post(f"{here}/ping")
    assert delivered(city) == 0
    receivers.behave[url] = 204
    city.hospital.post(f"{here}/resume")
    assert delivered(city) == 2


def test_one_slow_receiver_holds_up_nobody_else(city: City, receivers: Receivers) -> None:
    app = city.app()
    slow, _ = listen(city, app, "https://slow.example/hook")
    fast, _ = listen(city, app, "https://fast.example/hook")
    receivers.behave["https://slow.example/hook"] = 1.5
    for _ in range(3):
        city.hospital.post(f"{slow}/ping")
        city.hospital.post(f"{fast}/ping")

    async def race() -> tuple[float, int]:
        house, stop, wake = city.site.house, asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(service.courier(house.begin, house.ports, stop, wake))
        began = time.monotonic()
        while len(receivers.at("https://fast.example/hook")) < 3 and time.monotonic() - began < 10:
            await asyncio.sleep(0.01)
        took = time.monotonic() - began
        count = len(receivers.at("https://slow.example/hook"))
        stop.set()
        wake.set()
        await running
        return took, count

    took, slow_ones = city.site.run(race)
    assert took < 1.2, f"the fast receiver waited {took:.1f} s for the slow one"
    assert slow_ones == 1


def test_two_workers_do_not_deliver_the_same_twice(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/6"
    here, _ = listen(city, app, url)
    for _ in range(10):
        city.hospital.post(f"{here}/ping")

    async def both() -> list[int]:
        house = city.site.house
        return list(await asyncio.gather(*(service.deliver_due(house.begin, house.ports) for _ in range(3))))

    assert sum(city.site.run(both)) == 10
    bodies = [json.loads(body)["id"] for _, body in receivers.at(url)]
    assert len(set(bodies)) == 10
    assert bodies == sorted(bodies), "in the order in which they happened"


def test_two_secrets_sign_side_by_side(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/7"
    here, first = listen(city, app, url)
    found = re.search(r'id="secret">([^<]+)', city.hospital.post(f"{here}/secrets").text)
    assert found
    city.hospital.post(f"{here}/ping")
    delivered(city)
    headers, body = receivers.at(url)[0]
    assert Webhook(first).verify(body, headers) == Webhook(found[1]).verify(body, headers)


def test_another_organisations_endpoints_do_not_exist(city: City, receivers: Receivers) -> None:
    app, url = city.app(), "https://hospital.example/hooks/8"
    here, _ = listen(city, app, url)
    other = city.app(city.buses)
    for desk in (city.buses, city.authority):
        assert desk.get(here).status_code == 404
        assert desk.get(here.replace(app.id, other.id)).status_code == 404
        for act in ("ping", "pause", "secrets", "remove"):
            assert desk.post(f"{here}/{act}").status_code == 404, act
    signed_in(city, other, city.site.sign_in())
    delivered(city)
    assert receivers.at(url) == []


@pytest.mark.parametrize(("url", "kinds", "words"), [
    ("http://hospital.example/", ["consent.given"], "https://"), ("https://127.0.0.1/", ["consent.given"], "内部网络"),
    ("https://hospital.example/", [], "至少选一项"), ("", ["consent.given"], "请填写这一项"),
])  # fmt: skip
def test_a_wrong_endpoint_is_told_and_what_was_typed_stays(city: City, url: str, kinds: list[str], words: str) -> None:
    app = city.app()
    said = city.hospital.post(f"/desk/apps/{app.id}/endpoints", data={"url": url, "kinds": kinds})
    assert said.status_code == 422
    assert words in said.text
    assert f'value="{url}"' in said.text


def test_two_fresh_secrets_of_an_address_at_once_are_two(city: City, receivers: Receivers) -> None:
    app = city.app()
    here, _ = listen(city, app, "https://hospital.example/two")
    which, of = EndpointId.parse(here.rsplit("/", 1)[1]), AppId.parse(app.id)

    async def fresh() -> str:
        org = (await service.known(city.site.house.database.reference)).by_id[of].org
        async with city.site.house.begin(Actor(org=org, grants=frozenset({Grants.MANAGE}))) as work:
            made = await service.new_endpoint_secret(work, of, which)
            await asyncio.sleep(0.1)
            return made

    async def both() -> list[Any]:
        return list(await asyncio.gather(fresh(), fresh(), return_exceptions=True))

    one, two = city.site.run(both)
    assert isinstance(one, str)
    assert isinstance(two, str)
    assert one != two
