"""消息 The inbox."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.notify import service
from onedoor.notify.errors import NoSuchMessage
from onedoor.notify.models import MessageId
from onedoor.ui.edge import AnyRequest, may, page, see_other


def message_id(text: str) -> MessageId:
    """From an address; a wrong one is not found, before any query."""
    try:
        return MessageId.parse(text)
    except ValueError as unknown:
        raise NoSuchMessage() from unknown


@get("/inbox", **may("signed-in"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """My messages, the latest first."""
    messages, next_page = await service.inbox(work, message_id(before) if before else None)
    return page(request, "notify/inbox.html", messages=messages, next=next_page, first=not before, unread=await service.unread(work))


@get("/inbox/{message:str}", **may("signed-in"), include_in_schema=False)
async def opened(request: AnyRequest, message: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One message; opening it marks it as read."""
    found = await service.read(work, message_id(message))
    paragraphs = [line for line in pick(work.locale, found.body).split("\n") if line.strip()]
    return page(request, "notify/message.html", message=found, paragraphs=paragraphs, unread=await service.unread(work))


@post("/inbox/reads", **may("signed-in"), include_in_schema=False)
async def read_all(work: NamedDependency[Work]) -> Response[Any]:
    """Everything is read."""
    await service.read_all(work)
    return see_other("/inbox")


handlers = [listed, opened, read_all]
