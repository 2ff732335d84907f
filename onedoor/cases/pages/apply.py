"""Applying, one question a page: every page is a link or a form, and no GET changes anything."""
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases import policy
from onedoor.cases.errors import (
    AnswersChanged,
    DraftExpired,
    NeedsRealName,
    NotLater,
    NotReady,
    PromisesBarred,
    TooManyDrafts,
    WrongAnswers,
)
from onedoor.cases.forms.engine import Page
from onedoor.cases.forms.reading import again, regrouped, typed
from onedoor.cases.service import consenting, definitions, drafts, instant, later, prefill, submitting
from onedoor.kernel.i18n import pick, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid, Problem
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._drafting import both, check_view, draft_rows, offers, onward, paper_view, view
from ._view import draft_of, texts

PROMISED = ".promise"
"""The button's name, which no question of a form can have."""


@get("/apply/{item:str}", **may("signed-in", acting="fill"), include_in_schema=False)
async def before(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What will be asked; beginning is a button, because reading a page makes nothing."""
    form, process = await definitions.form_of(work, item), await definitions.process_of(work, item)
    if form.home:
        return see_other(form.home)
    policy.may_be_applicant(work.actor, process)
    mine = draft_rows(work, [d for d in await drafts.mine(work) if d.item == item])
    return page(
        request, "cases/before.html", item=item, title=pick(work.locale, process.title), process=process, drafts=mine,
        questions=len(form.pages), papers=[pick(work.locale, d.name) for d in form.documents],
        at_once=[pick(work.locale, one.words) for one in (process.instant.conditions if process.instant else ())],
        real_name=work.actor.assurance >= process.min_assurance, problem=None,
    )  # fmt: skip


@post("/apply/{item:str}", **may("signed-in", acting="fill"), include_in_schema=False)
async def begin(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]) -> Response[Any]:
    """Resume the newest draft of this item, or make one; registers are asked for what they know of it."""
    anew = "new" in await request.form()
    try:
        draft = await drafts.begin(work, item, anew=anew)
    except NeedsRealName:
        return see_other(f"/identity/real-name?next={quote(f'/apply/{item}', safe='')}")
    except TooManyDrafts as bad:
        mine = draft_rows(work, await drafts.mine(work))
        return page(request, "cases/drafts.html", bad.status, drafts=mine, undo="", problem=bad, tab="me")
    await drafts.ask(work, ports, draft)
    asks = not work.actor.behalf and await consenting.sheets_of(work, draft)
    return see_other(f"/drafts/{draft.id}/consent" if asks else f"/drafts/{draft.id}")


@get("/drafts/{draft:str}", **may("signed-in", acting="fill"), include_in_schema=False)
async def resume(draft: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Where this draft goes on; registers are given a moment first, so that nobody is asked what is about to arrive."""
    which = draft_of(draft)
    await prefill.settle(ports, which.uuid)
    async with begin() as work:
        desk = await drafts.opened(work, which)
        return see_other(f"/drafts/{draft}/{drafts.resume_at(work, desk)}")


@get("/drafts/{draft:str}/{ask:str}", **may("signed-in", acting="fill"), include_in_schema=False)
async def question(
    request: AnyRequest, draft: FromPath[str], ask: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports],
    to: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    """One question, or one paper to upload."""
    which = draft_of(draft)
    await prefill.settle(ports, which.uuid)
    async with begin() as work:
        desk = await drafts.opened(work, which)
        if paper := desk.paper(ask):
            return page(request, "cases/paper.html", **paper_view(work, desk, paper.code, to), errors=[])
        asked = desk.page(ask)
        if asked is None:
            return see_other(f"/drafts/{draft}/{drafts.resume_at(work, desk)}")
        values = desk.form.suggested(desk.elements) | desk.draft.answers
        return page(request, "cases/question.html", **view(work, desk, asked, values, to), **await offers(work, desk, asked), errors=[])


@post("/drafts/{draft:str}/{ask:str}", **may("signed-in", acting="fill"), include_in_schema=False)
async def answer(request: AnyRequest, draft: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Keep the answer and go on; with a fault, the same page with everything that was typed."""
    try:
        desk = await drafts.opened(work, draft_of(draft))
    except DraftExpired:  # whoever goes on writing wants it back, and loses nothing
        await drafts.bring_back(work, draft_of(draft))
        desk = await drafts.opened(work, draft_of(draft))
    sent = texts(await request.form())
    to, mark, asked = (sent.get("to") or [""])[0], (sent.get("mark") or [""])[0], desk.page(ask)
    if asked is None:
        return see_other(f"/drafts/{draft}/{drafts.resume_at(work, desk)}")
    raw = typed(desk.form, asked, sent, desk.held)
    if changed := regrouped(desk.form, asked, sent, raw):  # one more entry, or one less: nothing is judged yet
        data = view(work, desk, asked, again(changed), to)
        return page(request, "cases/question.html", **data, **await offers(work, desk, asked), errors=[])
    try:
        desk, asked = await drafts.save_page(work, desk.draft.id, ask, raw, mark)
    except WrongAnswers as bad:
        data = view(work, desk, asked, dict(bad.extra["values"]), to)  # type: ignore[call-overload]
        return page(request, "cases/question.html", 422, **data, **await offers(work, desk, asked), errors=bad.errors)
    except AnswersChanged as bad:
        return page(request, "cases/changed.html", 409, **both(work, desk, asked, bad, to), errors=[])
    except Invalid as bad:  # this page is well; together with all others it is more than a draft holds
        return await _told(request, work, desk, asked, again(raw), to, bad)
    if PROMISED in sent:
        try:
            await later.promise(work, desk, asked, sent[PROMISED][0].split())
        except (NotLater, PromisesBarred) as bad:  # the answer is kept, without a promise
            return await _told(request, work, desk, asked, again(raw), to, bad)
    return see_other(onward(work, desk, asked.id, to))


async def _told(
    request: AnyRequest, work: Work, desk: drafts.Desk, asked: Page, typed: dict[str, Any], to: str, why: Problem
) -> Response[Any]:
    """The page again with everything that was typed, and why it does not go on."""
    detail = why.errors[0]["detail"] if isinstance(why, Invalid) else why.detail or translate(work.locale, why.title)
    data = view(work, desk, asked, typed, to) | await offers(work, desk, asked)
    errors = [{"pointer": f"/{asked.ask[0]}", "detail": detail}]
    return page(request, "cases/question.html", why.status, **data, errors=errors)


@get("/drafts/{draft:str}/check", **may("signed-in", acting="fill submit"), include_in_schema=False)
async def check(
    request: AnyRequest, draft: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Everything that will be handed in, each with its way back."""
    which = draft_of(draft)
    await prefill.settle(ports, which.uuid)
    async with begin() as work:
        desk = await drafts.opened(work, which)
        if desk.form.home:
            return see_other(f"{desk.form.home}/check/{draft}")
        return page(request, "cases/check.html", **check_view(work, desk), errors=[], tried=False)


@post("/drafts/{draft:str}/check", **may("signed-in", acting="submit"), include_in_schema=False)
async def submit(request: AnyRequest, draft: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Hand in; pressed twice it is one case. What is granted at once is granted before the next page comes."""
    async with begin() as work:
        try:
            receipt = await submitting.submit(work, draft_of(draft))
        except NeedsRealName:
            return see_other(f"/identity/real-name?next={quote(f'/drafts/{draft}/check', safe='')}")
        except NotReady as bad:
            desk = await drafts.opened(work, draft_of(draft))
            return page(request, "cases/check.html", bad.status, **check_view(work, desk), errors=bad.extra["errors"], tried=True)
    if receipt.at_once:
        await instant.at_once(begin, receipt.case.citizen_id, receipt.id)
    if work.actor.behalf:  # who may hand in need not be allowed to look, and what was good for once is used up now
        return see_other(f"/me/acting?done={receipt.case.number}")
    return see_other(f"/cases/{receipt.id}?new=1" if receipt.fresh else f"/cases/{receipt.id}")


@get("/me/drafts", **may("signed-in", acting="fill"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work], undo: FromQuery[str] = "") -> Response[Any]:
    """My open drafts."""
    return page(request, "cases/drafts.html", drafts=draft_rows(work, await drafts.mine(work)), undo=undo[:60], problem=None, tab="me")


@get("/drafts/{draft:str}/delete", **may("signed-in"), include_in_schema=False)
async def ask_delete(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Are you sure?"""
    desk = await drafts.opened(work, draft_of(draft))
    return page(request, "cases/delete.html", draft=desk.draft)


@post("/drafts/{draft:str}/delete", **may("signed-in"), include_in_schema=False)
async def delete(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Throw the draft away; the next page offers to bring it back."""
    await drafts.throw_away(work, draft_of(draft))
    return see_other(f"/me/drafts?undo={draft}")


@post("/drafts/{draft:str}/restore", **may("signed-in"), include_in_schema=False)
async def restore(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Bring the draft back: thrown away or expired."""
    await drafts.bring_back(work, draft_of(draft))
    return see_other("/me/drafts")


handlers = [before, begin, resume, question, answer, check, submit, mine, ask_delete, delete, restore]
