"""Wallets and verifiers not made here: OpenID4VCI and OpenID4VP, walked through by npm's libraries, then with each rule broken by hand."""

import datetime as dt
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from onedoor.kernel import jose
from onedoor.wallet import sdjwt
from onedoor.wallet.models import Cert
from onedoor.wallet.sdjwt import Binding
from tests.conftest import ROOT
from tests.wallet.conftest import POLICE, Office

MUSEUM, COUNTER = "13800991905", "13800992202"
ID_CARD = {
    "name": "林小晓", "sex": "女", "nation": "汉族", "birth_on": "1956-11-05", "address": "青禾市东湖区书院街 33 号",
    "id_number": "990102195611050423",
}  # fmt: skip
MODULES = (ROOT / "frontend/node_modules/@openid4vc").as_uri()
HERE = "http://testserver.local"


def offered(site: Any, browser: httpx.Client, cert: Cert, phone: str) -> tuple[str, str]:
    """The address of an offer, and the code that came to the phone."""
    made = browser.post(f"/api/certificates/{cert.id}/offers")
    assert made.status_code == 201, made.text
    site.jobs()
    return made.json()["uri"], site.outbox.code(phone)


def other_wallet(site: Any, what: str, **asked: Any) -> dict[str, Any]:
    """Run the libraries; their requests are answered by the application under test."""
    node = shutil.which("node")
    assert node, "Node.js is missing"
    script = [node, str(ROOT / "tests/wallet/other_wallet.mjs"), MODULES, what, json.dumps(asked)]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdin
        assert run.stdout
        assert run.stderr
        for line in run.stdout:
            said = json.loads(line)
            if "done" in said:
                return said["done"]
            with site.client() as web:
                answer = web.request(said["method"], said["url"], headers=said["headers"], content=said["body"])
            headers = {"content-type": answer.headers.get("content-type", "")}
            run.stdin.write(json.dumps({"status": answer.status_code, "headers": headers, "body": answer.text}) + "\n")
            run.stdin.flush()
        raise AssertionError(run.stderr.read()[-3000:])


@pytest.fixture(scope="module")
def holder(site: Any) -> tuple[httpx.Client, Cert, str]:
    phone = site.new_phone()
    browser = site.sign_in(phone)
    return browser, Office(site).issue(phone, "001", ID_CARD), phone


@pytest.fixture(scope="module")
def museum(site: Any) -> httpx.Client:
    return site.sign_in(MUSEUM)


def test_npm_libraries_walk_both_ways(site: Any, holder: Any, museum: httpx.Client) -> None:
    browser, cert, phone = holder
    uri, code = offered(site, browser, cert, phone)
    asked = museum.post("/api/presentations", json={"purpose": "adult"}).json()
    got = other_wallet(site, "both", offer=f"openid-credential-offer://?credential_offer_uri={uri}", code=code, many=3,
                       request=asked["uri"])  # fmt: skip
    assert len(got["credentials"]) == 3
    digests = [frozenset(jose.Jws(text.split("~")[0]).payload["_sd"]) for text in got["credentials"]]
    assert not digests[0] & digests[1]
    shown = got["presented"]
    assert (shown["client"], shown["status"], shown["again"]) == ("x509_san_dns", 200, 400)
    assert set(shown["request"]["client_metadata"]) >= {"vp_formats_supported"}
    answer = museum.get(f"/api/presentations/{asked['id']}").json()
    assert (answer["state"], answer["claims"], answer["beyond"]) == ("valid", {"age_over_18": True}, 0)
    page = browser.get(f"/wallet/{cert.id}").text
    assert "青禾市博物馆" in page
    assert "已满 18 周岁" in page
    with site.client() as back:
        done = shown["answer"]["redirect_uri"]
        assert "青禾市博物馆" in back.get(done).text
        assert back.get(done).status_code == 404


# ── by hand, rule by rule ──────────────────────────────────────────────────────────────────────────


class Wallet:
    """A wallet that can be told to break a rule."""

    def __init__(self, site: Any, holder: Any) -> None:
        self.site, self.web, self.key = site, site.client(), ec.generate_private_key(ec.SECP256R1())
        browser, cert, phone = holder
        self.uri, self.code = offered(site, browser, cert, phone)
        self.token = self.credential = ""

    def redeem(self, code: str | None = None, **changes: str) -> httpx.Response:
        said = {
            "grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code", "pre-authorized_code": self.uri.rpartition("/")[2],
            "tx_code": self.code if code is None else code, **changes,
        }  # fmt: skip
        return self.web.post("/oid4vci/token", data=said)

    def nonce(self) -> str:
        return self.web.post("/oid4vci/nonce").json()["c_nonce"]

    def proof(self, nonce: str, *, header: dict[str, Any] | None = None, key: Any = None, **changes: Any) -> str:
        now = int(dt.datetime.now(dt.UTC).timestamp())
        head = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jose.jwk_of((key or self.key).public_key()), **(header or {})}
        body = {"aud": HERE, "iat": now, "nonce": nonce, **changes}
        return jose.sign(key or self.key, head, {name: value for name, value in body.items() if value is not ...})

    def ask(self, *proofs: str, body: dict[str, Any] | None = None, token: str | None = None) -> httpx.Response:
        said = {"credential_configuration_id": "001", "proofs": {"jwt": list(proofs)}} if body is None else body
        held = self.token if token is None else token
        return self.web.post("/oid4vci/credential", json=said, headers={"authorization": f"Bearer {held}"})

    def ready(self) -> "Wallet":
        self.token = self.redeem().json()["access_token"]
        return self

    def filled(self) -> "Wallet":
        self.credential = self.ready().ask(self.proof(self.nonce())).json()["credentials"][0]["credential"]
        return self

    def answer(
        self, asked: dict[str, Any], names: tuple[str, ...] = ("age_over_18",), change: Any = None, **said: Any
    ) -> tuple[str, dict[str, str]]:  # fmt: skip
        """Where the request wants its answer, and the answer."""
        request = jose.Jws(self.web.get(parse_qs(urlsplit(asked["uri"]).query)["request_uri"][0]).text).payload
        binding = Binding(said.get("aud", request["client_id"]), said.get("nonce", request["nonce"]))
        shown = sdjwt.present(self.credential, names)
        now = int(dt.datetime.now(dt.UTC).timestamp()) + said.get("late", 0)
        text = sdjwt.proven(shown, said.get("key", self.key), binding, now) if said.get("bound", True) else shown
        token = {"cert-001": [change(text) if change else text]} if "vp" not in said else said["vp"](text)
        return request["response_uri"], {"state": said.get("state", request["state"]), "vp_token": json.dumps(token)}

    def present(self, asked: dict[str, Any], *how: Any, **said: Any) -> httpx.Response:
        where, answer = self.answer(asked, *how, **said)
        return self.send(where, answer)

    def send(self, where: str, answer: dict[str, str]) -> httpx.Response:
        with self.site.client() as web:
            return web.post(where, data=answer)


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_an_offer_needs_both_codes_and_is_taken_once(site: Any, holder: Any) -> None:
    wallet = Wallet(site, holder)
    assert error(wallet.redeem("000000" if wallet.code != "000000" else "1")) == (400, "invalid_grant")
    assert error(wallet.redeem("")) == (400, "invalid_grant")
    assert error(wallet.redeem(grant_type="authorization_code")) == (400, "unsupported_grant_type")
    assert error(wallet.redeem(**{"pre-authorized_code": "x"})) == (400, "invalid_grant")
    good = wallet.redeem()
    assert (good.status_code, good.headers["cache-control"]) == (200, "no-store")
    assert error(wallet.redeem()) == (400, "invalid_grant")
    assert wallet.web.get(urlsplit(wallet.uri).path).status_code == 404
    tired = Wallet(site, holder)
    for _ in range(5):
        assert error(tired.redeem("111111" if tired.code != "111111" else "1")) == (400, "invalid_grant")
    assert error(tired.redeem()) == (400, "invalid_grant")


def test_a_proof_is_fresh_ours_and_used_once(site: Any, holder: Any) -> None:
    wallet = Wallet(site, holder).ready()
    n, other = wallet.nonce(), ec.generate_private_key(ec.SECP256R1())
    now = int(dt.datetime.now(dt.UTC).timestamp())
    private = {"jwk": {**jose.jwk_of(other.public_key()), "d": "AA"}}
    for bad in (
        wallet.proof(n, aud="https://other.example"), wallet.proof(n, iat=now - 301), wallet.proof(n, iat=str(now)),
        wallet.proof(n, header={"typ": "JWT"}), wallet.proof(n, header={"alg": "none"}), wallet.proof(n, header=private),
        wallet.proof(n, header={"jwk": jose.jwk_of(other.public_key())}), "x.y.z", "",
    ):  # fmt: skip
        assert error(wallet.ask(bad)) == (400, "invalid_proof"), bad
    assert error(wallet.ask(wallet.proof(n), wallet.proof(n))) == (400, "invalid_proof")
    assert error(wallet.ask(wallet.proof(n), wallet.proof(wallet.nonce(), key=other))) == (400, "invalid_proof")
    for bad in ("x" * 48, jose.b64(bytes(36)), ..., 5):
        assert error(wallet.ask(wallet.proof(bad))) == (400, "invalid_nonce"), bad
    for bad in ({}, {"credential_configuration_id": "001"}, {"credential_configuration_id": "001", "proofs": {"jwt": []}}, [],
                {"credential_configuration_id": "001", "proofs": {"jwt": [wallet.proof(n)], "ldp": []}}):  # fmt: skip
        assert error(wallet.ask(body=bad)) == (400, "invalid_credential_request"), bad
    assert error(wallet.ask(body={"credential_configuration_id": "002", "proofs": {"jwt": [wallet.proof(n)]}})) == (
        400, "unknown_credential_configuration",
    )  # fmt: skip
    assert error(wallet.ask(wallet.proof(n), token="x")) == (401, "invalid_token")
    assert wallet.ask(wallet.proof(n)).status_code == 200
    assert error(wallet.ask(wallet.proof(n))) == (400, "invalid_nonce")
    many = [wallet.proof(m := wallet.nonce(), key=ec.generate_private_key(ec.SECP256R1())) for _ in range(10)]
    assert m
    assert error(wallet.ask(*many)) == (400, "invalid_credential_request")  # one of ten is gone already


def test_what_a_verifier_refuses(site: Any, holder: Any, museum: httpx.Client) -> None:
    wallet = Wallet(site, holder).filled()
    asked = museum.post("/api/presentations", json={"purpose": "adult"}).json()
    other = ec.generate_private_key(ec.SECP256R1())

    def twice(text: str) -> str:
        jwt, first, *rest = text.split("~")
        return "~".join([jwt, first, first, *rest])

    for reason, said in (
        ("kb", {"bound": False}), ("kb", {"aud": "https://other.example"}), ("kb", {"aud": HERE}), ("kb", {"nonce": "n"}),
        ("kb", {"late": -301}), ("kb", {"late": 301}), ("kb", {"key": other}), ("kb", {"change": twice}),
        ("query", {"names": ()}), ("query", {"names": ("name",)}), ("query", {"vp": lambda text: {"cert-002": [text]}}),
        ("query", {"vp": lambda text: [text]}), ("query", {"vp": lambda text: {"cert-001": [text, text]}}),
        ("query", {"vp": lambda text: {"cert-001": [], "x": []}}), ("format", {"change": lambda text: "x"}), ("state", {"state": "x"}),
        ("issuer", {"change": lambda text: text.replace(".", ".A", 1)}),
    ):  # fmt: skip
        answer = wallet.present(asked, **{"names": ("age_over_18",), **said})
        found = answer.status_code, answer.json()["reason"]
        assert found == (400, reason) or (reason == "issuer" and found == (400, "format")), (reason, found)
    assert museum.get(f"/api/presentations/{asked['id']}").json()["state"] == "waiting"
    assert wallet.present(asked, names=("age_over_18", "name", "address")).status_code == 200
    told = museum.get(f"/api/presentations/{asked['id']}").json()
    assert (told["claims"], told["beyond"]) == ({"age_over_18": True}, 2)  # the rest is dropped, and counted
    assert "多给了 2 项" in museum.get(f"/presentations/{asked['id']}").text
    assert museum.post("/api/presentations", json={"purpose": "registration"}).status_code == 404
    counter = site.sign_in(COUNTER)
    assert counter.get(f"/api/presentations/{asked['id']}").status_code == 404


def test_what_was_taken_back_or_revoked_is_refused(site: Any, holder: Any, museum: httpx.Client, staff: Any) -> None:
    browser, cert, phone = holder
    wallet, asked = Wallet(site, holder).filled(), museum.post("/api/presentations", json={"purpose": "adult"}).json()
    page = browser.get(f"/wallet/{cert.id}")
    assert "另一个卡包" in page.text
    taken = browser.get("/api/certificates/" + str(cert.id)).json()["elsewhere"]
    for one in taken:
        assert browser.delete(f"/api/certificates/{cert.id}/elsewhere/{one['id']}").status_code == 200
    answer = wallet.present(asked)
    assert (answer.status_code, answer.json()["reason"]) == (400, "status")
    again = Wallet(site, holder).filled()
    assert staff(POLICE).post(f"/api/certificates/{cert.id}/revocations", json={"reason": "遗失"}).status_code == 201
    answer = again.present(asked)
    assert (answer.status_code, answer.json()["reason"]) == (400, "status")
    assert error(again.ask(again.proof(again.nonce()))) == (400, "credential_request_denied")


def test_two_answers_at_the_same_moment_count_once(site: Any, museum: httpx.Client) -> None:
    """One nonce, two presentations, each good for itself; the same for two requests with one nonce of ours."""
    phone = site.new_phone()
    browser = site.sign_in(phone)
    own = browser, Office(site).issue(phone, "001", ID_CARD), phone
    first, second = Wallet(site, own).filled(), Wallet(site, own).filled()
    asked = museum.post("/api/presentations", json={"purpose": "adult"}).json()
    ready = [first.answer(asked), second.answer(asked)]
    with ThreadPoolExecutor(2) as both:
        answers = sorted(answer.status_code for answer in both.map(lambda one: first.send(*one), ready))
    assert answers == [200, 400]
    assert museum.get(f"/api/presentations/{asked['id']}").json()["state"] == "valid"
    third, fourth = Wallet(site, own).ready(), Wallet(site, own).ready()
    nonce = third.nonce()
    with ThreadPoolExecutor(2) as both:
        given = list(both.map(lambda wallet: wallet.ask(wallet.proof(nonce)), (third, fourth)))
    assert sorted(answer.status_code for answer in given) == [200, 400]
    assert error(next(answer for answer in given if answer.status_code == 400)) == (400, "invalid_nonce")
