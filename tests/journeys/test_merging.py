"""Legs put together: the same thing asked once, the stricter wish holds, and what cannot be satisfied is told by file and line."""

import tomllib
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onedoor.cases.service import checking
from onedoor.journeys import joining
from onedoor.journeys import service as journeys
from onedoor.web.city_files import Folder, read
from onedoor.web.city_journeys import check_journeys, items_said
from onedoor.web.city_shape import Page
from onedoor.web.toml_lines import lines

CITY = Path(__file__).parents[2] / "cities" / "qinghe"
MOVING, CARD, AGE = "journeys/moving.toml", "journeys/disability.toml", "benefits/gaolingjintie.toml"
MISTAKES = [
    ("journey of one situation", MOVING, "[[situation]]\nname = \"water\"", "[[situations]]\nname = \"water\"",
     "unknown key (did you mean situation?)"),
    ("leg of no item", MOVING, 'item = "sh-shui"', 'item = "sh-shuo"', "'sh-shuo' is no item that is applied for online"),
    ("leg at a counter", MOVING, 'item = "sh-shui"', 'item = "sh-dian"', "'sh-dian' is no item that is applied for online"),
    ("leg that waits for itself", MOVING, 'code = "address"', 'code = "address"\nafter = ["parking"]', "waits for itself in the end"),
    ("leg that waits for nothing", MOVING, 'after = ["address"]\nwhen = { eq = ["/car"', 'after = ["adress"]\nwhen = { eq = ["/car"',
     "there is no leg 'adress'"),
    ("situation unknown", MOVING, 'when = { eq = ["/car", "yes"] }', 'when = { eq = ["/cat", "yes"] }', "/cat is not a situation of"),
    ("not needed without words", MOVING, 'why_not = { zh = "不用停车月票", en = "No parking permit needed" }', "",
     "must say in `why_not` what is told"),
    ("answer to no question", MOVING, 'map = { kind = { is = "living" }', 'map = { kynd = { is = "living" }', "has no question kynd"),
    ("no such answer", MOVING, '{ is = "living" }', '{ is = "here" }', "'here' is no answer to kind"),
    ("no such department of a journey", MOVING, 'department = "gongan"', 'department = "gonganju"', "there is no department 'gonganju'"),
    ("nothing to take it from", CARD, 'card_number = { leg = "card", claim = "number" }, delivery',
     'card_number = { leg = "care", claim = "number" }, delivery', "takes from care, and must come after it"),
    ("certificate that does not say it", CARD, 'card_number = { leg = "card", claim = "number" }, delivery',
     'card_number = { leg = "card", claim = "weight" }, delivery', "the certificate of card does not say weight"),
    ("two elements for one question", "journeys/retirement.toml", 'map = { delivery = { is = "wallet" } }',
     'map = { delivery = { is = "wallet" }, phone = "/address" }', "/address is asked for another leg too, and $ref is"),
    ("no choice in common", "journeys/birth.toml", 'order = "/order" }', 'order = "/registered" }',
     "/registered is asked for another leg too, and the legs offer no choice in common"),
    ("benefit of no item", AGE, 'item = "mz-gaolingjintie"', 'item = "mz-none"', "'mz-none' is no item that is applied for online"),
    ("looked for by what nobody may", AGE, "@person.age", "@person.weight", "@person.weight is not an element that may be looked for"),
    ("answer of no benefit", AGE, 'payee = "social"', 'payee = "cash"', "is no answer to a question of mz-gaolingjintie"),
    ("asked for nothing", AGE, 'ask = ["other"]', 'ask = ["others"]', "mz-gaolingjintie has no question others"),
]  # fmt: skip


@pytest.fixture(scope="module")
def city() -> Folder:
    folder = read(CITY)
    assert folder.faults == []
    return folder


@pytest.fixture(scope="module")
def known(city: Folder) -> Any:
    """What the city's files may refer to, as the check knows it."""
    types = [one for _, one in city.entries(city.cert_types, "type")]
    return SimpleNamespace(
        departments={page.data["code"] for page in city.departments},
        events={one["name"]["zh"] for _, one in city.entries(city.life_events, "event")},
        claims={one["code"]: {claim["name"]: claim["kind"] for claim in one["claims"]} for one in types},
    )


@pytest.mark.parametrize(("file", "old", "new", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_with_its_line(city: Folder, known: Any, file: str, old: str, new: str, words: str) -> None:
    before = (CITY / file).read_text("utf-8")
    assert old in before
    text = before.replace(old, new, 1)
    broken = replace(city, faults=[], journeys=[], benefits=[])
    page = Page(file, tomllib.loads(text), cache(partial(lines, text)), broken.faults)
    (broken.journeys if file.startswith("journeys") else broken.benefits).append(page)
    check_journeys(broken, known)
    found = [str(fault) for fault in broken.faults]
    assert any(one.startswith(f"{file}:") and words in one for one in found), found
    told = [fault.line for fault in broken.faults if words in fault.what]
    at = before.count("\n", 0, before.index(old)) + 1
    assert any(at - 12 <= line <= at + 12 for line in told), (at, told)


def test_each_journey_asks_each_thing_once(city: Folder, known: Any) -> None:
    """Of every journey of the city: no question twice, every page reachable by somebody, fewer questions than the items have."""
    said = items_said([page.data for page in city.items], known.claims)
    for page in city.journeys:
        whole = journeys.together(page.data, said)
        assert whole.faults == [], page.file
        asked = [name for one in whole.form["pages"] for name in one["ask"]]
        assert len(asked) == len(set(asked)), page.file
        assert set(asked) | {b[1:] for b in whole.form["bindings"]} >= set(whole.form["schema"]["properties"])
        apart = sum(len(said[leg["item"]].form["schema"]["properties"]) for leg in page.data["leg"])
        assert len(asked) < apart, page.file


def test_the_stricter_wish_holds() -> None:
    assert joining.stricter({"type": "string", "maxLength": 60}, {"type": "string", "maxLength": 40, "minLength": 2}) == {
        "type": "string", "maxLength": 40, "minLength": 2
    }  # fmt: skip
    assert joining.stricter({"$ref": "od:name"}, {"type": "string", "maxLength": 20}) == {"$ref": "od:name", "maxLength": 20}
    assert joining.stricter({"enum": ["a", "b", "c"]}, {"enum": ["c", "b"]}) == {"enum": ["b", "c"]}
    for one, other in (
        ({"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 4}), ({"enum": ["a"]}, {"enum": ["b"]}),
        ({"$ref": "od:name"}, {"$ref": "od:date"}), ({"$ref": "od:name"}, {"enum": ["a"]}), ({"type": "string"}, {"type": "integer"}),
    ):  # fmt: skip
        with pytest.raises(joining.Clash):
            joining.stricter(one, other)


NAMES = st.sampled_from(["x", "y", "z"])
VALUES = st.sampled_from(["a", "b", 1, 2])
LEAVES = st.one_of(
    st.tuples(st.sampled_from(["eq", "ne", "lt", "ge"]), NAMES, VALUES).map(lambda t: {t[0]: [f"/{t[1]}", t[2]]}),
    st.tuples(NAMES, st.lists(VALUES, min_size=1, max_size=3)).map(lambda t: {"in": [f"/{t[0]}", t[1]]}),
    st.sampled_from([{"has": "/x"}, {"has": "/y"}, {"ge": ["@person.age", 60]}]),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"all": rules}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"any": rules}), inner.map(lambda rule: {"not": rule}),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rule=RULES, fixed=st.dictionaries(st.sampled_from(["x", "y"]), VALUES), rest=st.dictionaries(NAMES, VALUES), age=st.integers(58, 62))
def test_a_condition_means_the_same_in_the_journey(rule: Any, fixed: dict[str, Any], rest: dict[str, Any], age: int) -> None:
    """With what is fixed decided beforehand and questions under other names, it is true of the same answers."""
    answers, places = {**rest, **fixed}, {name: f"leg_{name}" for name in ("x", "y", "z")}
    made = joining.told(rule, fixed, places)
    elements = {"person.age": age}
    renamed = {places[name]: value for name, value in rest.items()}
    whole = checking.condition_holds(rule, answers, elements)
    assert whole == (made if isinstance(made, bool) else checking.condition_holds(made, renamed, elements))
