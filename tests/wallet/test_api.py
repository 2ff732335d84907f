"""Ending, reissuing and checking certificates through the API; what verifiers fetch."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from onedoor.wallet import service as wallet
from onedoor.wallet import statuslist, ticket
from onedoor.wallet.models import PresentId
from onedoor.wallet.service import holding
from onedoor.wallet.vault import vault
from tests.wallet.conftest import CLAIMS, CLERK, POLICE, WELFARE, Office, code_of, verdict

Staff = Callable[[str], httpx.Client]


def test_a_certificate_as_json(office: Office) -> None:
    browser, cert = office.resident()
    (listed,) = browser.get("/api/certificates").json()["items"]
    assert (listed["id"], listed["state"], listed["state_code"], listed["claims"]) == (str(cert.id), "effective", "10", cert.claims)
    assert listed["credential"] is None
    one = browser.get(f"/api/certificates/{cert.id}").json()
    assert one["credential"].count("~") > 3
    assert one["identifier"].startswith("1.2.156.3005.2.11990100000001011X003.11990100000001011X.")


def test_a_code_is_made_once_for_one_key(office: Office) -> None:
    browser, cert = office.resident()
    first, again = (browser.post(f"/api/certificates/{cert.id}/codes", headers={"idempotency-key": "k1"}).json() for _ in "ab")
    assert first == again
    assert code_of(browser, cert) != first["text"]


def test_revoked_is_refused_at_once(site: Any, office: Office, staff: Staff) -> None:
    browser, cert = office.resident()
    text, file, stranger = code_of(browser, cert), browser.get(f"/api/certificates/{cert.id}").json()["credential"], site.client()
    assert verdict(stranger, text)["result"] == verdict(stranger, file)["result"] == "valid"
    answer = staff(POLICE).post(f"/api/certificates/{cert.id}/revocations", json={"reason": "住址已变更"})
    assert (answer.status_code, answer.json()["state"]) == (201, "revoked")
    began = time.monotonic()
    while verdict(stranger, text)["result"] != "revoked":
        assert time.monotonic() - began < 1
    assert verdict(stranger, file)["result"] == "revoked"
    page = browser.get(f"/wallet/{cert.id}").text
    assert "已撤销" in page
    assert "住址已变更" in page
    assert browser.post(f"/api/certificates/{cert.id}/codes").status_code == 409
    assert browser.get(f"/wallet/{cert.id}/present").status_code == 409
    assert "已失效" in browser.get("/inbox").text
    assert "撤销证照" in browser.get("/me/access").text


def test_who_may_not_revoke(site: Any, office: Office, staff: Staff) -> None:
    browser, cert = office.resident()
    asked = {"json": {"reason": "x"}}
    for path in (f"/api/certificates/{cert.id}/revocations", f"/api/certificates/{cert.id}/reissues"):
        assert site.client().post(path, **asked).status_code == 401
        assert browser.post(path, **asked).status_code == 403
        assert staff(CLERK).post(path, **asked).status_code == 403
        assert staff(WELFARE).post(path, **asked).status_code == 404
    assert verdict(site.client(), code_of(browser, cert))["result"] == "valid"


def test_a_second_end_is_a_conflict(office: Office, staff: Staff) -> None:
    _, cert = office.resident()
    police = staff(POLICE)
    path = f"/api/certificates/{cert.id}/revocations"
    assert police.post(path, json={"reason": "遗失", "kind": "cancelled"}, headers={"idempotency-key": "r1"}).status_code == 201
    assert police.post(path, json={"reason": "遗失", "kind": "cancelled"}, headers={"idempotency-key": "r1"}).status_code == 201
    assert police.post(path, json={"reason": "再来"}).status_code == 409
    assert police.post(path.replace("revocations", "reissues"), json={}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 201}, {"reason": "x", "kind": "other"}, {"reason": "x", "more": 1}])
def test_a_revocation_needs_its_reason(office: Office, staff: Staff, body: dict[str, Any]) -> None:
    _, cert = office.resident()
    assert staff(POLICE).post(f"/api/certificates/{cert.id}/revocations", json=body).status_code == 422


def test_reissued(site: Any, office: Office, staff: Staff) -> None:
    browser, old = office.resident()
    text = code_of(browser, old)
    answer = staff(POLICE).post(f"/api/certificates/{old.id}/reissues", json={"claims": {"address": "青禾市西山区松林路 2 号"}})
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    new = browser.get(f"/api/certificates/{answer.json()['id']}").json()
    assert (new["number"], new["claims"]["address"]) == (old.number, "青禾市西山区松林路 2 号")
    assert new["identifier"].split(".")[-2] == "002"
    time.sleep(0.3)
    assert verdict(site.client(), text)["result"] == "revoked"
    states = {one["version"]: one["state_code"] for one in browser.get("/api/certificates").json()["items"]}
    assert states == {1: "01", 2: "10"}
    assert browser.get("/wallet").text.count("/wallet/cert_") == 1
    assert "第 1 版" in browser.get(f"/wallet/{new['id']}").text
    wrong = staff(POLICE).post(f"/api/certificates/{new['id']}/reissues", json={"claims": {"nothing": "x"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/nothing")


def test_every_bit_of_a_real_code(site: Any, office: Office) -> None:
    """Over HTTP a sample; every bit is tried against the reader in test_ticket."""
    browser, cert = office.resident()
    text, stranger = code_of(browser, cert), site.client()
    for at in range(0, len(text), 16):
        for bit in (0, 5):
            changed = text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1 :]
            site.run(_forget_rate)
            assert verdict(stranger, changed)["result"] in ("forged", "damaged", "foreign"), (at, bit)
    assert verdict(stranger, text.lower())["result"] == "damaged"


async def _forget_rate() -> None:
    from onedoor.wallet import checking

    checking.buckets = checking.Buckets()


def test_too_many_checks_are_refused_without_the_database(site: Any, queries: list[str]) -> None:
    site.run(_forget_rate)
    codes = [site.client().post("/api/verifications", json={"text": "x"}) for _ in range(65)]
    assert [answer.status_code for answer in codes].count(200) in range(60, 64)
    refused = codes[-1]
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many")
    assert not any("kernel.bucket" in sql for sql in queries)
    site.run(_forget_rate)


@pytest.mark.parametrize("body", [b"{", b'{"text": 5}', b"{}", b'{"text":"x","more":1}', b'{"text":"\\ud800"}', b"\xff", b"[]"])
def test_a_bad_request_is_told_so(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/verifications", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


def test_long_and_odd_texts(client: httpx.Client) -> None:
    for text, result in [("x" * 10_000, "foreign"), ("\0", "foreign"), ("OC1:😀", "damaged"), ("", "empty"), ("\u202eabc", "foreign")]:
        assert verdict(client, text)["result"] == result
    assert client.post("/api/verifications", json={"text": "x" * 30_000}).status_code == 422


def test_what_verifiers_fetch(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    stranger = site.client()
    keys = stranger.get("/.well-known/jwks.json").json()["keys"]
    assert keys[0]["kid"] == vault().ring.active.kid
    assert stranger.get("/.well-known/jwt-vc-issuer").json()["issuer"] == vault().issuer
    kind = stranger.get("/vct/003").json()
    assert kind["display"][0]["name"] == "居住证"
    assert stranger.get("/vct/999").status_code == 404
    verdict(stranger, code_of(browser, cert))
    answer = stranger.get(f"/status/{cert.list_ref}")
    assert answer.headers["content-type"].startswith("application/statuslist+jwt")
    uri = statuslist.uri_of(vault().issuer, cert.list_ref)
    body = statuslist.read(answer.text, vault().ring, uri, int(time.time()))
    assert (len(body), statuslist.at(body, cert.idx)) == (statuslist.SIZE // 4, 0)
    again = stranger.get(f"/status/{cert.list_ref}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in ("list_" + "0" * 32, "nothing"):
        assert stranger.get(f"/status/{wrong}").status_code == 404


def test_rotation_keeps_old_codes_and_certificates(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    text, file = code_of(browser, cert), browser.get(f"/api/certificates/{cert.id}").json()["credential"]
    old = vault().ring.active.kid
    fresh = wallet.rotate_keys(site.house.settings.home)
    stranger = site.client()
    assert verdict(stranger, text)["result"] == verdict(stranger, file)["result"] == "valid"
    new = code_of(browser, cert)
    assert ticket.read(new, vault().ring).kid == vault().ring.by_kid[fresh].short
    assert verdict(stranger, new)["result"] == "valid"
    assert [key["kid"] for key in stranger.get("/.well-known/jwks.json").json()["keys"]][:2] == [fresh, old]


def test_the_words_are_in_both_languages(client: httpx.Client) -> None:
    told = verdict(client, "OC1:ABC")
    assert (told["title"]["zh"], told["title"]["en"]) == ("内容不完整，无法核验", "Incomplete, cannot be verified")


def test_no_statement_stands_between_a_code_and_its_verdict(site: Any, office: Office, queries: list[str]) -> None:
    browser, cert = office.resident()
    text, stranger = code_of(browser, cert), site.client()
    verdict(stranger, text)
    queries.clear()
    assert verdict(stranger, text)["result"] == "valid"
    later = ("cert_claim", "wallet.present", "identity.access")  # the holder's record, once the answer has gone out
    assert [sql for sql in queries if not any(table in sql for table in later)] == []


def test_a_check_that_cannot_be_written_loses_no_other(site: Any, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two people whose certificates were checked in the same moment, the second one's record is kept."""
    (_, wrong), (browser, cert) = office.resident(), office.resident()
    write = holding._write

    async def failing(begin: Any, seen: holding.Seen) -> None:
        if seen.idx == wrong.idx:
            raise LookupError("this row will never fit")
        await write(begin, seen)

    monkeypatch.setattr(holding, "_write", failing)
    for one in (wrong, cert):
        holding.noted(holding.Seen(PresentId.new(), site.house.now(), one.issuer_ref, one.list_ref, one.idx, "valid", None))
    with pytest.raises(LookupError):
        site.run(holding.write_down, site.house.begin)
    site.run(holding.write_down, site.house.begin)
    assert "核验您出示的证照" in browser.get("/me/data", headers={"accept": "text/html"}).text


def test_claims_that_do_not_fit(office: Office, site: Any) -> None:
    from onedoor.wallet.errors import ClaimsDoNotFit, NoSuchCertificateType

    phone = site.new_phone()
    site.sign_in(phone)
    for wrong in ({"nothing": "x"}, {"name": 5}, {"name": "x" * 401}, {"name": ["x"]}):
        with pytest.raises(ClaimsDoNotFit):
            office.issue(phone, claims=wrong)
    with pytest.raises(ClaimsDoNotFit):
        office.issue(phone, "001", {"birth_on": "1990-02-30"})
    with pytest.raises(NoSuchCertificateType):
        office.issue(phone, "999")
    assert office.issue(phone, claims={**CLAIMS, "household_address": None}).claims == CLAIMS
