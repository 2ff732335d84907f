"""What a thief, a stranger or another app may try at the endpoints, and what comes of it."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest
from authlib.common.security import generate_token

from .conftest import RETURN, App, City, agree
from .test_sign_in import signed_in

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def request_of(app: App, **change: str | None) -> dict[str, str]:
    given: dict[str, str | None] = {
        "client_id": app.client_id, "redirect_uri": RETURN, "response_type": "code", "scope": "openid profile", "state": "s",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", **change,
    }  # fmt: skip
    return {key: value for key, value in given.items() if value is not None}


@pytest.fixture(scope="module")
def app(city: City) -> App:
    return city.app()


@pytest.fixture(scope="module")
def other(city: City) -> App:
    return city.app(city.buses)


def code_for(city: City, app: App) -> str:
    return agree(city.site.sign_in(), "/oauth/authorize?" + str(httpx.QueryParams(request_of(app))))["code"]


def redeem(city: City, app: App, code: str, **change: str) -> httpx.Response:
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER, **change}
    return city.site.client().post("/oauth/token", data=data, auth=(app.client_id, app.secret))


# ── the way in ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("address", [
    "https://hospital.example/callback/", "https://hospital.example/callback?x=1", "https://hospital.example:443/callback",
    "https://hospital.example.evil.example/callback", "https://hospital.example/callback#f", "http://hospital.example/callback",
    "https://hospital.example@evil.example/callback", "https://HOSPITAL.example/callback", "https://hospital.example/callback/../x",
    "https://hospital.example\\@evil.example/callback", "", "javascript:alert(1)", "//evil.example", "https://hospitаl.example/callback",
])  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_registered_letter_by_letter(city: City, app: App, address: str) -> None:
    answer = city.site.sign_in().get("/oauth/authorize", params=request_of(app, redirect_uri=address), follow_redirects=False)
    assert answer.status_code == 422
    assert "location" not in answer.headers


@pytest.mark.parametrize("client", ["", "od0000000000000000", "x" * 3000, "' or 1=1", "%00"])
def test_an_unknown_app_is_told_nothing(city: City, app: App, client: str) -> None:
    answer = city.site.client().get("/oauth/authorize", params=request_of(app, client_id=client), follow_redirects=False)
    assert answer.status_code == 422


@pytest.mark.parametrize(("change", "error"), [
    ({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"), ({"code_challenge": "short"}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"), ({"response_type": None}, "unsupported_response_type"),
    ({"scope": "profile"}, "invalid_scope"), ({"scope": "openid email"}, "invalid_scope"), ({"scope": None}, "invalid_scope"),
    ({"request": "eyJ"}, "request_not_supported"), ({"request_uri": "https://x"}, "request_uri_not_supported"),
    ({"response_mode": "fragment"}, "invalid_request"), ({"max_age": "-1"}, "invalid_request"), ({"state": "s\x00"}, "invalid_request"),
    ({"nonce": "n" * 2000}, "invalid_request"),
])  # fmt: skip
def test_a_bad_request_is_told_to_the_app(city: City, app: App, change: dict[str, str | None], error: str) -> None:
    answer = city.site.sign_in().get("/oauth/authorize", params=request_of(app, **change), follow_redirects=False)
    assert answer.status_code == 303
    said = dict(httpx.URL(answer.headers["location"]).params)
    assert answer.headers["location"].startswith(RETURN + "?")
    assert said["error"] == error


def test_a_parameter_that_comes_twice_is_refused(city: City, app: App) -> None:
    twice = str(httpx.QueryParams(request_of(app))) + "&redirect_uri=https://evil.example"
    assert city.site.client().get(f"/oauth/authorize?{twice}", follow_redirects=False).status_code == 422


def test_consent_is_not_given_by_another_site_nor_for_somebody_else(city: City, app: App) -> None:
    browser = city.site.sign_in()
    asked = browser.get("/oauth/authorize", params=request_of(app), follow_redirects=False).headers["location"]
    forged = browser.post(asked, data={"give": ["phone"]}, headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403
    assert city.site.client().post(asked, follow_redirects=False, headers={"accept": "application/json"}).status_code == 401
    wrong = asked.replace(app.client_id, "od0000000000000000")
    assert browser.get(wrong).status_code == 404


# ── codes ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_code_is_good_once_and_its_second_use_ends_what_it_gave(city: City, app: App) -> None:
    code = code_for(city, app)
    first = redeem(city, app, code)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    again = redeem(city, app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    token = {"authorization": f"Bearer {first.json()['access_token']}", "accept": "application/json"}
    assert city.site.client().get("/oauth/userinfo", headers=token).status_code == 401


@pytest.mark.parametrize("change", [
    {"code_verifier": "w" * 50}, {"code_verifier": ""}, {"code_verifier": CHALLENGE}, {"redirect_uri": "https://hospital.example/other"},
    {"redirect_uri": ""},
])  # fmt: skip
def test_a_code_needs_its_verifier_and_its_address(city: City, app: App, change: dict[str, str]) -> None:
    code = code_for(city, app)
    assert redeem(city, app, code, **change).json()["error"] == "invalid_grant"
    assert redeem(city, app, code).json()["error"] == "invalid_grant", "a code that was tried with the wrong proof is burnt"


def test_another_apps_code_is_nobodys(city: City, app: App, other: App) -> None:
    code = code_for(city, app)
    assert redeem(city, other, code).json()["error"] == "invalid_grant"
    assert redeem(city, app, code).status_code == 200, "the stranger's try did not burn it"


@pytest.mark.parametrize("code", ["", "odc_00000000_" + "A" * 43, "x" * 1500, "odc_" + "é" * 8])
def test_a_made_up_code_is_refused(city: City, app: App, code: str) -> None:
    assert redeem(city, app, code).status_code == 400


# ── who calls ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("auth", [("", ""), ("{id}", "wrong"), ("od0000000000000000", "{secret}"), ("{id}", ""), ("{other}", "{secret}")])
def test_an_app_proves_itself(city: City, app: App, other: App, auth: tuple[str, str]) -> None:
    who = tuple(part.format(id=app.client_id, secret=app.secret, other=other.client_id) for part in auth)
    answer = city.site.client().post("/oauth/token", data={"grant_type": "client_credentials"}, auth=who)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_one_way_of_proving_and_not_two(city: City, app: App) -> None:
    data = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.secret}
    assert city.site.client().post("/oauth/token", data=data).status_code == 200
    both = city.site.client().post("/oauth/token", data=data, auth=(app.client_id, app.secret))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    assert city.site.client().post("/oauth/token", data={"grant_type": "client_credentials", "client_id": app.client_id}).status_code == 401
    assert city.site.client().post("/oauth/token", headers={"authorization": "Basic !!!"}).json()["error"] == "invalid_client"
    assert city.site.client().post("/oauth/token", content=b"\xff\xfe=%00&a", headers={
        "content-type": "application/x-www-form-urlencoded"}).status_code in (400, 422)  # fmt: skip


def test_two_secrets_live_side_by_side_and_a_third_ends_the_first(city: City) -> None:
    app = city.app()
    here, data = f"/desk/apps/{app.id}", {"grant_type": "client_credentials"}

    def fits(secret: str) -> bool:
        return city.site.client().post("/oauth/token", data=data, auth=(app.client_id, secret)).status_code == 200

    second = city.secret(city.hospital, here)
    assert fits(app.secret)
    assert fits(second)
    third = city.secret(city.hospital, here)
    assert (fits(app.secret), fits(second), fits(third)) == (False, True, True)
    city.hospital.post(f"{here}/secrets/2/end")
    assert (fits(second), fits(third)) == (False, True)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────
def refreshed(city: City, app: App, text: str, **more: str) -> httpx.Response:
    data = {"grant_type": "refresh_token", "refresh_token": text, **more}
    return city.site.client().post("/oauth/token", data=data, auth=(app.client_id, app.secret))


def test_a_refresh_token_rotates_and_its_second_use_ends_the_family(city: City, app: App, other: App) -> None:
    _, tokens, claims = signed_in(city, app, city.site.sign_in(), "openid profile offline_access", ("offline_access",))
    first = tokens["refresh_token"]
    assert refreshed(city, other, first).json()["error"] == "invalid_grant", "another app's"
    second = refreshed(city, app, first).json()
    assert second["refresh_token"] != first
    body = second["id_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(body + "=="))["sub"] == claims["sub"]
    assert refreshed(city, app, first).json()["error"] == "invalid_grant", "reuse"
    assert refreshed(city, app, second["refresh_token"]).json()["error"] == "invalid_grant", "what came of it ended too"
    assert userinfo(city, second["access_token"]).status_code == 401


def userinfo(city: City, token: str) -> httpx.Response:
    return city.site.client().get("/oauth/userinfo", headers={"authorization": f"Bearer {token}", "accept": "application/json"})


def test_a_refresh_does_not_widen(city: City, app: App) -> None:
    _, tokens, _ = signed_in(city, app, city.site.sign_in(), "openid profile offline_access", ("offline_access",))
    assert refreshed(city, app, tokens["refresh_token"], scope="openid phone").json()["error"] == "invalid_scope"


def test_without_offline_access_there_is_no_refresh_token(city: City, app: App) -> None:
    assert "refresh_token" not in redeem(city, app, code_for(city, app)).json()


def test_revocation_and_introspection_are_for_ones_own_tokens(city: City, app: App, other: App) -> None:
    tokens = redeem(city, app, code_for(city, app)).json()
    text, client = tokens["access_token"], city.site.client()

    def looked(who: App) -> dict[str, Any]:
        return client.post("/oauth/introspect", data={"token": text}, auth=(who.client_id, who.secret)).json()

    assert looked(app)["active"] is True
    assert looked(app)["scope"] == "openid profile"
    assert looked(other) == {"active": False}
    assert client.post("/oauth/revoke", data={"token": text}, auth=(other.client_id, other.secret)).status_code == 200
    assert userinfo(city, text).status_code == 200, "another app revokes nothing"
    assert client.post("/oauth/revoke", data={"token": text}, auth=(app.client_id, app.secret)).status_code == 200
    assert userinfo(city, text).status_code == 401
    assert looked(app) == {"active": False}


def test_a_token_opens_its_own_door_and_no_other(city: City, app: App) -> None:
    tokens, client = redeem(city, app, code_for(city, app)).json(), city.site.client()
    of_person = {"authorization": f"Bearer {tokens['access_token']}", "accept": "application/json"}
    for path in ("/api/me", "/api/cases", "/me", "/api/inbox", "/desk/apps"):
        assert client.get(path, headers=of_person, follow_redirects=False).status_code == 401, path
    assert client.get("/api/provider/matters/none", headers=of_person).status_code == 403
    own = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(app.client_id, app.secret)).json()
    of_app = {"authorization": f"Bearer {own['access_token']}", "accept": "application/json"}
    assert client.get("/oauth/userinfo", headers=of_app).status_code == 403
    assert client.get("/api/me", headers=of_app).status_code == 401
    assert client.get("/", headers=of_app).status_code == 200, "on a public page it is nobody's"
    assert city.site.sign_in().get("/oauth/userinfo").status_code == 403, "a person is not an app"


def test_a_paused_app_signs_nobody_in_and_its_tokens_rest(city: City) -> None:
    app = city.app()
    token = redeem(city, app, code_for(city, app)).json()["access_token"]
    city.hospital.post(f"/desk/apps/{app.id}/pause")
    assert userinfo(city, token).status_code == 401
    assert city.site.sign_in().get("/oauth/authorize", params=request_of(app), follow_redirects=False).status_code == 409
    city.hospital.post(f"/desk/apps/{app.id}/resume")
    assert userinfo(city, token).status_code == 200


def forged_hint(city: City, token: str, alg: str) -> str:
    """The ID token again under another algorithm: none at all, or an HMAC whose key is the public key of the house."""
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    key = city.site.client().get("/oauth/jwks.json").json()["keys"][0]
    body = f"{part({'alg': alg, 'kid': key['kid']})}.{token.split('.')[1]}"
    if alg == "none":
        return body + "."
    mac = hmac.new(json.dumps(key).encode(), body.encode(), hashlib.sha256).digest()
    return body + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256"])
def test_the_algorithm_is_ours_and_not_the_tokens(city: City, alg: str) -> None:
    app, browser = city.app(logouts="https://hospital.example/bye"), city.site.sign_in()
    _, tokens, _ = signed_in(city, app, browser)
    given = {"id_token_hint": forged_hint(city, tokens["id_token"], alg), "post_logout_redirect_uri": "https://hospital.example/bye"}
    assert "hospital.example" not in browser.post("/oauth/logout", data=given).text


def test_a_new_key_signs_at_once_and_the_old_one_still_proves(city: City, app: App) -> None:
    from onedoor.providers import service

    library, before, _ = signed_in(city, app, city.site.sign_in())
    service.rotate_keys(city.site.house.settings.home)
    _, after, _ = signed_in(city, app, city.site.sign_in())
    kids = [json.loads(base64.urlsafe_b64decode(t["id_token"].split(".")[0] + "=="))["kid"] for t in (before, after)]
    assert kids[0] != kids[1]
    assert {key["kid"] for key in library.get("/oauth/jwks.json").json()["keys"]} >= set(kids)


def test_many_refreshes_at_once_give_one_new_token(city: City, app: App) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _, tokens, _ = signed_in(city, app, city.site.sign_in(), "openid profile offline_access", ("offline_access",))
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: refreshed(city, app, tokens["refresh_token"]).status_code, range(8)))
    assert said.count(200) == 1


def test_random_text_is_never_a_500(city: City, app: App) -> None:
    client = city.site.client()
    for _ in range(20):
        junk = generate_token(30)
        for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/authorize", "/oauth/logout"):
            said = client.post(path, data={junk: junk, "token": junk, "grant_type": junk}, auth=(junk, junk), follow_redirects=False)
            assert said.status_code < 500
