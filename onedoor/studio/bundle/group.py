"""A question that repeats: its parts written one a line, each with how it is answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from onedoor.kernel.i18n import say

from .whens import table

SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {"type": "string"}), "number": ("number", {"type": "integer"}), "date": ("date", {"$ref": "od:date"}),
    "name": ("text", {"$ref": "od:name"}), "id-number": ("id-number", {"$ref": "od:citizen-id"}), "phone": ("phone", {"$ref": "od:phone"}),
    "address": ("address", {"$ref": "od:address"}), "money": ("money", {"$ref": "od:money"}), "yes_no": ("radios", {"enum": ["yes", "no"]}),
}  # fmt: skip
MOST = 12


def words(locale: str) -> dict[str, str]:
    """How a part may be answered, as an editor writes it."""
    return {
        "text": say(locale, "文字"), "number": say(locale, "整数"), "date": say(locale, "日期"), "name": say(locale, "姓名"),
        "id-number": say(locale, "身份证号"), "phone": say(locale, "手机号"), "address": say(locale, "地址"), "money": say(locale, "金额"),
        "yes_no": say(locale, "是或否"),
    }  # fmt: skip


def _split(typed: str) -> list[list[str]]:
    return [[p.strip() for p in (line.replace("｜", "|") + "||").split("|")][:3] for line in typed.splitlines() if line.strip()]


def _kind(locale: str, word: str) -> str:
    """The kind that a word names, in the editor's language or the other; nothing said is text."""
    known = {v.lower(): k for lc in ("en", "zh-CN", locale) for k, v in words(lc).items()}
    return known.get(word.lower(), "") if word else "text"


def faults(locale: str, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the lines; a question that does not repeat has none."""
    if typed.get("kind") != "group":
        return []
    lines = _split(str(typed.get("parts", "")))
    strange = [kind for _, _, kind in lines if not _kind(locale, kind)]
    if strange:
        known = (", " if locale == "en" else "、").join(words(locale).values())
        return [("parts", say(locale, "“{what}”不是一种回答方式，可以写：{known}", what=strange[0][:40], known=known))]
    if not 1 <= len(lines) <= MOST:
        return [("parts", say(locale, "一组里要有 1 到 {n} 个问题", n=MOST))]
    return []


def lines(locale: str, shape: Mapping[str, Any], field: Mapping[str, Any]) -> Iterator[str]:
    """The parts as they are written."""
    for name, prop in table(table(shape.get("items")).get("properties")).items():
        said = table(table(field.get("of")).get(name))
        label = table(said.get("label"))
        yield " | ".join([label.get("zh", ""), label.get("en", ""), words(locale)[_kind_of(prop, str(said.get("as")))]])


def _kind_of(prop: Any, shown: str) -> str:
    same = [kind for kind, (_, shape) in SHAPES.items() if table(prop).get("$ref") == shape.get("$ref", "-")]
    if table(prop).get("enum") == ["yes", "no"]:
        return "yes_no"
    return same[0] if same else "number" if shown == "number" else "text"


def tables(locale: str, typed: str, had: dict[str, Any], items: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The words and the schema of the parts; one whose words or kind were there before keeps its name and its rules."""
    properties, needed = table(items.get("properties")), list(items.get("required") or ())
    known = {table(one.get("label")).get("zh"): name for name, one in had.items()}
    of: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for zh, en, kind_word in _split(typed):
        name = known.get(zh) or next(f"p{i}" for i in range(1, 100) if f"p{i}" not in (*had, *of))
        kind = _kind(locale, kind_word)
        shown, shape = SHAPES[kind]
        same = name in had and _kind_of(properties.get(name), str(had[name].get("as"))) == kind
        of[name] = (had[name] if same else {"as": shown}) | {"label": {"zh": zh, "en": en}}
        made[name] = properties[name] if same else dict(shape)
    required = [n for n in needed if n in made] + [n for n in made if n not in had]
    return of, {"type": "object", "additionalProperties": False, "properties": made, "required": required}
