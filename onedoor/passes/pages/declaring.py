"""健康申报 The one page of a declaration."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import pick
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Work
from onedoor.passes import service
from onedoor.passes.models import As, Channel, DeclarationId, Question
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view

KINDS = {As.RADIOS: "radios", As.CHECKS: "checks", As.TEMPERATURE: "text", As.DATE: "date", As.DISTRICTS: "checks"}


def asked(work: Work, about: service.Asking, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions as fields of the form, with what was answered the last time or typed just now."""
    return [_field(work, about, question, values.get(question.id)) for question in about.rules.questions]


def _field(work: Work, about: service.Asking, question: Question, value: Any) -> dict[str, Any]:
    locale = work.locale
    options = [{"value": option.value, "label": pick(locale, option.label)} for option in question.options]
    if question.kind is As.DISTRICTS:
        options = [{"value": code, "label": _view.place(locale, code)} for code in service.risky(work, about.scheme.code)]
    if question.kind is As.TEMPERATURE and isinstance(value, int):
        value = f"{value // 10}.{value % 10}"
    return {
        "name": question.id, "label": pick(locale, question.ask), "hint": pick(locale, question.hint), "kind": KINDS[question.kind],
        "options": options, "value": value, "required": question.required and question.when is None,
    }  # fmt: skip


async def sent(request: AnyRequest, questions: list[Question]) -> service.Said:
    """What the form carries; the three parts of a date are put together."""
    form = await request.form()
    answers: dict[str, Any] = {}
    for question in questions:
        if question.kind is As.DATE:
            parts = [str(form.get(f"{question.id}-{part}") or "").strip() for part in ("year", "month", "day")]
            answers[question.id] = "-".join(part.zfill(2) for part in parts) if any(parts) else None
        else:
            answers[question.id] = [str(one) for one in form.getall(question.id, [])]
    try:
        key = DeclarationId.parse(str(form.get("key") or ""))
    except ValueError:
        key = None
    return service.Said(answers, str(form.get("division") or ""), printable(str(form.get("reason") or "")).strip(), key)


def shown(
    request: AnyRequest, work: Work, about: service.Asking, values: dict[str, Any], *, errors: Any = (), division: str = "",
    reason: str = "", status: int = 200,
) -> Response[str]:  # fmt: skip
    return page(
        request, "passes/declare.html", status=status, scheme=about.scheme, questions=asked(work, about, values), errors=list(errors),
        homes=_view.homes(work), division=division or about.division, last=about.last, key=str(DeclarationId.new()), reason=reason,
    )  # fmt: skip


@get("/passes/{scheme:str}/declare", **may("signed-in"), include_in_schema=False)
async def form(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The questions, filled in as the last time."""
    about = await service.asking(work, scheme)
    return shown(request, work, about, about.last.answers if about.last else {})


@post("/passes/{scheme:str}/declare", **may("signed-in"), include_in_schema=False)
async def declare(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take the answers; show the form again with everything that is wrong."""
    _, rules = await service.in_force(work, scheme)
    said = await sent(request, rules.questions)
    try:
        await service.declare(work, scheme, said, Channel.PAGE)
    except Invalid as wrong:
        about = await service.asking(work, scheme)
        values = {name: _typed(value) for name, value in said.answers.items()}
        return shown(request, work, about, values, errors=wrong.errors, division=said.division, reason=said.reason, status=422)
    return see_other(f"/passes/{scheme}")


def _typed(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


handlers = [form, declare]
