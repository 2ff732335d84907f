"""What every way of asking a register has in common: words put into a question, and an answer looked over before anybody maps it."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from onedoor.exchange.mapping.pointers import MISSING, found, parsed
from onedoor.exchange.models import AskIn, State, System

DEEPEST, MOST_BYTES = 32, 1_048_576
T = TypeVar("T")
_PLACE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class Reading(Struct, frozen=True, kw_only=True):
    """Where in an answer the document lies, and where in the document the keys and the day. Pointers, all of them.

    well, not_held, refused: the words at `code` that mean so; any other word means that the register is down.
    """

    document: str = ""
    echo: dict[str, str]
    as_of: str = ""
    code: str = ""
    well: list[str] = []
    not_held: list[str] = []
    refused: list[str] = []


def filled(template: Any, words: Mapping[str, Any]) -> Any:
    """The template with every `{element}` in it replaced; OSError when an element was not given."""
    if isinstance(template, dict):
        return {name: filled(part, words) for name, part in template.items()}
    if isinstance(template, list):
        return [filled(part, words) for part in template]
    if not isinstance(template, str):
        return template
    if (whole := _PLACE.fullmatch(template)) is not None:
        return _word(words, whole[1])
    return _PLACE.sub(lambda at: str(_word(words, at[1])), template)


def _word(words: Mapping[str, Any], name: str) -> Any:
    if name not in words:
        raise OSError(f"{name} was not given")
    return words[name]


def places(template: Any) -> set[str]:
    """The elements that a template asks for."""
    if isinstance(template, dict):
        return set().union(*(places(part) for part in template.values()))
    if isinstance(template, list):
        return set().union(*(places(part) for part in template))
    return set(_PLACE.findall(template)) if isinstance(template, str) else set()


def shallow(tree: Any, left: int = DEEPEST) -> bool:
    """No deeper than thirty-two."""
    if isinstance(tree, dict):
        return left > 0 and all(shallow(part, left - 1) for part in tree.values())
    if isinstance(tree, list):
        return left > 0 and all(shallow(part, left - 1) for part in tree)
    return True


def at(tree: Any, pointer: str) -> Any:
    """What lies there; None for nothing."""
    value = found(tree, parsed(pointer))
    return None if value is MISSING else value


def echoed(document: Any, reading: Reading) -> dict[str, str]:
    """The keys as the register gave them back. Rows of several people echo nobody."""
    told: dict[str, str] = {}
    for element, pointer in reading.echo.items():
        value = at(document, pointer)
        said = {str(part).strip() for part in (value if isinstance(value, list) else [value]) if part is not None}
        if len(said) == 1:
            told[element] = said.pop()
    return told


def day(value: Any) -> dt.date | None:
    """The day a register states, written 2026-11-21 or 20261121 with or without a time."""
    digits = re.match(r"(\d{4})[-/.年]?(\d{2})[-/.月]?(\d{2})", str(value).strip(), re.ASCII)
    try:
        return dt.date(*map(int, digits.groups())) if digits else None
    except ValueError:
        return None


def wrong(problem: str, raw: bytes = b"") -> AskIn:
    """Not an answer to our question; its body is not looked at again."""
    return AskIn(State.WRONG, problem=problem, sha256=hashlib.sha256(raw).digest())


def understood(tree: Any, reading: Reading, raw: bytes) -> AskIn:
    """An answer by what it says of itself: an error inside a 200 is never taken for a document."""
    sha256 = hashlib.sha256(raw).digest()
    if not shallow(tree):
        return wrong("too deep", raw)
    if reading.code:
        code = at(tree, reading.code)
        said = str(code).strip()
        if said in reading.not_held or said in reading.refused:
            return AskIn(State.NOT_HELD if said in reading.not_held else State.REFUSED, problem=said[:80], sha256=sha256)
        if said not in reading.well:
            return wrong("no code", raw) if code is None else AskIn(State.DOWN, problem=said[:80], sha256=sha256)
    document = at(tree, reading.document)
    if document is None or document in ([], {}):
        return wrong("no document", raw)
    as_of = day(at(document, reading.as_of)) if reading.as_of else None
    return AskIn(State.HELD, document, echoed(document, reading), as_of, sha256=sha256)


def operation(system: System, operations: Mapping[str, Any], name: str) -> Any:
    """What the register's settings say of an operation; OSError when they say nothing."""
    if name not in operations:
        raise OSError(f"{system.code} has no operation {name}")
    return operations[name]


def settings_of(system: System, kind: type[T]) -> T:
    """What a register says of itself; OSError when it is not of this way."""
    try:
        return msgspec.convert(system.settings, kind)
    except msgspec.ValidationError as bad:
        raise OSError(f"{system.code}: {bad}") from bad
