"""Answers in words, for check-your-answers, the case page and the clerk."""
from collections.abc import Mapping
from typing import Any, cast

from onedoor.kernel.i18n import day, pick, say

from .engine import MOST_ENTRIES, Form, Question
from .types import iso_date

BOXES = {"address": "text"}


def answer(locale: str, question: Question, value: Any) -> str:
    """One answer as a person reads it."""
    if value is None or value == "" or value == []:
        return say(locale, "未填写")
    if question.parts and isinstance(value, list):
        return "\n".join(_entry(locale, question, i, one) for i, one in enumerate(cast("list[Any]", value), 1))
    if isinstance(value, list):
        return (", " if locale == "en" else "、").join(answer(locale, question, v) for v in cast("list[Any]", value))
    for option in question.options:
        if option.value == value:
            return pick(locale, option.label)
    if question.type == "od:date" and (on := iso_date(str(value))):
        return day(locale, on, year=True)
    if question.type == "od:money" and isinstance(value, int):
        return say(locale, "{n} 元", n=f"{value / 100:,.2f}")
    return f"{value} {pick(locale, question.unit)}".strip() if question.unit else str(value)


def _entry(locale: str, question: Question, number: int, entry: Any) -> str:
    """One entry of a group in a line."""
    said = entry if isinstance(entry, Mapping) else {}
    colon, comma = (": ", ", ") if locale == "en" else ("：", "，")
    words = [f"{pick(locale, p.label)}{colon}{answer(locale, p, said[p.name])}" for p in question.parts if p.name in said]
    return f"{number}. {comma.join(words)}"


def rows(
    locale: str, form: Form, answers: Mapping[str, Any], sources: Mapping[str, Any] | None = None, *,
    wrongs: Mapping[str, str] | None = None, notes: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:  # fmt: skip
    """Questions with their answers in the order of the form, by question: `sources` the register of a held answer, `wrongs` where it is
    contested, `notes` what else is to be said of it."""
    found: list[dict[str, str]] = []
    for page in form.pages:
        for name in page.ask:
            if name in answers:
                question = form.questions[name]
                source = pick(locale, (sources or {}).get(name))
                shown = answer(locale, question, answers[name])
                row = {"question": pick(locale, question.label), "answer": shown, "source": source}
                found.append(row | {"wrong": (wrongs or {}).get(name, ""), "note": (notes or {}).get(name, "")})
    return found


def field(locale: str, question: Question, value: Any, source: str, *, heading: bool, name: str = "") -> dict[str, Any]:
    """What the form's field macro takes for one question; `name` is its place inside of a group."""
    if question.parts:
        return _group(locale, question, value, heading)
    if question.type == "od:money" and isinstance(value, int):
        value = f"{value / 100:.2f}".removesuffix(".00")
    return {
        "name": name or question.name, "label": pick(locale, question.label), "kind": BOXES.get(question.kind, question.kind),
        "value": [] if question.kind == "checks" and not isinstance(value, list) else "" if value is None else value,
        "hint": pick(locale, question.hint), "source": source, "required": question.required, "unit": pick(locale, question.unit),
        "options": [{"value": o.value, "label": pick(locale, o.label), "hint": pick(locale, o.hint)} for o in question.options],
        "heading": heading, "autocomplete": _FILL.get(question.element or question.type, ""),
    }  # fmt: skip


def _group(locale: str, question: Question, value: Any, heading: bool) -> dict[str, Any]:
    """A repeated group: the fields of each entry that there is, at least one."""
    entries = cast("list[Any]", value) if isinstance(value, list) and value else [{}]
    shown = [
        [field(locale, p, one.get(p.name) if isinstance(one, Mapping) else None, "", heading=False, name=f"{question.name}-{i}-{p.name}")
         for p in question.parts]
        for i, one in enumerate(entries)
    ]  # fmt: skip
    return {
        "name": question.name, "label": pick(locale, question.label), "kind": "group", "hint": pick(locale, question.hint), "source": "",
        "required": question.required, "entries": shown, "more": len(entries) < MOST_ENTRIES, "heading": heading,
    }  # fmt: skip


_FILL = {
    "person.phone": "tel-national", "od:phone": "tel-national", "person.address": "street-address", "od:address": "street-address",
    "od:email": "email", "od:postcode": "postal-code",
}  # fmt: skip
