"""One box of a page: what it asks, and where in the tables its answer lies. Reading and writing follow from that."""

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec import Struct

from onedoor.kernel import text
from onedoor.kernel.i18n import say

Typed = dict[str, Any]
Path = tuple[str, ...]
OWN: Path = ()


class Wrong(Exception):
    """What was typed cannot be written; (box, what to do) of each."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


class Box(Struct, frozen=True):
    """A field of a page. `shape` says what its text becomes: text, whole, lines, truth (left open: yes), switch (left open: no) or list; a
    box without `at` is its part's own. Boxes of one `group` are folded away together while nothing stands in them."""

    name: str
    label: str
    at: Path = OWN
    kind: str = "text"
    shape: str = "text"
    hint: str = ""
    required: bool = True
    most: int = 200
    low: int = 0
    high: int = 0
    options: tuple[tuple[str, str], ...] = ()
    group: str = ""


def both(
    locale: str, name: str, label: str, most: int, *, hint: str = "", kind: str = "text", required: bool = True, group: str = ""
) -> list[Box]:
    """A text in both languages: two boxes."""
    at = tuple(name.split("."))
    plain = at[-1]
    return [
        Box(f"{plain}_zh", label, (*at, "zh"), kind, hint=hint, required=required, most=most, group=group),
        Box(f"{plain}_en", say(locale, "{what}（英文）", what=label), (*at, "en"), kind, required=False, most=max(most * 4, 40),
            group=group),
    ]  # fmt: skip


def look(table: Mapping[str, Any], path: Path) -> Any:
    """The value at a path, or None."""
    found: Any = table
    for part in path:
        found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, Mapping) else None
    return found


def read(boxes: Iterable[Box], table: Mapping[str, Any]) -> Typed:
    """What stands in the boxes."""
    return {box.name: _shown(box, look(table, box.at)) for box in boxes if box.at}


def _shown(box: Box, value: Any) -> Any:
    if box.shape == "lines":
        return "\n".join(value or ())
    if box.shape == "list":
        return list(value or ())
    if box.shape == "truth":
        return "no" if value is False else "yes"
    if box.shape == "switch":
        return "yes" if value is True else "no"
    return "" if value is None else str(value)


def write(boxes: Iterable[Box], table: Mapping[str, Any], typed: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """A table with what was typed put in; Wrong names every box whose text cannot be."""
    made: dict[str, Any] = copy.deepcopy(dict(table))
    errors: list[tuple[str, str]] = []
    for box in boxes:
        if bad := box_fault(locale, box, typed.get(box.name, "")):
            errors.append((box.name, bad))
        elif box.at:
            _put(made, box, _meant(box, typed.get(box.name, "")))
    if errors:
        raise Wrong(errors)
    return made


def box_fault(locale: str, box: Box, value: Any) -> str | None:
    """Why what was typed cannot be kept; None when it can. Something left open is no fault here: the checks tell it."""
    words = [value] if isinstance(value, str) else list(value)
    if any(text.fault(word, lines=True) for word in words):
        return say(locale, "有不能使用的字符，请删去看不见的符号后再试")
    if box.shape == "lines":
        words = words[0].splitlines() if words else []
        if len(words) > 40:
            return say(locale, "最多写 {n} 行", n=40)
    if any(len(word.strip()) > box.most for word in words):
        return say(locale, "太长了，最多 {n} 个字", n=box.most)
    known = {code for code, _ in box.options}
    if (box.options or box.kind == "select") and any(word and word not in known for word in words):
        return say(locale, "请从列出的选项里选")
    return _whole_fault(locale, box, words[0]) if box.shape == "whole" and words else None


def _whole_fault(locale: str, box: Box, value: str) -> str | None:
    plain = text.fold(value)
    if plain and not re.fullmatch(r"-?[0-9]{1,9}", plain):
        return say(locale, "请填写整数")
    if plain and not box.low <= int(plain) <= box.high:
        return say(locale, "请填 {low} 到 {high} 之间的数", low=box.low, high=box.high)
    return None


def _meant(box: Box, value: Any) -> Any:
    if box.shape == "list":
        return [v for v in value if v] if isinstance(value, list) else [value] if value else []
    plain = str(value).replace("\r\n", "\n").strip()
    if box.shape == "lines":
        return [line.strip() for line in plain.splitlines() if line.strip()]
    if box.shape in ("truth", "switch"):
        return plain != "no" if box.shape == "truth" else plain == "yes"
    return (int(text.fold(plain)) if plain else None) if box.shape == "whole" else plain


def _put(table: dict[str, Any], box: Box, value: Any) -> None:
    """Write it; something optional that is empty is absent, and so is an optional text empty in both languages."""
    *above, last = box.at
    inner = table
    for part in above:
        inner = inner.setdefault(part, {})
    bilingual = last in ("zh", "en")
    if value in (None, "", []) and not bilingual and (not box.required or value is None):
        inner.pop(last, None)
        return
    inner[last] = value
    if bilingual and not box.required and not any(inner.get(k) for k in ("zh", "en")):
        outer = look(table, tuple(above[:-1])) if above[:-1] else table
        if last == "en" and above and isinstance(outer, dict):
            cast("dict[str, Any]", outer).pop(above[-1], None)
