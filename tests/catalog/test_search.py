"""Finding items by what people call them, without a database."""

import time

import pytest

from onedoor.catalog.models import Strength, Thing, ThingKind
from onedoor.catalog.search import LONGEST, Index, Thesaurus, indexed, lines_of, normal, query_text
from onedoor.kernel.i18n import Text


def thing(code: str, zh: str, en: str = "", *also: str, popular: int = 0, around: tuple[str, ...] = ()) -> Thing:
    return Thing(ThingKind.ITEM, code, Text(zh, en), f"/items/{code}", also, around, popular)


THINGS = [
    thing("licence", "机动车驾驶证期满换证", "Renew a driving licence", around=("交通警察",)),
    thing("lost", "机动车驾驶证补领", "Replace a lost driving licence", around=("交通警察",)),
    thing("fund", "住房公积金提取", "Withdraw from the housing fund", "取公积金"),
    thing("loan", "住房公积金贷款", "Housing fund loan"),
    thing("permit", "居住证办理", "Residence permit", "暂住证"),
    thing("visit", "上门评残", "", "visit at home"),
]
TERMS = [("驾照", ("驾驶证",)), ("provident fund", ("公积金",)), ("开车本本丢", ("驾驶证补领", "驾驶证"))]
NONE = Thesaurus("")
INDEX = indexed(THINGS, Thesaurus(lines_of(TERMS)))


def found(query: str, index: Index = INDEX) -> list[str]:
    return [one.thing.ref for one in index.search(query, 10).found]


@pytest.mark.parametrize(("query", "first"), [
    ("公积金提取", "fund"), ("取公积金", "fund"), ("公积金贷款", "loan"), ("暂住证", "permit"), ("居住證办理", "permit"),
    ("驾照补领", "lost"),
    ("Housing Fund Loan", "loan"), ("ｌｏａｎ", "loan"), ("provident funds", "fund"), ("renew driving licences", "licence"),
    ("jiazhaobuling", "lost"), ("gongjijindaikuan", "loan"), ("zfgjj", "fund"), ("公鸡金带款", "loan"), ("丢了开车本本怎么办", "lost"),
    ("renewing the licence", "licence"), ("請問駕駛證補領", "lost"),
    ("请问怎么办居住证？", "permit"), ("VISIT AT HOME", "visit"), ("  居住证  ", "permit"), ("居\u200b住证办理", "permit"),
])  # fmt: skip
def test_the_best_comes_first(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_what_surrounds_an_item_counts_a_little() -> None:
    assert set(found("交通警察")) == {"licence", "lost"}


@pytest.mark.parametrize("query", ["", "   ", "🐉", "量子纠缠披萨", "\x00", "'--", "qqq", "了", "x" * 5000])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert found(query) == []


def test_one_character_finds_what_holds_it() -> None:
    assert set(found("残")) == {"visit"}


def test_equal_matches_come_by_their_codes_unless_one_is_popular() -> None:
    assert found("养犬", indexed([thing("a", "养犬登记"), thing("b", "养犬登记")], NONE)) == ["a", "b"]
    assert found("养犬", indexed([thing("a", "养犬登记"), thing("b", "养犬登记", popular=9)], NONE)) == ["b", "a"]


def test_an_empty_catalogue_finds_nothing() -> None:
    assert found("居住证", indexed([], NONE)) == []


@pytest.mark.parametrize(("query", "strength"), [
    ("公积金贷款", Strength.SURE), ("驾照", Strength.SURE), ("provident fund", Strength.SURE), ("loan", Strength.SURE),
    ("红烧肉贷款怎么做最好吃", Strength.WEAK), ("量子纠缠披萨", Strength.NONE), ("", Strength.NONE),
])  # fmt: skip
def test_how_sure_an_answer_is(query: str, strength: Strength) -> None:
    assert INDEX.search(query, 5).strength is strength


def test_why_a_thing_was_found_is_told_when_its_name_does_not_tell() -> None:
    said = {query: INDEX.search(query, 1).found[0].why for query in ("驾照", "暂住证", "公积金提取")}
    assert said["驾照"] is not None
    assert (said["驾照"].said, said["驾照"].formal) == ("驾照", "驾驶证")
    assert said["暂住证"] is not None
    assert said["暂住证"].how == "also"
    assert said["公积金提取"] is None


def test_text_is_looked_at_up_to_its_limit() -> None:
    assert len(query_text("证" * 10_000)) == LONGEST
    assert len(query_text("\ufdfa" * 10_000)) == LONGEST  # one character that folds to eighteen
    assert normal("ＡＢＣ①㎡") == "abc1m2"


def test_a_search_costs_little() -> None:
    many = indexed([thing(str(n), f"第{n}号事项办理登记变更注销", around=("综合窗口",)) for n in range(2000)], INDEX.thesaurus)
    many.search("登记", 10)
    began = time.process_time()
    for _ in range(20):
        many.search("我要办理事项变更登记和注销登记需要什么材料" * 3, 10)
    assert (time.process_time() - began) / 20 < 0.05


def test_what_residents_say_leads_to_names_that_hold_most_of_the_formal_word() -> None:
    said = Thesaurus(lines_of([("老人搭车卡", ("敬老优待证",)), ("捡到小狗", ("养犬登记",))]))
    index = indexed([*THINGS, thing("elder", "敬老优待证申领"), thing("dog", "养犬登记")], said)
    assert found("老人搭车用哪张", index)[0] == "elder"  # no phrase: a part of one
    assert index.search("老人搭个车卡", 3).found[0].thing.ref == "elder"  # something stands between


SAID = [
    ("老屋塌", ("危房改造",)), ("leave housing fund", ("公积金",)), ("注销驾照", ("驾驶证注销",)), ("手机贷款", ("网络借款",)),
    ("phone loan", ("网络借款",)), ("驾照", ("驾驶证",)),
]  # fmt: skip
MORE = indexed([*THINGS, thing("house", "农村危房改造"), thing("end", "机动车驾驶证注销")], Thesaurus(lines_of(SAID)))


@pytest.mark.parametrize(("query", "first"), [
    ("我家那个老屋子都快要塌了", "house"), ("when i leave china can i take the housing fund", "fund"),
    ("驾照弄丢了", "lost"), ("驾照到期", "licence"), ("驾照不要了", "end"), ("lost licence", "lost"),
])  # fmt: skip
def test_words_between_and_what_is_to_be_done(query: str, first: str) -> None:
    assert found(query, MORE)[0] == first


@pytest.mark.parametrize(("query", "strength"), [
    ("手机贷款", Strength.WEAK), ("手机贷款怎么办理", Strength.WEAK), ("phone loan", Strength.WEAK), ("公积金贷款", Strength.SURE),
    ("老屋子快要塌", Strength.FAIR),
])  # fmt: skip
def test_what_nobody_in_the_city_does_never_reads_sure(query: str, strength: Strength) -> None:
    assert MORE.search(query, 5).strength is strength


def test_a_thesaurus_reads_folded_lines_doubles_and_nothing() -> None:
    said = Thesaurus("ＡＢ卡\t社保卡\n護照本\t護照\nab卡\t医保卡 社保卡\nrenew passport\t護照")
    assert said.zh == {"ab卡": "社保卡 医保卡", "护照本": "护照"}
    assert len(said) == 3
    assert len(Thesaurus("")) == 0
