"""Rules and schemas put together: what two legs ask as one question must satisfy both, and a page is there when one of them needs it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

Rule = dict[str, Any]
COMPARE = {
    "eq": lambda got, want: got == want, "ne": lambda got, want: got != want,
    "in": lambda got, want: any(one in want for one in got) if isinstance(got, list) else got in want,
}  # fmt: skip


class Clash(Exception):
    """Two wishes that no answer can satisfy."""


def told(rule: Any, fixed: Mapping[str, Any], places: Mapping[str, str]) -> Any:
    """A leg's condition in the journey's words; what is fixed is decided at once, so that True, False or a condition is left."""
    if rule is None:
        return True
    ((name, arg),) = rule.items()
    if name in ("all", "any"):
        return joined(name, [told(one, fixed, places) for one in arg])
    if name == "not":
        inner = told(arg, fixed, places)
        return not inner if isinstance(inner, bool) else {"not": inner}
    return _compared(name, arg, fixed, places)


def joined(name: str, rules: Iterable[Any]) -> Any:
    """All, or any, of these; what is decided already is left out."""
    decides = name == "any"
    left: list[Any] = []
    for rule in rules:
        if rule is decides:
            return decides
        if not isinstance(rule, bool) and rule not in left:
            left += rule[name] if set(rule) == {name} else [rule]
    if name == "any":
        left = [rule for rule in left if not any(one in rule.get("all", ()) for one in left)]  # what is implied says nothing
    return not decides if not left else left[0] if len(left) == 1 else {name: left}


def _compared(name: str, arg: Any, fixed: Mapping[str, Any], places: Mapping[str, str]) -> Any:
    pointer = arg if isinstance(arg, str) else arg[0]
    question, _, inner = pointer[1:].partition("/")
    if pointer.startswith("@"):
        return {name: arg}
    if question in fixed:
        return _decided(name, fixed[question], arg)
    place = "/" + places.get(question, question) + (f"/{inner}" if inner else "")
    return {name: place if isinstance(arg, str) else [place, *arg[1:]]}


def _decided(name: str, got: Any, arg: Any) -> bool:
    if name == "has":
        return got not in (None, "", [])
    check = COMPARE.get(name)
    if check:
        return bool(check(got, arg[1]))
    if isinstance(got, bool) or type(got) is not type(arg[1]):
        return False
    return {"lt": got < arg[1], "le": got <= arg[1], "gt": got > arg[1], "ge": got >= arg[1]}[name]


LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "minLength": max, "minimum": max, "minItems": max, "maxLength": min, "maximum": min, "maxItems": min,
}
WORDS = {"title", "description"}


def stricter(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What satisfies both schemas of one question; Clash when nothing does."""
    made = {**one}
    for word, value in other.items():
        if word not in made:
            made[word] = value
        elif made[word] != value:
            made[word] = _both(word, made[word], value)
    _must_leave_something(made)
    if "$ref" in made and set(made) & {"type", "enum"}:
        if made.get("type", "string") != "string" or "enum" in made:
            raise Clash("one leg wants a choice, the other a " + str(made["$ref"]))
        del made["type"]
    return made


def _both(word: str, one: Any, other: Any) -> Any:
    if word in LIMITS:
        return LIMITS[word](one, other)
    if word == "enum":
        return [value for value in one if value in other]
    if word == "items" and isinstance(one, dict) and isinstance(other, dict):
        return stricter(cast("Rule", one), cast("Rule", other))
    if word == "uniqueItems":
        return True
    if word in WORDS:
        return one
    raise Clash(f"{word} is {one!r} in one leg and {other!r} in the other")


def _must_leave_something(schema: Mapping[str, Any]) -> None:
    if schema.get("enum") == []:
        raise Clash("the legs offer no choice in common")
    for least, most in (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems")):
        if least in schema and most in schema and schema[least] > schema[most]:
            raise Clash(f"{least} {schema[least]} of one leg is above {most} {schema[most]} of the other")
