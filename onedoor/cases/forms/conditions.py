"""Closed operators over answers and elements. Nothing an editor writes is ever executed."""
from collections.abc import Iterator, Mapping
from typing import Any, cast

COMPARE = frozenset({"eq", "ne", "in", "lt", "le", "gt", "ge", "has"})
JOIN = frozenset({"any", "all"})
MOST_DEPTH, MOST_NODES = 4, 60
Rule = Mapping[str, Any]


def look(pointer: str, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> Any:
    """The value at `/answer` or `@element`; None where there is none."""
    if pointer.startswith("@"):
        return elements.get(pointer[1:])
    node: Any = answers
    for part in pointer.strip("/").split("/"):
        node = cast("Mapping[str, Any]", node).get(part) if isinstance(node, Mapping) else None
    return node


def holds(rule: Rule | None, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> bool:
    """Whether the rule is true. A missing value makes a comparison false, never an error."""
    if rule is None:
        return True
    ((name, arg),) = rule.items()
    if name == "any":
        return any(holds(r, answers, elements) for r in arg)
    if name == "all":
        return all(holds(r, answers, elements) for r in arg)
    if name == "not":
        return not holds(arg, answers, elements)
    if name == "has":
        return look(arg if isinstance(arg, str) else arg[0], answers, elements) not in (None, "", [])
    return _compare(name, look(arg[0], answers, elements), arg[1])


def _compare(name: str, got: Any, want: Any) -> bool:
    if name == "eq":
        return got == want
    if name == "ne":
        return got != want
    if name == "in":
        return any(g in want for g in cast("list[Any]", got)) if isinstance(got, list) else got in want
    if not any(_is(kind, got) and _is(kind, want) for kind in (int | float, str)):
        return False
    return {"lt": got < want, "le": got <= want, "gt": got > want, "ge": got >= want}[name]


def _is(kind: Any, value: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def pointers(rule: Rule | None) -> Iterator[str]:
    """Every pointer a well-formed rule reads."""
    for name, arg in (rule or {}).items():
        if name in JOIN:
            for inner in arg:
                yield from pointers(inner)
        elif name == "not":
            yield from pointers(arg)
        else:
            yield arg if isinstance(arg, str) else arg[0]


def fault(rule: Any, depth: int = 1) -> str | None:
    """What is wrong with a rule somebody wrote, or None."""
    if not isinstance(rule, dict) or len(cast("dict[str, Any]", rule)) != 1:
        return "a condition is one operator with its arguments"
    ((name, arg),) = cast("dict[str, Any]", rule).items()
    if depth > MOST_DEPTH:
        return f"conditions nest at most {MOST_DEPTH} deep"
    if name in JOIN:
        if not isinstance(arg, list) or not arg:
            return f"{name} takes a list of conditions"
        return next((bad for inner in cast("list[Any]", arg) if (bad := fault(inner, depth + 1))), None)
    if name == "not":
        return fault(arg, depth + 1)
    if name not in COMPARE:
        return f"unknown operator {name}"
    return _argument_fault(name, arg)


def _argument_fault(name: str, arg: Any) -> str | None:
    given = cast("list[Any]", [arg] if isinstance(arg, str) else arg)
    if not isinstance(given, list) or len(given) != (1 if name == "has" else 2):
        return f"{name} takes a pointer" + ("" if name == "has" else " and a value")
    if not isinstance(given[0], str) or given[0][:1] not in ("/", "@"):
        return f"{given[0]!r} is not a pointer like /answer or @element"
    if name == "in" and not isinstance(given[1], list):
        return "in takes a list of values"
    return None


def size(rule: Any) -> int:
    """How many operators a rule has."""
    if not isinstance(rule, dict):
        return 0
    return sum(
        1 + (sum(size(r) for r in arg) if name in JOIN and isinstance(arg, list) else size(arg) if name == "not" else 0)
        for name, arg in cast("dict[str, Any]", rule).items()
    )
