"""走一遍 Every way through a form, with answers made up for it: whether each page is reached, and whether each way can be handed in.

Branches are tried where a condition looks: each option, each compared value and its neighbours, and nothing where a question is optional or
no register knows. Everything else is answered once.
"""
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice, product
from typing import Any, cast

from msgspec import Struct

from onedoor.kernel.text import citizen_check

from . import conditions, types
from .engine import MOST_ENTRIES, Fault, Form, Page, Question
from .plain import MOST_TEXT

MOST_PATHS, MOST_STUCK = 500, 20
BORN = "1990-01-01"
_BODY = "11010119900101001"
SAMPLES: dict[str, Any] = {
    "od:name": "王小明", "od:citizen-id": _BODY + citizen_check(_BODY), "od:phone": "13900000001", "od:address": "春风路 12 号 3 栋 502 室",
    "od:date": BORN, "od:money": 100, "od:postcode": "100000", "od:uscc": "91350100M000100Y43", "od:plate": "京A12345",
    "od:bank-card": "4111111111111111", "od:email": "name@example.org",
}  # fmt: skip
PLAIN = ("1", "12", "123456", "A1", "2020-01-01", "13900000001")
ANYTHING = "x"


class Stuck(Struct, frozen=True):
    """A way that cannot be handed in: what was answered where it branched, and what stands in the way."""

    chosen: dict[str, Any]
    faults: list[Fault]


class Walked(Struct, frozen=True):
    """What came of it. `capped`: there are more ways than were walked, and a page that was not reached may lie on one of them."""

    paths: int
    capped: bool
    unreached: list[str]
    stuck: list[Stuck]

    @property
    def good(self) -> bool:
        return not self.stuck and (self.capped or not self.unreached)


class _Way(Struct, frozen=True):
    elements: dict[str, Any]
    answers: dict[str, Any]


def walked(form: Form, locale: str, today: date, most: int = MOST_PATHS) -> Walked:
    """Walk the form; at most so many ways."""
    rules = [rule for rule in (*(p.when for p in form.pages), *(d.when for d in form.documents)) if rule]
    tried = {pointer: _values(form, pointer, rules) for pointer in dict.fromkeys(p for rule in rules for p in conditions.pointers(rule))}
    ways, pages, stuck = list(islice(_ways(form, tried), most + 1)), set[str](), list[Stuck]()
    for way in ways[:most]:
        pages |= {p.id for p in form.path(way.answers, way.elements)} | {d.page for d in form.papers(way.answers, way.elements)}
        if faults := form.submission(way.answers, way.elements, locale, today).faults:
            chosen = {p: conditions.look(p, way.answers, way.elements) for p in tried}
            stuck.append(Stuck(chosen, faults))
    everything = [*(p.id for p in form.pages), *(d.page for d in form.documents)]
    return Walked(
        min(len(ways), most), len(ways) > most, [one for one in everything if one not in pages], stuck[:MOST_STUCK]
    )  # fmt: skip


def _ways(form: Form, tried: Mapping[str, list[Any]]) -> Iterator[_Way]:
    told = [pointer for pointer in tried if pointer.startswith("@")]
    for values in product(*(tried[pointer] for pointer in told)):
        known = {p[1:]: value for p, value in zip(told, values, strict=True) if value is not None}
        yield from _onward(form, tried, _Way(known, {}), frozenset())


def _onward(form: Form, tried: Mapping[str, list[Any]], way: _Way, done: frozenset[str]) -> Iterator[_Way]:
    """From the first page that was not answered yet, by each of its branches."""
    page = next((p for p in form.asked(way.answers, way.elements) if p.id not in done), None)
    if page is None:
        yield way
        return
    for given in _answers(form, tried, page, way):
        yield from _onward(form, tried, _Way(way.elements, way.answers | given), done | {page.id})


def _answers(form: Form, tried: Mapping[str, list[Any]], page: Page, way: _Way) -> Iterator[dict[str, Any]]:
    held = form.held(way.elements)
    names = [name for name in page.ask if name not in held]
    choices = [_choices(form, tried, name) for name in names]
    for values in product(*choices):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _choices(form: Form, tried: Mapping[str, list[Any]], name: str) -> list[Any]:
    question, schema = form.questions[name], form.schema["properties"][name]
    if f"/{name}" not in tried:
        return [sample(question, schema)]
    good = types.compiled({"type": "object", "properties": {"it": schema}})
    fit = [value for value in tried[f"/{name}"] if value is not None and good.is_valid({"it": value})]
    return [*fit, *([] if question.required else [None])] or [sample(question, schema)]


def _values(form: Form, pointer: str, rules: Iterable[Any]) -> list[Any]:
    """Answers worth trying: each option, each number of a comparison and its neighbours, something, nothing."""
    question = form.questions.get(pointer[1:].split("/")[0]) if pointer.startswith("/") else None
    if question is not None and question.options:
        options = [option.value for option in question.options]
        several = form.schema["properties"][question.name].get("type") == "array"
        return [*([one] for one in options), options] if several else list(options)
    found: list[Any] = []
    for value in (v for rule in rules for p, v in _compared(rule) if p == pointer):
        if isinstance(value, int | float) and not isinstance(value, bool):
            found += [value - 1, value, value + 1]
        else:
            found += cast("list[Any]", value) if isinstance(value, list) else [value]
    schema = form.schema["properties"][question.name] if question is not None else None
    found.append(ANYTHING if question is None else sample(question, schema))
    return [*(one for n, one in enumerate(found) if one not in found[:n]), None]


def _compared(rule: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, arg in rule.items():
        if name in conditions.JOIN:
            for inner in arg:
                yield from _compared(inner)
        elif name == "not":
            yield from _compared(arg)
        elif name != "has":
            yield arg[0], arg[1]


def sample(question: Question, schema: Any) -> Any:
    """An answer that this question takes; None when none of ours does."""
    if question.options:
        values = [option.value for option in question.options]
        return values[: max(1, int(schema.get("minItems", 1)))] if schema.get("type") == "array" else values[0]
    if question.parts:
        fewest, inner = max(1, int(schema.get("minItems", 1))), schema["items"]["properties"]
        return [{part.name: sample(part, inner[part.name]) for part in question.parts}] * fewest if fewest <= MOST_ENTRIES else None
    if question.type in SAMPLES:
        return SAMPLES[question.type]
    if schema.get("type") == "boolean":
        return True
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", min(1, schema.get("maximum", 1)))
    good = types.compiled({"type": "object", "properties": {"it": schema}})
    fewest = int(schema.get("minLength", 1))
    if fewest > MOST_TEXT:
        return None
    words = ("说" * fewest, *PLAIN)
    return next((word for word in words if good.is_valid({"it": word})), None)
