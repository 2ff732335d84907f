"""The catalogue for programs."""

from typing import Any

import httpx
import pytest


def ask(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_search_answers_items_with_code_and_name(client: httpx.Client) -> None:
    items = ask(client, "/api/search", q="暂住证")["items"]
    assert (items[0]["code"], items[0]["name"], items[0]["online"]) == ("ga-juzhuzheng", "居住证办理", "online")
    assert {"department", "category", "audience", "href"} <= items[0].keys()
    english = client.get("/api/search?q=residence+permit", headers={"accept-language": "en"}).json()["items"]
    assert english[0]["name"] == "Residence permit"


def test_search_keeps_its_limits(client: httpx.Client) -> None:
    assert len(ask(client, "/api/search", q="证", limit=3)["items"]) == 3
    assert ask(client, "/api/search")["items"] == []
    assert ask(client, "/api/search", q="   ")["items"] == []
    for limit in ("0", "-1", "201", "x"):
        answer = client.get("/api/search", params={"q": "证", "limit": limit})
        assert answer.status_code == 422, limit
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("query", ["🐉", "x" * 5000, "'", '"; --', "<b>", "\x00\x01", "%", "量子纠缠披萨", "\u202e居住证"])
def test_strange_queries_are_answered(client: httpx.Client, query: str) -> None:
    assert isinstance(ask(client, "/api/search", q=query)["items"], list)


def test_the_whole_catalogue_in_stretches(client: httpx.Client) -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        part = ask(client, "/api/items", after=after, limit=30)
        seen += [item["code"] for item in part["items"]]
        after = part["next"]
    assert seen == sorted(set(seen))
    assert len(seen) >= 80
    assert {item["category_code"] for item in ask(client, "/api/items", category="huzheng")["items"]} == {"huzheng"}
    assert {item["department_code"] for item in ask(client, "/api/items", department="gongan")["items"]} == {"gongan"}
    assert ask(client, "/api/items", after="zzzz") == {"items": [], "next": None}


def test_one_item_with_its_guide(client: httpx.Client) -> None:
    item = ask(client, "/api/items/ga-juzhuzheng")
    assert item["name"] == {"zh": "居住证办理", "en": "Residence permit"}
    assert item["guide"]["promised_days"] == 5
    assert item["guide"]["materials"][0]["from"] == "wallet"
    assert client.get("/api/items/nothing").json()["type"] == "/problems/no-such-item"


def test_categories_with_their_counts(client: httpx.Client) -> None:
    found = ask(client, "/api/categories")["items"]
    assert found[0]["code"] == "huzheng"
    assert all(category["items"] > 0 for category in found)
