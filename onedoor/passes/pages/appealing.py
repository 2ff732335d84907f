"""申诉 Objecting to a colour, and answering: the resident's page, and the list and page of whoever answers."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import mask_name, printable
from onedoor.kernel.work import Begin, Work
from onedoor.passes import service
from onedoor.passes.errors import NoSuchAppeal
from onedoor.passes.models import AppealId, EvidenceId
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view


async def _form(
    request: AnyRequest, begin: Begin, scheme: str, words: str = "", errors: Any = ()
) -> Response[str]:  # fmt: skip
    async with _view.about(request, begin) as seen:
        found = await service.why(seen.work, scheme)
        colour = _view.colour(seen.work.locale, found.standing.colour)
    return page(
        request, "passes/appeal.html", 422 if errors else 200, seen=found, colour=colour, about=seen, typed=words, errors=list(errors)
    )


@get("/passes/{scheme:str}/appeal", **may("signed-in"), include_in_schema=False)
async def form(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """Why it is wrong, and papers."""
    return await _form(request, begin, scheme)


@post("/passes/{scheme:str}/appeal", **may("signed-in"), include_in_schema=False, request_max_body_size=_view.MOST_POSTED)
async def appeal(
    request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:  # fmt: skip
    """Keep the papers, then hand in; what was typed is kept when something is wrong."""
    sent = await request.form()
    words = printable(str(sent.get("words") or ""))
    uploads = [one for one in sent.getall("papers", []) if isinstance(one, UploadFile) and one.filename]
    try:
        async with _view.about(request, begin) as seen:
            await service.why(seen.work, scheme)
        papers = [(one.filename, await one.read()) for one in uploads]
        kept = await service.kept_papers(ports, seen.work.locale, papers)
        async with _view.about(request, begin) as seen:
            await service.appeal(seen.work, scheme, words, kept)
            return see_other(f"/passes/{scheme}/why{seen.carried}")
    except Invalid as wrong:
        return await _form(request, begin, scheme, words, wrong.errors)


@post("/passes/{scheme:str}/appeal/{appeal:str}/withdraw", **may("signed-in"), include_in_schema=False)
async def withdraw(request: AnyRequest, scheme: FromPath[str], appeal: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Take it back; the colour stays."""
    async with _view.about(request, begin) as seen:
        await service.take_back(seen.work, _view.id_of(AppealId, appeal, NoSuchAppeal))
        return see_other(f"/passes/{scheme}/why{seen.carried}")


@get("/desk/passes/appeals", **may("passes:appeal"), include_in_schema=False)
async def waiting(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[str]:
    """Appeals to be answered, the nearest due first."""
    found, following = await service.waiting(work, after)
    schemes = (await service.known(work)).by_code
    rows = [(one, schemes[one.scheme], _view.colour(work.locale, one.colour)) for one in found if one.scheme in schemes]
    return page(request, "passes/desk_appeals.html", rows=rows, next=following, now=work.now)


async def _handling(request: AnyRequest, work: Work, which: AppealId, answer: str = "", errors: Any = ()) -> Response[str]:
    found = await service.handle(work, which)
    said = found.seen.declaration
    return page(
        request, "passes/desk_appeal.html", 422 if errors else 200, it=found, name=mask_name(found.name) if found.name else "",
        colour=_view.colour(work.locale, found.seen.decision.colour), errors=list(errors), answer=answer,
        rows=_view.answered(work.locale, found.seen.rules.questions, said) if said else [],
        waivable=[{"value": rule.id, "label": pick(work.locale, rule.title)} for rule in found.seen.fired],
    )  # fmt: skip


@get("/desk/passes/appeals/{appeal:str}", **may("passes:appeal"), include_in_schema=False)
async def handle(request: AnyRequest, appeal: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One appeal with everything the colour came from."""
    return await _handling(request, work, _view.id_of(AppealId, appeal, NoSuchAppeal))


@post("/desk/passes/appeals/{appeal:str}", **may("passes:appeal"), include_in_schema=False)
async def answer(request: AnyRequest, appeal: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """The answer; naming a rule means that it does not count for this person."""
    which = _view.id_of(AppealId, appeal, NoSuchAppeal)
    sent = await request.form()
    words, waived = printable(str(sent.get("answer") or "")), [str(one) for one in sent.getall("waived", [])]
    try:
        async with begin() as work:
            await service.appeal_outcome(work, which, words, waived)
        return see_other("/desk/passes/appeals")
    except Invalid as wrong:
        async with begin() as work:
            return await _handling(request, work, which, words, wrong.errors)


@get("/desk/passes/appeals/{appeal:str}/papers/{paper:str}", **may("passes:appeal"), include_in_schema=False)
async def paper(
    appeal: FromPath[str], paper: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[bytes]:  # fmt: skip
    """One paper, to be saved."""
    async with begin() as work:
        which, one = _view.id_of(AppealId, appeal, NoSuchAppeal), _view.id_of(EvidenceId, paper, NoSuchAppeal)
        found = await service.paper_of(work, which, one)
    return _view.as_download(found, await service.content(ports, found))


handlers = [form, appeal, withdraw, waiting, handle, answer, paper]
