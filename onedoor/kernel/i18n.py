"""Languages: zh-CN is the source text; each room's `locale/en.po` holds the English of every literal it says.

`_()` in templates, `say()` where one language is wanted, `text()` where both are stored. A law of the test suite reads every literal and
fails on a missing entry.
"""

import functools
from datetime import date, datetime
from pathlib import Path
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po
from msgspec import Struct

ROOMS = Path(__file__).parent.parent
SOURCE, ENGLISH = "zh-CN", "en"
LOCALES = (SOURCE, ENGLISH)


class Text(Struct, frozen=True):
    """The same words in each language; `en` may be empty where a city has not translated its data yet."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.zh


@functools.cache
def english() -> dict[str, str]:
    """Source text → English, of all rooms together."""
    found: dict[str, str] = {}
    for path in sorted(ROOMS.glob("*/locale/en.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found


def translate(locale: str, source: str, /, **values: Any) -> str:
    """`source` in `locale`, with `{name}` replaced. Use `say` in Python code, so that the literal is found."""
    words = english().get(source, source) if locale == ENGLISH else source
    return words.format(**values) if values else words


def say(locale: str, source: LiteralString, /, **values: Any) -> str:
    """One sentence in one language."""
    return translate(locale, source, **{k: pick(locale, v) if isinstance(v, Text) else v for k, v in values.items()})


def text(source: LiteralString, /, **values: Any) -> Text:
    """One sentence in every language, for storing. Text values are put in in their own language."""
    return _fixed(source) if not values else Text(say(SOURCE, source, **values), say(ENGLISH, source, **values))


@functools.cache
def _fixed(source: str) -> Text:
    return Text(source, translate(ENGLISH, source))


def pick(locale: str, words: Text | dict[str, str] | str | None) -> str:
    """The words in `locale`, or in the source language where that is missing."""
    if words is None or isinstance(words, str):
        return words or ""
    if isinstance(words, Text):
        return (words.en or words.zh) if locale == ENGLISH else words.zh
    return (words.get("en") or words.get("zh", "")) if locale == ENGLISH else words.get("zh", "")


_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def day(locale: str, on: date | None, *, year: bool = False) -> str:
    """Like "10 月 12 日" or "12 October"; with the year when asked."""
    if on is None:
        return ""
    if locale == ENGLISH:
        return f"{on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")
    return (f"{on.year} 年 " if year else "") + f"{on.month} 月 {on.day} 日"


def moment(locale: str, at: datetime | None, zone: ZoneInfo) -> str:
    """Day and minute in the city's time."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{day(locale, local.date())} {local:%H:%M}"
