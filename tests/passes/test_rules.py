"""Rules: the evaluator, what a ruleset may look like, and that the same facts give the same bytes for ever."""

import copy
import datetime as dt
import hashlib
import time
import tomllib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedoor.kernel.ids import convert, to_json
from onedoor.passes.models import Colour, Level, NewRuleset, worst
from onedoor.passes.rules import check, decide, evaluate, inputs_of
from onedoor.passes.rules.checking import ready
from onedoor.passes.rules.logic import DEPTH
from tests.conftest import CITY

NOW = dt.datetime(2026, 11, 26, 2, 0, tzinfo=dt.UTC)
FILES = sorted((CITY / "passes").glob("*.toml"))
EPIDEMIC: dict[str, Any] = tomllib.loads((CITY / "passes" / "epi-2026.toml").read_text("utf-8"))["ruleset"]
RULES = ready(convert(EPIDEMIC, NewRuleset), "epi-2026")
WELL = {"symptoms": ["none"], "contact": "no"}

VALUES = [
    ({"var": "payload.temp"}, 372), ({"var": "payload.missing.deeper"}, None), ({"var": "list.1"}, "b"), ({"var": "list.9"}, None),
    ({"if": [{"var": "no"}, 1, 2]}, 2), ({"and": [1, 0, 3]}, 0), ({"or": [0, "", "x"]}, "x"), ({"!": [[]]}, True),
    ({"===": [1, True]}, False), ({"===": ["a", "a"]}, True), ({"in": ["b", {"var": "list"}]}, True), ({"in": [1, [True]]}, False),
    ({"in": ["a", None]}, False), ({"<": [1, 2, 3]}, True), ({"<": [1, 3, 2]}, False), ({">=": [{"var": "payload.missing"}, 1]}, False),
    ({"<": ["1", 2]}, False), ({"+": [1, 2, 3]}, 6), ({"+": [1, "2"]}, None), ({"before": ["2026-01-01", "2026-01-02"]}, True),
    ({"not-before": ["2026-01-01", "2026-01-01T00:00:00+00:00"]}, True), ({"after": ["not a day", "2026-01-01"]}, False),
    ({"after": [["a list"], "2026-01-01"]}, False), ({"not-after": ["2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00Z"]}, True),
    ({"plusTime": ["2026-01-31", 1, "month"]}, dt.datetime(2026, 2, 28, tzinfo=dt.UTC)),
    ({"plusTime": ["2024-02-29", 1, "year"]}, dt.datetime(2025, 2, 28, tzinfo=dt.UTC)),
    ({"plusTime": ["2026-03-01", -1, "day"]}, dt.datetime(2026, 2, 28, tzinfo=dt.UTC)), ({"plusTime": [None, 1, "day"]}, None),
    ({"plusTime": ["9999-12-31", 3660, "year"]}, None),
    ({"reduce": [{"var": "list"}, {"+": [{"var": "accumulator"}, 1]}, 0]}, 2), ({"reduce": [None, {"var": "current"}, 7]}, 7),
    ({"reduce": [{"var": "list"}, {"or": [{"var": "accumulator"}, {"===": [{"var": "current"}, {"var": "data.want"}]}]}, False]}, True),
]  # fmt: skip


def test_expressions_have_the_values_they_should() -> None:
    facts = {"payload": {"temp": 372}, "list": ["a", "b"], "no": [], "want": "b"}
    wrong = [(said, got, want) for said, want in VALUES if (got := evaluate(said, facts)) != want or type(got) is not type(want)]
    assert wrong == []


def _changed(path: str, value: Any) -> dict[str, Any]:
    """The epidemic ruleset with one thing in it replaced."""
    data = copy.deepcopy(EPIDEMIC)
    *way, last = path.split(".")
    place: Any = data
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return data


def _deep() -> Any:
    said: Any = {"var": "payload.contact"}
    for _ in range(DEPTH + 1):
        said = {"!": [said]}
    return said


BAD = {
    "no operator": ("rule.0.when", {"**": [1, 2]}), "an object of 2 keys": ("rule.0.when", {"and": [1, 2], "or": [1, 2]}),
    "holds a fraction": ("rule.0.when", {">=": [{"var": "payload.temp"}, 37.3]}), "nested deeper": ("rule.0.when", _deep()),
    "parts, and at most": ("rule.0.when", {"and": [{"in": ["x", ["y"] * 400]}] * 6}),
    "there is no fact": ("rule.0.when", {"var": "payload.fever"}), "do not look at the clock": ("rule.0.when", {"var": "external.now"}),
    "takes a list of 2 arguments": ("rule.0.when", {"===": [1]}),
    "plusTime takes": ("rule.0.until", {"plusTime": ["2026-01-01", 1, "week"]}),
    "neither days nor until": ("rule.3.days", 0), "is missing: it holds when": ("rule.0.days", 0),
    "green is what is left": ("rule.3.colour", "green"),
    "is there already": ("rule.1.id", "contact"), "no test names": ("rule.6.id", "coughing"),
    "nobody is asked": ("test.0.answers", {"mood": "ok"}),
    "gives yellow by fever, and should give red": ("test.2.colour", "red"), "and not by cough": ("test.2.fired", ["cough"]),
    "have options, and nothing else has": ("question.0.options", []), "there is no fact 'payload.contact_on'": (
        "question.2.when", {"var": "payload.contact_on"}),
    "at most 6 questions": ("question", EPIDEMIC["question"] + [{**EPIDEMIC["question"][1], "id": f"q{n}"} for n in range(2)]),
}  # fmt: skip


@pytest.mark.parametrize("words", BAD)
def test_a_bad_ruleset_is_refused_with_its_place(words: str) -> None:
    found = check(convert(_changed(*BAD[words]), NewRuleset))
    assert any(words in what for _, what in found), found
    assert all(where for where, _ in found)


def test_the_rulesets_of_the_city_pass_their_own_tests() -> None:
    assert FILES
    for file in FILES:
        assert check(convert(tomllib.loads(file.read_text("utf-8"))["ruleset"], NewRuleset)) == [], file.name


def _inputs(answers: dict[str, Any], age: int = 0, levels: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    places = {f"place-{n}": Level(one) for n, one in enumerate(levels)}
    return inputs_of("epi-2026", NOW, NOW - dt.timedelta(days=age), answers, "990102001001", places, places, **more)


def test_a_decision_is_the_same_bytes_for_ever() -> None:
    """Golden: a change of these hashes means that old decisions no longer come out as they did."""
    cases = [_inputs(WELL), _inputs(WELL | {"temp": 373}), _inputs(WELL, 20), _inputs({"symptoms": ["cough"], "contact": "unknown"}),
             _inputs(WELL | {"visited": ["990105002"]}, 3, ("high",)), _inputs(WELL, waived={"contact": NOW})]  # fmt: skip
    said = b"\n".join(to_json(decide(one, RULES)) for one in cases)
    assert said == b"\n".join(to_json(decide(copy.deepcopy(one), RULES)) for one in cases)
    assert hashlib.sha256(said).hexdigest() == GOLDEN, said.decode()


GOLDEN = "15c29c3c36e15c2497b148f803a2b39f32ad516b0fd10b621b489600caa3d906"


def test_the_worst_rule_decides_and_time_ends_it() -> None:
    assert worst(Colour.GREEN, Colour.POPUP, Colour.GREY, Colour.YELLOW, Colour.RED) is Colour.RED
    assert [one.rank for one in Colour] == [0, 1, 2, 3, 4]
    assert [one.number for one in Colour] == [0, 4, 3, 1, 2]
    assert worst(Colour.YELLOW, Colour.GREY, Colour.POPUP) is Colour.YELLOW
    assert worst(Colour.POPUP, Colour.GREY) is Colour.GREY
    fever = decide(_inputs(WELL | {"temp": 373}), RULES)
    assert (fever.colour, fever.until) == (Colour.YELLOW, NOW + dt.timedelta(days=3))
    assert decide(_inputs(WELL | {"temp": 373}, age=3), RULES).colour is Colour.GREEN
    assert decide(_inputs(WELL, age=14), RULES).fired == ("stale",)
    none = inputs_of("epi-2026", NOW, None, {}, "", (), {})
    assert (decide(none, RULES).colour, decide(none, RULES).fired) == (Colour.GREY, ("undeclared",))
    waived = decide(_inputs(WELL | {"temp": 373}, waived={"fever": NOW + dt.timedelta(days=1)}), RULES)
    assert (waived.colour, waived.until) == (Colour.GREEN, NOW + dt.timedelta(days=1))
    assert decide(_inputs(WELL | {"temp": 373}, waived={"fever": NOW}), RULES).colour is Colour.YELLOW


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-10**9, 10**9) | st.text(max_size=12), lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["symptoms", "temp", "contact", "contact_on", "visited"]), anything))
def test_no_answer_can_break_a_rule(answers: dict[str, Any]) -> None:
    found = decide(_inputs(answers), RULES)
    assert found == decide(_inputs(answers), RULES)
    assert found.colour in Colour


def test_a_decision_by_fifteen_rules_takes_microseconds() -> None:
    """200 µs are the goal; five times as much is still far from what this guards against, and a busy machine does not fail it."""
    rules = msgspec.structs.replace(RULES, rules=[msgspec.structs.replace(RULES.rules[n % 7], id=f"r{n}") for n in range(15)])
    inputs = _inputs(WELL | {"temp": 366, "visited": ["990105"]}, 1, ("mid",))
    best = min(_timed(inputs, rules) for _ in range(5))
    assert best < 1e-3, f"{best * 1e6:.0f} µs"


def _timed(inputs: dict[str, Any], rules: Any) -> float:
    begun = time.process_time()
    for _ in range(100):
        decide(inputs, rules)
    return (time.process_time() - begun) / 100
