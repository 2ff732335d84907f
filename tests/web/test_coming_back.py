"""When the session is over, or the house is busy, as a form is sent: the way back leads to the form's page, not to its address."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conftest import Site

HOST = "http://testserver.local"
PAGE = {"accept": "text/html"}


@pytest.fixture
def stranger(site: Site) -> httpx.Client:
    return site.client()


def sign_in(page: str) -> str:
    """Where somebody comes to who signs in now."""
    found = re.search(r'href="(/login[^"]*)"', page)
    assert found
    return parse_qs(urlsplit(unescape(found[1])).query)["next"][0]


@pytest.mark.parametrize("there", ["/me/drafts", "/search?q=%E5%B1%85%E4%BD%8F%E8%AF%81&n=2"])
def test_after_signing_in_one_is_on_the_page_of_the_form(stranger: httpx.Client, there: str) -> None:
    answer = stranger.post("/me/devices/end", headers=PAGE | {"referer": HOST + there})
    assert answer.status_code == 401
    assert sign_in(answer.text) == there


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/me", "http://[", HOST, f"{HOST}//elsewhere.example"])
def test_only_pages_of_this_house_are_come_back_to(stranger: httpx.Client, referer: str) -> None:
    answer = stranger.post("/me/devices/end", headers=PAGE | {"referer": referer})
    assert sign_in(answer.text) == "/me/devices/end"


def test_a_page_is_come_back_to_itself(stranger: httpx.Client) -> None:
    answer = stranger.get("/me/devices", headers=PAGE | {"referer": f"{HOST}/hall"}, follow_redirects=False)
    assert parse_qs(urlsplit(answer.headers["location"]).query)["next"] == ["/me/devices"]


def test_when_the_house_is_busy_one_tries_again_on_the_page_of_the_form(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from onedoor.catalog import service
    from onedoor.kernel.problems import Unavailable

    async def busy(*_: object) -> None:
        raise Unavailable(retry_after=2)

    monkeypatch.setattr(service, "wish", busy)
    there = "/search?q=%E5%85%85%E7%94%B5%E6%A1%A9"
    answer = site.client().post("/search/wish", data={"words": "x", "q": "充电桩"}, headers=PAGE | {"referer": HOST + there})
    assert answer.status_code == 503
    assert f'href="{there}"' in unescape(answer.text)


def test_language_and_size_of_text_are_chosen_on_a_page_that_answers_a_form(site: Site) -> None:
    """Such a page has no address of its own: the buttons on it lead to the page of its form."""
    browser, there = site.client(), "/search?q=%E5%85%85%E7%94%B5%E6%A1%A9"
    refused = browser.post("/search/wish", data={"words": "", "q": "充电桩"}, headers=PAGE | {"referer": HOST + there})
    assert refused.status_code == 422
    nexts = {unescape(found) for found in re.findall(r'name="next" value="([^"]+)"', refused.text)}
    assert nexts == {there}
    answer = browser.post("/settings/language", data={"value": "en", "next": nexts.pop()}, headers=PAGE)
    assert (answer.status_code, answer.url.path) == (200, "/search")
