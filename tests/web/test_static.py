"""Static files: for ever under their own hash, and not a moment under another's."""

import httpx
import pytest

from onedoor.ui.render import asset
from onedoor.web import static
from tests.conftest import Site

FOR_EVER, ANEW = "public, max-age=31536000, immutable", "no-cache"


@pytest.fixture
def browser(site: Site) -> httpx.Client:
    return site.client()


def test_a_file_is_kept_for_ever_under_its_own_hash_alone(browser: httpx.Client) -> None:
    own = asset("onedoor.css")
    present = browser.get(own)
    assert present.headers["cache-control"] == FOR_EVER
    # While one process still runs the old program and another the new one, a page of either asks both.
    for other in ("/static/0123456789ab/onedoor.css", "/static/0/onedoor.css", own.replace("/static/", "/static/0")):
        answer = browser.get(other)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, ANEW), other
        assert answer.text == present.text


def test_what_is_no_file_has_no_address(browser: httpx.Client) -> None:
    assert browser.get("/static/0123456789ab/none.css").status_code == 404
    assert browser.get("/static/0/none.css").status_code == 404


def test_names_that_are_no_file_are_not_kept(browser: httpx.Client) -> None:
    browser.get("/static/0/onedoor.css")

    def kept() -> list[int]:
        caches = [one for one in vars(static).values() if hasattr(one, "cache_info")]
        return [one.cache_info().currsize for one in (*caches, asset)]

    before = kept()
    for n in range(20):
        assert browser.get(f"/static/0/none-{n}.css").status_code == 404
        assert browser.get(f"/static/0123456789ab/none-{n}.css").status_code == 404
    assert kept() == before
