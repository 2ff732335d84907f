"""Papers given later and promises, as their person sees them: on the page of a draft, on the page of a case, and all promises at once."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases import policy
from onedoor.cases.errors import NoSuchPromise, NotReady, PromisesBarred
from onedoor.cases.models import How, Move
from onedoor.cases.owing import Appeal, Promise, PromiseId, Result
from onedoor.cases.service import attachments, drafts, following, later, owing, promising
from onedoor.cases.service.attachments import Upload
from onedoor.cases.service.definitions import city_day
from onedoor.kernel import text
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._case import case_row, owed_rows
from ._drafting import onward, paper_view
from ._view import case_of, draft_of, file_of, posted, texts, uploads
from .files import MOST_POSTED, keep_all


@post("/drafts/{draft:str}/{ask:str}/later", **may("signed-in"), include_in_schema=False)
async def put_later(request: AnyRequest, draft: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """This paper is given later, or promised, or uploaded after all."""
    sent = texts(await request.form())
    how, to = (sent.get("how") or [""])[0], (sent.get("to") or [""])[0]
    desk = await drafts.opened(work, draft_of(draft))
    paper = desk.paper(ask)
    if paper is None:
        return see_other(f"/drafts/{draft}")
    try:
        desk = await later.put(work, desk.draft.id, paper.code, How(how) if how in list(How) else None)
    except PromisesBarred as barred:
        errors = [{"pointer": f"/{paper.page}", "detail": barred.detail}]
        return page(request, "cases/paper.html", barred.status, **paper_view(work, desk, paper.code, to), errors=errors)
    return see_other(onward(work, desk, paper.page, to) if how in list(How) else f"/drafts/{draft}/{paper.page}")


@get("/cases/{case:str}/papers", **may("signed-in"), include_in_schema=False)
async def owed(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Everything that is still to be given."""
    return await _owed_page(request, work, case, [])


async def _owed_page(request: AnyRequest, work: Work, case: str, errors: list[dict[str, str]]) -> Response[Any]:
    found = await following.one(work, case_of(case))
    waiting = await owing.open_papers(work, found)
    if not waiting:
        return see_other(f"/cases/{found.id}")
    files = await attachments.of_case(work, found.citizen_id, found.id)
    papers = owed_rows(work, waiting, files)
    return page(request, "cases/owed.html", 422 if errors else 200, row=case_row(work, found), papers=papers, errors=errors)


@post("/cases/{case:str}/papers", **may("signed-in"), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def give(
    request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Keep what was uploaded and hand it in; a refused file says why, and the others stay."""
    async with begin() as work:
        found = await following.one(work, case_of(case))
        policy.must_allow(found, Move.GIVE)
        waiting = await owing.open_papers(work, found)
    sent, too_large = await posted(request)
    locale = request.scope["state"]["locale"]
    bad = [{"pointer": "/", "detail": say(locale, "文件太大了，每个文件最多 20 MB")}] if too_large else []
    for one in waiting:
        name = f"file-{one.document}"
        bad += await keep_all(begin, ports, uploads(sent, name), Upload("", b"", one.document, case=found.id), 30, name)
    gone = (texts(sent).get("remove") or [""])[0]
    async with begin() as work:
        if gone:
            await owing.take_back(work, found, file_of(gone))
        if gone or bad:
            return await _owed_page(request, work, case, bad)
        try:
            await owing.give(work, found.id)
        except NotReady as open_still:
            errors: Any = open_still.extra["errors"]
            return await _owed_page(request, work, case, errors)
    return see_other(f"/cases/{found.id}")


@get("/me/promises", **may("signed-in"), include_in_schema=False)
async def promises(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Everything I have promised, and how it was found."""
    return page(request, "cases/promises.html", **await promises_view(work), errors=[], open="", typed="")


async def promises_view(work: Work) -> dict[str, Any]:
    """The rows of the page, and until when nothing may be promised."""
    barred = ""
    try:
        await promising.must_be_free(work, drafts.me(work))
    except PromisesBarred as until:
        barred = until.detail
    return {"promises": [promise_row(work.locale, p) for p in await promising.mine(work)], "barred": barred}


def promise_row(locale: str, promise: Promise) -> dict[str, Any]:
    """One promise in words."""
    words = {
        Result.UNKNOWN: (say(locale, "{day} 以后核查", day=day(locale, promise.check_on)), "blue"),
        Result.KEPT: (say(locale, "核查属实"), "green"), Result.BROKEN: (say(locale, "核查不属实"), "red"),
    }  # fmt: skip
    state, tone = words[promise.result]
    answers = {
        Appeal.NONE: "", Appeal.OPEN: say(locale, "申诉正在处理"),
        Appeal.UPHELD: say(locale, "申诉没有成立：{why}", why=promise.appeal_answer),
        Appeal.LIFTED: say(locale, "申诉成立：{why}", why=promise.appeal_answer),
    }  # fmt: skip
    return {
        "id": str(promise.id), "label": pick(locale, promise.label), "words": pick(locale, promise.words), "state": state, "tone": tone,
        "signed": day(locale, city_day(promise.signed_at)), "why": promise.why, "appeal": promise.appeal,
        "answer": answers[promise.appeal_state], "href": f"/cases/{promise.case_id}",
        "may_appeal": promise.result is Result.BROKEN and promise.appeal_state is Appeal.NONE,
    }  # fmt: skip


@post("/me/promises/{promise:str}/appeal", **may("signed-in"), include_in_schema=False)
async def appeal(request: AnyRequest, promise: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """申诉: what was found is not so."""
    sent = texts(await request.form())
    place = (sent.get("place") or ["1"])[0]
    field = f"words-{place if place.isascii() and place.isdigit() else 1}"
    words = (sent.get(field) or [""])[0]
    errors: list[dict[str, str]] = []
    if len(words) > 1000 or text.fault(words, lines=True):
        errors = [{"pointer": f"/{field}", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=1000)}]
    else:
        try:
            await promising.appeal(work, promise_of(promise), text.fold(words))
        except Invalid as bad:
            errors = [{"pointer": f"/{field}", "detail": bad.errors[0]["detail"]}]
    if errors:
        data = {"errors": errors, "open": promise, "typed": text.printable(words)}
        return page(request, "cases/promises.html", 422, **await promises_view(work), **data)
    return see_other("/me/promises")


def promise_of(given: str) -> PromiseId:
    """The promise an address names."""
    try:
        return PromiseId.parse(given)
    except ValueError:
        raise NoSuchPromise() from None


handlers = [put_later, owed, give, promises, appeal]
