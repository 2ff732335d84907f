"""A pass of a vehicle: asked for, issued, read at a gate without a network, on the next region's road too; refused in words."""

import datetime as dt
import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.identity.models import Assurance, PersonId
from onedoor.kernel.work import Actor
from onedoor.passes import vehicles
from onedoor.passes.od1.checking import Issuer
from onedoor.passes.od1.layout import Unreadable, kid_of
from onedoor.passes.service import vehicles as service
from onedoor.passes.service.vehicles import verified
from onedoor.passes.vehicles import Result, Said, check, plate_of, read, sign
from tests.mandates.people import account, entered
from tests.passes.conftest import RESIDENT
from tests.passes.kit import JSON, SCHEME, Gate
from tests.passes.test_regions import Node

NOW = 1_790_000_000
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KID = kid_of(KEY.public_key().public_bytes_raw())
PLATE, OTHER_PLATE = "鄂A12345", "鄂A54321"


def code(**bent: Any) -> bytes:
    whole: dict[str, Any] = {
        "kid": b"", "signed": NOW - 60, "begins": NOW - 60, "ends": NOW + 86_400, "serial": b"12345678", "use": 0, "plate": PLATE,
        "route": ("990102000000", "9902"),
    }  # fmt: skip
    return read(sign(KEY, Said(**whole | bent)))


def vectors() -> list[dict[str, Any]]:
    """Codes that never change, each with where and when it is read, the plate in front, and the verdict; b"withdraw" is taken back."""
    return json.loads((Path(__file__).parent / "ov1_vectors.json").read_text("utf-8"))["vectors"]


def judged(given: bytes, here: str = "990102001", plate: str | None = PLATE, **more: Any) -> Result:
    issuer = Issuer(KEY.public_key(), "s", **{name: more.pop(name) for name in ("ends_at", "levels") if name in more})
    return check(given, {KID: [issuer]}, here, more.pop("now", NOW), plate, more.pop("withdrawn", ())).result


def test_what_a_gate_says() -> None:
    assert judged(code()) is Result.OK
    assert judged(code(), plate=None) is Result.COMPARE
    assert judged(code(), plate="鄂a·123 45") is Result.OK, "however it is typed"
    assert judged(code(), plate=OTHER_PLATE) is Result.WRONG_PLATE
    assert judged(code(), plate="x") is Result.WRONG_PLATE
    assert judged(code(), here="990200000000") is Result.OK, "the next region's road"
    for here in ("990103", "9901", "99", ""):
        assert judged(code(), here=here) is Result.WRONG_ROUTE, here
    assert judged(code(), now=NOW + 86_399) is Result.OK
    assert judged(code(), now=NOW + 86_400) is Result.EXPIRED
    assert judged(code(begins=NOW + 1)) is Result.FUTURE
    assert judged(code(), withdrawn=[b"12345678"]) is Result.WITHDRAWN
    assert judged(code(), levels={0: 0}) is Result.OK
    for levels in ({}, {0: 1}, {0: 3}, {1: 0}):
        assert judged(code(), levels=levels) is Result.ASK, "a region whose green is not ours"
    assert judged(code(), ends_at=NOW) is Result.UNKNOWN_ISSUER, "the scheme is over"
    assert check(code(), {}, "990102", NOW, PLATE).result is Result.UNKNOWN_ISSUER
    assert check(code(), {KID: [Issuer(Ed25519PrivateKey.generate().public_key(), "s")]}, "990102", NOW, PLATE).result is Result.FORGED


def test_the_vectors() -> None:
    """The bytes of the format: what these texts are worth may never change."""
    issuers = {KID: [Issuer(KEY.public_key(), "s")]}
    for one in vectors():
        assert check(read(one["text"]), issuers, one["here"], one["now"], one["plate"], [b"withdraw"]).result == one["expect"], one["name"]
        if (said := vehicles.parsed(read(one["text"]))) is not None and one["expect"] != "forged":
            assert sign(KEY, said) == one["text"], one["name"]


def test_no_changed_bit_passes() -> None:
    whole = code()
    for bit in range(len(whole) * 8):
        bent = bytearray(whole)
        bent[bit // 8] ^= 1 << bit % 8
        assert judged(bytes(bent)) in (Result.FORMAT, Result.UNKNOWN_ISSUER, Result.FORGED), bit
    for end in range(len(whole)):
        assert judged(whole[:end]) in (Result.FORMAT, Result.FORGED), end
    assert judged(whole + b"\0") in (Result.FORMAT, Result.FORGED)


def test_texts_and_plates() -> None:
    text = sign(KEY, vehicles.parsed(code()) or pytest.fail("unread"))
    assert read(text.lower() + "\r\n") == code()
    for bad in ("", "OD1:ABC", "OV1:", "OV1:ä", "OV1:" + "A" * 500, text[:-1]):
        if bad == "OV1:":
            assert judged(read(bad)) is Result.FORMAT
            continue
        with pytest.raises(Unreadable):
            read(bad)
    for given, plate in (("鄂AD12345", "鄂AD12345"), ("粤B12345Ｄ", "粤B12345D"), ("京 A·1234学", "京A1234学")):
        assert plate_of(given) == plate
    for given in ("", "A12345", "鄂I12345", "鄂A1234", "鄂A1234567", "鄂A12O45", "鄂A12345 or 1=1"):
        assert plate_of(given) is None, given


# ── over HTTP ──────────────────────────────────────────────────────────────────────────────────────


def asked(site: Any, **instead: Any) -> dict[str, Any]:
    today = site.house.now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    return {
        "scheme": SCHEME, "plate": "鄂a 12345", "use": "freight", "route": ["9901"], "purpose": "给医院送药",
        "starts_on": today.isoformat(), "ends_on": (today + dt.timedelta(days=2)).isoformat(),
    } | instead  # fmt: skip


@pytest.fixture(scope="module")
def driver(site) -> httpx.Client:
    """Somebody of their own, with a proven name."""
    return site.sign_in(account(site, entered(site, "车一明", dt.date(1985, 4, 2))).phone)


@pytest.fixture(scope="module")
def barrier(site) -> Gate:
    return Gate(site, kind="turnstile", place="测试公路卡口")


def on_desk(keeper: httpx.Client, own: str) -> str:
    """Where the authority finds it."""
    listed = re.findall(r'href="(/desk/passes/vehicles/[^"]+)"', keeper.get("/desk/passes/vehicles").text)
    return next(one for one in listed if one.endswith(own.rsplit("/", 1)[1]))


def issued(site: Any, driver: httpx.Client, keeper: httpx.Client, **instead: Any) -> tuple[str, str, str]:
    """Where the pass is for its driver, where it is for the desk, and its code."""
    made = driver.post("/passes/vehicles", data=asked(site, **instead), follow_redirects=False)
    assert made.status_code == 303, made.text
    own = made.headers["location"]
    desk = on_desk(keeper, own)
    assert keeper.post(f"{desk}/issue").status_code == 200
    found = re.search(r"data-text>([^<]+)<", driver.get(own).text)
    assert found is not None
    return own, desk, found[1]


def test_from_asking_to_the_barrier(site, driver, keeper, barrier: Gate) -> None:
    own, desk, text = issued(site, driver, keeper)
    assert "车一明" in keeper.get(desk).text
    page = driver.get(own).text
    assert "鄂A12345" in page
    assert "可以使用" in page
    assert "<svg" in page
    assert "处理车辆通行证的申请" in driver.get("/me/access").text, "whoever looked at it is on record"
    assert "鄂A12345的车辆通行证办好了" in driver.get("/inbox").text
    assert own.rsplit("/", 1)[1] in driver.get("/passes/vehicles").text

    def at(given: str, **more: Any) -> dict[str, Any]:
        answer = barrier.speak("POST", "vehicles", {"code": given, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert (at(text)["result"], at(text)["plate"]) == ("compare", PLATE)
    assert at(text, plate="鄂A12345")["result"] == "ok"
    assert at(text, plate=OTHER_PLATE)["result"] == "wrong_plate"
    assert at("OD1:ABC")["result"] == "format"
    assert at(text[:60])["result"] == "format"
    bundle = barrier.speak("GET", "bundle").json()
    now = barrier.now()
    assert verified(bundle, text, PLATE, now).result is Result.OK, "without the house"
    assert verified(bundle, text, PLATE, now + 4 * 86_400).result is Result.EXPIRED
    away = {**bundle, "gate": {**bundle["gate"], "division": "9903"}}
    assert verified(away, text, PLATE, now).result is Result.WRONG_ROUTE

    assert keeper.post(f"{desk}/issue").status_code == 422, "decided already"
    missing = keeper.post(f"{desk}/withdraw", data={"words": " "})
    assert missing.status_code == 422
    assert "请写明理由" in missing.text
    assert keeper.post(f"{desk}/withdraw", data={"words": "换了车"}).status_code == 200
    assert at(text, plate=PLATE)["result"] == "withdrawn"
    assert verified(barrier.speak("GET", "bundle").json(), text, PLATE, now).result is Result.WITHDRAWN
    page = driver.get(own).text
    assert "换了车" in page
    assert "<svg class=\"segno" not in page
    assert "data-text" not in page, "a code that is worth nothing is not shown"


def test_what_is_not_asked_for_well_is_told_and_kept(site, driver) -> None:
    today = site.house.now().date()
    wrong = driver.post("/passes/vehicles", data=asked(
        site, plate="12345", use="tank", route=["9999"], purpose=" ", starts_on="明天", ends_on="2020-01-01", scheme="none"
    ))  # fmt: skip
    assert wrong.status_code == 422
    told = ("车牌号不对", "请选择车辆的用途", "请选择要经过的地方", "请写明为什么要走", "请写成 2026-11-20", "请选择一个现在生效")
    assert [words for words in told if words not in wrong.text] == []
    assert "12345" in wrong.text
    assert "明天" in wrong.text
    for bent, words in (
        ({"ends_on": (today + dt.timedelta(days=60)).isoformat()}, "最多 30 天"),
        ({"starts_on": "9999-12-31", "ends_on": "9999-12-31"}, "开始的日子要在今天到 30 天以内"),
        ({"starts_on": "2020-01-01"}, "开始的日子要在今天到 30 天以内"),
        ({"ends_on": "2020-01-01"}, "不能早于开始"),
        ({"route": []}, "请选择要经过的地方"),
    ):  # fmt: skip
        answer = driver.post("/passes/vehicles", data=asked(site, **bent))
        assert answer.status_code == 422
        assert words in answer.text, words


def test_refused_given_back_and_nobody_elses(site, driver, keeper, login) -> None:
    made = driver.post("/passes/vehicles", data=asked(site, plate="鄂AD12345"), follow_redirects=False)
    own = made.headers["location"]
    which, desk = own.rsplit("/", 1)[1], on_desk(keeper, own)
    stranger = site.sign_in(account(site, entered(site, "路二", dt.date(1990, 1, 1))).phone)
    assert stranger.get(own).status_code == 404
    assert stranger.post(f"{own}/end").status_code == 404
    assert stranger.get(desk).status_code == 403
    assert site.sign_in("13800990609").get(desk).status_code == 403, "another grant"
    assert keeper.get(f"{desk.rsplit('/', 2)[0]}/person_{'0' * 32}/{which}").status_code == 404
    assert keeper.post(f"{desk}/sell", data={"words": "x"}).status_code == 404
    assert keeper.post(f"{desk}/refuse", data={"words": "路线上正在抢修"}).status_code == 200
    assert "路线上正在抢修" in driver.get(own).text
    assert driver.post(f"{own}/end").status_code == 409

    own, _, text = issued(site, driver, keeper, plate="鄂A88888")
    gate = Gate(site, kind="turnstile", place="测试公路卡口二")
    assert driver.post(f"{own}/end").status_code == 200
    assert gate.speak("POST", "vehicles", {"code": text, "plate": "鄂A88888"}).json()["result"] == "withdrawn"
    unproven = site.sign_in()
    assert unproven.get("/passes/vehicles").status_code == 200
    assert unproven.post("/passes/vehicles", data=asked(site), headers=JSON).status_code == 403


def test_a_double_click_asks_once_and_nobody_asks_for_ever(site, keeper) -> None:
    who = site.sign_in(account(site, entered(site, "车双击", dt.date(1983, 3, 4))).phone)
    key = re.search(r'name="key" value="(vehicle_\w+)"', who.get("/passes/vehicles/new").text)
    assert key is not None
    form = asked(site, plate="鄂A70000", key=key[1])
    one, again = (who.post("/passes/vehicles", data=form, follow_redirects=False) for _ in range(2))
    assert (one.status_code, again.headers["location"]) == (303, one.headers["location"])
    assert who.get("/passes/vehicles").text.count("鄂A70000") == 1
    other = site.sign_in(account(site, entered(site, "车另人", dt.date(1983, 3, 5))).phone)
    theirs = other.post("/passes/vehicles", data=asked(site, plate="鄂A79999", key=key[1]))
    assert theirs.status_code == 200
    assert "鄂A70000" not in theirs.text
    for n in range(1, 20):
        assert who.post("/passes/vehicles", data=asked(site, plate=f"鄂A7{n:04}")).status_code == 200
    more = who.post("/passes/vehicles", data=asked(site, plate="鄂A78888"))
    assert more.status_code == 422
    assert "20 份申请还没有处理" in more.text
    assert "鄂A78888" in more.text


def test_nobody_decides_about_their_own(site, keeper) -> None:
    """A member of the authority's staff drives too; a colleague decides."""
    me = PersonId.parse(keeper.get("/api/me").json()["id"])

    async def ask() -> str:
        async with site.house.begin(actor=Actor(id=me, name="陆清源", assurance=Assurance.REAL_NAME)) as work:
            return str((await service.ask(work, service.Asked(**asked(site, plate="鄂A81111")))).id)

    desk = on_desk(keeper, f"/passes/vehicles/{site.run(ask)}")
    assert keeper.post(f"{desk}/issue").status_code == 403
    assert keeper.post(f"{desk}/refuse", data={"words": "不去了"}).status_code == 403
    assert "鄂A81111" in keeper.get("/desk/passes/vehicles").text, "it still waits"


def test_the_desk_finds_a_vehicle_by_its_plate(site, driver, keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    for plate in ("鄂A61111", "鄂A62222"):
        assert driver.post("/passes/vehicles", data=asked(site, plate=plate)).status_code == 200
    page = keeper.get("/desk/passes/vehicles", params={"plate": "鄂a 62222"}).text
    assert "鄂A62222" in page
    assert "鄂A61111" not in page
    assert "没有这辆车的通行证" in keeper.get("/desk/passes/vehicles", params={"plate": "鄂A60000"}).text
    wrong = keeper.get("/desk/passes/vehicles", params={"plate": "x1"})
    assert wrong.status_code == 422
    assert "车牌号不对" in wrong.text
    assert 'value="x1"' in wrong.text
    assert "只列出最早的" not in keeper.get("/desk/passes/vehicles").text
    monkeypatch.setattr(service, "MOST_OPEN", 1)
    page = keeper.get("/desk/passes/vehicles").text
    assert "只列出最早的 1 张" in page
    assert page.count('href="/desk/passes/vehicles/') == 1


def test_the_same_from_a_program(site, keeper) -> None:
    """Once by its key; what is wrong is named by field; the code comes with the decision and goes with the pass."""
    one = account(site, entered(site, "程三", dt.date(1979, 3, 3))).program
    body = asked(site, plate="鄂A33333")
    key = {"idempotency-key": "vehicle-1"}
    first = one.post("/api/passes/vehicles", json=body, headers=key)
    assert first.status_code == 201, first.text
    made = first.json()
    assert (made["state"], made["code"], made["plate"]) == ("asked", None, "鄂A33333")
    assert one.post("/api/passes/vehicles", json=body, headers=key).json() == made
    assert [row["id"] for row in one.get("/api/passes/vehicles").json()["items"]] == [made["id"]]
    wrong = one.post("/api/passes/vehicles", json=body | {"plate": "x", "route": []})
    assert wrong.status_code == 422
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/plate", "/route"}
    assert one.post("/api/passes/vehicles", json={"plate": 7}).status_code == 422
    desk = on_desk(keeper, f"/passes/vehicles/{made['id']}")
    assert keeper.post(f"{desk}/issue").status_code == 200
    assert one.get("/api/passes/vehicles").json()["items"][0]["code"].startswith("OV1:")
    ended = one.post(f"/api/passes/vehicles/{made['id']}/ends")
    assert (ended.status_code, ended.json()["state"], ended.json()["code"]) == (201, "withdrawn", None)
    assert one.post(f"/api/passes/vehicles/{made['id']}/ends").status_code == 409
    assert one.post("/api/passes/vehicles/x/ends").status_code == 404
    assert site.sign_in().get("/api/passes/vehicles").json()["items"] == []


# ── between two regions ────────────────────────────────────────────────────────────────────────────


def test_one_regions_pass_opens_the_next_regions_road(pair: tuple[Node, Node]) -> None:
    """Issued at one node, read at a gate of the other by its bundle, without a network."""
    here, there = pair
    for node in pair:
        node.do("job")
    both, _ = here.do("vehicle", RESIDENT, "990102 9902", PLATE)
    own, _ = here.do("vehicle", RESIDENT, "990102", OTHER_PLATE)
    later, _ = here.do("vehicle", RESIDENT, "9902", "鄂A00001", "3")
    bundle, now = there.do("road"), int(time.time())
    assert bundle["gate"]["division"].startswith("9902")
    found = verified(bundle, both, PLATE, now)
    assert (found.result, found.plate, found.scheme) == (Result.OK, PLATE, f"@{here.url} {SCHEME}")
    assert verified(bundle, both, OTHER_PLATE, now).result is Result.WRONG_PLATE
    assert verified(bundle, own, OTHER_PLATE, now).result is Result.WRONG_ROUTE, "its route ends at the border"
    assert verified(bundle, later, "鄂A00001", now).result is Result.FUTURE
    assert verified(bundle, both, PLATE, now + 2 * 86_400).result is Result.EXPIRED
    assert there.do("mapped", here.url, "ask") == "agreed"
    assert verified(there.do("road"), both, PLATE, now).result is Result.ASK, "nobody has agreed what it is worth"
    assert there.do("mapped", here.url, "green") == "agreed"
    none = {**bundle, "issuers": [one for one in bundle["issuers"] if not one["scheme"].startswith("@")]}
    assert verified(none, both, PLATE, now).result is Result.UNKNOWN_ISSUER, "without the other region's document nothing is believed"
