"""From facts to a colour: no clock, no database, no chance. The same facts under the same rules give the same bytes, for ever."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from onedoor.passes.models import Colour, Level, Rule, Ruleset, worst

from .logic import evaluate, instant, plus, truthy

STALE, UNDECLARED = "stale", "undeclared"
LEVELS = {level: rank for rank, level in enumerate(Level)}


class Outcome(msgspec.Struct, frozen=True):
    """What the rules say: the colour, the rules that gave it, and the earliest instant at which time alone changes it."""

    colour: Colour
    fired: tuple[str, ...]
    until: dt.datetime | None
    inputs_sha256: str


def inputs_of(
    scheme: str, now: dt.datetime, declared_at: dt.datetime | None, answers: Mapping[str, Any], home: str, divisions: Iterable[str],
    level_of: Mapping[str, Level], waived: Mapping[str, dt.datetime] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything a decision is made of, to be kept whole. `divisions` are the places named in the answers; `level_of` holds them all;
    `waived` are rules that do not count until an instant, because an appeal was right."""
    named = sorted(set(divisions))
    levels = sorted({level_of.get(one, Level.LOW) for one in named}, key=LEVELS.__getitem__)
    return {
        "payload": {**answers, "declared_at": declared_at.isoformat() if declared_at else None, "division": home},
        "external": {
            "now": now.isoformat(), "scheme": scheme, "levels": [str(one) for one in levels],
            "home_level": str(level_of.get(home, Level.LOW)), "waived": {rule: until.isoformat() for rule, until in (waived or {}).items()},
        },
        "divisions": sorted({home, *named} - {""}),
    }  # fmt: skip


def digest(inputs: Mapping[str, Any]) -> bytes:
    """SHA-256 of the inputs in their one written form."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def decide(inputs: Mapping[str, Any], ruleset: Ruleset) -> Outcome:
    """Worst of the rules that apply and have not ended; none and a fresh declaration is green; none at all, or an old one, is grey."""
    now, declared = instant(inputs["external"]["now"]), instant(inputs["payload"]["declared_at"])
    sha = digest(inputs).hex()
    if now is None or declared is None:
        return Outcome(Colour.GREY, (UNDECLARED,), None, sha)
    fresh_until = declared + dt.timedelta(days=ruleset.fresh_days)
    colours, fired, ends = [Colour.GREEN], list[str](), [fresh_until]
    if now >= fresh_until:
        colours, fired, ends = [Colour.GREY], [STALE], []
    waived = {rule: end for rule, until in inputs["external"]["waived"].items() if (end := instant(until)) and now < end}
    ends += waived.values()
    for rule in ruleset.rules:
        if rule.id not in waived and truthy(evaluate(rule.when, inputs)):
            end = ends_at(rule, declared, inputs)
            if end is None or now < end:
                colours.append(rule.colour)
                fired.append(rule.id)
                ends += [end] if end else []
    return Outcome(worst(*colours), tuple(fired), min(ends, default=None), sha)


def ends_at(rule: Rule, declared: dt.datetime, inputs: Mapping[str, Any]) -> dt.datetime | None:
    """Until when a rule that applies goes on applying; without facts to work it out from, `days` after the declaration."""
    end = instant(evaluate(rule.until, inputs)) if rule.until is not None else None
    return end or (plus(declared, rule.days, "day") if rule.days else None)
