"""The whole way with real processes: a demo city, the example hospital, and a client library of another language."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests import nursery
from tests.browser.house import House, free_port
from tests.conftest import ROOT

from .conftest import AUTHORITY, HOSPITAL

MODULE = ROOT / "frontend/node_modules/openid-client/build/index.js"


class Hospital:
    """The example as a process of its own; it can be stopped and come again with the same database."""

    def __init__(self, city: House, port: int, folder: Path) -> None:
        self.city, self.url, self.folder, self.port = city, f"http://127.0.0.1:{port}", folder, port
        self.process: subprocess.Popen[bytes] | None = None
        self.options: list[str] = []

    def start(self) -> None:
        words = ["--city", self.city.url, "--port", str(self.port), "--ledger", str(self.folder / "ledger.sqlite"), "--rehearse"]
        with open(self.folder / "log", "ab") as log:
            self.process = nursery.Popen(
                [sys.executable, "-m", "examples.provider", *words, *self.options], cwd=ROOT, stdout=log, stderr=log
            )
        until(lambda: httpx.get(self.url, trust_env=False).status_code == 200)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def events(self) -> dict[str, Any]:
        return {one["id"]: one for one in httpx.get(f"{self.url}/events", trust_env=False).json()}

    def misbehave(self, mode: str) -> None:
        httpx.post(f"{self.url}/misbehave", json={"mode": mode}, trust_env=False)


def until(holds: Callable[[], Any], seconds: float = 120) -> Any:
    """Its value once it holds."""
    began, last = time.monotonic(), None
    while time.monotonic() - began < seconds:
        with suppress(httpx.HTTPError):
            if last := holds():
                return last
        time.sleep(0.1)
    raise AssertionError(f"did not come about within {seconds} s: {last}")


USED: dict[str, str] = {}
"""The last code of each phone: the next one may be a moment on its way."""


class Person:
    """A browser without scripts."""

    def __init__(self, city: House, phone: str) -> None:
        self.city, self.web = city, httpx.Client(
            follow_redirects=True, timeout=20, trust_env=False, headers={"accept": "text/html"}
        )
        asked = self.web.post(f"{city.url}/login", data={"phone": phone, "next": "/me"})
        assert asked.status_code == 200, asked.text
        USED[phone] = city.code(phone, USED.get(phone, ""))
        done = self.web.post(f"{city.url}/login/code", data={"phone": phone, "code": USED[phone], "next": "/me"})
        assert done.url.path == "/me", done.text[-800:]

    def follow(self, url: str, *give: str) -> str:
        """Through the city's pages, agreeing to these, to the address where the way back leads."""
        page = self.web.get(url)
        if here := re.findall(r'action="(/oauth/continue/[^"]+)"', page.text):
            page = self.web.post(self.city.url + here[0], data={"give": list(give)})
        found = re.search(r'id="go"[^>]* href="([^"]+)"', page.text)
        return found[1].replace("&amp;", "&") if found else str(page.url)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port = free_port()
    house = House(alone=True, workers=1, env={"ONEDOOR_LOOPBACK_RECEIVERS": f"127.0.0.1:{port}"})
    house.hospital_port = port  # type: ignore[attr-defined]
    yield house
    house.stop()


def registered(city: House, back: str) -> tuple[str, str, str]:
    """(page, client_id, secret) of a new app of the hospital, through the desk's pages."""
    desk, authority = Person(city, HOSPITAL).web, Person(city, AUTHORITY).web
    scopes = ["profile", "real_name", "phone", "birthdate", "matters", "offline_access"]
    form = {"name": "示例医院", "about": "示例", "redirects": back, "scopes": scopes, **{f"purpose_{s}": f"用于{s}" for s in scopes}}
    here = str(desk.post(f"{city.url}/desk/apps/new", data=form).url)
    read = re.search(r'name="wanted" value="(\w+)"', authority.get(here).text)
    assert read
    authority.post(f"{here}/approve", data={"wanted": read[1]})
    client_id = re.search(r'id="client-id">([^<]+)', desk.get(here).text)
    secret = re.search(r'id="secret">([^<]+)', desk.post(f"{here}/secrets").text)
    assert client_id
    assert secret
    desk.close()
    return here, client_id[1], secret[1]


@pytest.fixture(scope="module")
def hospital(city: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    made = Hospital(city, city.hospital_port, tmp_path_factory.mktemp("hospital"))  # type: ignore[attr-defined]
    here, client_id, secret = registered(city, f"{made.url}/callback")
    desk = Person(city, HOSPITAL).web
    kinds = ["consent.given", "consent.revoked", "matter.cancel_asked"]
    shown = desk.post(f"{here}/endpoints", data={"url": f"{made.url}/webhooks", "kinds": kinds}).text
    signing, endpoint = re.search(r'id="secret">([^<]+)', shown), re.search(r'action="([^"]+)/ping"', shown)
    assert signing
    assert endpoint
    made.log = lambda: desk.get(city.url + endpoint[1]).text  # type: ignore[attr-defined]
    made.options = ["--client-id", client_id, "--client-secret", secret, "--webhook-secret", signing[1]]
    made.start()
    yield made
    made.stop()


@pytest.fixture
def impatient(city: House) -> None:
    """The retry plan is data: one second between attempts."""
    import asyncio

    from onedoor.kernel.postgres import Cluster

    async def change() -> None:
        conn = await asyncpg.connect(Cluster(city.home).ensure())
        await conn.execute("update providers.plan set waits = array_fill(1, array[20]) where code = 'standard'")
        await conn.close()

    asyncio.run(change())


def test_a_client_of_another_language_signs_a_resident_in(city: House) -> None:
    node = shutil.which("node")
    assert node, "Node.js is missing"
    assert MODULE.exists(), "its packages are missing: make setup"
    back = "https://clinic.example/back"
    _, client_id, secret = registered(city, back)
    given = json.dumps({"city": city.url, "id": client_id, "secret": secret, "back": back})
    script = [node, str(ROOT / "tests/providers/openid_client.mjs"), MODULE.as_uri(), given]
    library = subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert library.stdout
    assert library.stdin
    went = library.stdout.readline().strip()
    came = Person(city, "13900990002").follow(went, "profile", "offline_access")
    said, bad = library.communicate(came + "\n", timeout=30)
    assert library.returncode == 0, bad
    got = json.loads(said)
    assert got["fields"] == {"sub": got["claims"]["sub"], "org_sub": got["claims"]["org_sub"], "name": "王*"}, "the phone was not ticked"
    assert got["active"] == [True, False]
    assert got["own"] == "matters"
    assert got["end"].startswith(f"{city.url}/oauth/logout?")


def test_the_example_signs_a_resident_in_and_reports_a_booking(city: House, hospital: Hospital) -> None:
    person = Person(city, "13900990003")
    back = person.follow(f"{hospital.url}/login", "real_name", "matters")
    assert "李桂兰，您好" in person.web.get(back).text
    fields = person.web.get(f"{hospital.url}/fields").json()
    assert set(fields) == {"sub", "org_sub", "name"}, "neither phone nor birthdate were ticked"
    person.web.post(f"{hospital.url}/book")
    assert until(lambda: "心内科门诊" in person.web.get(f"{city.url}/me/cases").text)


def test_every_webhook_takes_effect_once_whatever_befalls_the_receiver(city: House, hospital: Hospital, impatient: None) -> None:
    person = Person(city, "13900990001")
    person.web.get(person.follow(f"{hospital.url}/login", "matters"))
    until(lambda: any(one["applied"] for one in hospital.events().values()))
    for _ in range(3):
        person.web.post(f"{hospital.url}/book")
    links = until(lambda: len(found := re.findall(r'href="(/matters/[^"]+)"', person.web.get(f"{city.url}/me/cases").text)) == 3 and found)
    before = set(hospital.events())

    hospital.misbehave("500")
    person.web.post(f"{city.url}{links[0]}/cancel")
    until(lambda: "最近一次 500" in hospital.log())  # type: ignore[attr-defined]
    hospital.misbehave("slow")  # acts, and answers too late: the city cannot know, and sends again
    person.web.post(f"{city.url}{links[1]}/cancel")
    until(lambda: any(one["received"] > 1 for one in hospital.events().values()))
    hospital.stop()
    person.web.post(f"{city.url}{links[2]}/cancel")
    time.sleep(2.5)
    hospital.start()

    def settled() -> Any:
        new = {key: one for key, one in hospital.events().items() if key not in before}
        return len(new) == 3 and hospital.log().count("已送达") >= len(hospital.events()) and new  # type: ignore[attr-defined]

    new = until(settled)
    assert [one["applied"] for one in new.values()] == [1, 1, 1]
    assert max(one["received"] for one in new.values()) > 1, "at least one came twice, or nothing was tried"
    for link in links:
        until(lambda link=link: "预约已取消" in person.web.get(city.url + link).text)
