"""A mapping at work: every element gets exactly one outcome, whatever the register has said."""

from typing import Any

from msgspec import Struct

from onedoor.exchange.models import State
from onedoor.kernel import text

from .pointers import MISSING, found
from .rules import Ready, read
from .steps import LONGEST, Nothing, Tables, Unfit

MOST_ENTRIES, MOST_WORK = 1000, 20_000
"""Units of work: about a microsecond each, so that no answer costs more than some twenty milliseconds."""


class Outcome(Struct, frozen=True):
    """What became of one element: HELD with a value; NOT_HELD, UNMAPPED, LATE or WRONG without. `why` names the step, and a code."""

    state: State
    value: Any = None
    why: str = ""


class _Spent(Exception):
    """More was asked than an answer is worth."""


class Mapping:
    """The rules of one resource. BadMapping at once when they cannot be used."""

    def __init__(self, rules: Any, tables: Tables | None = None) -> None:
        self._rules = read(rules, tables or {})

    @property
    def elements(self) -> list[str]:
        return [rule.to for rule in self._rules]

    def columns(self) -> set[str]:
        """What must stand at the top of a tree, else its schema is not the one these rules were made for: the header of a drop."""
        return {steps[0] for rule in self._rules for _, steps in rule.places if steps and rule.when_missing == "wrong"}

    def apply(self, document: Any, late: tuple[str, ...] = ()) -> dict[str, Outcome]:
        """One outcome for each element. `late`: pointers at which something had not come in time."""
        run = _Run()
        return {rule.to: run.outcome(rule, document, late) for rule in self._rules}

    def faults(self, document: Any, expected: dict[str, Any]) -> list[str]:
        """How a stored sample comes out otherwise than was agreed; elements that are not expected must not be held."""
        outcomes = self.apply(document)
        told = [f"{name}: no rule" for name in expected if name not in outcomes]
        for name, got in outcomes.items():
            want = expected.get(name)
            if (got.state is State.HELD) != (name in expected) or got.value != want:
                told.append(f"{name}: {got.state} {got.value!r} {got.why}, expected {want!r}")
        return told


class _Run:
    """One application, and what it may still spend."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def outcome(self, rule: Ready, tree: Any, late: tuple[str, ...] = ()) -> Outcome:
        at = ""
        try:
            self._spend(1)
            value = self._origin(rule, tree, late)
            if isinstance(value, Outcome):
                return value
            if rule.columns:
                return self._entries(rule, value)
            for name, step, whole in rule.steps:
                at = name
                value = self._through(value, step, whole)
            at = "text"
            return Outcome(State.HELD, _plain(value))
        except Nothing:
            return Outcome(State.NOT_HELD)
        except _Spent:
            return Outcome(State.UNMAPPED, why="limit")
        except Unfit as no:
            return Outcome(State.UNMAPPED, why=f"{at} {no}".strip())

    def _spend(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise _Spent

    def _origin(self, rule: Ready, tree: Any, late: tuple[str, ...]) -> Any:
        """The value at the rule's place, a list for several places; an outcome when there is none to be had."""
        values: list[Any] = []
        for pointer, steps in rule.places:
            if late and any(pointer == gone or pointer.startswith(f"{gone}/") for gone in late):
                return Outcome(State.LATE)
            value = found(tree, steps)
            if value is MISSING or (type(value) is list and MISSING in value):
                return Outcome(State(rule.when_missing), why=f"{pointer} is missing")
            values.append(value)
        value = [v for v in values if not _blank(v)] if rule.many else values[0]
        if _blank(value) or (rule.many and not value):
            raise Nothing
        return value

    def _through(self, value: Any, step: Any, whole: bool) -> Any:
        kind = type(value)
        if whole or kind is not list:
            self._spend(1 + len(value) // 100 if kind is str or kind is list else 1)
            return step(value)
        self._spend(len(value))
        return [step(part) for part in value]

    def _entries(self, rule: Ready, value: Any) -> Outcome:
        """A list of objects. One entry that cannot be read makes the whole list so: a shorter one would be believed."""
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            return Outcome(State.UNMAPPED, why="each")
        entries: list[dict[str, Any]] = []
        for entry in value:
            columns = {column.to: self.outcome(column, entry) for column in rule.columns}
            for name, got in columns.items():
                if got.state not in (State.HELD, State.NOT_HELD):
                    return Outcome(got.state, why=f"{name} {got.why}".strip())
            entries.append({name: got.value for name, got in columns.items()})
        return Outcome(State.HELD, entries)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _plain(value: Any) -> Any:
    """A value that may be kept: clean text, a number, yes or no, a list of these."""
    if isinstance(value, str):
        if not value:
            raise Nothing
        if len(value) > LONGEST or "\ufffd" in value or (not value.isprintable() and text.fault(value)):
            raise Unfit
        return value
    if isinstance(value, list):
        if len(value) > MOST_ENTRIES or any(isinstance(part, list) for part in value):
            raise Unfit
        return [_plain(part) for part in value]
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return value
    raise Unfit
