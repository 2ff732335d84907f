"""A draft on trial: who may try it, and what they handed in."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.service.definitions import city_moment
from onedoor.cases.service.standing import status_words
from onedoor.kernel import text
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.errors import NoSuchPart
from onedoor.studio.models import Grants
from onedoor.studio.service import trying
from onedoor.studio.service.trying import Deed
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import draft_of, word


async def _shown(request: AnyRequest, work: Work, draft: str, status: int, typed: str, errors: list[dict[str, str]]) -> Response[Any]:
    seen = await trying.shown(work, draft_of(draft))
    locale = work.locale
    rows = [
        {"number": c.number, "state": status_words(locale, c.status),
         "detail": say(locale, "第 {n} 次改动后 · {at} 提交", n=c.form_version, at=city_moment(locale, c.submitted_at))}
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


@get("/studio/drafts/{draft:str}/trial/cases/{number:str}", **may("studio:edit"), include_in_schema=False)
async def try_case(request: AnyRequest, draft: FromPath[str], number: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One try, to be decided as a clerk would."""
    return await _case(request, work, draft, Deed(number, ""), [])


async def _case(request: AnyRequest, work: Work, draft: str, deed: Deed, errors: list[dict[str, str]]) -> Response[Any]:
    seen, locale = await trying.shown(work, draft_of(draft)), work.locale
    found = next((c for c in seen.cases if c.number == deed.number), None)
    if found is None:
        raise NoSuchPart(number=deed.number[:40])
    papers = [{"value": f"={d['code']}", "label": pick(locale, d["name"])} for d in seen.draft.bundle.get("form", {}).get("documents", [])]
    return page(
        request, "studio/try.html", 422 if errors else 200, draft=seen.draft, name=pick(locale, seen.draft.bundle["name"]), case=found,
        state=status_words(locale, found.status), papers=papers, deed=deed, errors=errors,
    )  # fmt: skip


@post("/studio/drafts/{draft:str}/trial/cases/{number:str}", **may("studio:edit"), include_in_schema=False)
async def decide(request: AnyRequest, draft: FromPath[str], number: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Grant, decline, or ask for more."""
    sent = await request.form()
    words = sent.get("words", "")
    things = [one for one in (*sent.getall("papers", []), sent.get("thing", "")) if isinstance(one, str) and one.strip()]
    deed = Deed(number, word(sent, "act"), text.printable(words) if isinstance(words, str) else "", things)
    try:
        await trying.decide(work, draft_of(draft), deed)
    except Invalid as bad:
        told = [{**e, "pointer": e["pointer"] if e["pointer"] in ("/words", "/act") else "/thing"} for e in bad.errors]
        return await _case(request, work, draft, deed, told)
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


handlers = [trial, start, try_case, decide, end, delete]
