"""The form engine: types in words, page order, and the two laws that any order of filling obeys."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedoor.cases.forms import conditions
from onedoor.cases.forms.building import Broken, built
from onedoor.cases.forms.engine import Form
from onedoor.cases.forms.reading import meant, typed
from onedoor.cases.forms.types import fault, tidy
from onedoor.kernel.text import citizen_check

TODAY = dt.date(2026, 11, 21)
T = {"zh": "问", "en": "ask"}
GOOD_ID = "99010219900101001" + citizen_check("99010219900101001")


def options(*values: str) -> list[dict[str, Any]]:
    return [{"value": v, "label": T} for v in values]


DEFINITION: dict[str, Any] = {
    "title": T,
    "schema": {
        "type": "object", "additionalProperties": False,
        "required": ["name", "kind", "guardian", "delivery", "address", "phone"],
        "properties": {
            "name": {"$ref": "od:name"}, "kind": {"enum": ["sight", "mental", "limb"]}, "guardian": {"$ref": "od:citizen-id"},
            "delivery": {"enum": ["post", "collect"]}, "address": {"$ref": "od:address"}, "phone": {"$ref": "od:phone"},
            "note": {"type": "string"},
        },
    },
    "fields": {
        "name": {"label": T}, "kind": {"label": T, "as": "radios", "options": options("sight", "mental", "limb")},
        "guardian": {"label": T, "as": "id-number"}, "delivery": {"label": T, "as": "radios", "options": options("post", "collect")},
        "address": {"label": T, "as": "address"}, "phone": {"label": T, "as": "phone"}, "note": {"label": T, "as": "textarea"},
    },
    "pages": [
        {"id": "kind", "ask": ["kind"]},
        {"id": "guardian", "ask": ["guardian"], "when": {"any": [{"eq": ["/kind", "mental"]}, {"lt": ["@person.age", 18]}]}},
        {"id": "delivery", "ask": ["delivery"]},
        {"id": "address", "ask": ["address"], "when": {"eq": ["/delivery", "post"]}},
        {"id": "phone", "ask": ["phone"], "when": {"has": ["/address"]}},
        {"id": "note", "ask": ["note"]},
    ],
    "bindings": {"/name": "person.name"},
    "documents": [{"code": "paper", "name": T, "when": {"eq": ["/kind", "mental"]}}],
}  # fmt: skip
FORM = built("x", 1, DEFINITION)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["sight", "mental", "limb", "nothing"]), "delivery": st.sampled_from(["post", "collect"]),
    "guardian": st.sampled_from([GOOD_ID, "1", GOOD_ID[:17] + "X"]), "address": st.text(max_size=9), "note": st.text(max_size=3),
    "phone": st.sampled_from(["1３８００００００００", "12"]),
}  # fmt: skip
MOVES = st.lists(st.sampled_from(sorted(VALUES)).flatmap(lambda k: VALUES[k].map(lambda v: (k, v))), max_size=14)
ELEMENTS = st.fixed_dictionaries({"person.age": st.integers(0, 90), "person.name": st.sampled_from(["林晓", "欧阳·娜娜"])})


def straight(form: Form, answers: dict[str, Any], elements: dict[str, Any]) -> dict[str, Any]:
    """Fill from the first page to the last: what any wandering must agree with."""
    filled: dict[str, Any] = {}
    while todo := [p for p in form.path(filled, elements) if any(n in answers and n not in filled for n in p.ask)]:
        filled |= {n: answers[n] for n in todo[0].ask if n in answers}
    return form.kept(filled, elements)


@settings(max_examples=150, deadline=None)
@given(MOVES, ELEMENTS)
def test_only_reachable_answers_are_handed_in(moves: list[tuple[str, Any]], elements: dict[str, Any]) -> None:
    answers = FORM.tidy(dict(moves))
    handed = FORM.submission(answers, elements, "zh-CN", TODAY)
    pages = FORM.path(answers, elements)
    assert set(handed.answers) <= {n for p in pages for n in p.ask}
    one_by_one = {f.pointer for p in pages for f in FORM.page_faults(p, answers, elements, "zh-CN", TODAY)}
    assert {f.pointer for f in handed.faults} == one_by_one


@settings(max_examples=150, deadline=None)
@given(MOVES, ELEMENTS)
def test_wandering_ends_like_walking_straight(moves: list[tuple[str, Any]], elements: dict[str, Any]) -> None:
    answers = FORM.tidy(dict(moves))
    assert FORM.submission(answers, elements, "en", TODAY).answers == straight(FORM, answers, elements)


ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*VALUES, "name"]), ANYTHING | st.lists(ANYTHING, max_size=3), max_size=5))
def test_no_answer_breaks_the_engine(answers: dict[str, Any]) -> None:
    FORM.submission(FORM.tidy(answers), {"person.age": 40, "person.name": "林晓"}, "en", TODAY)


def test_a_closed_branch_sleeps_and_is_not_sent() -> None:
    answers = {"kind": "sight", "delivery": "collect", "address": "春风路 12 号", "phone": "13800000000"}
    assert FORM.asleep(answers, {"person.name": "林晓"}) == ["address", "phone"]
    assert "address" not in FORM.submission(answers, {"person.name": "林晓"}, "zh-CN", TODAY).answers


def test_what_a_register_holds_is_not_asked() -> None:
    assert "held" not in [p.id for p in FORM.asked({}, {"person.name": "林晓"})]
    assert FORM.asked({}, {})[0].id == "held"
    assert FORM.submission({}, {"person.name": "林晓"}, "zh-CN", TODAY).answers["name"] == "林晓"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (GOOD_ID[:17] + ("1" if GOOD_ID[17] != "1" else "2"), "校验码不对"), ("990102900101001", "15 位"), ("9901", "18 位"),
        ("99010219900230001X", "不是真实的日期"), ("990102209001010015", "还没有到"), ("A90102199001010015", "前 17 位是数字"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_identity_number(value: str, words: str) -> None:
    assert words in (fault("od:citizen-id", value, "zh-CN", TODAY) or "")
    english = fault("od:citizen-id", value, "en", TODAY)
    assert english
    assert english.isascii()


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("od:date", "2026-02-30", "2 月没有 30 日"), ("od:date", "2026-13-01", "月份"), ("od:date", "26-01-01", "4 位"),
        ("od:date", "yesterday", "三个数字"), ("od:phone", "12345", "11 位"), ("od:name", "林", "2 到 50"),
        ("od:name", "林晓1", "只能有文字"),
        ("od:name", "😀😀", "文字"), ("od:name", "林\u202e晓", "控制字符"), ("od:name", "林" * 10_000, "10000"),
        ("od:money", "一百", "金额"),
        ("od:bank-card", "6222021234567890124", "校验"), ("od:uscc", "11990100000000115X", "校验"), ("od:postcode", "12", "6 位"),
        ("od:email", "a@b", "邮箱"), ("od:plate", "青1", "车牌"), ("integer", "三", "整数"), ("od:name", "林\x00晓", "控制字符"),
    ],
)  # fmt: skip
def test_faults_say_what_to_do(kind: str, value: str, words: str) -> None:
    assert words in (fault(kind, value, "zh-CN", TODAY) or "")


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("od:phone", "+86 139-0000-1234", "13900001234"), ("od:name", " 古丽•娜尔 ", "古丽·娜尔"), ("od:name", "𠮷野", "𠮷野"),
        ("od:citizen-id", f"９９{GOOD_ID[2:10]} {GOOD_ID[10:]}", GOOD_ID), ("od:money", "￥1,200.5", 120050),
        ("od:date", "2026年10月9日", "2026-10-09"), ("od:date", "2026/1/2", "2026-01-02"), ("integer", "１２", 12),
        ("od:plate", "青a·12345", "青A12345"),
        ("od:name", "Anne-Marie O'Neill", "Anne-Marie O'Neill"), ("od:name", "\uf9dc二", "\uf9dc二"),
    ],
)  # fmt: skip
def test_typed_text_becomes_an_answer(kind: str, value: str, becomes: Any) -> None:
    assert tidy(kind, value) == becomes
    assert fault(kind, becomes, "zh-CN", TODAY) is None


def test_three_boxes_are_one_date() -> None:
    form = built("x", 1, {
        "title": T, "schema": {"type": "object", "required": ["on"], "properties": {"on": {"$ref": "od:date"}}},
        "fields": {"on": {"label": T, "as": "date"}}, "pages": [{"id": "on", "ask": ["on"]}],
    })  # fmt: skip

    def read(**boxes: str) -> dict[str, Any]:
        return meant(form, typed(form, form.pages[0], {f"on-{k}": [v] for k, v in boxes.items()}, {}))

    assert read(year="2026", month="10", day="９") == {"on": "2026-10-09"}
    assert read(year="2026 10 9", month="", day="") == {"on": "2026-10-09"}
    assert read(year="", month="", day="") == {}
    assert form.submission(read(year="2026", month="2", day="30"), {}, "en", TODAY).faults[0].detail.startswith("Month 2 has no day 30")


def test_a_birthday_agrees_with_the_number() -> None:
    form = built("x", 1, {
        "title": T,
        "schema": {"type": "object", "properties": {"child_id_number": {"$ref": "od:citizen-id"}, "child_birth_on": {"$ref": "od:date"}}},
        "fields": {"child_id_number": {"label": T, "as": "id-number"}, "child_birth_on": {"label": T, "as": "date"}},
        "pages": [{"id": "child", "ask": ["child_id_number", "child_birth_on"], "title": T}],
    })  # fmt: skip
    wrong = form.submission({"child_id_number": GOOD_ID, "child_birth_on": "1990-01-02"}, {}, "zh-CN", TODAY).faults
    assert [f.pointer for f in wrong] == ["/child_birth_on"]
    assert not form.submission({"child_id_number": GOOD_ID, "child_birth_on": "1990-01-01"}, {}, "zh-CN", TODAY).faults


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"pages": [*DEFINITION["pages"], {"id": "kind", "ask": ["kind"]}]}, "pages[6]"),
        ({"pages": DEFINITION["pages"][1:]}, "pages[0].when"),
        ({"bindings": {"/name": "person.shoe"}}, "bindings./name"),
        ({"fields": {k: v for k, v in DEFINITION["fields"].items() if k != "note"}}, "fields.note"),
        ({"schema": DEFINITION["schema"] | {"required": ["gone"]}}, "schema.required"),
        ({"schema": DEFINITION["schema"] | {"properties": DEFINITION["schema"]["properties"] | {"note": {"$ref": "https://x.test/a"}}}},
         "schema.properties.note"),
        ({"documents": [{"code": "p", "name": T, "when": {"run": ["/kind", 1]}}]}, "documents[0].when"),
        *(({"schema": DEFINITION["schema"] | {"properties": DEFINITION["schema"]["properties"] | {"note": note}}}, "schema.properties.note")
          for note in ({"type": "string", "minLength": 10**9}, {"type": "string", "minLength": 2001},
                       {"type": "string", "minLength": 10**9, "maxLength": 10**9}, {"type": "string", "minLength": "x"},
                       {"type": "array", "minItems": 10**9, "items": {"properties": {"a": {"type": "string"}}}})),
    ],
)  # fmt: skip
def test_a_broken_definition_names_the_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(Broken) as broken:
        built("x", 1, DEFINITION | change)
    assert place in [where for where, _ in broken.value.mistakes]


def test_conditions_compare_only_what_compares() -> None:
    assert not conditions.holds({"lt": ["@person.age", 18]}, {}, {"person.age": None})
    assert not conditions.holds({"gt": ["/a", 3]}, {"a": "4"}, {})
    assert conditions.holds({"in": ["/a", ["x"]]}, {"a": ["y", "x"]}, {})
    assert conditions.fault({"all": [{"not": {"any": [{"not": {"has": ["/a"]}}]}}]}) is not None


def number_form(**schema: Any) -> Form:
    """A house of so many square metres; from a hundred on a plan has to be uploaded."""
    return built("x", 1, DEFINITION | {
        "schema": DEFINITION["schema"] | {"required": ["area"], "properties": {"area": schema, "name": {"$ref": "od:name"}}},
        "fields": {"area": {"label": T, "as": "number"}, "name": {"label": T}}, "pages": [{"id": "area", "ask": ["area"]}],
        "documents": [{"code": "plan", "name": T, "when": {"ge": ["/area", 100]}}],
    })  # fmt: skip


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_number_is_the_same_however_a_program_writes_it(kind: str) -> None:
    """150.0 is an integer to the schema, so it has to be one to the rule that calls for a paper, and to whoever reads it."""
    form = number_form(type=kind)
    for value in (150, 150.0):
        handed = form.tidy({"area": value})
        assert form.submission(handed, {}, "zh-CN", TODAY).faults == []
        assert [d.code for d in form.papers(handed, {})] == ["plan"], value
    assert not conditions.holds({"ge": ["/area", 100]}, {"area": True}, {})
    assert not conditions.holds({"ge": ["/area", 100]}, {"area": "150"}, {})
    if kind == "integer":
        assert str(form.tidy({"area": 150.0})["area"]) == "150"


def test_what_is_too_long_is_told_and_never_cut() -> None:
    """A text at its limit that was typed on a page, with its line ends as browsers send them; and one that is longer than is ever kept."""
    schema = DEFINITION["schema"]
    note = {"type": "string", "maxLength": 30_000}
    form = built("x", 1, DEFINITION | {"schema": schema | {"properties": schema["properties"] | {"note": note}}})
    page = next(p for p in form.pages if p.id == "note")
    lines = "\n".join(["说" * 99] * 200)
    kept = meant(form, typed(form, page, {"note": [lines.replace("\n", "\r\n")]}, {}))
    assert kept == {"note": lines}
    assert form.page_faults(page, kept, {}, "zh-CN", TODAY) == []
    more = meant(form, typed(form, page, {"note": ["说" * 25_000]}, {}))
    told = form.page_faults(page, more, {}, "zh-CN", TODAY)
    assert [f.detail for f in told] == ["太长了，最多 20000 个字"]
