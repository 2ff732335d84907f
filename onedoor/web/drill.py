"""演练 The drill: a house of its own is opened, people declare, a gate takes its lists; then the house is taken away, and passes go on.

Phones and the gate are programs here that speak to the house as devices do. Everything lies in a folder of its own, which goes afterwards:
a real house, its people and its keys are never touched.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import tomllib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.kernel import jose
from onedoor.kernel.authorities import authorities
from onedoor.kernel.config import cities_folder
from onedoor.kernel.postgres import Cluster
from onedoor.kernel.terminal import Refused
from onedoor.passes import service

from .children import ROOT

WITHIN = 120
STEP = 60
"""Seconds from one code to the next: a step of its own in every scheme."""
JSON = {"accept": "application/json"}


class House:
    """A demo house in its own process, over a database of its own."""

    def __init__(self, folder: Path, city: str) -> None:
        self.home, self.city, self.port = folder / "home", city, 0
        self.process: subprocess.Popen[str] | None = None
        self.accounts: list[dict[str, Any]] = []

    def start(self) -> None:
        """Until it answers; a second start takes the port of the first, as devices know it."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_") or key == "ONEDOOR_PG_BIN"}
        words = ["demo", "--json", "--home", str(self.home), "--port", str(self.port), "--workers", "1", "--city", self.city]
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "onedoor", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Refused("The house of the drill did not open; the reason stands above.")
        said = json.loads(line)
        self.url, self.accounts = said["url"], said["accounts"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def take_away(self) -> None:
        """The web server, the jobs and PostgreSQL, without a word to any of them; refused when something still answers."""
        self.kill()
        time.sleep(0.5)
        with suppress(httpx.TransportError):
            httpx.get(f"{self.url}/health/live", timeout=3, trust_env=False, verify=authorities())
            raise Refused("The house was taken away and still answers.")
        if Cluster(self.home, lambda words: None).answers():
            raise Refused("The database was taken away and still answers.")

    def kill(self) -> None:
        """Its children are leashed to it; its PostgreSQL would live on."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        with suppress(Refused):
            Cluster(self.home, lambda words: None).stop()

    def remove(self) -> None:
        """Nothing of it runs, and nothing of it is left."""
        self.kill()
        data = Cluster(self.home, lambda words: None).place.data.parent
        shutil.rmtree(self.home, ignore_errors=True)
        if data != self.home:
            shutil.rmtree(data, ignore_errors=True)

    def person(self, phone: str) -> httpx.Client:
        """Somebody signed in as a program, by the one-time code that the demo's phones show."""
        client = httpx.Client(base_url=self.url, headers=JSON, timeout=30, trust_env=False, verify=authorities())
        need(client.post("/api/codes", json={"phone": phone}))
        until = time.monotonic() + 20
        while not (code := next((one["code"] for one in need(client.get(f"/demo/outbox.json?phone={phone}")).json() if one["code"]), "")):
            if time.monotonic() > until:
                raise Refused("No one-time code has come.")
            time.sleep(0.2)
        token = need(client.post("/api/sessions", json={"phone": phone, "code": code})).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        return client

    def keeper(self) -> httpx.Client:
        """Somebody of the staff who may set up gates."""
        return self.person(next(one["phone"] for one in self.accounts if "passes:gates" in one.get("grants", [])))


def need(answer: httpx.Response) -> httpx.Response:
    """Anything but success ends the drill, with the words of the house."""
    if not answer.is_success:
        raise Refused(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return answer


class Example(msgspec.Struct, frozen=True):
    """A scheme of the city, and answers that give green and red in it: two of the examples that its rules carry."""

    scheme: str
    well: dict[str, Any]
    ill: dict[str, Any]
    division: str


def example(city: str) -> Example:
    """Of the first signed scheme that has such examples without a day or a place in them."""
    folder = cities_folder() / city
    rows = [json.loads(line) for line in (folder / "districts.jsonl").read_text("utf-8").splitlines() if line.strip()]
    home = max((str(row["code"]) for row in rows), key=len)
    for path in sorted((folder / "passes").glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        plain = {one["id"] for one in data["ruleset"]["question"] if one["as"] not in ("date", "districts")}
        tests = [one for one in data["ruleset"]["test"] if set(one["answers"]) <= plain and "age_days" not in one]
        fit = {one["colour"]: one["answers"] for one in reversed(tests)}
        if data.get("signed") and {"green", "red"} <= set(fit):
            return Example(data["code"], fit["green"], fit["red"], home)
    raise Refused(f"No scheme of {city} has examples for a drill.")


def declare(person: httpx.Client, about: Example, answers: dict[str, Any], **more: str) -> None:
    said = {"scheme": about.scheme, "answers": answers, "division": about.division, **more}
    need(person.post("/api/passes/declarations", json=said))


class Phone:
    """Makes chains, takes a day of tickets, and shows codes without asking anybody."""

    def __init__(self, person: httpx.Client, scheme: str) -> None:
        bearer = next(one for one in need(person.get("/passes/bearers.json")).json()["bearers"] if one["scheme"] == scheme)
        self.wallet = service.devices.Wallet(int(time.time()), bearer["step_seconds"])
        asked = {"scheme": scheme, "device": str(uuid.uuid4()), "first_t0": self.wallet.first, "anchors": self.wallet.anchors()}
        self.wallet.take(need(person.post("/passes/slots", json=asked)).json()["tickets"])


class Gate:
    """Enrols by its link, takes its bundle and lists, judges, writes its log, and sends it."""

    def __init__(self, house: House) -> None:
        self.client = httpx.Client(base_url=house.url, headers=JSON, timeout=60, trust_env=False, verify=authorities())
        self.key = Ed25519PrivateKey.generate()
        form = {"name": "演练", "place_name": "演练", "direction": "both", "kind": "guard"}
        page = need(house.keeper().post("/passes/gates", data=form, headers={"accept": "text/html"})).text
        found = re.search(r"/gate#enrol\.([\w-]+)", page)
        if found is None:
            raise Refused("The house gave no link for a gate.")
        public = jose.b64(self.key.public_key().public_bytes_raw())
        told = need(self.client.post("/api/gates/enrolments", json={"invite": found[1], "public_key": public})).json()
        self.id, self.log = told["id"], service.devices.Log(bytes.fromhex(told["raw"]))

    def speak(self, method: str, path: str, body: Any = None) -> httpx.Response:
        raw, path = b"" if body is None else json.dumps(body).encode(), f"/api/gates/{self.id}/{path}"
        headers = {"authorization": service.devices.spoken(self.key, method, path, raw, int(time.time()))}
        return need(self.client.request(method, path, content=raw, headers=headers | ({"content-type": "application/json"} if raw else {})))

    def take(self) -> dict[int, str]:
        """Everything for a day without a network: the keys, and each list as text."""
        self.bundle = self.speak("GET", "bundle").json()
        return {one["shard"]: need(self.client.get(f"/passes/lists/{one['shard']}/full")).text for one in self.bundle["lists"]}

    def take_until_listed(self, code: Callable[[int], bytes]) -> dict[int, str]:
        """Once this person's code is red by the list, whatever the ticket says."""
        until = time.monotonic() + WITHIN
        while True:
            lists, now = self.take(), int(time.time())
            if named(service.verifier(self.bundle, lists.values(), now).check(code(now), now)) == "red":
                return lists
            if time.monotonic() > until:
                raise Refused("No list has been made that knows of the red one.")
            time.sleep(1)

    def send(self) -> int:
        """All of the log, and once more as after lost replies; up to where the house has everything."""
        acked = 0
        for scans in [*batches(self.log.lines), *batches(self.log.lines)]:
            acked = int(self.speak("POST", "scans", {"scans": scans}).json()["acked_seq"])
        return acked


def batches(lines: list[dict[str, Any]], many: int = 500) -> Iterator[list[dict[str, Any]]]:
    for at in range(0, len(lines), many):
        yield lines[at : at + many]


def phones(many: int) -> list[str]:
    """Numbers that nobody of the demo has."""
    start = 13_700_000_000 + secrets.randbelow(10**8)
    return [str(start + n) for n in range(many)]


def named(verdict: Any) -> str:
    """A colour by its name; nothing when the check found none."""
    return "" if verdict.colour is None else str(verdict.colour.name).lower()


def run(house: House, down: bool, people: int, each: int, say: Callable[[str], None]) -> None:
    """The whole drill; Refused at the first thing that is not as it must be."""
    about = example(house.city)
    house.start()
    persons = [house.person(phone) for phone in phones(people + 1)]
    for one in persons:
        declare(one, about, about.well)
    held = [Phone(one, about.scheme).wallet for one in persons]
    gate = Gate(house)
    declare(persons[-1], about, about.ill)
    lists = gate.take_until_listed(held[-1].code)
    say(f"{people} people hold a day of codes; one more has turned red since, and the list says so.")
    if down:
        house.take_away()
        say("The house is away: web server, jobs and PostgreSQL do not answer.")
    start = int(time.time())
    judge = service.verifier(gate.bundle, lists.values(), start)
    turned = judge.check(held[-1].code(start), start)
    if named(turned) != "red":
        raise Refused("Somebody who is red by the list would have passed.")
    gate.log.write(held[-1].code(start), start, str(turned.result), turned.colour)
    took = shown(gate, judge, held[:-1], start, each)
    many, age = people * each, start - (turned.issued or 0)
    say(f"{many:,} codes shown and checked, {took / many * 1000:.2f} ms each: all pass; the red one is stopped; the list was {age} s old.")
    if down:
        house.start()
    kept = gate.send()
    if kept != many + 1:
        raise Refused(f"The house has {kept:,} of {many + 1:,} lines.")
    say(f"{kept:,} lines of the gate's log sent twice, each kept once.")


def shown(gate: Gate, judge: Any, held: list[Any], start: int, each: int) -> float:
    """Each wallet at so many steps from now on; the seconds it took."""
    began, found = time.perf_counter(), Counter[tuple[str, str]]()
    for n in range(each):
        at = start + n * STEP
        for wallet in held:
            code = wallet.code(at)
            one = judge.check(code, at)
            gate.log.write(code, at, str(one.result), one.colour)
            found[str(one.result), named(one)] += 1
    if set(found) != {("ok", "green")}:
        raise Refused(f"Not every code passed: {dict(found)}")
    return time.perf_counter() - began
