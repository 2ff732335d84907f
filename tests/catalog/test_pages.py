"""The hall, guides and search as people see them, with and without English, with anything typed into the search."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import Site

EN = {"cookie": "lang=en"}
PAGES = [
    "/hall", "/hall/huzheng", "/departments", "/departments/gongan", "/items/ga-juzhuzheng", "/items/ga-gangao", "/search",
    "/search?q=居住证",
]  # fmt: skip
STRANGE = [
    "🐉🐉", "x" * 5000, "量子纠缠披萨", "'; drop table catalog.item; --", "<script>alert(1)</script>", "\x00", "{{7*7}}", "%00%ff",
]  # fmt: skip
NOWHERE = [
    "/items/nothing", "/hall/nothing", "/departments/nothing", "/items/%00", "/items/" + "x" * 3000, "/hall/' or 1=1", "/items/%ff",
]  # fmt: skip


@pytest.fixture(autouse=True)
def counted(site: Site) -> Iterator[None]:
    """Openings of earlier tests are written down, and no batch is due while a test counts its statements; nor are words they typed."""
    from onedoor.catalog.service import learn, use

    learn._typed.clear()
    learn._opened.clear()
    use._opened.clear()
    use._written[0] = float("inf")
    yield
    use._opened.clear()
    use._written[0] = float("-inf")


def hits(page: str) -> list[str]:
    return re.findall(r'href="/items/([^"?]+)', page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_page_opens_with_one_heading(client: httpx.Client, path: str, language: str) -> None:
    for care in ("", "; care=1"):
        answer = client.get(path, headers={"cookie": f"lang={language}{care}", "accept": "text/html"})
        assert answer.status_code == 200, answer.text
        assert answer.text.count("<h1") == 1
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_browsing_asks_the_database_nothing(client: httpx.Client, queries: list[str], path: str) -> None:
    client.get(path)
    assert queries == []


def test_signed_in_only_the_session_is_asked_for(login: Callable[..., httpx.Client], queries: list[str]) -> None:
    person = login()
    queries.clear()
    person.get("/items/ga-juzhuzheng")
    assert len(queries) == 1
    assert "session" in queries[0]


def test_the_hall_leads_to_every_category_and_a_category_to_its_items(client: httpx.Client) -> None:
    page = client.get("/hall").text
    categories = re.findall(r'href="/hall/([a-z-]+)"', page)
    assert len(categories) >= 15
    reached = {code for category in categories for code in hits(client.get(f"/hall/{category}").text)}
    everything = {item["code"] for item in client.get("/api/items?limit=200").json()["items"]}
    assert {code for code in everything if "-" in code} <= reached


def test_departments_lead_to_what_they_do(client: httpx.Client) -> None:
    assert "/departments/gongan" in client.get("/departments").text
    page = client.get("/departments/gongan").text
    assert "0990-8620011" in page
    assert "ga-juzhuzheng" in hits(page)


def test_a_guide_tells_everything(client: httpx.Client) -> None:
    page = client.get("/items/ga-juzhuzheng").text
    told = ("谁可以办", "要准备的材料", "承诺时限", "5 个工作日", "15 个工作日", "一次都不用跑", "0990-8620011", "《居住证暂行条例》第九条")
    assert [words for words in told if words not in page] == []
    assert '<a class="btn main" href="/apply/ga-juzhuzheng">在线办理</a>' in page
    english = client.get("/items/ga-juzhuzheng", headers=EN).text
    assert "5 working days" in english
    assert '<span lang="zh-CN">《居住证暂行条例》第九条</span>' in english


def test_what_is_not_online_offers_no_form(client: httpx.Client) -> None:
    page = client.get("/items/ga-gangao").text
    assert "/apply/" not in page
    assert "最多跑 1 次" in page


def test_the_district_narrows_a_list(client: httpx.Client) -> None:
    everywhere = hits(client.get("/hall/huzheng").text)
    assert set(hits(client.get("/hall/huzheng", headers={"cookie": "district=990102"}).text)) <= set(everywhere)
    assert client.get("/hall/huzheng", headers={"cookie": "district=<script>"}).status_code == 200


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize("number", ["0", "-5", "99999999"])
def test_a_page_beyond_the_list_is_the_nearest_one(client: httpx.Client, number: str) -> None:
    assert hits(client.get(f"/hall/huzheng?n={number}").text)


def test_search_finds_by_what_people_say(client: httpx.Client) -> None:
    for words in ("居住证", "暂住证", "ＲＥＳＩＤＥＮＣＥ　ｐｅｒｍｉｔ", "Residence PERMITS", "外地人办证", "怎么办居住证"):
        assert hits(client.get("/search", params={"q": words}).text)[0] == "ga-juzhuzheng", words


@pytest.mark.parametrize("words", STRANGE)
def test_strange_searches_end_sanely(client: httpx.Client, words: str) -> None:
    answer = client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "12345" in answer.text
    assert 'href="/hall"' in answer.text


def test_one_character_and_half_a_character(client: httpx.Client) -> None:
    assert hits(client.get("/search", params={"q": "证"}).text)
    assert client.get("/search?q=%ff%fe").status_code in (200, 400)
    assert client.get("/search?q=%ed%a0%80").status_code in (200, 400)


def test_the_own_list_is_pinned_hidden_and_restored(login: Callable[..., httpx.Client]) -> None:
    person = login()
    assert "还没有常办的事项" in person.get("/me/frequent").text
    assert person.post("/me/frequent", data={"item": "ga-gangao", "action": "pin"}).status_code == 200
    assert "已置顶" in person.get("/me/frequent").text
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "hide"})
    page = person.get("/me/frequent").text
    assert "已隐藏" in page
    assert hits(page) == []
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "restore"})
    assert hits(person.get("/me/frequent").text) == ["ga-gangao"]


def test_the_own_list_refuses_nonsense_and_strangers(login: Callable[..., httpx.Client], client: httpx.Client) -> None:
    person = login()
    assert person.post("/me/frequent", data={"item": "nothing", "action": "pin"}).status_code == 404
    assert person.post("/me/frequent", data={"item": "ga-gangao", "action": "explode"}).status_code == 422
    assert person.post("/me/frequent", data={}).status_code == 422
    answer = person.post("/me/frequent", data={"item": "ga-gangao", "action": "pin", "next": "//evil.example"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/me/frequent?done=pin")
    assert client.post("/me/frequent", data={"item": "ga-gangao", "action": "pin"}).status_code == 401
    assert client.get("/me/frequent", headers={"accept": "text/html"}, follow_redirects=False).headers["location"].startswith("/login")


def test_at_most_twelve_are_pinned(login: Callable[..., httpx.Client], client: httpx.Client) -> None:
    person = login()
    codes = [item["code"] for item in client.get("/api/items?limit=13").json()["items"]]
    answers: list[Any] = [person.post("/me/frequent", data={"item": code, "action": "pin"}).status_code for code in codes]
    assert answers == [200] * 12 + [409]


@pytest.mark.usefixtures("unused")
def test_what_is_opened_becomes_hot(site: Site, client: httpx.Client) -> None:
    from onedoor.catalog import service
    from onedoor.catalog.service import use
    from onedoor.kernel import memory
    from onedoor.kernel.work import system

    quiet = service.hot("", 60)[-1].code
    for _ in range(3):
        client.get(f"/items/{quiet}")

    async def write_down() -> int:
        async with site.house.begin(actor=system("test")) as work:
            written = await service.flush_use(work)
        await memory.load_all(site.house.database)
        return written

    assert site.run(write_down) >= 1
    assert not use._opened
    assert service.hot("", 1)[0].code == quiet
    assert quiet in hits(client.get("/hall").text)


def test_what_is_called_by_the_words_stands_above_the_services_and_what_has_to_do_with_them_below(client: httpx.Client) -> None:
    named = client.get("/search", params={"q": "驾驶证"}).text
    assert named.index('id="called"') < named.index("/items/")
    near = client.get("/search", params={"q": "户口本要换一本"}).text
    assert 'id="called"' not in near
    if 'id="others"' in near:
        assert near.index("/items/") < near.index('id="others"')
