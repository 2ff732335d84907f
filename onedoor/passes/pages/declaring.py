"""健康申报 The one page of a declaration, for oneself or for somebody one stands in for."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import pick
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.passes import service
from onedoor.passes.errors import NoSuchDeclaration
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
    if question.kind is As.TEMPERATURE:
        value = _view.degrees(value) if isinstance(value, int) else value
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
            answers[question.id] = [printable(str(one)) for one in form.getall(question.id, [])]
    try:
        key = DeclarationId.parse(str(form.get("key") or ""))
    except ValueError:
        key = None
    return service.Said(answers, str(form.get("division") or "")[:12], printable(str(form.get("reason") or "")).strip(), key)


def typed(said: service.Said) -> dict[str, Any]:
    """What was typed, for showing it again: one value where one is asked for."""
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in said.answers.items()}


def shown(
    request: AnyRequest, seen: _view.About, about: service.Asking, said: service.Said | None = None, errors: Any = ()
) -> Response[str]:  # fmt: skip
    last = about.last
    values = typed(said) if said else dict(last.answers) if last else {}
    for question in about.rules.questions:
        if said is None and question.kind is As.TEMPERATURE:
            values.pop(question.id, None)  # yesterday's temperature is not today's
        elif question.kind in (As.CHECKS, As.DISTRICTS) and isinstance(values.get(question.id), str):
            values[question.id] = [values[question.id]]
    return page(
        request, "passes/declare.html", 422 if errors else 200, scheme=about.scheme, questions=asked(seen.work, about, values),
        errors=list(errors), homes=_view.homes(seen.work), division=(said.division if said else "") or about.division, last=last,
        key=str(DeclarationId.new()), reason=said.reason if said else "", about=seen,
    )  # fmt: skip


@get("/passes/{scheme:str}/declare", **may("signed-in"), include_in_schema=False)
async def form(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """The questions, filled in as the last time."""
    async with _view.about(request, begin) as seen:
        return shown(request, seen, await service.asking(seen.work, scheme))


@post("/passes/{scheme:str}/declare", **may("signed-in"), include_in_schema=False)
async def declare(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Take the answers; show the form again with everything that is wrong."""
    async with begin() as work:
        _, rules = await service.in_force(work, scheme)
    said = await sent(request, rules.questions)
    try:
        async with _view.about(request, begin) as seen:
            await service.declare(seen.work, scheme, said, Channel.PAGE)
            return see_other(f"/passes/{scheme}{seen.carried}")
    except Invalid as wrong:
        async with _view.about(request, begin) as seen:
            return shown(request, seen, await service.asking(seen.work, scheme), said, wrong.errors)


@post("/passes/{scheme:str}/same", **may("signed-in"), include_in_schema=False)
async def same(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """和上次一样: one tap. When the questions have changed since, the form is shown."""
    key = (await sent(request, [])).key
    try:
        async with _view.about(request, begin) as seen:
            await service.same_again(seen.work, scheme, Channel.PAGE, key)
            return see_other(f"/passes/{scheme}{seen.carried}")
    except (Invalid, NoSuchDeclaration):
        async with _view.about(request, begin) as seen:
            return see_other(f"/passes/{scheme}/declare{seen.carried}")


handlers = [form, declare, same]
