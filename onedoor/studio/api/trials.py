"""A draft on trial: opened for named people, what they handed in, ended."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.work import Work
from onedoor.studio.service import trying
from onedoor.studio.service.trying import Deed
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, NewDeed, NewTrial, Number, Tries, draft_of, tries


async def _shown(work: Work, draft: str) -> Tries:
    seen = await trying.shown(work, draft_of(draft))
    return tries(seen.code, seen.trial, seen.cases)


@get("/api/studio/drafts/{draft:str}/trial", **may("studio:see"), tags=TAGS)
async def trial(draft: FromPath[str], work: NamedDependency[Work]) -> Tries:
    """试办: who may try it, and what was handed in, without its answers."""
    return await _shown(work, draft)


@post("/api/studio/drafts/{draft:str}/trials", **may("studio:edit"), tags=TAGS)
async def start(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewTrial], work: NamedDependency[Work]) -> Response[Tries]:
    """Open it for these phones; once more with what the draft says now."""

    async def make() -> Tries:
        await trying.start(work, draft_of(draft), data.phones)
        return await _shown(work, draft)

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/trial-decisions", **may("studio:edit"), tags=TAGS)
async def decide(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewDeed], work: NamedDependency[Work]) -> Response[Tries]:
    """Grant a try, with a sample that is no certificate; decline it; or ask for more."""

    async def make() -> Tries:
        await trying.decide(work, draft_of(draft), Deed(data.number, data.act, data.words, data.things))
        return await _shown(work, draft)

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/trial-ends", **may("studio:edit"), tags=TAGS)
async def end(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Tries]:
    """Close it; everything handed in goes."""

    async def make() -> Tries:
        await trying.stop(work, draft_of(draft))
        return await _shown(work, draft)

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/trial-deletions", **may("studio:edit"), tags=TAGS)
async def delete(request: AnyRequest, draft: FromPath[str], data: JSONBody[Number], work: NamedDependency[Work]) -> Response[Tries]:
    """One try goes."""

    async def make() -> Tries:
        await trying.delete(work, draft_of(draft), data.number)
        return await _shown(work, draft)

    return await once(request, work, make)


handlers = [trial, start, decide, end, delete]
