"""A draft on trial: who may try it, and what they handed in."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.service.definitions import city_moment
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.models import Grants
from onedoor.studio.service import trying
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import draft_of, word


async def _shown(request: AnyRequest, work: Work, draft: str, status: int, typed: str, errors: list[dict[str, str]]) -> Response[Any]:
    seen = await trying.shown(work, draft_of(draft))
    locale = work.locale
    rows = [
        {"number": c.number, "detail": say(locale, "第 {n} 次改动后 · {at} 提交", n=c.form_version, at=city_moment(locale, c.submitted_at))}
        for c in seen.cases
    ]  # fmt: skip
    return page(
        request, "studio/trial.html", status, draft=seen.draft, name=pick(locale, seen.draft.bundle["name"]), code=seen.code, rows=rows,
        people=len(seen.trial.people) - 1 if seen.trial else 0, until=city_moment(locale, seen.trial.until) if seen.trial else "",
        edits=Grants.EDIT in work.actor.grants and work.actor.org == seen.draft.org_ref and seen.draft.open, typed=typed, errors=errors,
    )  # fmt: skip


@get("/studio/drafts/{draft:str}/trial", **may("studio:see"), include_in_schema=False)
async def trial(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """试办."""
    return await _shown(request, work, draft, 200, "", [])


@post("/studio/drafts/{draft:str}/trial", **may("studio:edit"), include_in_schema=False)
async def start(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Open it for these phones; again with what the draft says now."""
    sent = word(await request.form(), "phones", 2000)
    try:
        await trying.start(work, draft_of(draft), re.split(r"[\s,，、]+", sent.strip(" ,，、")) if sent else [])
    except Invalid as bad:
        return await _shown(request, work, draft, 422, sent, bad.errors)
    return see_other(f"/studio/drafts/{draft}/trial")


@post("/studio/drafts/{draft:str}/trial/end", **may("studio:edit"), include_in_schema=False)
async def end(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Close it; everything handed in goes."""
    await trying.stop(work, draft_of(draft))
    return see_other(f"/studio/drafts/{draft}/trial")


@post("/studio/drafts/{draft:str}/trial/delete", **may("studio:edit"), include_in_schema=False)
async def delete(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One try goes."""
    await trying.delete(work, draft_of(draft), word(await request.form(), "number", 40))
    return see_other(f"/studio/drafts/{draft}/trial")


handlers = [trial, start, end, delete]
