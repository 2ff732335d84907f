"""An organisation's staff, the city's authority, and apps registered through the desk's own pages."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client

HOSPITAL, BUSES, AUTHORITY = "13800992201", "13800992301", "13800991602"
RETURN = "https://hospital.example/callback"
ISSUER = "http://testserver.local"
WISHES = {
    "scopes": ["profile", "real_name", "phone", "birthdate", "district", "matters", "offline_access"], "needed": ["profile"],
    **{f"purpose_{scope}": f"用于{scope}" for scope in
       ("profile", "real_name", "phone", "birthdate", "district", "matters", "offline_access")},
}  # fmt: skip


@dataclass
class App:
    """An app as its developer holds it."""

    id: str
    client_id: str
    secret: str


class City:
    """Who registers apps, who approves them, and who signs in to them."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.hospital, self.buses, self.authority = (site.sign_in(phone) for phone in (HOSPITAL, BUSES, AUTHORITY))

    def app(self, desk: httpx.Client | None = None, **said: Any) -> App:
        """A new app, approved, with a secret."""
        desk = desk or self.hospital
        form = {"name": "预约挂号", "about": "预约门诊", "redirects": RETURN, **WISHES, **said}
        made = desk.post("/desk/apps/new", data=form, follow_redirects=False)
        assert made.status_code == 303, made.text
        here = made.headers["location"]
        assert self.answer(here, "approve").status_code == 200
        shown = desk.get(here).text
        client_id = re.search(r'id="client-id">([^<]+)', shown)
        assert client_id
        secret = "" if said.get("kind") == "native" else self.secret(desk, here)
        return App(here.rsplit("/", 1)[1], client_id[1], secret)

    def answer(self, here: str, act: str) -> httpx.Response:
        """The authority reads what an app wants, and answers it."""
        read = re.search(r'name="wanted" value="(\w+)"', self.authority.get(here).text)
        assert read
        return self.authority.post(f"{here}/{act}", data={"wanted": read[1]})

    def secret(self, desk: httpx.Client, here: str) -> str:
        found = re.search(r'id="secret">([^<]+)', desk.post(f"{here}/secrets").text)
        assert found
        return found[1]

    def library(self, app: App, scope: str = "openid profile phone", **more: Any) -> OAuth2Client:
        """Authlib's client as anybody uses it, over this application."""
        return OAuth2Client(
            app.client_id, app.secret or None, scope=scope, redirect_uri=RETURN, code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if app.secret else "none",
            transport=self.site.transport, base_url=ISSUER, **more,
        )  # fmt: skip


def agree(browser: httpx.Client, url: str, give: tuple[str, ...] = ("profile", "phone")) -> dict[str, str]:
    """What a resident's browser does from the app's link until it is back at the app: the parameters it brings."""
    answer = browser.get(url, follow_redirects=False)
    while answer.status_code == 303 and not answer.headers["location"].startswith("https://"):
        answer = browser.get(answer.headers["location"], follow_redirects=False)
    if answer.status_code == 200 and 'action="/oauth/continue/' in answer.text:
        here = re.findall(r'action="(/oauth/continue/[^"]+)"', answer.text)[0]
        answer = browser.post(here, data={"give": list(give)})
    return back(answer)


def back(answer: httpx.Response) -> dict[str, str]:
    """The parameters with which the browser goes back to the app."""
    found = re.search(r'id="go"[^>]* href="([^"]+)"', answer.text) if answer.status_code == 200 else None
    url = found[1].replace("&amp;", "&") if found else answer.headers.get("location", "")
    assert url.startswith(RETURN), answer.text[-1500:]
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture(scope="module")
def city(site: Any) -> City:
    return City(site)
