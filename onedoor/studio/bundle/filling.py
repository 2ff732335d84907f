"""A service filled in from lists of what would be typed, starters and sheets from elsewhere: the same boxes as by hand."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import convert
from onedoor.studio.models import Bundle

from . import outline
from .boxes import Typed, Wrong
from .parts import Scene, World

FILE = Path(__file__).parent.parent / "starters" / "starters.toml"
USUAL: dict[str, dict[str, str]] = {
    "guide": {"trips": "0", "where_zh": "全程网上办", "where_en": "Entirely online"},
    "questions": {"required": "yes", "held": "held", "alone": "yes", "when_join": "all"}, "papers": {"when_join": "all"},
}  # fmt: skip
"""What a page would have chosen by itself."""


class Starter(Struct, frozen=True):
    """A service to begin from: what would be typed into each part."""

    code: str
    name: Text
    about: Text
    guide: dict[str, str]
    steps: list[dict[str, str]] = []
    materials: list[dict[str, str]] = []
    questions: list[dict[str, str]] = []
    papers: list[dict[str, str]] = []


@functools.cache
def starters() -> dict[str, Starter]:
    """All there are, by code, in their own order."""
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["starter"]
    return {one.code: one for one in (convert(told, Starter) for told in found)}


def begun(bundle: Bundle, starter: Starter, world: World) -> Bundle:
    """A new service with everything of the starter in it."""
    made = put(bundle, world, "guide", -1, starter.guide)
    for key, entries in (("steps", starter.steps), ("materials", starter.materials), ("questions", starter.questions),
                         ("papers", starter.papers)):  # fmt: skip
        for typed in entries:
            made = put(made, world, key, -1, typed)
    return made


def put(bundle: Bundle, world: World, key: str, place: int, typed: Mapping[str, Any], locale: str = "zh-CN") -> Bundle:
    """One part, or a new entry of it, with these boxes filled in; the others as a page shows them. Wrong names what cannot be."""
    part = outline.BY_KEY[key]
    scene = Scene(locale, bundle, place, world)
    return part.write(scene, {**part.read(scene), **USUAL.get(key, {}), **typed})


def added(bundle: Bundle, world: World, locale: str, rows: Iterable[tuple[str, Typed]]) -> tuple[Bundle, list[dict[str, str]]]:
    """With a new entry for each (part, boxes); and what could not be taken, by its place among the rows."""
    errors: list[dict[str, str]] = []
    for at, (key, typed) in enumerate(rows):
        if key not in ("questions", "papers"):
            errors.append({"pointer": f"/rows/{at}", "detail": say(locale, "这一部分没有这个格子")})
            continue
        known = {box.name for box in outline.BY_KEY[key].boxes(Scene(locale, bundle, -1, world))}
        try:
            bundle = put(bundle, world, key, -1, {name: value for name, value in typed.items() if name in known}, locale)
        except Wrong as bad:
            errors += [{"pointer": f"/rows/{at}/{box}", "detail": what} for box, what in bad.errors]
    return bundle, errors
