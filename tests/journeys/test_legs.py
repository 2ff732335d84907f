"""Legs reach an end in every order of events, none begins before what it waits for, and none becomes two cases."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.journeys.models import GRANTED, Cause, Leg, LegState, RunId, settled
from onedoor.kernel.i18n import Text

NOBODY, RUN, NOW = PersonId(UUID(int=1)), RunId(UUID(int=2)), datetime(2026, 3, 2, tzinfo=UTC)
OUTCOMES = (GRANTED, GRANTED, "refused", "declined", "withdrawn", "lapsed")


def leg(place: int, after: list[str], needed: bool) -> Leg:
    state, cause = (LegState.WAITING, Cause.NONE) if needed else (LegState.NOT_NEEDED, Cause.SITUATION)
    return Leg(NOBODY, RUN, f"leg{place}", place, "item", Text("x"), state, cause, None, after, {}, {}, {}, None, "", NOW)


class Legs(RuleBasedStateMachine):
    """A run of up to seven legs; the same moves as `service.following` and `service.starting` write."""

    def __init__(self) -> None:
        super().__init__()
        self.legs: dict[str, Leg] = {}
        self.cases: dict[str, int] = {}
        self.kept: list[str] = []

    @initialize(
        needed=st.lists(st.booleans(), min_size=2, max_size=7),
        links=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12),
    )
    def press(self, needed: list[bool], links: list[tuple[int, int]]) -> None:
        count = len(needed)
        after: dict[int, list[str]] = {n: [] for n in range(count)}
        for low, high in links:
            if low < high < count:  # a journey that waits for itself is not published
                after[high].append(f"leg{low}")
        self.legs = {f"leg{n}": leg(n, after[n], needed[n]) for n in range(count)}
        self.settle()

    def settle(self) -> None:
        for one in settled(list(self.legs.values())):
            self.legs[one.code] = one

    def change(self, code: str, **changed: object) -> None:
        self.legs[code] = replace(self.legs[code], **changed)  # type: ignore[arg-type]
        self.settle()

    def those(self, *states: LegState) -> list[str]:
        return [code for code, one in self.legs.items() if one.state in states]

    @rule()
    def nothing_happens(self) -> None:
        """And nothing follows."""
        before = dict(self.legs)
        self.settle()
        assert self.legs == before

    @precondition(lambda self: self.those(LegState.READY))
    @rule(data=st.data(), well=st.booleans())
    def begins(self, data: st.DataObject, well: bool) -> None:
        code = data.draw(st.sampled_from(self.those(LegState.READY)))
        assert all(self.legs[before].over for before in self.legs[code].after)
        if not well:
            self.change(code, state=LegState.FAILED)
            return
        self.cases[code] = self.cases.get(code, 0) + 1
        self.change(code, state=LegState.CASE, case_ref=CaseId.new())

    @precondition(lambda self: self.those(LegState.CASE))
    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES))
    def case_ends(self, data: st.DataObject, outcome: str) -> None:
        code = data.draw(st.sampled_from(self.those(LegState.CASE)))
        self.change(code, state=LegState.DONE, outcome=outcome)

    @precondition(lambda self: self.those(LegState.DONE))
    @rule(data=st.data())
    def the_same_event_comes_again(self, data: st.DataObject) -> None:
        before = dict(self.legs)
        code = data.draw(st.sampled_from(self.those(LegState.DONE)))
        self.change(code, state=LegState.DONE, outcome=self.legs[code].outcome)
        assert self.legs == before

    @precondition(lambda self: self.those(LegState.WAITING, LegState.READY, LegState.FAILED))
    @rule(data=st.data())
    def taken_back(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(self.those(LegState.WAITING, LegState.READY, LegState.FAILED)))
        self.kept.append(code)
        self.change(code, state=LegState.NOT_NEEDED, cause=Cause.TAKEN_BACK)

    @precondition(lambda self: self.those(LegState.FAILED))
    @rule(data=st.data())
    def tried_again(self, data: st.DataObject) -> None:
        self.change(data.draw(st.sampled_from(self.those(LegState.FAILED))), state=LegState.READY)

    @invariant()
    def nothing_begins_early(self) -> None:
        for one in self.legs.values():
            if one.state in (LegState.READY, LegState.CASE, LegState.DONE):
                assert all(self.legs[before].over for before in one.after), one.code

    @invariant()
    def nothing_is_made_twice(self) -> None:
        assert all(count == 1 for count in self.cases.values())

    @invariant()
    def what_was_taken_back_stays_so(self) -> None:
        assert all(self.legs[code].cause is Cause.TAKEN_BACK for code in self.kept)

    @invariant()
    def nothing_follows_that_has_not_followed(self) -> None:
        assert settled(list(self.legs.values())) == []

    def teardown(self) -> None:
        """Left alone, everything ends: what is ready begins, what has begun is decided, and then nothing waits."""
        for _ in range(2 * len(self.legs) + 1):
            for code in self.those(LegState.READY):
                self.change(code, state=LegState.CASE, case_ref=CaseId.new())
            for code in self.those(LegState.CASE):
                self.change(code, state=LegState.DONE, outcome=GRANTED)
        assert all(one.ended for one in self.legs.values()), self.legs


TestLegs = Legs.TestCase
TestLegs.settings = settings(max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
