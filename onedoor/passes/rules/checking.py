"""What a ruleset may look like. Each fault is told with its place in the data, so that a city's file can name the line."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, cast

from onedoor.passes.models import As, Colour, NewRuleset, Question, Rule, Ruleset, RuleTest

from .deciding import STALE, UNDECLARED, decide, inputs_of
from .logic import ARGUMENTS, DEPTH, LENGTH, NODES, UNITS

Where = tuple[str | int, ...]
Found = tuple[Where, str]
MOST_QUESTIONS, MOST_RULES, MOST_DAYS = 6, 60, 366
GIVEN = {"payload.declared_at", "payload.division", "external.levels", "external.home_level", "external.scheme"}
NOW = "external.now"
EXAMPLE = dt.datetime(2026, 1, 15, 4, 0, tzinfo=dt.UTC)


def check(rules: NewRuleset) -> list[Found]:
    """Every fault of form, then those of its own tests; empty when the ruleset can be put into force."""
    return [*_form(rules)] or failures(ready(rules))


def ready(rules: NewRuleset, scheme: str = "check") -> Ruleset:
    """The ruleset as `decide` takes it, before it has been stored."""
    return Ruleset(scheme, rules.version, rules.fresh_days, rules.question, rules.rule, rules.test, b"", EXAMPLE, None, [], None)


def failures(rules: Ruleset) -> list[Found]:
    """Each test of the ruleset that gives another colour, or other rules, than it says."""
    return [(("test", place), wrong) for place, test in enumerate(rules.tests) if (wrong := _tried(rules, test))]


def _tried(rules: Ruleset, test: RuleTest) -> str:
    places = {f"place-{place}": level for place, level in enumerate(test.levels)}
    declared = EXAMPLE - dt.timedelta(days=test.age_days)
    inputs = inputs_of(rules.scheme, EXAMPLE, declared, test.answers, "home", places, {**places, "home": test.home_level})
    found = decide(inputs, rules)
    if found.colour is not test.colour:
        return f"{test.name!r} gives {found.colour} by {', '.join(found.fired) or 'no rule'}, and should give {test.colour}"
    if test.fired is not None and found.fired != test.fired:
        return f"{test.name!r} gives {found.colour} by {', '.join(found.fired) or 'no rule'}, and not by {', '.join(test.fired)}"
    return ""


def _form(rules: NewRuleset) -> Iterator[Found]:
    if len(rules.question) > MOST_QUESTIONS:
        yield ("question", MOST_QUESTIONS), f"a declaration asks at most {MOST_QUESTIONS} questions, this one asks {len(rules.question)}"
    known = set(GIVEN)
    for place, question in enumerate(rules.question):
        yield from _question(question, ("question", place), known)
        if f"payload.{question.id}" in known:
            yield ("question", place, "id"), f"{question.id!r} is asked already, or is a name of our own"
        known.add(f"payload.{question.id}")
    if not 1 <= len(rules.rule) <= MOST_RULES:
        yield ("rule",), f"a ruleset has 1 to {MOST_RULES} rules, this one has {len(rules.rule)}"
    seen = {STALE, UNDECLARED}
    for place, rule in enumerate(rules.rule):
        if rule.id in seen:
            yield ("rule", place, "id"), f"{rule.id!r} is there already, or is a name of our own"
        seen.add(rule.id)
        yield from _rule(rule, ("rule", place), known)
    yield from _tests(rules, seen)


def _question(question: Question, where: Where, known: set[str]) -> Iterator[Found]:
    if question.when is not None:  # a question may look at those before it alone, so none can wait for another in a circle
        yield from expression(question.when, (*where, "when"), known - {"external.levels"})
    if (question.kind in (As.RADIOS, As.CHECKS)) != bool(question.options):
        yield (*where, "options"), "radios and checks have options, and nothing else has"
    values = [option.value for option in question.options]
    if len(values) != len(set(values)):
        yield (*where, "options"), "two options have the same value"


def _rule(rule: Rule, where: Where, known: set[str]) -> Iterator[Found]:
    yield from expression(rule.when, (*where, "when"), known)
    if rule.until is not None:
        yield from expression(rule.until, (*where, "until"), known)
    if not rule.days and rule.until is None:
        yield (*where, "days"), "has neither days nor until, so it would never end"
    if not 0 <= rule.days <= MOST_DAYS:
        yield (*where, "days"), f"must be from 0 to {MOST_DAYS}, is {rule.days}"
    if rule.until is not None and not rule.days:
        yield (*where, "days"), "is missing: it holds when until has nothing to work with"
    if rule.colour is Colour.GREEN:
        yield (*where, "colour"), "green is what is left when no rule applies"


def _tests(rules: NewRuleset, ids: set[str]) -> Iterator[Found]:
    if not rules.test:
        yield ("test",), "a ruleset carries its own tests, at least one for each of its rules"
    asked = {question.id for question in rules.question}
    fired = {one for test in rules.test for one in test.fired or ()}
    for place, test in enumerate(rules.test):
        for name in test.answers:
            if name not in asked:
                yield ("test", place, "answers", name), f"nobody is asked {name!r}"
        for one in test.fired or ():
            if one not in ids:
                yield ("test", place, "fired"), f"there is no rule {one!r}"
    for place, rule in enumerate(rules.rule):
        if rules.test and rule.id not in fired:
            yield ("rule", place, "id"), f"no test names {rule.id!r} in its fired, so nobody has tried this rule"


def expression(said: Any, where: Where, known: set[str]) -> Iterator[Found]:
    """What is wrong with one expression: operators, arguments, names of facts, and its size."""
    if (nodes := _count(said)) > NODES:
        yield where, f"has {nodes} parts, and at most {NODES} are read"
    else:
        yield from _walk(said, where, known, 0, False)


def _count(said: Any, depth: int = 0) -> int:
    """How many parts; more than is allowed as soon as it is nested too deep to go on counting."""
    if depth > 3 * DEPTH:
        return NODES + 1
    inner: Sequence[Any] = [*said.values()] if isinstance(said, dict) else said if isinstance(said, list) else ()
    return 1 + sum(_count(one, depth + 1) for one in inner)


def _walk(said: Any, where: Where, known: set[str], depth: int, inside: bool) -> Iterator[Found]:
    if depth > DEPTH:
        yield where, f"is nested deeper than {DEPTH}"
    elif isinstance(said, float):
        yield where, "holds a fraction; temperatures are tenths, as 373"
    elif isinstance(said, list):
        listed = cast("list[Any]", said)
        if len(listed) > LENGTH:
            yield where, f"has a list of {len(listed)}, and at most {LENGTH} are read"
        for place, one in enumerate(listed):
            yield from _walk(one, (*where, place), known, depth + 1, inside)
    elif isinstance(said, dict):
        yield from _operation(cast("dict[str, Any]", said), where, known, depth, inside)
    elif not isinstance(said, str | int | None):
        yield where, f"{said!r} is no value that a rule can hold"


def _operation(said: dict[str, Any], where: Where, known: set[str], depth: int, inside: bool) -> Iterator[Found]:
    if len(said) != 1:
        yield where, f"is an object of {len(said)} keys; an operation has one, its operator"
        return
    ((op, args),) = said.items()
    if op == "var":
        yield from _name(args, (*where, op), known, inside)
        return
    if op not in ARGUMENTS:
        yield (*where, op), f"{op!r} is no operator; there are var, {', '.join(ARGUMENTS)}"
        return
    least, most = ARGUMENTS[op]
    if not isinstance(args, list) or not least <= len(cast("list[Any]", args)) <= most:
        yield (*where, op), f"{op!r} takes a list of {least if least == most else f'{least} to {most}'} arguments"
        return
    listed = cast("list[Any]", args)
    if op == "plusTime" and not (isinstance(listed[1], int) and abs(listed[1]) <= 3660 and listed[2] in UNITS):
        yield (*where, op), f"plusTime takes an instant, a whole number up to 3660, and one of {', '.join(UNITS)}"
        return
    for place, one in enumerate(listed):
        yield from _walk(one, (*where, op, place), known, depth + 1, inside or (op == "reduce" and place == 1))


def _name(name: Any, where: Where, known: set[str], inside: bool) -> Iterator[Found]:
    if not isinstance(name, str):
        yield where, "var takes the name of a fact"
        return
    if inside and name.split(".")[0] in ("accumulator", "current"):
        return
    plain = name.removeprefix("data.") if inside else name
    if plain == NOW:
        yield where, "rules do not look at the clock: say days or until, so that it is known when the colour ends"
    elif plain not in known:
        yield where, f"there is no fact {name!r}; there are {', '.join(sorted(known))}"
