"""What a posted page says: raw text as typed, so that it can be shown again, and the answers it means."""
from collections.abc import Mapping
from typing import Any

from onedoor.kernel.text import printable

from .engine import Form, Page, Question

MOST_TYPED = 20_000


def typed(form: Form, page: Page, sent: Mapping[str, list[str]], held: Mapping[str, Any]) -> dict[str, Any]:
    """Each question's raw words; a date of three boxes is a mapping, a list of boxes a list."""
    return {n: _one(form.questions[n], sent) for n in page.ask if n not in held}


def meant(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, as the types write them; what was left empty is absent."""
    return form.tidy({n: _joined(v) if isinstance(v, Mapping) else v for n, v in raw.items()})


def again(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The raw words made fit for showing."""
    return {n: _shown(v) for n, v in raw.items()}


def _one(question: Question, sent: Mapping[str, list[str]]) -> Any:
    if question.kind == "date":
        return {part: _first(sent, f"{question.name}-{part}") for part in ("year", "month", "day")}
    if question.kind == "checks":
        return [v[:MOST_TYPED] for v in sent.get(question.name, [])][:100]
    return _first(sent, question.name)


def _first(sent: Mapping[str, list[str]], name: str) -> str:
    return (sent.get(name) or [""])[0][:MOST_TYPED].replace("\r\n", "\n")


def _joined(parts: Mapping[str, str]) -> str:
    """Three boxes as one text. All typed into the first box is understood too."""
    year, month, day = (parts.get(p, "").strip() for p in ("year", "month", "day"))
    if not month and not day:
        return year
    return "-".join(p.zfill(2) if p.isdigit() and len(p) < 3 else p for p in (year, month, day))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: printable(str(v)) for k, v in value.items()}
    return [printable(str(v)) for v in value] if isinstance(value, list) else printable(str(value))
