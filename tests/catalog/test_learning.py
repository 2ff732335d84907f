"""What people typed, and names that staff learn from it: without a person, and at once."""

import re
import time
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from onedoor.catalog import service
from onedoor.catalog.models import Kind, Origin
from onedoor.kernel import memory
from onedoor.kernel.work import system
from tests.conftest import Site

PUBLISHER = "13800991602"


def write_down(site: Site) -> None:
    """What a worker does after an answer, without waiting for its turn."""

    async def flush() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await service.flush_queries(work)

    site.run(flush)


def reload(site: Site) -> None:
    site.run(lambda: memory.load_all(site.house.database))


def first(client: httpx.Client, words: str) -> str | None:
    items = client.get("/api/search", params={"q": words}).json()["items"]
    return items[0]["code"] if items else None


def typed(site: Site, client: httpx.Client, words: str, times: int = 3) -> None:
    for _ in range(times):
        assert client.get("/search", params={"q": words}).status_code == 200
    write_down(site)


def opened(words: str, code: str) -> str:
    """The address of an item as it stands in the answer to the words."""
    return service.link(code, Origin(Kind.SEARCH, words))


@pytest.fixture
def publisher(site: Site) -> httpx.Client:
    return site.sign_in(PUBLISHER)


def test_what_was_not_found_becomes_a_name_in_one_step_and_back(site: Site, client: httpx.Client, publisher: httpx.Client) -> None:
    words = "翠翠小本本"
    assert first(client, words) != "ga-juzhuzheng"
    typed(site, client, words)
    page = publisher.get("/desk/search").text
    assert words in page
    assert "搜了 3 次，点开 0 次" in page
    taught = publisher.post("/desk/search", data={"words": words, "other": "居住证办理"})
    assert taught.status_code == 200
    assert f"“{words}”现在是“居住证办理”的叫法" in taught.text or "几秒后生效" in taught.text
    reload(site)
    assert first(client, words) == "ga-juzhuzheng"
    assert words not in re.findall(r"<h2>([^<]+)", publisher.get("/desk/search").text)
    assert words in publisher.get("/desk/search?tab=learnt").text
    assert publisher.post("/desk/search", data={"words": words, "item": "ga-juzhuzheng"}).status_code == 409
    publisher.post("/desk/search", data={"words": words, "item": "ga-juzhuzheng", "act": "forget", "tab": "learnt"})
    reload(site)
    assert first(client, words) != "ga-juzhuzheng"
    assert words in publisher.get("/desk/search").text


def test_what_was_typed_is_listed_in_a_few_seconds_though_nobody_comes_again(
    site: Site, client: httpx.Client, publisher: httpx.Client
) -> None:
    words = "橙橙小夹子"
    for _ in range(3):
        client.get("/search", params={"q": words})
    began = time.perf_counter()
    while words not in publisher.get("/desk/search").text:
        assert time.perf_counter() - began < 5
        time.sleep(0.2)


def test_a_new_name_is_found_within_two_seconds_by_the_process_that_hears_of_it(
    site: Site, client: httpx.Client, publisher: httpx.Client
) -> None:
    began = time.perf_counter()
    publisher.post("/desk/search", data={"words": "绿绿夹子", "item": "ga-juzhuzheng"})
    reload(site)
    assert first(client, "绿绿夹子") == "ga-juzhuzheng"
    assert time.perf_counter() - began < 2
    publisher.post("/desk/search", data={"words": "绿绿夹子", "item": "ga-juzhuzheng", "act": "forget"})


def test_found_and_not_opened_is_another_list_and_opening_takes_it_off(
    site: Site, client: httpx.Client, publisher: httpx.Client
) -> None:
    words = "居住证怎么办理呀"
    typed(site, client, words)
    assert words in publisher.get("/desk/search?tab=unopened").text
    for _ in range(3):
        assert "搜索结果" in client.get(opened(words, "ga-juzhuzheng")).text
    write_down(site)
    assert words not in publisher.get("/desk/search?tab=unopened").text


def test_what_people_opened_in_the_end_is_offered_first(site: Site, client: httpx.Client, publisher: httpx.Client) -> None:
    words = "蓝蓝册子"
    typed(site, client, words)
    client.get(opened(words, "ga-gangao"))
    write_down(site)
    assert "1 次打开" in publisher.get("/desk/search").text


def test_rare_words_and_numbers_of_people_are_not_listed(site: Site, client: httpx.Client, publisher: httpx.Client) -> None:
    typed(site, client, "紫紫袋子", times=2)
    typed(site, client, "查询 990105199203180222")
    typed(site, client, "紫紫信箱 someone@example.org 车牌京a12345")
    page = publisher.get("/desk/search").text
    assert "紫紫袋子" not in page
    assert "990105" not in page
    assert "someone" not in page
    assert "12345 " not in page
    assert "紫紫信箱 □" in page


def test_words_that_mean_nothing_of_ours_are_put_aside(site: Site, client: httpx.Client, publisher: httpx.Client) -> None:
    typed(site, client, "红红烧肉谱")
    assert "红红烧肉谱" in publisher.get("/desk/search").text
    publisher.post("/desk/search", data={"words": "红红烧肉谱", "act": "aside"})
    assert "红红烧肉谱" not in re.findall(r"<h2>([^<]+)", publisher.get("/desk/search").text)


def test_nonsense_is_refused_and_what_was_typed_stays(publisher: httpx.Client) -> None:
    answer = publisher.post("/desk/search", data={"words": "什么都行", "other": "没有的事项名"})
    assert answer.status_code == 422
    assert publisher.post("/desk/search", data={}).status_code == 422
    assert publisher.post("/desk/search", data={"words": "x" * 500, "item": "ga-juzhuzheng"}).status_code == 422
    assert publisher.post("/desk/search", data={"words": "没有学过", "item": "ga-juzhuzheng", "act": "forget"}).status_code == 404
    assert publisher.post("/desk/search", data={"words": "什么都行", "item": "nothing", "act": "forget"}).status_code == 404
    assert publisher.get("/desk/search?tab=none").status_code == 404
    assert publisher.post("/desk/search/wish", data={"wish": "wish_x"}).status_code == 404


def test_only_whoever_publishes_may_see_and_teach(
    site: Site, client: httpx.Client, login: Callable[..., httpx.Client]
) -> None:
    for who in (login(), site.sign_in("13800990101")):
        assert who.get("/desk/search").status_code == 403
        assert who.post("/desk/search", data={"words": "居住", "item": "ga-juzhuzheng"}).status_code == 403
    assert client.get("/desk/search").status_code in (401, 303, 302)


def test_a_wish_is_kept_without_a_name_and_can_be_looked_after(site: Site, publisher: httpx.Client) -> None:
    stranger = site.client()
    answer = stranger.post("/search/wish", data={"words": "想给小区加装充电桩 13900990001", "q": "充电桩"})
    assert answer.status_code == 200
    assert "收到了" in answer.text
    page = publisher.get("/desk/search?tab=wishes").text
    assert "想给小区加装充电桩 □" in page
    assert "13900990001" not in page
    wish = re.search(r'value="(wish_\w+)"', page)
    assert wish is not None
    publisher.post("/desk/search/wish", data={"wish": wish[1]})
    assert "想给小区加装充电桩" not in publisher.get("/desk/search?tab=wishes").text
    assert publisher.post("/desk/search/wish", data={"wish": wish[1]}).status_code == 404


@pytest.mark.parametrize("words", ["zq" * 31 + "xy", "qzx " * 30], ids=["longer than a name", "cut behind a blank"])
def test_words_of_any_length_are_put_aside_taught_and_listed_again(
    site: Site, client: httpx.Client, publisher: httpx.Client, words: str
) -> None:
    typed(site, client, words)

    def listed() -> list[str]:
        page = publisher.get("/desk/search").text + publisher.get("/desk/search?tab=unopened").text
        return [one for one in re.findall(r'name="words" value="([^"]+)"', page) if one.startswith(words[:20])]

    row = listed()[0]
    publisher.post("/desk/search", data={"words": row, "item": "ga-juzhuzheng"})
    assert listed() == []
    name = re.search(rf"<h2>({words[:20]}[^<]*)", publisher.get("/desk/search?tab=learnt").text)
    assert name
    publisher.post("/desk/search", data={"words": name[1], "item": "ga-juzhuzheng", "act": "forget", "tab": "learnt"})
    assert row in listed()
    publisher.post("/desk/search", data={"words": row, "act": "aside"})
    assert listed() == []


def test_a_plate_in_a_wish_is_masked_as_it_is_written(site: Site, publisher: httpx.Client) -> None:
    """People write plates in capitals; what is typed into the search is folded before it is masked, a wish is not."""
    answer = site.client().post("/search/wish", data={"words": "青A70412 的违章怎么分期，还有青AD70412", "q": "青A70412 违章"})
    assert answer.status_code == 200
    page = publisher.get("/desk/search?tab=wishes").text
    assert "□ 的违章怎么分期，还有□" in page
    assert "70412" not in page


def test_an_empty_wish_is_told_and_too_many_are_refused(site: Site) -> None:
    stranger = site.client()
    empty = stranger.post("/search/wish", data={"words": "", "q": "充电桩"})
    assert empty.status_code == 422
    assert "请填写这一项" in empty.text
    assert "充电桩" in empty.text
    long = stranger.post("/search/wish", data={"words": "长" * 300, "q": ""})
    assert long.status_code == 422
    codes = [stranger.post("/search/wish", data={"words": f"愿望 {n}", "q": ""}).status_code for n in range(5)]
    assert codes[-1] == 429


def test_what_most_people_opened_is_proposed_as_a_name_approved_and_taken_back(
    site: Site, client: httpx.Client, publisher: httpx.Client
) -> None:
    words = "蓝本本小证"
    typed(site, client, words, times=20)
    propose = partial(_propose, site)
    for _ in range(11):
        client.get(opened(words, "ga-juzhuzheng"))
    write_down(site)
    assert propose() == 0  # eleven of twenty are not yet six in ten
    client.get(opened(words, "ga-juzhuzheng"))
    client.get(opened(words, "ga-gangao"))
    write_down(site)
    assert propose() == 1
    page = publisher.get("/desk/search?tab=proposed").text
    assert words in page
    assert "搜了 20 次，打开它 12 次" in page
    assert first(client, words) != "ga-juzhuzheng"  # nothing is learnt by itself
    chosen = {"words": words, "item": "ga-juzhuzheng", "tab": "proposed"}
    publisher.post("/desk/search", data=chosen | {"act": "refuse"})
    assert "没有采用" in publisher.get("/desk/search?tab=proposed").text
    assert propose() == 0
    assert publisher.post("/desk/search", data=chosen | {"act": "approve"}).status_code == 404
    publisher.post("/desk/search", data=chosen | {"act": "reopen"})
    assert publisher.post("/desk/search", data=chosen | {"act": "approve"}).status_code == 200
    reload(site)
    assert first(client, words) == "ga-juzhuzheng"
    publisher.post("/desk/search", data=chosen | {"act": "forget", "tab": "learnt"})
    reload(site)
    assert first(client, words) != "ga-juzhuzheng"
    assert propose() == 0  # what was taken back does not come again
    assert client.post("/desk/search", data=chosen | {"act": "approve"}).status_code in (401, 403, 303)


def test_what_comes_first_already_is_not_proposed(site: Site, client: httpx.Client) -> None:
    words = "居住证办理"
    typed(site, client, words, times=20)
    for _ in range(20):
        client.get(opened(words, "ga-juzhuzheng"))
    write_down(site)
    assert _propose(site) == 0


def _propose(site: Site) -> int:
    async def ask() -> int:
        async with site.house.begin(actor=system("test")) as work:
            return await service.propose(work)

    return site.run(ask)
