"""Identity numbers without a network: how fine the marks may be, what lists laid over each other tell, what a gate gets and tells."""

import contextlib
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onedoor.kernel import jose
from onedoor.kernel.text import citizen_check
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.od1 import numbers
from onedoor.passes.service.numbering import SUITE
from tests.mandates.people import Account, account, entered, looks
from tests.passes.conftest import GRID
from tests.passes.kit import ILL, JSON, WELL, Gate

SCHEME = "numbers-2026"
VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("number_vectors.json").read_text("utf-8"))["vectors"]


def drawn(n: int) -> str:
    """An identity number that fits, and belongs to nobody here."""
    body = f"990105{dt.date(1950, 1, 1) + dt.timedelta(days=n % 20_000):%Y%m%d}{n % 1000:03d}"
    return body + citizen_check(body)


def test_vectors() -> None:
    assert [numbers.mark_of(bytes.fromhex(one["key"]), one["scheme"], one["number"], one["bits"]) for one in VECTORS] == [
        one["mark"] for one in VECTORS
    ]
    assert {one["bits"] for one in VECTORS} >= {0, 1, numbers.MOST_BITS}


@given(st.integers(1, 1_000_000), st.integers(0, 20_000_000))
def test_others_are_asked_about_at_least_as_often_as_those_meant(meant: int, others: int) -> None:
    """The classes are as fine as that allows, and no finer."""
    bits, share = numbers.bits_for(meant, meant + others), min(max(numbers.LEAST, meant / (meant + others)), 0.99)
    assert numbers.mistaken(meant, bits) >= share * (1 - 1e-9)
    assert bits == numbers.MOST_BITS or numbers.mistaken(meant, bits + 1) < share


def test_ten_lists_laid_over_each_other_tell_no_more_than_one() -> None:
    """Under a new key each day; were the day in the classes, two days would leave one in ten thousand, and three nobody but those meant."""
    meant, others = [drawn(n) for n in range(300)], [drawn(n) for n in range(300, 20_000)]
    bits = numbers.bits_for(len(meant), 20_000)
    left = set(others)
    for day in range(10):
        key = hashlib.sha256(bytes([day])).digest()[:16]
        listed = {numbers.mark_of(key, SCHEME, one, bits) for one in meant}
        hits = {one for one in others if numbers.mark_of(key, SCHEME, one, bits) in listed}
        assert 0.015 < len(hits) / len(others) < 0.05
        left &= hits
    assert len(left) / len(others) >= 0.01


def test_a_list_of_a_hundred_thousand_is_small() -> None:
    """10,000,000 people, 1 % of them yellow or red: what a gate fetches once an hour."""
    bits = numbers.bits_for(100_000, 10_000_000)
    key = bytes(16)
    raw = numbers.packed(numbers.mark_of(key, SCHEME, str(n), bits) for n in range(100_000))
    assert 150_000 < len(raw) < 210_000


@given(st.sets(st.integers(0, 2**32 - 1), max_size=60))
def test_marks_come_back(marks: set[int]) -> None:
    assert numbers.unpacked(numbers.packed(marks)) == marks


@given(st.binary(max_size=40))
def test_any_bytes_are_a_list_or_refused(raw: bytes) -> None:
    with contextlib.suppress(numbers.Unreadable):
        assert all(0 <= one < 2**32 for one in numbers.unpacked(raw))


# ── a city ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def scheme(put) -> str:
    put(SCHEME, gate={"offline_id": True, "list_hours": 24, "step_seconds": 15})
    return SCHEME


@pytest.fixture(scope="module")
def people(site, scheme: str) -> tuple[Account, Account]:
    """One who is red, one who is green; both with their numbers proven."""
    ill, well = (account(site, entered(site, name, dt.date(1958, 3, 9))) for name in ("周大山", "周小溪"))
    for one, answers in ((ill, WELL | ILL), (well, WELL)):
        assert site.sign_in(one.phone).post(f"/passes/{scheme}/declare", data=answers).status_code == 200
    return ill, well


@pytest.fixture(scope="module")
def gate(site, scheme: str) -> Gate:
    return Gate(site, place="没有信号的路口")


def built(site: Any, **later: Any) -> list[Any]:
    async def make() -> list[Any]:
        async with site.house.begin(actor=system("test"), seconds=60) as work:
            return await service.build_numbers(replace(work, now=work.now + dt.timedelta(**later)))

    return site.run(make)


def counted(site: Any, scheme: str) -> int:
    async def count() -> int:
        async with site.house.begin(actor=system("test")) as work:
            return int(await work.db.value("-- scatter\nselect count(*) from passes.person_index where scheme = $scheme", scheme=scheme))

    return site.run(count)


def taken(gate: Gate, scheme: str) -> tuple[dict[str, Any], bytes, bytes]:
    """What the bundle says of the list, the list, and the day's key."""
    told = gate.speak("GET", "bundle").json()
    said = told["numbers"][scheme]
    body = gate.speak("GET", f"numbers/{scheme}")
    assert body.status_code == 200, body.text
    assert hashlib.sha256(body.content).hexdigest() == said["sha256"]
    return said, body.content, jose.unb64(told["pid_keys"][f"{scheme}.day.{said['day']}"])


def hit(said: dict[str, Any], body: bytes, key: bytes, number: str) -> bool:
    return numbers.mark_of(key, SCHEME, number, said["bits"]) in numbers.unpacked(body)


def test_a_gate_asks_about_who_is_red_and_knows_nothing_of_the_rest(site, gate: Gate, people: tuple[Account, Account], scheme: str) -> None:
    made = next(one for one in built(site) if one.scheme == scheme)
    said, body, key = taken(gate, scheme)
    ill, _ = people
    assert hit(said, body, key, ill.who.id_number)
    assert said["bits"] == numbers.bits_for(made.many, counted(site, scheme))
    share = sum(hit(said, body, key, drawn(n)) for n in range(5000)) / 5000
    assert share > numbers.mistaken(made.many, said["bits"]) / 2, "of so few people half are red, and of others as many are asked about"
    assert ill.who.id_number.encode() not in body
    assert "id_number" not in gate.speak("GET", "bundle").text


def test_the_day_changes_and_a_person_gets_well(site, gate: Gate, people: tuple[Account, Account], scheme: str) -> None:
    """Yesterday's list still works after midnight, by yesterday's key; who is green again is listed no more, once it has been made anew."""
    ill = account(site, entered(site, "周三江", dt.date(1961, 1, 2)))
    browser = site.sign_in(ill.phone)
    assert browser.post(f"/passes/{scheme}/declare", data=WELL | ILL).status_code == 200
    built(site, days=-1)
    before = taken(gate, scheme)
    assert hit(*before, ill.who.id_number)
    built(site)
    after = taken(gate, scheme)
    assert after[0]["day"] == before[0]["day"] + 1
    assert after[2] != before[2]
    assert hit(*after, ill.who.id_number)
    many = next(one.many for one in built(site) if one.scheme == scheme)
    assert browser.post(f"/passes/{scheme}/declare", data=WELL | {"reason": "量错了"}).status_code == 200
    assert next(one.many for one in built(site) if one.scheme == scheme) == many - 1


def test_only_gates_and_only_where_the_scheme_allows_it(site, gate: Gate, people: tuple[Account, Account], put, scheme: str) -> None:
    built(site)
    assert "epi-2026" not in gate.speak("GET", "bundle").json()["numbers"]
    assert gate.speak("GET", "numbers/epi-2026").status_code == 404
    assert gate.speak("GET", "numbers/none").status_code == 404
    stranger = Gate(site, place="别的路口")
    assert gate.speak("GET", f"numbers/{scheme}", key=stranger.key).status_code == 422
    assert site.client().get(f"/api/gates/{gate.id}/numbers/{scheme}", headers=JSON).status_code == 422
    assert stranger.keeper.post(f"/passes/gates/{stranger.id}/revoke").status_code == 200
    assert stranger.speak("GET", f"numbers/{scheme}").status_code == 410
    put(scheme, gate={"offline_id": False})
    try:
        assert gate.speak("GET", f"numbers/{scheme}").status_code == 404
        assert scheme not in [one.scheme for one in built(site)]
        assert scheme not in gate.speak("GET", "bundle").json().get("numbers", {})
    finally:
        put(scheme, gate={"offline_id": True, "list_hours": 24, "step_seconds": 15})


def sealed(gate: Gate, number: str, at: int, *, other: str = "") -> str:
    enc = X25519PublicKey.from_public_bytes(jose.unb64(gate.speak("GET", "bundle").json()["enc"]))
    plain = json.dumps({"number": number, "at": at}).encode()
    return jose.b64(SUITE.encrypt(plain, enc, info=f"onedoor-look-1|{other or gate.id}".encode()))


def told(gate: Gate, *sealed_: str, once: str = "") -> int:
    answer = gate.speak("POST", "looks", {"sealed": list(sealed_)}, headers={"idempotency-key": once} if once else {})
    assert answer.status_code == 201, answer.text
    return answer.json()["noted"]


def test_who_was_asked_about_without_a_network_reads_it_afterwards(
    site, gate: Gate, people: tuple[Account, Account], scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(site.house, "settings", msgspec.structs.replace(site.house.settings, behind_proxy=True))
    built(site)
    _, well = people
    number, now = well.who.id_number, gate.now()
    one = sealed(gate, number, now - 3600)
    assert told(gate, one, once="looks-1") == told(gate, one, once="looks-1") == 1
    assert "卡口没有网络时输身份证号查验通行码" in site.sign_in(well.phone).get("/me/access").text
    assert sum("卡口没有网络时" in one for one in looks(site, well.id)) == 1
    away = gate.speak("POST", "looks", {"sealed": [one]}, headers={"idempotency-key": "looks-1", "x-forwarded-for": "203.0.113.71"})
    assert away.headers.get("idempotent-replay") == "true", "the gate's network changed between its two tries"
    other = Gate(site, place="另一个路口")
    another = other.speak("POST", "looks", {"sealed": ["AAAA"]}, headers={"idempotency-key": "looks-1"})
    assert (another.status_code, another.json()) == (201, {"noted": 0}), "its keys are its own"
    useless = [
        sealed(gate, number, now, other=other.id), sealed(gate, number, now - 40 * 86_400), sealed(gate, number, now + 9000),
        sealed(gate, "990105195001010001", now), "AAAA", one[:-4],
    ]  # fmt: skip
    assert told(gate, *useless) == 0
    assert told(gate, sealed(gate, drawn(77), now)) == 1, "whether somebody is known here is not told"
    assert gate.speak("POST", "looks", {"sealed": []}).status_code in (400, 422)
    assert gate.speak("POST", "looks", {"sealed": [one]}, key=other.key).status_code == 422


def test_who_has_no_account_is_found_by_the_number(site, gate: Gate, scheme: str) -> None:
    """Declared at a door by a grid worker, for somebody without a phone."""
    elder, grid = entered(site, "钱老根", dt.date(1940, 5, 6)), site.sign_in(GRID)
    found = grid.post("/desk/passes/counter", data={"name": elder.name, "id_number": elder.id_number, "scheme": scheme})
    assert "红码" in grid.post(str(found.url), data=WELL | ILL).text
    answer = gate.speak("POST", "lookup", {"id_number": elder.id_number})
    assert answer.json() == {"name": "钱*根", "id_number": f"{elder.id_number[:3]}*************{elder.id_number[-2:]}", "colour": 2}
    built(site)
    assert hit(*taken(gate, scheme), elder.id_number)
