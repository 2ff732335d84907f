"""A draft on its way out: sent to be read, remarks, sent back or passed on, published now or at a time."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.work import Work
from onedoor.studio.errors import NoSuchPart
from onedoor.studio.models import Draft, DraftId, RemarkId
from onedoor.studio.service import drafts, publishing, reviewing
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, DraftLine, NewPublication, NewRemark, Said, draft_of, line, said


async def _moved(request: AnyRequest, work: Work, draft: str, verb: Callable[[Work, DraftId], Awaitable[Draft]]) -> Response[Any]:
    async def make() -> DraftLine:
        return line(await verb(work, draft_of(draft)))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/reviews", **may("studio:edit"), tags=TAGS)
async def send(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """送审: to be read by a second person. With mistakes it does not go; each is named."""
    return await _moved(request, work, draft, reviewing.send)


@post("/api/studio/drafts/{draft:str}/recalls", **may("studio:edit"), tags=TAGS)
async def take_back(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """取回: its editors go on with it."""
    return await _moved(request, work, draft, reviewing.take_back)


@post("/api/studio/drafts/{draft:str}/endorsements", **may("studio:review"), tags=TAGS)
async def endorse(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """The second person agrees; now the bureau reads it."""
    return await _moved(request, work, draft, reviewing.endorse)


@post("/api/studio/drafts/{draft:str}/returns", **may("studio:see"), tags=TAGS)
async def send_back(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """退回: to its editors, by whoever's turn it is to read."""
    return await _moved(request, work, draft, reviewing.send_back)


@post("/api/studio/drafts/{draft:str}/remarks", **may("studio:see"), tags=TAGS)
async def remark(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewRemark], work: NamedDependency[Work]) -> Response[Said]:
    """Say something of one part, by whoever's turn it is to read."""

    async def make() -> Said:
        return said(await reviewing.remark(work, draft_of(draft), data.part, data.words))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/remarks/{remark:str}/settlements", **may("studio:edit"), tags=TAGS)
async def settle(request: AnyRequest, draft: FromPath[str], remark: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """A remark has been seen to."""
    try:
        which = RemarkId.parse(remark)
    except ValueError:
        raise NoSuchPart(remark=remark[:60]) from None

    async def make() -> DraftLine:
        await reviewing.settle(work, draft_of(draft), which)
        return line(await drafts.opened(work, draft_of(draft)))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/publications", **may("studio:publish"), tags=TAGS)
async def publish(
    request: AnyRequest, draft: FromPath[str], data: JSONBody[NewPublication], work: NamedDependency[Work]
) -> Response[DraftLine]:
    """Out with it, at once in every process; or `at` a moment within a year."""

    async def make() -> DraftLine:
        which = draft_of(draft)
        if data.at is None:
            await publishing.publish(work, which)
            return line(await drafts.opened(work, which))
        return line(await publishing.publish_at(work, which, data.at))

    return await once(request, work, make)


handlers = [send, take_back, endorse, send_back, remark, settle, publish]
