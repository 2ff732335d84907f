"""What may be believed of an answer, and when a register is left alone: pure, under whatever a register says."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onedoor.exchange.circuits import IN_A_ROW, LONGEST_S, Breaker, Pace
from onedoor.exchange.dictionary import (
    Agreement,
    Dictionary,
    Element,
    Ground,
    Limits,
    Reading,
    Register,
    Resource,
    Sharing,
    masked,
    open_now,
)
from onedoor.exchange.models import AskIn, Question, State, Transport
from onedoor.exchange.policy import miss
from onedoor.exchange.service.keeping import judged
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId

KEY = {"person.id_number": "990105199203180222"}
ORG, OTHER, TODAY = OrgId.new(), OrgId.new(), dt.date(2026, 11, 26)
ELEMENTS = {
    "driver.class": Element("driver.class", Text("a"), {"enum": ["B1", "C1"]}, 3, "none", "police"),
    "driver.licensed_on": Element("driver.licensed_on", Text("b"), {"type": "string", "format": "date"}, 3, "hidden", "police"),
}  # fmt: skip
RULES = [
    {"to": "driver.class", "from": "/class", "via": ["trim"], "when_missing": "not_held"},
    {"to": "driver.licensed_on", "from": "/on", "via": ["date:YYYYMMDD"], "when_missing": "wrong"},
]
RESOURCE = Resource(
    "police.driver", 1, "police", Text("r"), "interface", "driver", ("person.id_number",), tuple(ELEMENTS), Sharing.CONDITIONAL, "law",
    "live", 3600, None,
)  # fmt: skip
REGISTER = Register("police", OTHER, Text("p"), Transport.REST, "00:00-24:00", "", Limits(), {}, "on")
AGREED = Agreement("a", ORG, "police.driver", ("driver.class",), ("apply",), ("jt",), Ground.DUTY, "law", 5, TODAY, TODAY, "granted")
KNOWN = Dictionary(
    ELEMENTS, {"police": REGISTER}, {"police.driver": RESOURCE}, {"police.driver": Reading("police.driver", 1, RULES, {})}, {},
    {"a": AGREED},
)  # fmt: skip
SAID = st.sampled_from(["C1", "B1", "20150609", "\ufffd"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | SAID
NAMES, KEYS = st.sampled_from(["class", "on", "x"]), st.sampled_from([*KEY.values(), "990102197811050423", ""])
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner), max_leaves=8)


@given(TREES, st.dictionaries(st.sampled_from([*KEY, "other"]), KEYS), st.sampled_from(State))
def test_nothing_is_believed_that_was_not_said_of_this_person(document: Any, echoed: dict[str, str], state: State) -> None:
    found = judged(KNOWN, RESOURCE, list(ELEMENTS), KEY, AskIn(state, document, echoed))
    assert found.state in {"held", "not_held", "refused", "down", "wrong", "late"}
    if found.values:
        assert (state, echoed.get("person.id_number"), found.state) == (State.HELD, KEY["person.id_number"], "held")
    assert not set(found.values) & set(found.unmapped)
    assert set(found.values) <= set(ELEMENTS)
    assert found.values.get("driver.class", "C1") in ("B1", "C1"), "a value has the shape of its element or it is none"
    for value in found.values.values():
        assert str(value) not in found.note, "no value is told to a steward"


def test_a_number_that_ends_in_a_small_x_is_the_same_number() -> None:
    """Many a department's system writes it so; another number is another person's all the same."""
    asked, document = {"person.id_number": "99010519691231009X"}, {"class": "C1", "on": "20150609"}
    said = {echo: judged(KNOWN, RESOURCE, list(ELEMENTS), asked, AskIn(State.HELD, document, {"person.id_number": echo}))
            for echo in ("99010519691231009X", "99010519691231009x", "99012119310107005x", "")}  # fmt: skip
    assert [one.state for one in said.values()] == ["held", "held", "wrong", "wrong"]
    assert [one.incident for one in said.values()] == ["", "", "not_me", "not_me"]


@given(
    st.sets(st.sampled_from([*ELEMENTS, "bank.account"]), min_size=1), st.sampled_from(["jt", "rs"]), st.sampled_from(["apply", "check"]),
    st.sampled_from([ORG, OTHER]), st.integers(-2, 2), st.sampled_from(["on", "off", "blocked"]), st.sampled_from(["granted", "ended"]),
)  # fmt: skip
def test_only_what_was_agreed_may_be_asked(
    elements: set[str], item: str, purpose: str, asker: OrgId, days: int, register: str, state: str
) -> None:
    agreement = replace(AGREED, state=state)
    known = replace(KNOWN, registers={"police": replace(REGISTER, state=register)})
    question = Question(tuple(elements), item, Text("t"), asker, purpose)
    fine = (elements, item, purpose, asker, days, register, state) == ({"driver.class"}, "jt", "apply", ORG, 0, "on", "granted")
    assert (miss(known, agreement, question, elements, TODAY + dt.timedelta(days=days)) == "") is fine


@given(st.lists(st.booleans(), max_size=60))
def test_a_register_rests_after_failures_and_never_for_long(said: list[bool]) -> None:
    breaker, now, row = Breaker(), 100.0, 0
    for well in said:
        now += 0.1
        row = 0 if well else row + 1
        if well:
            breaker.well()
            assert not breaker.open(now)
        else:
            opened = breaker.failed(now)
            assert breaker.open(now) or row < IN_A_ROW
            assert not opened or breaker.until - now <= LONGEST_S


def test_paces_hours_and_masks() -> None:
    pace = Pace(5)
    assert sum(pace.takes(10.0) for _ in range(50)) in (5, 6)
    assert pace.takes(12.0)
    assert open_now("06:00-23:00", "12:00")
    assert not open_now("06:00-23:00", "23:00")
    assert open_now("22:00-06:00", "23:30")
    assert open_now("00:00-24:00", "23:59")
    shown = {mask: masked(mask, "990105199203180222") for mask in ("none", "name", "number", "address", "hidden")}
    assert shown["number"] == "9901**********0222"
    assert "18" not in shown["hidden"]
    assert masked("name", "林晓") == "林*"
    assert all(masked(mask, masked(mask, "13900990001")) == masked(mask, "13900990001") for mask in ("number", "hidden"))
