"""Seven calls for other houses' systems: by the person's own token, for no more than that person gave, each with its return code."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from onedoor.passes import partners
from onedoor.passes.od1 import layout
from tests.passes.conftest import HOME
from tests.passes.kit import Gate, Phone, lists
from tests.providers.conftest import App, City
from tests.providers.test_sign_in import signed_in

BASE = "/api/provider/health-code"
FIELDS = {"当前症状": ["都没有"], "接触史": "没有"}
ILL = {"当前症状": ["发热", "呼吸困难"], "接触史": "没有", "体温": "38.5"}
DOCS = Path(__file__).parents[2] / "docs/using/health-code.md"


@pytest.fixture(scope="module")
def scheme(put) -> str:
    put("partner-2026")
    return "partner-2026"


@pytest.fixture(scope="module")
def city(site) -> City:
    return City(site)


@pytest.fixture(scope="module")
def app(city: City) -> App:
    wanted = {"scopes": ["profile", "passes"], "needed": [], "purpose_profile": "称呼您", "purpose_passes": "入院登记时替您申报"}
    return city.app(**wanted)


class Partner:
    """The partner's system, with a resident's token in hand."""

    def __init__(self, city: City, app: App, give: tuple[str, ...] = ("passes",), browser: httpx.Client | None = None) -> None:
        self.browser = browser or city.site.sign_in()
        self.library, tokens, _ = signed_in(city, app, self.browser, "openid profile passes", give)
        self.client = city.site.client()
        self.client.headers.update({"authorization": f"Bearer {tokens['access_token']}", "accept": "application/json"})

    def ask(self, call: str, key: str = "", **body: Any) -> httpx.Response:
        return self.client.post(f"{BASE}/{call}", json=body, headers={"idempotency-key": key} if key else {})

    def declare(self, scheme: str, fields: dict[str, Any] | None = None, key: str = "") -> httpx.Response:
        return self.ask("declarations", key, scheme=scheme, fields=fields or FIELDS, division=HOME)


@pytest.fixture(scope="module")
def partner(city: City, app: App) -> Partner:
    return Partner(city, app)


def test_declared_queried_and_corrected(partner: Partner, scheme: str) -> None:
    """By the standard's names of fields, in its words; the resident reads all of it, and that the partner did it."""
    none = partner.ask("queries", scheme=scheme)
    assert (none.status_code, none.json()["code"]) == (404, "3003")
    made = partner.declare(scheme, ILL)
    assert made.status_code == 200, made.text
    assert (made.json()["code"], made.json()["data"]["colour"]) == ("0", "red")
    asked = partner.ask("queries", scheme=scheme).json()
    assert asked["data"]["colour"] == "red"
    assert asked["data"]["reasons"][0]["rule"] == "fever-breath"
    page = partner.browser.get(f"/passes/{scheme}/why").text
    assert "发热并且呼吸困难" in page
    assert "38.5" in page
    fixed = partner.ask("corrections", scheme=scheme, fields=FIELDS, division=HOME, reason="护士填错了")
    assert fixed.json()["data"]["colour"] == "green"
    read = partner.browser.get("/me/access").text
    assert "入院登记时替您申报" in read
    assert "预约挂号" in read


def test_where_somebody_was(city: City, app: App, partner: Partner, scheme: str, site) -> None:
    """Everything else stays as declared last; before that there is nothing to go with."""
    fresh = Partner(city, app)
    first = fresh.ask("journeys", scheme=scheme, places=["990105"])
    assert (first.status_code, first.json()["code"]) == (404, "3004")
    assert partner.declare(scheme).status_code == 200
    moved = partner.ask("journeys", scheme=scheme, places=["990105", "990102"])
    assert moved.status_code == 200, moved.text
    last = partner.browser.get(f"/api/passes/{scheme}/questions", headers={"accept": "application/json"}).json()["last"]
    assert last["answers"]["visited"] == ["990102", "990105"]
    assert last["answers"]["contact"] == "no"
    assert last["channel"] == "api"


def test_each_write_counts_once(partner: Partner, scheme: str, site) -> None:
    one, again = partner.declare(scheme, key="HC-1"), partner.declare(scheme, key="HC-1")
    assert one.json()["data"]["declaration"] == again.json()["data"]["declaration"]
    assert again.headers["idempotent-replay"] == "true"
    other = partner.declare(scheme, ILL, key="HC-1")
    assert (other.status_code, other.json()["code"]) == (422, "1003")


def test_a_key_of_one_person_gives_nothing_of_another(city: City, app: App, partner: Partner, scheme: str) -> None:
    """The same app sends the same body under the same key for two residents."""
    second = Partner(city, app)
    one, two = partner.declare(scheme, key="SAME"), second.declare(scheme, key="SAME")
    assert one.json()["data"]["declaration"] != two.json()["data"]["declaration"]
    assert "idempotent-replay" not in two.headers


def test_a_key_of_one_app_gives_nothing_of_another(city: City, app: App, scheme: str) -> None:
    """Two apps of one resident draw the same key for other things."""
    wanted = {"scopes": ["profile", "passes"], "needed": [], "purpose_profile": "称呼您", "purpose_passes": "入校时替您申报"}
    one = Partner(city, app)
    two = Partner(city, city.app(**wanted), browser=one.browser)
    first, other = one.declare(scheme, key="1"), two.declare(scheme, ILL, key="1")
    assert (first.status_code, other.status_code) == (200, 200), other.text
    assert "idempotent-replay" not in other.headers
    assert other.json()["data"]["colour"] == "red"


def test_codes_made_and_verified_at_a_turnstile(city: City, app: App, partner: Partner, scheme: str, site) -> None:
    assert partner.declare(scheme).status_code == 200
    made = partner.ask("codes", scheme=scheme).json()["data"]
    phone = Phone(partner.browser, int(site.house.now().timestamp()))
    day = partner.ask("applications", **phone.asked(scheme=scheme))
    assert len(day.json()["data"]["tickets"]) == 24, day.text
    late = partner.ask("applications", **phone.asked(scheme=scheme, first_t0=phone.first + 1))
    assert (late.status_code, late.json()["code"]) == (422, "1001")
    lists(site)
    gate = Gate(site, kind="turnstile", place="医院大门")
    said = {"gate": gate.id, "secret": gate.secret, "codes": [made["text"], "https://x.example/", made["text"][:-3]]}
    found = partner.ask("verifications", **said)
    assert found.status_code == 200, found.text
    items = found.json()["data"]["items"]
    assert [(one["code"], one["data"]["colour"]) for one in items] == [("0", 0), ("4002", None), ("4002", None)]
    assert layout.whole(layout.read(made["text"]))
    site.jobs()
    assert "医院大门" in partner.browser.get("/passes/visits").text
    wrong = partner.ask("verifications", **{**said, "secret": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "2002")
    guard = Gate(site, place="值守的门")
    assert partner.ask("verifications", gate=guard.id, secret="", codes=[made["text"]]).json()["code"] == "2002"


def test_nothing_without_the_persons_word(city: City, app: App, scheme: str, site) -> None:
    """Not given, taken back, the app's own token, a resident's session, nobody: in none of these is anything told or written."""
    unwilling = Partner(city, app, give=())
    refused = unwilling.declare(scheme)
    assert refused.status_code == 403
    willing = Partner(city, app)
    assert willing.declare(scheme).status_code == 200
    assert willing.browser.post(f"/me/apps/{app.id}/revoke").status_code in (200, 303)
    gone = willing.ask("queries", scheme=scheme)
    assert gone.status_code in (401, 403), gone.text
    own = city.site.client()
    token = own.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(app.client_id, app.secret)).json()["access_token"]
    own.headers.update({"authorization": f"Bearer {token}", "accept": "application/json"})
    for call in ("queries", "codes"):
        answer = own.post(f"{BASE}/{call}", json={"scheme": scheme})
        assert (answer.status_code, answer.json()["code"]) == (403, "2001")
    person = city.site.sign_in()
    assert person.post(f"{BASE}/queries", json={"scheme": scheme}, headers={"accept": "application/json"}).status_code == 403
    assert city.site.client().post(f"{BASE}/queries", json={"scheme": scheme}, headers={"accept": "application/json"}).status_code == 401


def test_bad_input_names_what_is_wrong(partner: Partner, scheme: str) -> None:
    unknown = partner.declare(scheme, {**FIELDS, "国籍": "中国"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "1002")
    assert unknown.json()["errors"][0]["pointer"] == "/fields/国籍"
    assert partner.declare(scheme, {"当前症状": ["头疼"], "接触史": "没有"}).json()["code"] == "1002"
    assert partner.declare("none-2026").json()["code"] == "3001"
    assert partner.declare("expo-2026").json()["code"] == "3002"
    assert partner.ask("corrections", scheme=scheme, fields=FIELDS, division=HOME, reason="").status_code in (400, 422)
    blank = partner.ask("corrections", scheme=scheme, fields=FIELDS, division=HOME, reason="  ")
    assert (blank.status_code, blank.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert partner.ask("journeys", scheme=scheme, places=["990199"]).json()["code"] == "1002"
    assert partner.ask("verifications", gate="gate_x", secret="x", codes=["x"]).json()["code"] == "3006"
    assert partner.client.post(f"{BASE}/queries", content=b"{").status_code in (400, 422)


def test_the_documentation_names_each_return_code() -> None:
    told = set(re.findall(r"^\| `(\d+)`", DOCS.read_text("utf-8"), re.MULTILINE))
    assert told == {code for code, _ in (*partners.RETURN_CODES.values(), partners.OTHERWISE)}
