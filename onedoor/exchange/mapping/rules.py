"""Rules as they are written, read into a mapping that can be applied. What is wrong with them is said at once, all of it, by place."""

from collections import Counter
from typing import Any

import msgspec
from msgspec import Struct

from . import pointers, steps
from .steps import Tables

MOST_RULES, MOST_STEPS, MOST_COLUMNS = 200, 10, 40
MEANINGS = ("not_held", "unmapped", "wrong")


class Rule(Struct, frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """One element and where it comes from; several places become a list. `each`: the columns of every entry of a list.

    when_missing: what it means that the register's answer has no such place. `wrong`: its schema has changed.
    """

    to: str
    origin: str | list[str]
    via: list[str] = []
    when_missing: str = "wrong"
    each: list["Rule"] = []


class BadMapping(ValueError):
    """Rules that cannot be used; one sentence a mistake, each with its place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Ready:
    """A rule made ready to be applied."""

    __slots__ = ("columns", "many", "places", "steps", "to", "when_missing")

    def __init__(self, rule: Rule, tables: Tables, where: str, faults: list[str]) -> None:
        self.to, self.when_missing, self.many = rule.to, rule.when_missing, isinstance(rule.origin, list)
        self.places: list[tuple[str, tuple[str, ...]]] = []
        self.steps: list[tuple[str, steps.Step, bool]] = []
        self.columns: list[Ready] = []
        if rule.when_missing not in MEANINGS:
            faults.append(f"{where}/when_missing: must be one of {', '.join(MEANINGS)}")
        if not 1 <= len(self.of(rule)) <= MOST_STEPS:
            faults.append(f"{where}/from: 1 to {MOST_STEPS} places")
        for pointer in self.of(rule)[:MOST_STEPS]:
            with _told(faults, f"{where}/from"):
                self.places.append((pointer, pointers.parsed(pointer)))
        if len(rule.via) > MOST_STEPS:
            faults.append(f"{where}/via: at most {MOST_STEPS} steps")
        for said in rule.via[:MOST_STEPS]:
            with _told(faults, f"{where}/via"):
                self.steps.append((said, *steps.made(said, tables)))

    @staticmethod
    def of(rule: Rule) -> list[str]:
        return [rule.origin] if isinstance(rule.origin, str) else rule.origin


class _told:
    """What a part of a rule complains of goes on the list."""

    def __init__(self, faults: list[str], where: str) -> None:
        self.faults, self.where = faults, where

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type | None, fault: BaseException | None, _trace: object) -> bool:
        if isinstance(fault, ValueError):
            self.faults.append(f"{self.where}: {fault}")
            return True
        return False


def read(given: Any, tables: Tables) -> list[Ready]:
    """Every rule ready to be applied, or BadMapping with all that is wrong."""
    try:
        rules = msgspec.convert(given, list[Rule])
    except msgspec.ValidationError as bad:
        raise BadMapping([str(bad)]) from bad
    faults: list[str] = []
    if len(rules) > MOST_RULES:
        faults.append(f"at most {MOST_RULES} rules")
    ready = [_ready(rule, tables, f"/{n}", faults) for n, rule in enumerate(rules[:MOST_RULES])]
    named = Counter(rule.to for rule in rules)
    faults += [f"{name or '(no element)'}: one rule for each element" for name, times in named.items() if times > 1 or not name]
    if faults:
        raise BadMapping(faults)
    return ready


def _ready(rule: Rule, tables: Tables, where: str, faults: list[str]) -> Ready:
    made = Ready(rule, tables, where, faults)
    if len(rule.each) > MOST_COLUMNS or any(column.each for column in rule.each):
        faults.append(f"{where}/each: at most {MOST_COLUMNS} columns, and none with columns of its own")
    elif rule.each and (rule.via or made.many):
        faults.append(f"{where}/each: columns have their own steps; the list has one place and none")
    else:
        made.columns = [Ready(column, tables, f"{where}/each/{n}", faults) for n, column in enumerate(rule.each)]
    return made
