"""Finding items by what people call them, without a database."""

import time

import pytest

from onedoor.catalog.models import Audience, Item, Online, Source, Term
from onedoor.catalog.search import LONGEST, Index, normal, query_text
from onedoor.kernel.i18n import Text


def item(code: str, zh: str, en: str = "", *aliases: str, popular: int = 0) -> Item:
    name = Text(zh, en)
    return Item(
        code, name, name, "d", None, "c", (), Audience.BOTH, aliases, Online.INFO, (), "", popular, "file", "", (), None, Source.CITY
    )


ITEMS = [
    item("licence", "机动车驾驶证期满换证", "Renew a driving licence"),
    item("lost", "机动车驾驶证补领", "Replace a lost driving licence"),
    item("fund", "住房公积金提取", "Withdraw from the housing fund", "取公积金"),
    item("loan", "住房公积金贷款", "Housing fund loan"),
    item("permit", "居住证办理", "Residence permit", "暂住证"),
    item("visit", "上门评残", "", "visit at home"),
]
TERMS = [Term("驾照", ("驾驶证",)), Term("provident fund", ("公积金",))]
INDEX = Index(ITEMS, lambda one: ["交通警察"] if one.code in ("licence", "lost") else [], TERMS)


def found(query: str) -> list[str]:
    return [one.code for one in INDEX.search(query, 10)]


@pytest.mark.parametrize(("query", "first"), [
    ("公积金提取", "fund"), ("取公积金", "fund"), ("公积金贷款", "loan"), ("暂住证", "permit"), ("居住證办理", "permit"),
    ("驾照补领", "lost"),
    ("Housing Fund Loan", "loan"), ("ｌｏａｎ", "loan"), ("provident funds", "fund"), ("renew driving licences", "licence"),
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


def test_equal_matches_keep_the_order_of_the_catalogue_unless_one_is_popular() -> None:
    twins = [item("a", "养犬登记"), item("b", "养犬登记")]
    assert [one.code for one in Index(twins, lambda _: []).search("养犬", 5)] == ["a", "b"]
    twins = [item("a", "养犬登记"), item("b", "养犬登记", popular=9)]
    assert [one.code for one in Index(twins, lambda _: []).search("养犬", 5)] == ["b", "a"]


def test_an_empty_catalogue_finds_nothing() -> None:
    assert Index([], lambda _: []).search("居住证", 5) == []


def test_text_is_looked_at_up_to_its_limit() -> None:
    assert len(query_text("证" * 10_000)) == LONGEST
    assert len(query_text("\ufdfa" * 10_000)) == LONGEST  # one character that folds to eighteen
    assert normal("ＡＢＣ①㎡") == "abc1m2"


def test_a_search_costs_little() -> None:
    many = Index([item(str(n), f"第{n}号事项办理登记变更注销") for n in range(2000)], lambda _: ["综合窗口"], TERMS)
    began = time.process_time()
    for _ in range(20):
        many.search("我要办理事项变更登记和注销登记需要什么材料" * 3, 10)
    assert (time.process_time() - began) / 20 < 0.05
