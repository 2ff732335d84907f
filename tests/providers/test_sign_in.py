"""A resident signs in to an app with an ordinary library, gives what was ticked and nothing else, and takes it back."""

import re
from typing import Any

import httpx
import pytest
from authlib.common.security import generate_token
from joserfc import jwt
from joserfc.jwk import KeySet

from onedoor.providers import policy
from onedoor.providers.models import AppId

from .conftest import ISSUER, RETURN, WISHES, App, City, agree, back

PROVEN, UNPROVEN = "13900990002", "13900990005"


def signed_in(
    city: City, app: App, browser: httpx.Client, scope: str = "openid profile phone", give: tuple[str, ...] = ("phone",), **more: str
) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """(library, tokens, claims of the ID token) after one whole sign-in."""
    library, verifier, nonce = city.library(app, scope), generate_token(48), generate_token(20)
    url, state = library.create_authorization_url("/oauth/authorize", code_verifier=verifier, nonce=nonce, **more)
    said = agree(browser, url, give)
    assert (said["state"], said["iss"]) == (state, ISSUER)
    tokens = library.fetch_token("/oauth/token", code=said["code"], code_verifier=verifier)
    keys = KeySet.import_key_set(library.get("/oauth/jwks.json").json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, app.client_id, nonce)
    return library, tokens, claims


def test_an_ordinary_library_signs_a_resident_in(city: City) -> None:
    library, _, claims = signed_in(city, city.app(), city.site.sign_in(PROVEN))
    assert claims["acr"] == "urn:onedoor:acr:2"
    assert library.get("/oauth/userinfo").json() == {
        "sub": claims["sub"], "org_sub": claims["org_sub"], "name": "王*", "phone_number": "+8613900990002", "phone_number_verified": True,
    }  # fmt: skip


def test_what_is_not_ticked_is_not_given(city: City) -> None:
    library, tokens, _ = signed_in(city, city.app(), city.site.sign_in(PROVEN), "openid profile real_name phone birthdate", ("birthdate",))
    assert set(library.get("/oauth/userinfo").json()) == {"sub", "org_sub", "name", "birthdate"}
    assert library.get("/oauth/userinfo").json()["name"] == "王*", "the real name was not ticked"
    assert (tokens["scope"], tokens["token_type"]) == ("openid profile birthdate", "Bearer")


def test_the_consent_page_names_each_field_with_its_purpose(city: City) -> None:
    app, browser = city.app(), city.site.sign_in(PROVEN)
    url, _ = city.library(app).create_authorization_url("/oauth/authorize", code_verifier=generate_token(48))
    shown = browser.get(url).text
    assert "青禾市第一医院" in shown
    for words in ("手机号", "用于phone", "139****0002", "隐去中间字的姓名", "用于profile"):
        assert words in shown, words
    assert "checked" not in re.findall(r"<fieldset.*</fieldset>", shown, re.DOTALL)[0], "nothing is ticked beforehand"


def test_an_app_calls_a_person_by_a_name_of_its_own(city: City) -> None:
    browser, first, second, buses = city.site.sign_in(PROVEN), city.app(), city.app(), city.app(city.buses)
    names = [signed_in(city, app, browser)[2] for app in (first, second, buses, first)]
    assert len({one["sub"] for one in names}) == 3, "another app, another name"
    assert names[0]["sub"] == names[3]["sub"], "the same app, the same name"
    assert names[0]["org_sub"] == names[1]["org_sub"] != names[2]["org_sub"], "one name for all apps of an organisation"
    assert all(re.fullmatch("o[A-Za-z0-9_-]{27}", one["sub"]) for one in names)


def test_a_name_brought_along_is_kept(city: City) -> None:
    app, phone = city.app(), city.site.new_phone()
    library = city.library(app)
    token = library.fetch_token("/oauth/token", grant_type="client_credentials", scope="matters")
    assert token["scope"] == "matters"
    sent = {"items": [{"sub": "wx_old_openid_1", "phone": phone}, {"sub": "wx_old_2", "id_number": "990102197811050423"}]}
    assert library.post("/api/provider/subjects", json=sent).json() == {"read": 2}
    assert signed_in(city, app, city.site.sign_in(phone))[2]["sub"] == "wx_old_openid_1"
    assert signed_in(city, app, city.site.sign_in(PROVEN))[2]["sub"] == "wx_old_2"
    assert signed_in(city, app, city.site.sign_in())[2]["sub"].startswith("o")


def test_the_second_time_nothing_is_asked_until_the_app_wants_more(city: City) -> None:
    app, browser = city.app(), city.site.sign_in(PROVEN)
    signed_in(city, app, browser)
    url, _ = city.library(app).create_authorization_url("/oauth/authorize", code_verifier=generate_token(48))
    assert browser.get(url, follow_redirects=False).headers["location"].startswith(f"{RETURN}?code=")
    more, _ = city.library(app, "openid profile phone birthdate").create_authorization_url("/oauth/authorize", code_verifier="v" * 43)
    assert "出生日期" in browser.get(more).text


def test_agreeing_to_something_more_keeps_what_was_given(city: City) -> None:
    app, browser = city.app(), city.site.sign_in(PROVEN)
    signed_in(city, app, browser, "openid profile phone")
    signed_in(city, app, browser, "openid birthdate", ("birthdate",))
    url, _ = city.library(app).create_authorization_url("/oauth/authorize", code_verifier=generate_token(48))
    assert browser.get(url, follow_redirects=False).headers["location"].startswith(f"{RETURN}?code="), "the phone is still given"


def test_a_resident_reads_what_was_read_and_takes_it_back(city: City) -> None:
    app, browser = city.app(name="体检预约"), city.site.sign_in()
    library, tokens, _ = signed_in(city, app, browser, "openid profile phone offline_access", ("phone", "offline_access"))
    assert library.get("/oauth/userinfo").status_code == 200
    assert "体检预约" in browser.get("/me/apps").text
    shown = browser.get(f"/me/apps/{app.id}").text
    assert "手机号" in shown
    assert "用于phone" in shown
    listed = browser.get("/api/me/access").json()["items"]
    assert [(one["staff"], one["fields"]) for one in listed] == [("体检预约", ["person.phone"]), ("体检预约", ["sign-in"])]
    assert "青禾市第一医院 · 体检预约查看了手机号" in browser.get("/me/access").text
    assert browser.post(f"/me/apps/{app.id}/revoke").status_code == 200
    assert library.get("/oauth/userinfo", headers={"accept": "application/json"}).status_code == 401
    data = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    again = city.site.client().post("/oauth/token", data=data, auth=(app.client_id, app.secret))
    assert again.json()["error"] == "invalid_grant"
    assert browser.get(f"/me/apps/{app.id}").status_code == 404


def test_whoever_refuses_gives_nothing(city: City) -> None:
    app, browser = city.app(), city.site.sign_in()
    url, state = city.library(app).create_authorization_url("/oauth/authorize", code_verifier="v" * 43)
    here = re.findall(r'action="(/oauth/continue/[^"]+/refuse)"', browser.get(url).text)[0]
    assert back(browser.post(here)) == {"error": "access_denied", "state": state, "iss": ISSUER}
    assert app.client_id not in browser.get("/me/apps").text


def test_signing_in_comes_first_and_leads_back(city: City) -> None:
    app, browser, phone = city.app(), city.site.client(), city.site.new_phone()
    url, _ = city.library(app).create_authorization_url("/oauth/authorize", code_verifier="v" * 43)
    asked = browser.get(url, headers={"accept": "text/html"})
    assert asked.url.path == "/login"
    browser.post("/login", data={"phone": phone, "next": dict(asked.url.params)["next"]})
    city.site.jobs()
    code = "".join(c for c in city.site.outbox.last(phone) if c.isdigit())[:6]
    shown = browser.post("/login/code", data={"phone": phone, "code": code, "next": dict(asked.url.params)["next"]})
    assert shown.url.path.startswith(f"/oauth/continue/{app.client_id}/")
    assert "预约挂号" in shown.text


@pytest.mark.parametrize(("prompt", "who", "error"), [
    ("none", "", "login_required"), ("none", "fresh", "consent_required"), ("none login", "fresh", "invalid_request"),
    ("dance", "fresh", "invalid_request"),
])  # fmt: skip
def test_a_prompt_that_cannot_be_met_is_told_to_the_app(city: City, prompt: str, who: str, error: str) -> None:
    app, browser = city.app(), city.site.sign_in() if who else city.site.client()
    url, state = city.library(app).create_authorization_url("/oauth/authorize", code_verifier="v" * 43, prompt=prompt)
    said = back(browser.get(url, follow_redirects=False))
    assert (said["error"], said["state"]) == (error, state)


def test_an_app_may_want_a_fresh_sign_in_or_a_real_name(city: City) -> None:
    app, browser = city.app(), city.site.sign_in(UNPROVEN)
    signed_in(city, app, browser)
    library = city.library(app)
    again, _ = library.create_authorization_url("/oauth/authorize", code_verifier="v" * 43, prompt="login")
    shown = browser.get(again)
    assert "请再登录一次" in shown.text
    proven, _ = library.create_authorization_url("/oauth/authorize", code_verifier="v" * 43, acr_values="urn:onedoor:acr:2")
    shown = browser.get(proven)
    assert "/identity/real-name?next=/oauth/continue/" in shown.text
    out = browser.post(re.findall(r'action="(/oauth/continue/[^"]+/again)"', browser.get(again).text)[0])
    assert out.url.path == "/login"
    assert browser.get("/me", follow_redirects=False).status_code == 401


def test_an_app_without_a_secret_signs_in_by_pkce_alone(city: City) -> None:
    app = city.app(kind="native", redirects=f"{RETURN}\nexample.hospital.app:/callback")
    library, _, claims = signed_in(city, app, city.site.sign_in(PROVEN))
    assert library.get("/oauth/userinfo").json()["sub"] == claims["sub"]
    data = {"grant_type": "client_credentials", "client_id": app.client_id}
    refused = city.site.client().post("/oauth/token", data=data)
    assert refused.json()["error"] == "unauthorized_client"


def test_an_app_signs_its_person_out_and_gets_it_back(city: City) -> None:
    app, browser = city.app(logouts="https://hospital.example/bye"), city.site.sign_in()
    _, tokens, _ = signed_in(city, app, browser)
    given = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://hospital.example/bye", "state": "s1"}
    assert "预约挂号" in browser.get("/oauth/logout", params=given).text
    assert browser.get("/me", follow_redirects=False).status_code == 200, "a link alone signs nobody out"
    assert 'href="https://hospital.example/bye?state=s1"' in browser.post("/oauth/logout", data=given).text
    assert browser.get("/me", follow_redirects=False).status_code == 401


@pytest.mark.parametrize("change", [
    {"post_logout_redirect_uri": "https://evil.example/"}, {"id_token_hint": "a.b.c"}, {"client_id": "od0000000000000000"},
])  # fmt: skip
def test_a_sign_out_leads_nowhere_else(city: City, change: dict[str, str]) -> None:
    app, browser = city.app(logouts="https://hospital.example/bye"), city.site.sign_in()
    _, tokens, _ = signed_in(city, app, browser)
    given = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://hospital.example/bye", **change}
    assert "example/" not in browser.post("/oauth/logout", data=given).text


def test_what_is_approved_is_what_was_read(city: City) -> None:
    """An app that wants more after the authority has looked is not approved for it."""
    form = {"name": "预约挂号", "about": "预约门诊", "redirects": RETURN, "scopes": ["profile"], "purpose_profile": "称呼您"}
    here = city.hospital.post("/desk/apps/new", data=form, follow_redirects=False).headers["location"]
    read = re.search(r'name="wanted" value="(\w+)"', city.authority.get(here).text)
    more = {"scopes": ["profile", "real_name"], "purpose_profile": "称呼您", "purpose_real_name": "挂号"}
    assert city.hospital.post(f"{here}/wishes", data=more).status_code == 200
    assert read
    answer = city.authority.post(f"{here}/approve", data={"wanted": read[1]})
    assert answer.status_code == 409
    assert "请看过再答复" in answer.text
    assert "real_name" in answer.text
    assert "审核通过后，居民才能登录" in city.hospital.get(here).text, "nothing is approved"
    assert city.authority.post(f"{here}/decline").status_code == 409, "nothing was read"
    assert city.answer(here, "approve").status_code == 200
    assert "审核通过后，居民才能登录" not in city.hospital.get(here).text


def test_two_fresh_secrets_at_once_are_two(city: City) -> None:
    """The second press does not know yet what the first has made."""
    app = city.app()
    made = "insert into providers.app_secret (app_id, secret_no, hash, made_at) values ($app, 2, $hash, now())"

    async def in_another_process() -> None:
        who = AppId.parse(app.id)
        await city.site.house.database.reference.run(made, app=who, hash=bytes(32))

    city.site.run(in_another_process)
    page = city.hospital.post(f"/desk/apps/{app.id}/secrets")
    assert page.status_code == 200, page.text
    assert "第 3 个密钥" in page.text
    assert "第 1 个密钥" not in page.text, "older than the one before"


def test_an_organisation_registers_so_many_apps_and_no_more(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MOST_APPS", 0)
    answer = city.hospital.post("/desk/apps/new", data={"name": "多一个", "about": "多一个", "redirects": RETURN, **WISHES})
    assert answer.status_code == 422
    assert "一个单位最多登记 0 个应用" in answer.text
    assert "多一个" in answer.text
