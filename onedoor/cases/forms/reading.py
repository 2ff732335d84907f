"""What a posted page says: raw text as typed, so that it can be shown again, and the answers it means."""
from collections.abc import Mapping
from typing import Any, cast

from onedoor.kernel.text import printable

from .engine import MOST_ENTRIES, Form, Page, Question
from .plain import MOST_TEXT


def typed(form: Form, page: Page, sent: Mapping[str, list[str]], held: Mapping[str, Any]) -> dict[str, Any]:
    """Each question's raw words; a date of three boxes is a mapping, a list of boxes a list."""
    return {n: _one(form.questions[n], sent) for n in page.ask if n not in held}


def meant(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, as the types write them; what was left empty is absent."""
    return form.tidy({n: _meant(v) for n, v in raw.items()})


def regrouped(form: Form, page: Page, sent: Mapping[str, list[str]], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """The raw words with one more entry of a group, or one less, when a button said so; else None."""
    more, less = _first(sent, "again"), _first(sent, "drop")
    for question in (form.questions[n] for n in page.ask if n in raw and form.questions[n].parts):
        entries = list(raw[question.name])
        if more == question.name:
            return {**raw, question.name: [*entries, {}][:MOST_ENTRIES]}
        name, _, place = less.rpartition("-")
        if name == question.name and place in map(str, range(len(entries))):
            return {**raw, question.name: entries[: int(place)] + entries[int(place) + 1 :]}
    return None


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [{n: _meant(v) for n, v in one.items()} if isinstance(one, Mapping) else one for one in cast("list[Any]", value)]
    return _joined(cast("Mapping[str, str]", value)) if isinstance(value, Mapping) else value


def again(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The raw words made fit for showing."""
    return {n: _shown(v) for n, v in raw.items()}


def _one(question: Question, sent: Mapping[str, list[str]], name: str = "") -> Any:
    name = name or question.name
    if question.parts:
        return [{p.name: _one(p, sent, f"{name}-{i}-{p.name}") for p in question.parts} for i in range(_entries(name, sent))]
    if question.kind == "date":
        return {part: _first(sent, f"{name}-{part}") for part in ("year", "month", "day")}
    if question.kind == "checks":
        return [v[:MOST_TEXT] for v in sent.get(name, [])][:100]
    return _first(sent, name)


def _entries(name: str, sent: Mapping[str, list[str]]) -> int:
    """How many entries of a group the page had."""
    return next((i for i in range(MOST_ENTRIES) if not any(key.startswith(f"{name}-{i}-") for key in sent)), MOST_ENTRIES)


def _first(sent: Mapping[str, list[str]], name: str) -> str:
    return (sent.get(name) or [""])[0].replace("\r\n", "\n")[: MOST_TEXT + 1]  # one more, so that the rest is missed


def _joined(parts: Mapping[str, str]) -> str:
    """Three boxes as one text. All typed into the first box is understood too."""
    year, month, day = (parts.get(p, "").strip() for p in ("year", "month", "day"))
    if not month and not day:
        return year
    return "-".join(p.zfill(2) if p.isdigit() and len(p) < 3 else p for p in (year, month, day))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _shown(v) for k, v in value.items()}
    return [_shown(v) for v in value] if isinstance(value, list) else printable(str(value))
