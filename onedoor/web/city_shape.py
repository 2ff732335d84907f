"""The shape of city data, said once: small shapes put together into tables, each telling every mistake with its place.

A shape is a function `(page, path, value)` that reports what is wrong and returns nothing. `maybe()` marks a key that may be absent.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, cast

from msgspec import Struct

from onedoor.kernel.text import fault

from .toml_lines import Path


class Fault(Struct, frozen=True, order=True):
    """One mistake in the city's data, with its place."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class Page(Struct):
    """One table of data and where its keys stand; a line of JSONL is a page of its own."""

    file: str
    data: dict[str, Any]
    lines: Callable[[], dict[Path, int]]
    """Asked for only when there is a mistake: finding the lines takes longer than reading the file."""
    faults: list[Fault]
    first: int = 1

    def line(self, path: Path) -> int:
        """The line of the key, or of the nearest table around it."""
        lines = self.lines()
        for size in range(len(path), 0, -1):
            if path[:size] in lines:
                return lines[path[:size]]
        return self.first

    def fault(self, path: Path, what: str) -> None:
        where = ".".join(str(part) for part in path)
        self.faults.append(Fault(self.file, self.line(path), f"{where}: {what}" if where else what))


Shape = Callable[[Page, Path, Any], None]


class Maybe(Struct, frozen=True):
    """A key that may be absent."""

    shape: Shape


def maybe(shape: Shape) -> Maybe:
    return Maybe(shape)


def text(most: int = 200, pattern: str = "", like: str = "", least: int = 1) -> Shape:
    """Text of `least` to `most` characters; `like` is an example for the message when the pattern does not fit."""
    known = re.compile(pattern) if pattern else None

    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, str):
            page.fault(path, f"must be text, not {_kind(value)}")
        elif not least <= len(value) <= most:
            page.fault(path, f"must have {least} to {most} characters, has {len(value)}")
        elif known and not known.fullmatch(value):
            page.fault(path, f"{value!r} is not of the form {like or pattern}")
        elif fault(value, lines=True):
            page.fault(path, "holds control characters, text direction overrides or half a character")

    return check


def both(most: int = 200, english: int = 0) -> Shape:
    """A text in both languages: { zh = "…", en = "…" }."""
    return table({"zh": text(most), "en": text(english or max(most * 4, 40))})


def one_of(*words: str) -> Shape:
    def check(page: Page, path: Path, value: Any) -> None:
        if value not in words:
            page.fault(path, f"{value!r} is not one of {', '.join(words)}")

    return check


def whole(low: int, high: int) -> Shape:
    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            page.fault(path, f"must be a whole number, not {_kind(value)}")
        elif not low <= value <= high:
            page.fault(path, f"must be from {low} to {high}, is {value}")

    return check


def number(low: float, high: float) -> Shape:
    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            page.fault(path, f"must be a number, not {_kind(value)}")
        elif not low <= value <= high:
            page.fault(path, f"must be from {low} to {high}, is {value}")

    return check


def truth(page: Page, path: Path, value: Any) -> None:
    """true or false."""
    if not isinstance(value, bool):
        page.fault(path, f"must be true or false, not {_kind(value)}")


def day(page: Page, path: Path, value: Any) -> None:
    """A date, as "2026-10-01"."""
    if not (isinstance(value, date) and not isinstance(value, datetime)) and not iso_date(value):
        page.fault(path, f"{value!r} is not a date like 2026-10-01")


def iso_date(value: Any) -> bool:
    """Whether it is a real day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


def moment(page: Page, path: Path, value: Any) -> None:
    """An instant with its offset, as "2026-11-01T08:00:00+08:00"."""
    if as_moment(value) is None:
        page.fault(path, f"{value!r} is not an instant like 2026-11-01T08:00:00+08:00")


def as_moment(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def anything(page: Page, path: Path, value: Any) -> None:
    """Looked at elsewhere."""


def many(shape: Shape, most: int, least: int = 0) -> Shape:
    """A list of `least` to `most` of the same shape."""

    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, list):
            page.fault(path, f"must be a list, not {_kind(value)}")
            return
        found = cast(list[Any], value)
        if not least <= len(found) <= most:
            page.fault(path, f"must have {least} to {most} entries, has {len(found)}")
        for place, one in enumerate(found):
            shape(page, (*path, place), one)

    return check


def either(*shapes: tuple[type, Shape]) -> Shape:
    """The shape that belongs to the type of the value."""

    def check(page: Page, path: Path, value: Any) -> None:
        for kind, shape in shapes:
            if isinstance(value, kind):
                shape(page, path, value)
                return
        page.fault(path, f"cannot be {_kind(value)}")

    return check


def table(fields: dict[str, Shape | Maybe]) -> Shape:
    """Exactly these keys: an unknown one and a missing one are both mistakes."""

    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, dict):
            page.fault(path, f"must be a table, not {_kind(value)}")
            return
        found = cast(dict[str, Any], value)
        for key in found:
            if key not in fields:
                page.fault((*path, key), f"unknown key{_meant(key, fields)}")
        for key, shape in fields.items():
            inner = shape.shape if isinstance(shape, Maybe) else shape
            if key in found:
                inner(page, (*path, key), found[key])
            elif not isinstance(shape, Maybe):
                page.fault(path, f"{key} is missing")

    return check


def mapping(key: str, shape: Shape) -> Shape:
    """Any keys of the form `key`, all values of one shape."""
    known = re.compile(key)

    def check(page: Page, path: Path, value: Any) -> None:
        if not isinstance(value, dict):
            page.fault(path, f"must be a table, not {_kind(value)}")
            return
        for name, one in cast(dict[str, Any], value).items():
            if not known.fullmatch(name):
                page.fault((*path, name), f"the key is not of the form {key}")
            shape(page, (*path, name), one)

    return check


def _kind(value: Any) -> str:
    names: dict[type, str] = {
        str: "text", bool: "true/false", int: "a whole number", float: "a number", list: "a list", dict: "a table", type(None): "null",
    }  # fmt: skip
    return names.get(type(value), type(value).__name__)


def _meant(key: str, known: Iterable[str]) -> str:
    near = [k for k in known if sorted(k) == sorted(key) or k.startswith(key[:4]) or key.startswith(k[:4])]
    return f" (did you mean {near[0]}?)" if near else ""
