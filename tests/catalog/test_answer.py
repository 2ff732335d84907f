"""What stands in an answer beside its items: the part of the city that was named, what was meant, and other acts of one matter."""

import re

import httpx
import msgspec
import pytest

from onedoor.catalog.models import Audience, NewItem, Online
from onedoor.catalog.service.areas import Areas
from onedoor.catalog.service.families import another_act, matters
from onedoor.catalog.service.find import Hit
from onedoor.catalog.service.load import as_item
from onedoor.kernel.i18n import Text
from onedoor.kernel.problems import TooMany
from onedoor.kernel.throttle import Throttle
from onedoor.orgs.models import District, Level
from tests.conftest import Site

PLACES = [
    District("9901", Level.CITY, None, Text("青禾市", "Qinghe"), "9901"),
    District("990102", Level.DISTRICT, "9901", Text("东湖区", "Donghu District"), "9901.990102"),
    District("990103", Level.DISTRICT, "9901", Text("河西区", "Hexi District"), "9901.990103"),
    District("990102001", Level.STREET, "990102", Text("柳岸街道", "Liu'an Subdistrict"), "9901.990102.990102001"),
    District("990102009", Level.STREET, "990102", Text("新村街道", ""), "9901.990102.990102009"),
    District("990103009", Level.STREET, "990103", Text("新村街道", ""), "9901.990103.990103009"),
    District("990102001001", Level.GRID, "990102001", Text("柳岸街道第一网格", ""), "9901.990102.990102001.990102001001"),
]
AREAS = Areas(PLACES, ["青禾市民卡", "东湖公园年票办理", "居住证办理"])


@pytest.mark.parametrize(("typed", "left", "area"), [
    ("东湖区公积金", "公积金", "990102"), ("公积金提取 东湖", "公积金提取", "990102"), ("青禾市东湖区柳岸居住证", "居住证", "990102001"),
    ("青禾市民卡", "青禾市民卡", ""), ("东湖公园年票", "东湖公园年票", ""), ("新村居住证", "新村居住证", ""),
    ("河西区新村居住证", "居住证", "990103009"),
    ("donghu district passport", "passport", "990102"), ("donghu districts", "donghu districts", ""), ("東湖區公積金", "公积金", "990102"),
    ("东湖区", "", "990102"), ("青禾市 东湖", "", "990102"), ("公积金", "公积金", ""), ("", "", ""),
    ("在东湖区怎么办护照", "怎么办护照", "990102"),
])  # fmt: skip
def test_the_part_of_the_city_that_a_query_names_is_taken_out(typed: str, left: str, area: str) -> None:
    found = AREAS.read(typed)
    assert (found.left, found.area.code if found.area else "") == (left, area)


def test_a_query_with_a_place_ranks_as_without_it_and_is_placed_there(client: httpx.Client) -> None:
    plain, placed = (client.get("/api/search", params={"q": words}).json() for words in ("居住证", "东湖区居住证"))
    assert [one["code"] for one in placed["items"]][:3] == [one["code"] for one in plain["items"]][:3]
    assert placed["strength"] == plain["strength"] == "sure"
    assert (plain["area"], placed["area"]["name"], placed["area"]["href"]) == (None, "东湖区", "/nearby?street=990102")
    page = client.get("/search", params={"q": "东湖区居住证"})
    assert "按“东湖区”找办理地点" in page.text
    only = client.get("/search", params={"q": "东湖区"})
    assert only.url.path == "/nearby"
    assert "东湖区" in only.text
    assert client.get("/api/search", params={"q": "东湖"}).json()["area"]["code"] == "990102"


def test_what_is_written_by_its_sound_is_asked_back_and_not_replaced(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "siyejin"}).text
    assert re.search(r"您是不是找：<a href=\"/search\?q=[^\"]+\" lang=\"zh\">失业金</a>", page)
    assert "siyejin" in page
    meant = {"siyejin": "失业金", "居住证": "", "量子纠缠披萨": "", "zzzz": "", "": ""}
    assert {words: client.get("/api/search", params={"q": words}).json()["meant"] for words in meant} == meant


def made(code: str, name: str, department: str = "gongan") -> Hit:
    new = NewItem(code=code, name=Text(name), department=department, category="c", audience=Audience.BOTH, online=Online.INFO, guide=None)
    return Hit(as_item(new), 1.0, None)


def test_other_acts_of_a_matter_are_chips_under_the_best() -> None:
    hits = [
        made("a", "居住证办理"), made("b", "养犬登记"), made("c", "居住证补领"), made("d", "居住证注销登记"),
        made("e", "居住证补领", "minzheng"),
        made("f", "居住区绿化率查询"), made("g", "居住证"),
    ]  # fmt: skip
    found = matters(hits)
    assert [(one.head.item.code, [act for act, _ in one.acts]) for one in found] == [
        ("a", ["补领", "注销登记"]), ("b", []), ("e", []), ("f", []), ("g", []),
    ]  # fmt: skip
    assert another_act(hits[0].item, hits[0].item) == ""


def test_every_item_of_an_answer_is_on_its_page_once(client: httpx.Client) -> None:
    items = [one["code"] for one in client.get("/api/search", params={"q": "机动车驾驶证", "limit": 10}).json()["items"]]
    page = client.get("/search", params={"q": "机动车驾驶证"}).text
    assert all(f"/items/{code}?" in page for code in items)


def test_who_holds_an_answer_already_is_told_so(client: httpx.Client) -> None:
    for path in ("/api/search?q=居住证", "/search/suggest?q=居住"):
        whole = client.get(path, headers={"accept": "application/json"})
        assert whole.headers["cache-control"] == "private, max-age=30"
        again = client.get(path, headers={"accept": "application/json", "if-none-match": whole.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", whole.headers["etag"])
        other = client.get(path + "卡", headers={"accept": "application/json", "if-none-match": whole.headers["etag"]})
        assert (other.status_code, other.headers["etag"] != whole.headers["etag"]) == (200, True)
        english = client.get(path, headers={"accept": "application/json", "accept-language": "en", "if-none-match": whole.headers["etag"]})
        assert english.status_code == 200


def test_who_searches_too_fast_is_asked_to_wait_and_keeps_what_was_typed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.house, "settings", msgspec.structs.replace(site.house.settings, behind_proxy=True))
    monkeypatch.setattr("onedoor.kernel.throttle.monotonic", lambda: 100.0)
    client = site.client()
    client.headers["x-forwarded-for"] = "203.0.113.9"
    codes = [client.get("/api/search?q=居住证").status_code for _ in range(24)]
    assert codes[:20] == [200] * 20
    refused = client.get("/search/suggest?q=居住", headers={"accept": "application/json"})
    assert (codes[-1], refused.status_code, refused.headers["content-type"]) == (429, 429, "application/problem+json")
    assert refused.json()["retry_after"] == int(refused.headers["retry-after"]) == 1
    page = client.get("/search?q=居住证", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["retry-after"]) == (429, "1")
    assert "搜得太快了" in page.text
    assert 'value="居住证"' in page.text
    assert 'href="/hall"' in page.text
    client.headers["x-forwarded-for"] = "203.0.113.10"
    assert client.get("/search?q=居住证").status_code == 200


def test_a_pace_is_kept_for_each_network_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("onedoor.kernel.throttle.monotonic", lambda: now[0])
    pace = Throttle(capacity=2, per_second=0.5)
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "testclient", "", "not an address"):
        for _ in range(5):
            pace.need(address)
    for address in ("2001:db8::1", "2001:db8::2"):  # one household
        pace.need(address)
    with pytest.raises(TooMany) as wait:
        pace.need("2001:db8::3")
    assert wait.value.extra["retry_after"] == 3
    pace.need("2001:db8:0:1::1")
    now[0] = 2.1
    pace.need("2001:db8::4")
    monkeypatch.setattr("onedoor.kernel.throttle.MOST", 3)
    for at in range(9):
        pace.need(f"203.0.113.{at}")
    pace.need("2001:db8::4")  # forgotten, and begun anew


def test_another_organisations_site_is_left_for_by_a_page_that_says_so(
    site: Site, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = client.get("/items/wj-guahao").text
    assert 'href="/go/wj-guahao"' in guide
    assert "https://hospital.qinghe.example" not in guide + client.get("/search?q=预约挂号").text
    leaving = client.get("/go/wj-guahao?to=https://elsewhere.example&url=https://elsewhere.example").text
    assert re.findall(r'href="(https?:[^"]+)"', leaving) == ["https://hospital.qinghe.example/book"]
    assert 'rel="noreferrer external"' in leaving
    assert leaving.count('href="/items/wj-guahao"') == 2
    for code in ("ga-juzhuzheng", "nothing", "https:%2F%2Felsewhere.example", "..%2Fhall"):
        assert client.get(f"/go/{code}").status_code == 404
    city = msgspec.structs.replace(site.house.settings.city, outside=("other.example",))
    monkeypatch.setattr(site.house, "settings", msgspec.structs.replace(site.house.settings, city=city))
    assert client.get("/go/wj-guahao").status_code == 404  # the city names the host no more
