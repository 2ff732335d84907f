"""Journeys as pages: what each brings together, its draft, everything before the press, and the press."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.errors import NeedsRealName, NoSuchDraft, NotReady, TooManyDrafts
from onedoor.cases.models import DraftId
from onedoor.cases.service import drafts
from onedoor.cases.service.checklist import checklist
from onedoor.journeys import service
from onedoor.journeys.errors import NothingNeeded
from onedoor.journeys.models import Journey
from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import before_view, plan_view


@get("/journeys", **may(public=True), include_in_schema=False)
async def every(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Every thing in a life that can be done at one go."""
    return page(request, "journeys/every.html", journeys=await service.journeys(work))


@get("/journeys/{code:str}", **may(public=True), include_in_schema=False)
async def before(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What one brings together; beginning is a button, because reading a page makes nothing."""
    found = await service.journey(work, code)
    return page(request, "journeys/before.html", **await before_view(work, found), draft=await _draft(work, found), problem=None)


async def _draft(work: Work, journey: Journey) -> Any:
    mine = await drafts.mine(work) if work.actor.signed_in else []
    return next((one for one in mine if one.item == journey.form), None)


@post("/journeys/{code:str}", **may("signed-in"), include_in_schema=False)
async def begin(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Resume the newest draft of this journey, or make one."""
    found = await service.journey(work, code)
    try:
        draft = await service.begin(work, code, anew="new" in await request.form())
    except NeedsRealName:
        return see_other(f"/identity/real-name?next={quote(found.href, safe='')}")
    except TooManyDrafts as bad:
        data = await before_view(work, found)
        return page(request, "journeys/before.html", bad.status, **data, draft=await _draft(work, found), problem=bad)
    return see_other(f"/drafts/{draft.id}")


@get("/journeys/{code:str}/check/{draft:str}", **may("signed-in"), include_in_schema=False)
async def check(request: AnyRequest, code: FromPath[str], draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Everything that will be handed in, and what becomes of it in which department."""
    return page(request, "journeys/check.html", **await _check(work, code, draft), tried=False, nothing=False)


async def _check(work: Work, code: str, draft: str) -> dict[str, Any]:
    desk, plan = await service.looked_at(work, code, _draft_of(draft))
    order = desk.order()
    labels = [pick(work.locale, desk.form.questions[n].label) for n in desk.changed if n in desk.form.questions]
    return checklist(work, desk, plan.faults) | {
        "journey": plan.journey, "title": pick(work.locale, plan.journey.name), "draft": desk.draft, "changed": labels,
        "legs": await plan_view(work, plan), "measure": plan.measure, "count": sum(one.needed for one in plan.legs),
        "back": f"/drafts/{draft}/{order[-1]}" if order else plan.journey.href,
    }  # fmt: skip


def _draft_of(text: str) -> DraftId:
    try:
        return DraftId.parse(text)
    except ValueError:
        raise NoSuchDraft() from None


@post("/journeys/{code:str}/check/{draft:str}", **may("signed-in"), include_in_schema=False)
async def press(request: AnyRequest, code: FromPath[str], draft: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """One press; pressed twice it is one run. Cases are made at once where they can be."""
    try:
        async with begin() as work:
            run, fresh = await service.press(work, code, _draft_of(draft))
    except NeedsRealName:
        return see_other(f"/identity/real-name?next={quote(f'/journeys/{code}/check/{draft}', safe='')}")
    except (NotReady, NothingNeeded) as bad:
        async with begin() as work:
            data = await _check(work, code, draft)
        return page(request, "journeys/check.html", bad.status, **data, tried=True, nothing=isinstance(bad, NothingNeeded))
    await service.start_all(begin, run)
    return see_other(f"{run.href}?new=1" if fresh else run.href)


handlers = [every, before, begin, check, press]
