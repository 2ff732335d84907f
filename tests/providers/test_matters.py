"""An app reports how a matter goes: into the resident's list and inbox, once per key, and only for whoever agreed to it."""

from typing import Any

import httpx
import pytest

from .conftest import ISSUER, App, City
from .test_sign_in import signed_in

WORDS = {"zh": "已预约，请带身份证", "en": "Booked, bring your card"}


class Reporter:
    """An app with its own token."""

    def __init__(self, city: City, app: App) -> None:
        self.app, self.client = app, city.site.client()
        token = self.client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(app.client_id, app.secret)).json()
        self.client.headers.update({"authorization": f"Bearer {token['access_token']}", "accept": "application/json"})

    def open(self, sub: str, ref: str, key: str = "", **more: Any) -> httpx.Response:
        body = {"sub": sub, "ref": ref, "title": {"zh": "心内科门诊", "en": "Cardiology"}, "words": WORDS, **more}
        return self.client.post("/api/provider/matters", json=body, headers={"idempotency-key": key} if key else {})

    def step(self, matter: str, status: str = "waiting", words: str = "请到 3 楼候诊", **more: Any) -> httpx.Response:
        return self.client.post(f"/api/provider/matters/{matter}/steps", json={"status": status, "words": {"zh": words}, **more})


@pytest.fixture(scope="module")
def hospital(city: City) -> Reporter:
    return Reporter(city, city.app())


@pytest.fixture(scope="module")
def buses(city: City) -> Reporter:
    return Reporter(city, city.app(city.buses))


def patient(city: City, at: Reporter, give: tuple[str, ...] = ("matters",)) -> tuple[httpx.Client, str]:
    browser = city.site.sign_in()
    return browser, signed_in(city, at.app, browser, "openid profile matters", give)[2]["sub"]


def test_a_report_stands_in_my_cases_and_comes_as_a_message(city: City, hospital: Reporter) -> None:
    browser, sub = patient(city, hospital)
    made = hospital.open(sub, "MZ-1")
    assert made.status_code == 201, made.text
    assert "心内科门诊" in browser.get("/me/cases").text
    assert "预约挂号：心内科门诊" in browser.get("/inbox").text
    told = hospital.step(made.json()["id"])
    assert told.json()["status"] == "waiting"
    page = browser.get(f"/matters/{made.json()['id']}").text
    assert page.index("请到 3 楼候诊") < page.index("已预约，请带身份证")
    assert "等您处理" in page
    city.site.jobs()
    assert hospital.client.get(f"/api/provider/matters/{made.json()['id']}").json()["ref"] == "MZ-1"


def test_a_report_counts_once(city: City, hospital: Reporter) -> None:
    browser, sub = patient(city, hospital)
    first, again = hospital.open(sub, "MZ-2", "k-2"), hospital.open(sub, "MZ-2", "k-2")
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert hospital.open(sub, "MZ-3", "k-2").status_code == 422
    known = hospital.open(sub, "MZ-2")
    assert (known.status_code, known.json()["matter"]) == (409, first.json()["id"])
    assert browser.get("/inbox").text.count("预约挂号：心内科门诊") == 1


def test_only_whoever_agreed_is_told_and_the_app_learns_nothing_of_others(city: City, hospital: Reporter, buses: Reporter) -> None:
    _, without = patient(city, hospital, ())
    browser, left = patient(city, hospital)
    browser.post(f"/me/apps/{hospital.app.id}/revoke")
    _, theirs = patient(city, buses)
    said = [hospital.open(sub, f"MZ-N{place}") for place, sub in enumerate((without, left, theirs, "nobody"))]
    assert {one.status_code for one in said} == {404}
    assert len({one.text for one in said}) == 1, "one answer for all of them"


def test_a_provider_sees_its_own_and_nothing_of_another(city: City, hospital: Reporter, buses: Reporter) -> None:
    _, sub = patient(city, hospital)
    made = hospital.open(sub, "MZ-4").json()["id"]
    assert buses.client.get(f"/api/provider/matters/{made}").status_code == 404
    assert buses.step(made).status_code == 404
    second = Reporter(city, city.app())
    assert second.client.get(f"/api/provider/matters/{made}").status_code == 404, "another app of the same organisation neither"
    stranger = city.site.sign_in()
    assert stranger.get(f"/matters/{made}").status_code == 404
    assert stranger.post(f"/matters/{made}/cancel").status_code == 404


def test_what_has_ended_stays_so(city: City, hospital: Reporter) -> None:
    browser, sub = patient(city, hospital)
    made = hospital.open(sub, "MZ-5").json()["id"]
    assert hospital.step(made, "done", "就诊结束").json()["ended"] is True
    assert hospital.step(made).status_code == 409
    assert browser.post(f"/matters/{made}/cancel").status_code == 409
    assert "不办了" not in browser.get(f"/matters/{made}").text


def test_a_resident_asks_for_a_cancellation_once(city: City, hospital: Reporter) -> None:
    browser, sub = patient(city, hospital)
    made = hospital.open(sub, "MZ-6").json()["id"]
    for _ in range(2):
        assert "已请对方取消" in browser.post(f"/matters/{made}/cancel").text
    assert hospital.client.get(f"/api/provider/matters/{made}").json()["cancel_asked"] is True
    assert hospital.step(made, "cancelled", "已取消").json()["ended"] is True


@pytest.mark.parametrize("change", [
    {"sub": ""}, {"sub": "a b"}, {"sub": "x" * 65}, {"ref": ""}, {"ref": "x" * 81}, {"ref": "a\x00"}, {"title": "words"}, {"title": {}},
    {"title": {"zh": "x" * 201}}, {"words": {"zh": "a\x00b"}}, {"words": {"zh": "\u202eabc"}}, {"status": "lost"}, {"href": "javascript:1"},
    {"href": "http://x.example"}, {"href": "https://u:p@x.example"}, {"other": 1},
])  # fmt: skip
def test_a_wrong_report_is_refused_in_words(city: City, hospital: Reporter, change: dict[str, Any]) -> None:
    body = {"sub": "o" * 28, "ref": "R", "title": {"zh": "t"}, "words": {"zh": "w"}, **change}
    said = hospital.client.post("/api/provider/matters", json=body)
    assert said.status_code == 422, said.text
    assert said.json()["errors"]


@pytest.mark.parametrize("matter", ["none", "matter_" + "0" * 32, "x" * 500, "app_" + "0" * 32])
def test_no_such_matter(hospital: Reporter, matter: str) -> None:
    assert hospital.client.get(f"/api/provider/matters/{matter}").status_code == 404
    assert hospital.step(matter).status_code == 404


@pytest.mark.parametrize("items", [
    [], [{"sub": "a"}], [{"sub": "a", "phone": "1"}], [{"sub": "a", "phone": "13900000001", "id_number": "x" * 18}],
])  # fmt: skip
def test_names_to_bring_along_are_checked(hospital: Reporter, items: list[Any]) -> None:
    assert hospital.client.post("/api/provider/subjects", json={"items": items}).status_code == 422


def test_an_app_that_may_not_report_gets_no_token_for_it(city: City) -> None:
    app = city.app(scopes=["profile"], needed=["profile"])
    said = city.site.client().post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(app.client_id, app.secret))
    assert said.json()["error"] == "invalid_scope"


def test_one_person_is_not_flooded(city: City, hospital: Reporter) -> None:
    _, sub = patient(city, hospital)
    said = [hospital.open(sub, f"FLOOD-{n}").status_code for n in range(35)]
    assert said[:25] == [201] * 25
    assert said[-1] == 429


def test_the_issuer_is_the_one_that_discovery_names(city: City) -> None:
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        assert city.site.client().get(path).json()["issuer"] == ISSUER


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z"])
def test_a_moment_before_all_time_is_told_and_breaks_no_page(city: City, hospital: Reporter, at: str) -> None:
    browser, sub = patient(city, hospital)
    made = hospital.open(sub, f"MZ-{at}").json()["id"]
    told = hospital.step(made, at=at)
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/at")
    assert browser.get(f"/matters/{made}").status_code == 200
    assert hospital.step(made, at="9999-12-31T23:59:59-14:00").status_code == 201
    assert browser.get(f"/matters/{made}").status_code == 200
