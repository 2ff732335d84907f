"""How this device likes its pages: every choice leads back to the page on which it was made, however long its address is."""

from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest

from onedoor.catalog import service
from onedoor.catalog.models import Kind, Origin
from tests.conftest import Site

SENTENCE = "我父亲的居住证快要到期了现在人在外地住院回不来想问问能不能由我在网上替他办理延期需要准备什么材料要不要本人按指纹"
SEARCH = f"/search?q={quote(SENTENCE)}"


@pytest.mark.parametrize(("choice", "value"), [("language", "en"), ("care", "on"), ("theme", "dark"), ("district", "990102")])
def test_a_choice_leads_back_to_where_it_was_made(site: Site, choice: str, value: str) -> None:
    browser = site.client()
    for there in ("/hall", SEARCH, service.link("ga-juzhuzheng", Origin(Kind.SEARCH, SENTENCE))):
        answer = browser.post(f"/settings/{choice}", data={"value": value, "next": there}, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, there)
        assert answer.headers["set-cookie"].split("=")[1].startswith({"language": "en", "care": "1"}.get(choice, value))


def test_a_service_that_was_found_by_a_sentence_is_pinned(login: Callable[..., httpx.Client]) -> None:
    person = login()
    there = service.link("ga-juzhuzheng", Origin(Kind.SEARCH, SENTENCE))
    assert len(there) > 500
    page = person.post("/me/frequent", data={"item": "ga-juzhuzheng", "action": "pin", "next": there})
    assert (page.status_code, page.url.path) == (200, "/items/ga-juzhuzheng")
    assert [one["code"] for one in person.get("/api/me/frequent").json()["items"] if one["pinned"]] == ["ga-juzhuzheng"]


def test_what_is_too_long_or_elsewhere_leads_to_the_first_page(site: Site) -> None:
    for there in ("/search?q=" + "x" * 3000, "//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/a\nb"):
        answer = site.client().post("/settings/theme", data={"value": "dark", "next": there}, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/"), there
