"""JSON API of notify: the inbox and the city's notices. Titles and bodies come in both languages."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from . import service
from .errors import NoSuchMessage
from .models import AllRead, Inbox, Message, MessageId, Notice


def _before(locale: str, text: str) -> MessageId | None:
    try:
        return MessageId.parse(text) if text else None
    except ValueError as unknown:
        raise Invalid(errors=[{"pointer": "/before", "detail": say(locale, "这不是消息的编号")}]) from unknown


@get("/api/inbox", **may("signed-in"), tags=["notify"])
async def inbox(work: NamedDependency[Work], before: FromQuery[Annotated[str, msgspec.Meta(max_length=80)]] = "") -> Inbox:
    """My messages, the latest first, thirty at a time; `before` is the `next` of the page before."""
    items, following = await service.inbox(work, _before(work.locale, before))
    return Inbox(items, following, await service.unread(work))


@post("/api/inbox/{message:str}/reads", status_code=201, **may("signed-in"), tags=["notify"])
async def read(request: AnyRequest, message: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Mark one message as read."""
    try:
        which = MessageId.parse(message)
    except ValueError as unknown:
        raise NoSuchMessage() from unknown

    async def make() -> Message:
        return await service.read(work, which)

    return await once(request, work, make)


@post("/api/inbox/reads", status_code=201, **may("signed-in"), tags=["notify"])
async def read_all(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Mark all messages as read."""

    async def make() -> AllRead:
        return AllRead(await service.read_all(work))

    return await once(request, work, make)


class Notices(msgspec.Struct, frozen=True):
    """What holds now."""

    items: list[Notice]


@get("/api/notices", **may(public=True), tags=["notify"])
async def notices(work: NamedDependency[Work], district: FromQuery[Annotated[str, msgspec.Meta(max_length=12)]] = "") -> Notices:
    """What holds now in a district, the most urgent first; without one, what holds for the whole city."""
    return Notices(service.notices_for(work, district))


handlers = [inbox, read, read_all, notices]
