"""离线核验包: a day of checking without a network, from what the house gives to anybody, and what such a reader must not believe."""

import datetime as dt
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs

from onedoor.kernel import jose, memory
from onedoor.kernel.i18n import Text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys
from onedoor.kernel.memory import changed
from onedoor.kernel.work import system
from onedoor.wallet import bundle, hcert
from onedoor.wallet.bundle import Book, City
from onedoor.wallet.models import AbroadList, Cert, ListId
from onedoor.wallet.service import abroad, bundling
from onedoor.wallet.store import abroad as store
from onedoor.wallet.store import certs
from onedoor.wallet.vault import vault
from tests.conftest import ROOT
from tests.wallet.conftest import POLICE, Office, code_of

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def fetched(site: Any, query: str = "") -> httpx.Response:
    with site.client() as anybody:
        answer = anybody.get(f"/verify/bundle{query}")
    assert answer.status_code == 200, answer.text
    return answer


def judged(text: str, book: Book, at: dt.datetime | None = None) -> str:
    return str(bundle.check(text, book, at or book.made).result)


@pytest.fixture(scope="module")
def held(site: Any) -> tuple[httpx.Client, Cert]:
    return Office(site).resident()


def test_where_all_lists_are(site: Any, held: Any) -> None:
    _, cert = held
    with site.client() as anybody:
        named = anybody.get("/status/aggregation")
        assert named.headers["content-type"].startswith("application/json")
        uris = named.json()["status_lists"]
        assert f"{vault().issuer}/status/{cert.list_ref}" in uris
        assert uris == sorted(set(uris))
        token = jose.Jws(anybody.get(uris[0].removeprefix(vault().issuer)).text)
        assert (token.payload["sub"], token.payload["status_list"]["aggregation_uri"]) == (uris[0], f"{vault().issuer}/status/aggregation")
        server = anybody.get("/.well-known/oauth-authorization-server/oid4vci").json()
        assert server["status_list_aggregation_endpoint"] == f"{vault().issuer}/status/aggregation"


def test_each_form_is_judged_by_the_bundle_alone(site: Any, held: Any, staff: Callable[[str], httpx.Client]) -> None:
    browser, cert = held
    now = site.house.now()
    code, file = code_of(browser, cert), browser.get(f"/api/certificates/{cert.id}").json()["credential"]
    paper = hcert.mint(vault().ring, vault().issuer, cert, ("name",), int(now.timestamp()), int(now.timestamp()) + 900)
    answer = fetched(site)
    book = bundle.read(answer.content, (vault().ring.active.kid,))
    at = max(now, book.made)
    assert [judged(text, book, at) for text in (code, file, paper)] == ["valid"] * 3
    told = bundle.check(code, book, at)
    assert told.face is not None
    assert (told.face.name.zh, told.face.holder, told.list_at) == ("居住证", "林*晓", book.made)
    assert judged(code, book, at + 10 * MINUTE) == "code_expired"
    assert [judged("OC1:ABC", book), judged("x", book)] == ["damaged", "foreign"]
    assert judged(code[:60] + ("A" if code[60] != "A" else "B") + code[61:], book) in ("damaged", "forged")

    assert staff(POLICE).post(f"/api/certificates/{cert.id}/revocations", json={"reason": "x"}).status_code == 201
    for _ in range(40):
        later = fetched(site)
        if later.headers["etag"] != answer.headers["etag"]:
            break
        time.sleep(0.1)
    fresh = bundle.read(later.content)
    assert [judged(text, fresh, at) for text in (code, file, paper)] == ["revoked"] * 3
    assert judged(code, book, at) == "valid", "the old bundle cannot know"


def test_an_old_bundle_or_a_clock_that_is_slow_says_of_nothing_that_it_is_valid(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    file = browser.get(f"/api/certificates/{cert.id}").json()["credential"]
    bundling.ready.clear()  # one made before this certificate would take it for one of the future
    book = bundle.read(fetched(site).content)
    assert judged(file, book, book.made + DAY - MINUTE) == "valid"
    assert judged(file, book, book.made + DAY + MINUTE) == "unclear"
    assert judged(file, book, book.made - 10 * MINUTE) == "valid"
    slow = bundle.check(file, book, book.made - 11 * MINUTE)
    assert (str(slow.result), slow.tone, slow.face is not None) == ("unclear", "waiting", True)


def test_asking_again_costs_little(site: Any, office: Office) -> None:
    office.resident()
    with site.client() as anybody:
        first = anybody.get("/verify/bundle")
        again = anybody.get("/verify/bundle", headers={"if-none-match": first.headers["etag"]})
        if again.headers["etag"] == first.headers["etag"]:  # else five minutes have just passed
            assert (again.status_code, again.content) == (304, b"")
        assert anybody.get("/verify/bundle?since=x").status_code in (400, 422)
        for odd in ("-1", "9" * 30, "1"):
            assert all("lst" in one for one in _lists(anybody.get(f"/verify/bundle?since={odd}").json()))


def _lists(said: dict[str, str]) -> list[dict[str, Any]]:
    return json.loads(jose.unb64(said["payload"]))["nodes"][0]["lists"]


def test_only_lists_that_moved_come_again(site: Any, office: Office, tmp_path: Path) -> None:
    """Pure, so that nobody has to wait for the minutes in which a change may still be on its way."""
    office.resident()
    ring, whole = vault().ring, bundle.read(fetched(site).content)
    made = int(whole.made.timestamp())
    moved = next(iter(whole.cities[0].shelf.lists.by_id))
    for kept in whole.cities[0].shelf.lists.by_id.values():
        assert kept.body
    since = made + bundle.MARGIN
    part = bundle.written(ring, whole.cities, whole.zone, made, since)
    assert [name for one in _lists(part) for name in one] == ["id", "seq", "at"] * len(_lists(part))
    raw = json.dumps(part).encode()
    assert bundle.read(raw, before=whole).cities[0].shelf == whole.cities[0].shelf
    with pytest.raises(Malformed, match="gap"):
        bundle.read(raw)
    lists = whole.cities[0].shelf.lists
    lists.by_id[moved] = structs.replace(lists.by_id[moved], seq=lists.by_id[moved].seq + 1)
    with pytest.raises(Malformed, match="gap"):
        bundle.read(raw, before=whole)


def test_a_list_of_another_city_is_known_by_its_moment(site: Any, office: Office) -> None:
    """One was signed before the reader's bundle, but fetched after it: the reader has an older one, and a gap says so."""
    office.resident()
    whole = bundle.read(fetched(site).content)
    node, key, made = "https://there.example", str(ListId.new()), int(whole.made.timestamp())
    guest = abroad.Guest(node, Text("邻市"), vault().ring, {}, {}, [key], [])

    async def signed(body: bytes, ago: int) -> list[City]:
        at = dt.datetime.fromtimestamp(made - ago, dt.UTC)
        async with site.house.begin(actor=system("test")) as work:
            await store.put(work.db, AbroadList(f"{node}/status/{key}", node, zlib.compress(body), at))
            await changed(work.db, abroad.lists.name)
        memory.dropped(abroad.lists.name)
        async with site.house.begin(actor=system("test")) as work:
            held = await abroad.lists.get(work.db)
        return [whole.cities[0], City(node, guest.title, guest.ring, abroad.shelf_of(guest, held))]

    def said(cities: list[City], since: int = 0) -> bytes:
        return json.dumps(bundle.written(vault().ring, cities, whole.zone, made, since)).encode()

    good = site.run(signed, bytes(64), 3600)
    before = bundle.read(said(good))
    assert bundle.read(said(good, made), before=before).cities[1].shelf.lists.by_id[key].body == bytes(64)
    revoked = site.run(signed, b"\x01" + bytes(63), 600)
    with pytest.raises(Malformed, match="gap"):
        bundle.read(said(revoked, made), before=before)
    assert bundle.read(said(revoked)).cities[1].shelf.lists.by_id[key].body[0] == 1


def test_what_must_not_be_believed(site: Any, office: Office, tmp_path: Path) -> None:
    office.resident()
    good = fetched(site).json()
    stranger = Keys(tmp_path, vault().issuer, "wallet").ring()

    def why(said: Any, *pins: str) -> str:
        with pytest.raises(Malformed) as bad:
            bundle.read(said if isinstance(said, bytes) else json.dumps(said).encode(), pins)
        return str(bad.value)

    bundle.read(json.dumps(good).encode(), (vault().ring.active.kid,))
    assert why(good, stranger.active.kid) == "issuer"
    header = json.loads(jose.unb64(good["protected"]))

    def signed(key: Any, payload: dict[str, Any], **head: Any) -> dict[str, str]:
        names = ("protected", "payload", "signature")
        return dict(zip(names, jose.sign(key, header | head, payload).split("."), strict=True))

    said = json.loads(jose.unb64(good["payload"]))
    assert why(signed(stranger.signer, said)) == "issuer"
    assert why(signed(stranger.signer, said, kid=stranger.active.kid)) == "issuer"
    assert why(signed(vault().ring.signer, said, typ="JWT")) == "typ"
    assert why(signed(vault().ring.signer, said, crit=["x"])) == "typ"
    assert why(good | {"payload": jose.b64(jose.compact(said | {"iat": said["iat"] + 1}))}) == "issuer"
    for change in ({"nodes": []}, {"nodes": None}, {"iat": "1"}, {"zone": "Nowhere/At all"}, {"zone": 5}):
        assert why(signed(vault().ring.signer, said | change)) in ("issuer", "shape", "time"), change
    lists = said["nodes"][0]["lists"]
    for raw in ("AAAA", jose.b64(zlib.compress(bytes(1 << 22), 9))):
        broken = said | {"nodes": [said["nodes"][0] | {"lists": [lists[0] | {"lst": raw}]}]}
        assert why(signed(vault().ring.signer, broken)) in ("zlib", "shape")
    for raw in (b"", b"[]", b"{}", b"\xff", b'{"payload":1}'):
        assert why(raw) in ("json", "shape")


def test_a_file_is_judged_by_the_command_without_a_house(site: Any, office: Office, tmp_path: Path) -> None:
    browser, cert = office.resident()
    (tmp_path / "bundle").write_bytes(fetched(site).content)
    (tmp_path / "file").write_text(browser.get(f"/wallet/{cert.id}/credential").text, "utf-8")
    (tmp_path / "other").write_text("OC1:ABC", "utf-8")

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "-m", "onedoor", "wallet", "verify", *words, "--bundle", "bundle"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "PATH": ""})
        return done.returncode, json.loads(done.stdout) if done.stdout else {"refused": done.stderr}

    code, told = run("file", "--key", vault().ring.active.kid)
    assert (code, told["result"], told["type"], told["holder"]) == (0, "valid", "居住证", "林*晓")
    assert "林小晓" not in json.dumps(told, ensure_ascii=False)
    assert run("other")[1]["result"] == "damaged"
    assert run("other")[0] == 1
    code, told = run("file", "--key", "A" * 43)
    assert (code, "issuer" in told["refused"]) == (1, True)


def test_checks_without_a_network_arrive_later_and_once(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    code, now = code_of(browser, cert), site.house.now()

    async def noted() -> list[str]:
        async with site.house.begin(actor=system("test")) as work:
            mine = await certs.presents(work.db, cert.citizen_id, cert.id)
        return [one.result for one in mine if one.offline]

    line = {"id": f"check-{cert.id}", "at": now.isoformat(), "text": code, "result": "valid"}
    others = [
        line | {"id": "too-early-1", "at": (now - 8 * DAY).isoformat()}, line | {"id": "too-late-1", "at": (now + DAY).isoformat()},
        line | {"id": "over-by-then", "at": (now + 6 * MINUTE).isoformat()}, line | {"id": "forged-001", "text": "OC1:ABC"},
        line | {"id": "no-zone-01", "at": now.replace(tzinfo=None).isoformat()},
    ]  # fmt: skip
    with site.client() as anybody:
        for _ in "ab":
            answer = anybody.post("/api/verifications/late", json={"items": [line, *others]})
            assert (answer.status_code, answer.json()["taken"]) == (200, 1), answer.text
        flood = [line | {"id": f"another-{n}", "text": f" {code}\n"} for n in range(3)]
        assert anybody.post("/api/verifications/late", json={"items": flood}).status_code == 200
        page = browser.get(f"/wallet/{cert.id}").text
        assert (page.count("有人核验了证照"), page.count("· 离线")) == (1, 1)
        single = ({"result": "forged"}, {"id": "x"}, {"more": 1}, {"at": "x"})
        for wrong in ([line] * 51, *([line | one] for one in single), {}, None):
            bad = {} if wrong is None else {"items": wrong}
            assert anybody.post("/api/verifications/late", json=bad).status_code == 422
    invented = line | {"at": (now + MINUTE).isoformat(), "result": "revoked"}
    with site.client() as anybody:
        assert anybody.post("/api/verifications/late", json={"items": [invented]}).json() == {"taken": 1}
    for _ in range(20):
        if len(told := site.run(noted)) > 1:
            break
        time.sleep(0.1)
    assert told == ["valid", "valid"], "that it was revoked is not for a stranger to say"
    earlier = line | {"id": "an-hour-ago-1", "at": (now - dt.timedelta(hours=1)).isoformat()}
    with site.client() as anybody:
        assert anybody.post("/api/verifications/late", json={"items": [earlier]}).json() == {"taken": 0}, "the code did not exist then"
