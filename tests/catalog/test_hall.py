"""The hall so that nobody misses it: every service within three links, the way back, life events, departments, offices near by."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from msgspec.structs import replace

from onedoor.catalog import service
from onedoor.catalog.models import Kind, Origin

ORIGIN = "http://testserver.local"


def links(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a[^>]* href="([^"]+)"', page)]


def back(page: str) -> str:
    found = re.search(r'<nav class="back"[^>]*><a href="([^"]+)"', page)
    assert found
    return unescape(found[1])


def crumbs(page: str) -> list[str]:
    found = re.search(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)
    assert found
    return links(found[0])


def hits(page: str) -> list[str]:
    return [href.split("?")[0].removeprefix("/items/") for href in links(page) if href.startswith("/items/")]


def opened_from(page: str, code: str) -> str:
    """The link to the item as this page has it."""
    return next(href for href in links(page) if href.split("?")[0] == f"/items/{code}" and "from=" in href)


def test_every_service_is_within_three_links_of_the_first_page(client: httpx.Client) -> None:
    reached, seen, front = set[str](), {"/"}, ["/"]
    for _ in range(3):
        following: list[str] = []
        for path in front:
            for href in links(client.get(path).text):
                if re.fullmatch(r"/items/[\w-]+(\?.*)?", href):
                    reached.add(href.split("?")[0].removeprefix("/items/"))
                elif re.fullmatch(r"/(hall|life|for|departments|offices|nearby)?(/[\w-]+)?(\?n=\d+)?", href) and href not in seen:
                    seen.add(href)
                    following.append(href)
        front = following
    published = {item["code"] for item in client.get("/api/items?limit=200").json()["items"]}
    assert published - reached == set()
    assert {"/life/jiehun", "/for/business", "/departments/gongan", "/nearby"} <= seen


def test_each_page_of_services_has_its_place_in_the_hall(client: httpx.Client) -> None:
    assert crumbs(client.get("/items/ga-juzhuzheng").text) == ["/hall", "/hall/huzheng"]
    assert crumbs(client.get("/life/jiehun").text) == ["/hall", "/life"]
    assert crumbs(client.get("/departments/gongan").text) == ["/hall", "/departments"]
    assert crumbs(client.get("/hall/huzheng").text) == ["/hall"]
    for collection in ("/hall/huzheng", "/life/jiehun", "/departments/gongan", "/for/citizen", "/life", "/departments", "/nearby"):
        assert back(client.get(collection).text) == "/hall", "a collection leads to the hall, so that people learn of it"


@pytest.mark.parametrize(
    "place", ["/hall/huzheng", "/departments/gongan", "/life/zhengjiandiu", "/for/citizen", "/offices/paichusuo-990102001"]
)
def test_a_service_leads_back_to_the_list_it_was_opened_from_and_so_do_its_neighbours(client: httpx.Client, place: str) -> None:
    page = client.get(place).text
    code = next(href.split("?")[0] for href in links(page) if href.startswith("/items/ga-")).removeprefix("/items/")
    guide = client.get(opened_from(page, code)).text
    assert back(guide) == place
    neighbour = next(href for href in links(guide) if href.startswith("/items/") and "from=" in href)
    assert back(client.get(neighbour).text) == place


def test_back_to_the_search_with_its_words(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "暂住证 & <b>"}).text
    guide = client.get(opened_from(page, "ga-juzhuzheng")).text
    there = urlsplit(back(guide))
    assert there.path == "/search"
    assert parse_qs(there.query) == {"q": ["暂住证 & <b>"]}
    assert "搜索结果" in guide


def test_from_the_first_page_and_from_the_hot_list(client: httpx.Client) -> None:
    for place, there in (("/", "/"), ("/hall", "/hall#hot")):
        code = service.hot("", 1)[0].code
        assert back(client.get(opened_from(client.get(place).text, code)).text) == there


def test_opened_directly_it_leads_to_where_the_reader_was_or_to_its_category(client: httpx.Client) -> None:
    def led(referer: str) -> str:
        return back(client.get("/items/ga-juzhuzheng", headers={"referer": referer}).text)

    assert led("") == "/hall/huzheng"
    assert led(f"{ORIGIN}/notices/baoyu-donghu") == "/notices/baoyu-donghu"
    assert led(f"{ORIGIN}/nearby?street=990102001&x=%22%3E") == "/nearby?street=990102001&x=%22%3E"
    for elsewhere in (
        "https://evil.example/hall", f"{ORIGIN}.evil.example/hall", f"{ORIGIN}/items/ga-huzhao", f"{ORIGIN}//evil.example",
        f"{ORIGIN}/logout",
        f"{ORIGIN}/hall/../../x", "javascript:alert(1)", "x" * 3000, f"{ORIGIN}/me/devices",
    ):  # fmt: skip
        assert led(elsewhere) == "/hall/huzheng", elsewhere


@pytest.mark.parametrize(
    "given",
    [
        "//evil.example", "https://evil.example", "h1.AAAAAAAA.", "s1.AAAAAAAA.电话诈骗", "z1.AAAAAAAA.x", "c1..", "", "x" * 5000, "%00",
        "c1.%ff",
    ],
)  # fmt: skip
def test_what_this_house_did_not_sign_leads_nowhere(client: httpx.Client, given: str) -> None:
    answer = client.get("/items/ga-juzhuzheng", params={"from": given})
    assert answer.status_code == 200
    assert back(answer.text) == "/hall/huzheng"


def test_a_signature_holds_for_its_own_place_alone() -> None:
    token = parse_qs(urlsplit(service.link("x", Origin(Kind.CATEGORY, "huzheng"))).query)["from"][0]
    assert service.read_origin(token) == Origin(Kind.CATEGORY, "huzheng")
    for forged in (token.replace("huzheng", "shebao"), "d" + token[1:], token.replace("c1", "c2"), token[:-1]):
        assert service.read_origin(forged) is None
    gone = parse_qs(urlsplit(service.link("x", Origin(Kind.CATEGORY, "nothing"))).query)["from"][0]
    assert service.read_origin(gone) is not None


def test_a_place_that_is_no_more_leads_to_the_category(client: httpx.Client) -> None:
    assert back(client.get(service.link("ga-juzhuzheng", Origin(Kind.CATEGORY, "nothing"))).text) == "/hall/huzheng"


def test_life_events_in_plain_words(client: httpx.Client) -> None:
    page = client.get("/life").text
    assert "您遇到了什么事？" in page
    assert "怎么登记，孩子和房子怎么办。" in page
    events = client.get("/api/life-events").json()["items"]
    assert len(events) >= 20
    for event in events:
        answer = client.get("/api/items", params={"limit": 200, "life_event": event["code"]}).json()
        listed = {item["code"] for item in answer["items"]}
        assert len(listed) == event["items"] > 0
        assert set(hits(client.get(f"/life/{event['code']}").text)) == listed
    assert client.get("/life/none").status_code == 404
    assert client.get("/api/items?life_event=none").status_code == 404


def test_what_departments_explain_is_found_read_and_leads_to_the_service_and_back(client: httpx.Client) -> None:
    assert "/articles" in links(client.get("/hall").text)
    assert "/articles/zufang-gongjijin" in links(client.get("/articles").text)
    assert "/articles/zufang-gongjijin" in links(client.get("/departments/gongjijin").text)
    assert "/articles/zufang-gongjijin" in links(client.get("/items/gjj-zufang").text)
    assert "/articles/zufang-gongjijin" in links(client.get("/search?q=租房也能用公积金").text)
    page = client.get("/articles/zufang-gongjijin").text
    assert crumbs(page) == ["/hall", "/articles"]
    assert "定额" in page
    assert back(client.get(opened_from(page, "gjj-zufang")).text) == "/articles/zufang-gongjijin"
    assert client.get("/articles/none").status_code == 404
    assert client.get("/articles?n=9").status_code == 200


def test_by_audience(client: httpx.Client) -> None:
    assert "sc-getihu" in hits(client.get("/for/business").text)
    assert "mz-jiehun" not in hits(client.get("/for/business").text)
    for nobody in ("both", "none", "%00"):
        assert client.get(f"/for/{nobody}").status_code == 404


def test_a_department_has_a_page_of_its_own(client: httpx.Client) -> None:
    page = client.get("/departments/yingji").text
    assert "暴雨橙色预警" in page
    assert re.search("现在开门|现在关门", page)
    assert "tel:0990-8620165" in page
    assert "/offices/yingji-dating" in links(page)
    assert "/nearby?department=yingji" in links(page)
    assert "/notices/tingshui-xishan" not in links(page), "another department's"


def test_an_office_tells_all_of_itself(client: httpx.Client) -> None:
    page = client.get("/offices/paichusuo-990102001").text
    assert "无障碍坡道" in page
    assert any(href.startswith("geo:30.558600,114.345200") for href in links(page))
    assert "ga-juzhuzheng" in hits(page)
    assert page.count("星期") == 6
    assert "/departments/renshe" in links(client.get("/offices/zhengwu-dating").text)
    assert client.get("/offices/none").status_code == 404


def test_the_directions_are_the_citys(site: Any) -> None:
    from msgspec.structs import replace

    from onedoor.catalog import places
    from onedoor.orgs import service as orgs

    city = replace(site.house.settings.city, map="https://map.example/to?ll={lat},{lon}&n={name}")
    found = places.way("zh-CN", city, orgs.office("hunyin-dengji"))
    assert found == "https://map.example/to?ll=30.563900,114.339200&n=%E5%A9%9A%E5%A7%BB%E7%99%BB%E8%AE%B0%E5%A4%84"


def offices(page: str) -> list[str]:
    return [href.removeprefix("/offices/") for href in links(page) if href.startswith("/offices/")]


def test_near_by_with_a_street_a_position_or_neither(client: httpx.Client) -> None:
    assert offices(client.get("/nearby?street=990121002").text)[0] in ("nongye-dating", "bianmin-990121002")
    assert offices(client.get("/nearby?lat=30.6281&lon=114.3549").text)[0] == "paichusuo-990105002"
    assert len(offices(client.get("/nearby").text)) == 20
    assert offices(client.get("/nearby", headers={"cookie": "district=990105"}).text) != offices(client.get("/nearby").text)
    assert "约 " in client.get("/nearby?lat=30.6281&lon=114.3549").text
    assert "从石门镇算起" in client.get("/nearby?street=990105002").text
    more = next(href for href in links(client.get("/nearby?street=990121002").text) if "more=2" in href)
    assert len(offices(client.get(more).text)) == 40
    assert len(set(offices(client.get("/nearby?more=99").text))) == len(offices(client.get("/nearby?more=99").text)) > 40


def test_near_by_for_one_service(client: httpx.Client) -> None:
    guide = client.get("/items/ga-juzhuzheng").text
    assert "/nearby?item=ga-juzhuzheng" in links(guide)
    page = client.get("/nearby?item=ga-juzhuzheng&street=990105002").text
    assert offices(page)[0] == "paichusuo-990105002"
    assert "/apply/ga-juzhuzheng" in links(page), "what needs no trip says so first"
    assert back(page) == "/items/ga-juzhuzheng"
    assert client.get("/nearby?item=none").status_code == 404
    assert client.get("/nearby?department=none").status_code == 404


@pytest.mark.parametrize("bad", ["lat=nan&lon=1", "lat=x&lon=y", "lat=91&lon=1", "lat=0&lon=0", "lat=30.5", "lat=%00&lon=%ff"])
def test_a_broken_position_is_told_and_the_page_still_helps(client: httpx.Client, bad: str) -> None:
    answer = client.get(f"/nearby?{bad}&street=990105002")
    assert answer.status_code in (400, 422)
    if answer.status_code == 422:
        assert "没有看懂这个位置" in answer.text
        assert offices(answer.text)
        assert '<option value="990105002" selected>' in answer.text


def test_far_away_and_in_an_unknown_street(client: httpx.Client) -> None:
    assert "您现在好像不在本市" in client.get("/nearby?lat=22.5&lon=114").text
    assert "从市中心算起" in client.get("/nearby?street=nowhere").text


def test_a_position_is_in_no_table_and_no_log(client: httpx.Client, capfd: pytest.CaptureFixture[str], queries: list[str]) -> None:
    client.get("/nearby?lat=30.5123&lon=114.3987")
    assert not any(query.lstrip().startswith(("insert", "update")) for query in queries)
    said = capfd.readouterr()
    assert "30.5123" not in said.out + said.err


def test_the_nearest_office_is_found_in_the_districts_where_the_item_is_offered(client: httpx.Client, monkeypatch: Any) -> None:
    """However many offices of other districts are nearer: they are left out before the list is cut, not afterwards."""
    every = client.get("/api/nearby", params={"lat": 30.5622, "lon": 114.3366, "item": "mz-jiehun", "limit": 100}).json()["items"]
    district = every[-1]["office"]["district"][:6]
    wanted = [one["office"]["code"] for one in every if one["office"]["district"].startswith(district)]
    assert every[0]["office"]["code"] not in wanted
    limited = replace(service.item("mz-jiehun"), districts=(district,))
    monkeypatch.setattr(service, "item", lambda code: limited)
    around = {"lat": every[0]["office"]["lat"], "lon": every[0]["office"]["lon"], "item": "mz-jiehun"}
    found = client.get("/api/nearby", params=around | {"limit": 1}).json()["items"]
    assert [one["office"]["code"] in wanted for one in found] == [True]
    everything = client.get("/api/nearby", params=around | {"limit": 100}).json()["items"]
    assert {one["office"]["code"] for one in everything} >= set(wanted)
    assert all(limited.in_district(one["office"]["district"]) for one in everything)
