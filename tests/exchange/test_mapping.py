"""The language of mappings: each step by a table, and for any rules and any tree exactly one outcome per element and no exception."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedoor.exchange.mapping.applying import MOST_ENTRIES, Mapping
from onedoor.exchange.mapping.rules import BadMapping
from onedoor.exchange.models import State

TABLES: dict[str, dict[str, Any]] = {"cjdj": {"1": "一级", "2": "二级"}, "severe": {"一级": True, "三级": False}}
HELD, NOT_HELD, UNMAPPED, WRONG, LATE = State.HELD, State.NOT_HELD, State.UNMAPPED, State.WRONG, State.LATE

STEPS: list[tuple[Any, list[str], State, Any]] = [
    (" 林晓 ", ["trim"], HELD, "林晓"), (" 林晓 ", [], HELD, " 林晓 "), ("𠮷田", ["trim"], HELD, "𠮷田"), ("   ", ["trim"], NOT_HELD, None),
    (None, ["int"], NOT_HELD, None), ("", ["code:cjdj"], NOT_HELD, None), ("１２３", ["nfkc", "int"], HELD, 123),
    ("139-0099 0001", ["digits"], HELD, "13900990001"), ("12x", ["upper"], HELD, "12X"),
    ("19920318", ["date:YYYYMMDD"], HELD, "1992-03-18"), ("1992-3-8", ["date:YYYY-M-D"], HELD, "1992-03-08"),
    ("1992年3月18日", ["date:YYYY年M月D日"], HELD, "1992-03-18"), ("201506", ["date:YYYYMM"], HELD, "2015-06"),
    ("19920230", ["date:YYYYMMDD"], UNMAPPED, None), ("1992-03-18", ["date:YYYYMMDD"], UNMAPPED, None),
    (19920318, ["date:YYYYMMDD"], HELD, "1992-03-18"), ("00000000", ["null_if:00000000", "date:YYYYMMDD"], NOT_HELD, None),
    (0, ["null_if:0", "int"], NOT_HELD, None), ("2026-11-21 10:02:03", ["time_cn"], HELD, "2026-11-21T10:02:03+08:00"),
    ("2026年11月21日10时02分", ["time_cn"], HELD, "2026-11-21T10:02:00+08:00"),
    ("20261121100203", ["time_cn"], HELD, "2026-11-21T10:02:03+08:00"), ("20261121", ["time_cn"], UNMAPPED, None),
    ("26:00", ["time_cn"], UNMAPPED, None), ("-7", ["int"], HELD, -7), (3.0, ["int"], HELD, 3), (3.5, ["int"], UNMAPPED, None),
    ("三", ["int"], UNMAPPED, None), ("٣", ["int"], UNMAPPED, None), ("1,234.5", ["fen"], HELD, 123450), (0.1, ["fen"], HELD, 10),
    ("0.105", ["fen"], UNMAPPED, None), ("1e3", ["fen"], UNMAPPED, None), ("是", ["bool:是/否"], HELD, True),
    ("否", ["bool:是/否"], HELD, False), ("Y", ["bool:是/否"], UNMAPPED, None), ("1", ["code:cjdj"], HELD, "一级"),
    (2, ["code:cjdj"], HELD, "二级"), ("9", ["code:cjdj"], UNMAPPED, None), ("1", ["code:cjdj", "code:severe"], HELD, True),
    ("2", ["code:cjdj", "code:severe"], UNMAPPED, None), ([1, 2], ["first"], HELD, 1), ([], ["first"], NOT_HELD, None),
    (["甲", None, "乙"], ["join:、"], HELD, "甲、乙"), ([], ["join"], NOT_HELD, None), ("甲，乙", ["split:，"], HELD, ["甲", "乙"]),
    ("甲，9", ["split:，", "code:cjdj"], UNMAPPED, None), ("1，2", ["split:，", "int"], HELD, [1, 2]), ("1", ["sex_gb2261"], HELD, "male"),
    (2, ["sex_gb2261"], HELD, "female"), ("9", ["sex_gb2261"], NOT_HELD, None), ("男", ["sex_gb2261"], UNMAPPED, None),
    ("990102000000", ["division"], HELD, "990102"), ("990102001003", ["division"], HELD, "990102001003"),
    ("99010", ["division"], UNMAPPED, None), ({"a": 1}, [], UNMAPPED, None), (True, [], HELD, True), (10**40, [], UNMAPPED, None),
    (float("nan"), [], UNMAPPED, None), ("a\x00b", [], UNMAPPED, None), ("林\ufffd", ["trim"], UNMAPPED, None),
    ("长" * 2001, [], UNMAPPED, None), ([[1]], [], UNMAPPED, None), (True, ["trim"], UNMAPPED, None),
]  # fmt: skip


def one(value: Any, via: list[str], **rule: Any) -> Any:
    return Mapping([{"to": "x", "from": "/x", "via": via, **rule}], TABLES).apply({"x": value})["x"]


def test_each_step() -> None:
    wrong = [(value, via, got) for value, via, state, want in STEPS if ((got := one(value, via)).state, got.value) != (state, want)]
    assert wrong == []
    assert one("9", ["trim", "code:cjdj"]).why == "code:cjdj 9"
    assert "1990" not in one("1990/01/01", ["date:YYYYMMDD"]).why, "of values nothing is said but a code"


def test_where_nothing_lies() -> None:
    tree = {"a": {"b": [{"c": 1}, {"c": 2}], "nil": None}, "/~": "odd"}
    for origin, state, value in [
        ("/a/b/1/c", HELD, 2), ("/a/b/*/c", HELD, [1, 2]), ("/a/b/2/c", WRONG, None), ("/a/x", WRONG, None), ("/a/nil", NOT_HELD, None),
        ("/a/nil/deeper", NOT_HELD, None), ("/~1~0", HELD, "odd"), ("/a/b/*/d", WRONG, None),
        (["/a/b/0/c", "/a/b/1/c", "/a/nil"], HELD, [1, 2]),
        (["/a/nil", "/a/nil"], NOT_HELD, None), ("/a/b/-1", WRONG, None), ("/a/b/٠", WRONG, None),
    ]:  # fmt: skip
        got = Mapping([{"to": "x", "from": origin}]).apply(tree)["x"]
        assert (got.state, got.value) == (state, value), origin
    for meaning in ("not_held", "unmapped", "wrong"):
        assert Mapping([{"to": "x", "from": "/z", "when_missing": meaning}]).apply(tree)["x"].state == State(meaning)
    late = Mapping([{"to": "x", "from": "/a/b"}, {"to": "y", "from": "/a/nil"}, {"to": "z", "from": "/a/bc"}]).apply(tree, ("/a/b",))
    assert [late[name].state for name in "xyz"] == [LATE, NOT_HELD, WRONG]


def test_a_list_of_people_is_whole_or_nothing() -> None:
    rule = {"to": "members", "from": "/p", "each": [{"to": "name", "from": "/xm"}, {"to": "sex", "from": "/xb", "via": ["sex_gb2261"]}]}
    people = Mapping([rule])
    assert people.apply({"p": [{"xm": "甲", "xb": "1"}, {"xm": "乙", "xb": None}]})["members"].value == [
        {"name": "甲", "sex": "male"}, {"name": "乙", "sex": None}]  # fmt: skip
    assert people.apply({"p": []})["members"].value == []
    for given_list, state in [([{"xm": "甲", "xb": "x"}], UNMAPPED), ([{"xm": "甲"}], WRONG), ({"xm": "甲", "xb": "1"}, UNMAPPED),
                              ([{"xm": "甲", "xb": "1"}] * (MOST_ENTRIES + 1), UNMAPPED)]:  # fmt: skip
        assert people.apply({"p": given_list})["members"].state is state
    assert people.faults({"p": [{"xm": "甲", "xb": "1"}]}, {"members": [{"name": "甲", "sex": "male"}]}) == []
    assert people.faults({"p": []}, {"members": None, "ghost": 1}) != []


def test_mistakes_in_rules_are_told_all_at_once() -> None:
    with pytest.raises(BadMapping) as told:
        Mapping([{"to": "a", "from": "x"}, {"to": "b", "from": "/x", "via": ["guess", "code:none", "date:DD", "bool:是", "split:"]},
                 {"to": "a", "from": "/y~2", "when_missing": "zero"}, {"to": "c", "from": []}, {"to": "d", "from": "/*/x/*"},
                 {"to": "e", "from": "/e", "via": ["first"], "each": [{"to": "f", "from": "/f"}]}])  # fmt: skip
    assert len(told.value.faults) == 12
    for place in ("/0/from", "/1/via", "/2/when_missing", "/3/from", "/4/from", "/5/each", "a: one rule"):
        assert place in str(told.value)
    for odd in (1, [{"to": "a"}], [{"to": "a", "from": "/x", "eval": "1+1"}], [{"to": str(n), "from": "/x"} for n in range(201)]):
        with pytest.raises(BadMapping):
            Mapping(odd)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["1", "19920318", "1，2", "是", "0"]),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "xm"]), below, max_size=3), max_leaves=20,
)  # fmt: skip
ways = st.lists(st.sampled_from(["a", "b", "xm", "0", "1", "*"]), max_size=4).filter(lambda way: way.count("*") < 2)
places = ways.map(lambda way: "".join(f"/{step}" for step in way))
meanings = st.sampled_from(["not_held", "unmapped", "wrong"])
names = st.sampled_from(sorted({step for _, via, _, _ in STEPS for step in via}))
column = st.fixed_dictionaries({"from": places, "via": st.lists(names, max_size=4), "when_missing": meanings})
whole = st.builds(
    lambda base, each: {**base, "via": [], "each": [{**c, "to": str(n)} for n, c in enumerate(each)]}, column, st.lists(column, max_size=3)
)
rules = st.lists(column | whole, max_size=6).map(lambda found: [{**rule, "to": f"e{n}"} for n, rule in enumerate(found)])


@settings(max_examples=50, deadline=None)
@given(rules, plain, st.lists(places, max_size=2).map(tuple))
def test_whatever_is_said_becomes_one_outcome_an_element(given_rules: list[Any], tree: Any, late: tuple[str, ...]) -> None:
    mapping = Mapping(given_rules, TABLES)
    outcomes = mapping.apply(tree, late)
    assert list(outcomes) == [rule["to"] for rule in given_rules]
    for got in outcomes.values():
        assert got.state in (HELD, NOT_HELD, UNMAPPED, WRONG, LATE)
        assert (got.value is None) == (got.state is not HELD)
    assert mapping.apply(tree, late) == outcomes


def test_no_answer_costs_more_than_it_is_worth() -> None:
    heavy = Mapping([{"to": f"e{n}", "from": "/x", "via": ["trim", "nfkc", "upper"] * 3} for n in range(200)])
    began = time.process_time()
    outcomes = heavy.apply({"x": ["长" * 100] * 1000})
    assert time.process_time() - began < 0.2
    assert outcomes["e0"].state is HELD
    assert (outcomes["e199"].state, outcomes["e199"].why) == (UNMAPPED, "limit")
