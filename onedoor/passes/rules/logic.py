"""CertLogic, the part of it that rules need: an expression is data, and its value depends on the given facts alone.

Every expression has a value whatever the facts are: a fact that is absent, or of another kind than was expected, compares as false and
adds up to nothing. A rule that nobody's answers can break cannot stand between a person and the pass. There are no fractions: they round
differently on other machines, so temperatures are tenths. A month after 31 January is 28 February (clamped).
"""

import calendar
import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

DEPTH, NODES, LENGTH = 32, 2000, 500
UNITS = ("hour", "day", "month", "year")


class TooDeep(ValueError):
    """An expression is nested deeper than anybody could read."""


def instant(value: Any) -> dt.datetime | None:
    """A date or an instant as an aware instant; None for everything else. A date begins at midnight UTC."""
    if isinstance(value, str):
        return _read(value)
    return value if isinstance(value, dt.datetime) and value.tzinfo else None


@lru_cache(4096)
def _read(value: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def plus(at: dt.datetime, count: int, unit: str) -> dt.datetime | None:
    """So many units later; None beyond the calendar."""
    try:
        if unit in ("hour", "day"):
            return at + dt.timedelta(**{unit + "s": count})
        year, month = divmod(at.year * 12 + at.month - 1 + count * (12 if unit == "year" else 1), 12)
        return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def truthy(value: Any) -> bool:
    return value is not None and value is not False and value != 0 and value != "" and value != [] and value != {}


def _found(facts: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if isinstance(facts, dict):
            facts = cast("dict[str, Any]", facts).get(key)
        elif isinstance(facts, list):
            listed = cast("list[Any]", facts)
            facts = listed[int(key)] if key.isdigit() and int(key) < len(listed) else None
        else:
            return None
    return facts


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _ordered(values: list[Any], fits: Callable[[Any], bool], holds: Callable[[Any, Any], bool]) -> bool:
    return all(fits(v) for v in values) and all(holds(a, b) for a, b in pairwise(values))


ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}  # fmt: skip
TIMES = {"before": "<", "after": ">", "not-after": "<=", "not-before": ">="}


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b


def _sum(values: list[Any]) -> int | None:
    return sum(values) if all(_whole(v) for v in values) else None


Program = Callable[[Any], Any]
"""An expression made ready: facts in, value out."""
_ready: OrderedDict[int, tuple[Any, Program]] = OrderedDict()
MOST_READY = 4096


def evaluate(said: Any, facts: Any) -> Any:
    """The value of an expression. The same object is made ready once: a ruleset is asked about millions of people."""
    held = _ready.get(id(said))
    if held is None or held[0] is not said:
        held = _ready[id(said)] = (said, program(said))
        if len(_ready) > MOST_READY:
            _ready.popitem(last=False)
    return held[1](facts)


def program(said: Any, depth: int = 0) -> Program:
    if depth > DEPTH:
        raise TooDeep()
    if isinstance(said, list):
        parts = [program(one, depth + 1) for one in cast("list[Any]", said)]
        return lambda facts: [one(facts) for one in parts]
    if not isinstance(said, dict):
        return lambda _: said
    ((op, args),) = cast("dict[str, Any]", said).items()
    if op == "var":
        keys = tuple(args.split(".")) if args else ()
        return lambda facts: _found(facts, keys)
    if lazy := LAZY.get(op):
        return lazy(args, depth + 1)
    parts = [program(one, depth + 1) for one in args]
    if op in ORDER:
        holds = ORDER[op]
        return lambda facts: _ordered([one(facts) for one in parts], _whole, holds)
    if op in TIMES:
        holds = ORDER[TIMES[op]]
        return lambda facts: _ordered([instant(one(facts)) for one in parts], lambda v: v is not None, holds)
    eager = EAGER[op]
    return lambda facts: eager([one(facts) for one in parts])


def _if(args: list[Any], depth: int) -> Program:
    when, then, otherwise = (program(one, depth) for one in args)
    return lambda facts: then(facts) if truthy(when(facts)) else otherwise(facts)


def _until(args: list[Any], depth: int, stop: bool) -> Program:
    parts = [program(one, depth) for one in args]

    def run(facts: Any) -> Any:
        value: Any = not stop
        for one in parts:
            value = one(facts)
            if truthy(value) is stop:
                break
        return value

    return run


def _reduce(args: list[Any], depth: int) -> Program:
    over, step, start = (program(one, depth) for one in args)

    def run(facts: Any) -> Any:
        listed, value = over(facts), start(facts)
        for current in cast("list[Any]", listed)[:LENGTH] if isinstance(listed, list) else ():
            value = step({"accumulator": value, "current": current, "data": facts})
        return value

    return run


def _plus_time(args: list[Any], depth: int) -> Program:
    since, count, unit = program(args[0], depth), args[1], args[2]
    return lambda facts: plus(at, count, unit) if (at := instant(since(facts))) else None


LAZY: dict[str, Callable[[list[Any], int], Program]] = {
    "if": _if, "and": lambda args, depth: _until(args, depth, stop=False), "or": lambda args, depth: _until(args, depth, stop=True),
    "reduce": _reduce, "plusTime": _plus_time,
}  # fmt: skip
EAGER: dict[str, Callable[[list[Any]], Any]] = {
    "!": lambda v: not truthy(v[0]), "===": lambda v: _same(v[0], v[1]), "+": _sum,
    "in": lambda v: isinstance(v[1], list) and any(_same(v[0], one) for one in cast("list[Any]", v[1])),
}  # fmt: skip
ARGUMENTS: dict[str, tuple[int, int]] = {
    "if": (3, 3), "and": (2, 20), "or": (2, 20), "!": (1, 1), "===": (2, 2), "in": (2, 2), "+": (2, 20), "reduce": (3, 3),
    "plusTime": (3, 3), **dict.fromkeys((*ORDER, *TIMES), (2, 3)),
}  # fmt: skip
"""How many arguments each operator takes; what is not here is no operator."""
