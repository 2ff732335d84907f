"""Schemes, rules and levels, as each process keeps them in memory."""

import datetime as dt
from collections.abc import Iterable

from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory
from onedoor.kernel.work import Work
from onedoor.passes.errors import NoSuchScheme, SchemeNotInForce
from onedoor.passes.models import Level, RegionLevel, Ruleset, Scheme, State
from onedoor.passes.store import schemes as store

NAME = "passes"
WIDTHS = (12, 9, 6, 4)
"""Digits of a grid, a street, a district and a city: what lies around a place is what its code begins with."""


class Schemes:
    """All of it, as one process keeps it; never changed, only replaced."""

    def __init__(self, schemes: list[Scheme], rulesets: list[Ruleset], levels: list[RegionLevel]) -> None:
        self.by_code = {one.code: one for one in schemes}
        self.versions = {(one.scheme, one.version): one for one in rulesets}
        self.levels: dict[tuple[str, str], list[RegionLevel]] = {}
        for one in levels:
            self.levels.setdefault((one.scheme, one.division), []).append(one)

    def rules(self, scheme: str, now: dt.datetime) -> Ruleset | None:
        """The ruleset in force: the last one whose time has come."""
        found = [one for one in self.versions.values() if one.scheme == scheme and one.valid_from and one.valid_from <= now]
        return max(found, key=lambda one: (one.valid_from, one.version), default=None)

    def level(self, scheme: str, division: str, now: dt.datetime) -> Level:
        """The level of the smallest region around a place that has one; low where nobody said anything."""
        for width in WIDTHS:
            for one in reversed(self.levels.get((scheme, division[:width]), ())) if len(division) >= width else ():
                if one.valid_from <= now:
                    return one.level
        return Level.LOW

    def levels_of(self, scheme: str, divisions: Iterable[str], now: dt.datetime) -> dict[str, Level]:
        return {division: self.level(scheme, division, now) for division in divisions}


async def _load(db: Db) -> Schemes:
    return Schemes(await store.schemes(db), await store.rulesets(db), await store.levels(db))


memory: Memory[Schemes] = Memory(NAME, _load)


async def known(work: Work) -> Schemes:
    return await memory.get(work.db)


async def scheme(work: Work, code: str) -> Scheme:
    """One scheme, in whatever state."""
    found = (await known(work)).by_code.get(code)
    if found is None:
        raise NoSuchScheme()
    return found


async def in_force(work: Work, code: str) -> tuple[Scheme, Ruleset]:
    """A scheme that holds today, with its rules."""
    found = await scheme(work, code)
    rules = (await known(work)).rules(code, work.now)
    if rules is None or not found.holds(work.today):
        raise SchemeNotInForce(scheme=code, state=found.state)
    return found, rules


async def ruleset(work: Work, code: str, version: int) -> Ruleset:
    """One version of a scheme's rules, in force or not."""
    found = (await known(work)).versions.get((code, version))
    if found is None:
        raise NoSuchScheme()
    return found


async def schemes(work: Work) -> list[Scheme]:
    """All that the public may know of: everything but drafts."""
    return [one for one in (await known(work)).by_code.values() if one.state is not State.DRAFT]


def holding(today: dt.date) -> list[Scheme]:
    """What holds today, without asking the database; empty before the first load."""
    return [one for one in memory.now.by_code.values() if one.holds(today)] if memory.loaded else []


def risky(work: Work, code: str) -> list[str]:
    """The parts of the city that have a level above low now: what is worth asking about."""
    found = memory.now
    listed = {division for scheme, division in found.levels if scheme == code}
    return sorted(one for one in listed if found.level(code, one, work.now) is not Level.LOW)
