"""JSON API of notify: the inbox and the city's notices. Titles and bodies come in both languages."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from . import service
from .errors import NoSuchMessage
from .models import AllRead, Earlier, Inbox, Message, MessageId, Notice, NoticeWords


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


class NoticeWhole(msgspec.Struct, frozen=True):
    """A notice with its earlier texts, the latest first."""

    notice: Notice
    earlier: list[Earlier]


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another text in place of the one numbered `rev`, and why; the reason is shown to everybody."""

    rev: Annotated[int, msgspec.Meta(ge=1)]
    words: NoticeWords
    reason: Text


@get("/api/notices/{code:str}", **may(public=True), tags=["notify"])
async def notice(code: FromPath[str], work: NamedDependency[Work]) -> NoticeWhole:
    """One notice, also when it is over, with its corrections."""
    return NoticeWhole(service.notice(work, code), service.earlier(code))


@post("/api/notices/{code:str}/reads", status_code=201, **may("signed-in"), tags=["notify"])
async def read_notice(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Say that the text of now has been read."""

    async def make() -> Notice:
        return await service.read_notice(work, code)

    return await once(request, work, make)


@post("/api/notices", status_code=201, **may("notify:publish"), tags=["desk"])
async def publish(request: AnyRequest, data: JSONBody[NoticeWords], work: NamedDependency[Work]) -> Response[Any]:
    """Publish a notice of the own department for an area of the own districts."""

    async def make() -> Notice:
        return await service.publish(work, f"n-{secrets.token_hex(6)}", data)

    return await once(request, work, make)


@post("/api/notices/{code:str}/corrections", status_code=201, **may("notify:publish"), tags=["desk"])
async def correct(request: AnyRequest, code: FromPath[str], data: JSONBody[Correction], work: NamedDependency[Work]) -> Response[Any]:
    """Correct a notice; everybody sees that, when and why, and the text before."""

    async def make() -> Notice:
        return await service.correct(work, code, data.rev, data.words, data.reason)

    return await once(request, work, make)


@post("/api/notices/{code:str}/ends", status_code=201, **may("notify:publish"), tags=["desk"])
async def end(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """End a notice before its time."""

    async def make() -> Notice:
        return await service.end(work, code)

    return await once(request, work, make)


handlers = [inbox, read, read_all, notices, notice, read_notice, publish, correct, end]
