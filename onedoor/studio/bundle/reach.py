"""Which questions somebody can get to. Conditions are tried with the answers that matter to them, never with all there are."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from onedoor.cases.service import checking
from onedoor.studio.models import Bundle

from . import questions
from .boxes import look
from .whens import pointers, table

MOST_TRIES = 2000
ANYTHING = "x"


def faults(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """(the page's first question, why) of every page whose condition is wrong: circle, later, gone, large, never."""
    pages = questions.pages(bundle)
    waits = {n: _names(p.get("when")) for p in pages for n in p.get("ask") or ()}
    before: set[str] = {n for n in questions.names(bundle) if questions.page_of(bundle, n) < 0}
    everything = set(questions.names(bundle))
    for page in pages:
        ask, rule = list(page.get("ask") or ()), page.get("when")
        if rule is not None and ask:
            needed = _names(rule)
            if any(_waits_for_itself(n, waits) for n in ask):
                yield ask[0], "circle"
            elif needed - everything:
                yield ask[0], "gone"
            elif needed - before:
                yield ask[0], "later"
            elif why := rule_fault(bundle, rule, before):
                yield ask[0], why
        before |= set(ask)


def rule_fault(bundle: Bundle, rule: Any, seen: set[str]) -> str | None:
    """What is wrong with one condition over the questions of `seen`."""
    if checking.condition_fault(rule):
        return "large"
    if _names(rule) - seen:
        return "gone"
    return None if _reachable(bundle, rule) else "never"


def _names(rule: Any) -> set[str]:
    return {p[1:].split("/")[0] for p in pointers(rule) if p.startswith("/")}


def _waits_for_itself(name: str, waits: dict[str, set[str]]) -> bool:
    seen, todo = set[str](), list(waits.get(name, ()))
    while todo:
        one = todo.pop()
        if one == name:
            return True
        if one not in seen:
            seen.add(one)
            todo += waits.get(one, ())
    return False


def _rules(bundle: Bundle, rule: Any) -> list[Any]:
    """The condition, and those of every page that it waits for."""
    found, todo, seen = [rule], list(_names(rule)), set[str]()
    while todo:
        name = todo.pop()
        at = questions.page_of(bundle, name)
        if name not in seen and at >= 0 and (above := questions.pages(bundle)[at].get("when")) is not None:
            found.append(above)
            todo += _names(above)
        seen.add(name)
    return found


def _reachable(bundle: Bundle, rule: Any) -> bool:
    """Whether some answers open it. With more to try than is worth it, it counts as open."""
    rules = _rules(bundle, rule)
    needed = sorted({p for one in rules for p in pointers(one)})
    values = [_values(bundle, pointer, rules) for pointer in needed]
    tried = 0
    for answers in islice(product(*values), MOST_TRIES):
        tried += 1
        known = dict(zip(needed, answers, strict=True))
        given = {p[1:]: v for p, v in known.items() if p.startswith("/")}
        elements = {p[1:]: v for p, v in known.items() if p.startswith("@")}
        if all(checking.condition_holds(one, given, elements) for one in rules):
            return True
    return tried >= MOST_TRIES


def _values(bundle: Bundle, pointer: str, rules: list[Any]) -> list[Any]:
    """Answers worth trying: each option, each number of a comparison and its neighbours, something, nothing."""
    shape = table(look(bundle, ("form", "schema", "properties", pointer[1:].split("/")[0]))) if pointer.startswith("/") else {}
    if values := shape.get("enum"):
        return [*values, None]
    if values := table(shape.get("items")).get("enum"):
        return [*([v] for v in values), list(values), None]
    compared = [v for rule in rules for p, v in _compared(rule) if p == pointer]
    tried: list[Any] = [ANYTHING, None]
    for value in compared:
        if isinstance(value, bool) or not isinstance(value, int | float):
            tried += value if isinstance(value, list) else [value]
        else:
            low, high = shape.get("minimum", value - 1), shape.get("maximum", value + 1)
            tried += [v for v in (value - 1, value, value + 1) if low <= v <= high]
    return tried


def _compared(rule: Any) -> Iterator[tuple[str, Any]]:
    for name, arg in table(rule).items():
        parts = arg if isinstance(arg, list) else [arg]
        if name in ("any", "all", "not"):
            for inner in parts:
                yield from _compared(inner)
        elif len(parts) == 2 and isinstance(parts[0], str):
            yield parts[0], parts[1]
