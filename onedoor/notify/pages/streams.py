"""Open lines (SSE): new messages, the number unread, and notices, as they come. Every page also works without.

No transaction is held while waiting: each look opens its own. A line ends with the session that opened it.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Iterator
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage

from onedoor.identity import service as identity
from onedoor.kernel.i18n import pick
from onedoor.kernel.ids import to_json
from onedoor.kernel.listen import Listener
from onedoor.kernel.work import Begin, Work
from onedoor.notify import policy, service
from onedoor.notify.errors import TooManyLines
from onedoor.notify.models import Message, MessageId, Notice
from onedoor.ui.edge import AnyRequest, may

FIRST = MessageId(UUID(int=0))
"""Before every message: where a line of an empty inbox begins."""
NOTICES = ("changed", "notices")
"""What is notified when a notice has changed."""
_open: Counter[str] = Counter()


class Look(msgspec.Struct, frozen=True):
    """What one look at the database found; `signed_in` false ends the line."""

    signed_in: bool
    messages: list[Message]
    unread: int


def _room_for(listener: Listener, who: str) -> None:
    """Refuse before the answer begins: so many lines in this process, so many of one person."""
    if listener.lines >= policy.LINES_PER_PROCESS or _open[who] >= policy.LINES_PER_PERSON:
        raise TooManyLines(retry_after=30)


@contextlib.contextmanager
def _counted(who: str) -> Generator[None]:
    _open[who] += 1
    try:
        yield
    finally:
        _open[who] -= 1
        if not _open[who]:
            del _open[who]


def _event(name: str, data: Any, key: MessageId | None = None) -> ServerSentEventMessage:
    return ServerSentEventMessage(event=name, data=to_json(data).decode(), id=str(key) if key else None)


def _message(locale: str, message: Message) -> ServerSentEventMessage:
    shown = {"id": message.id, "title": pick(locale, message.title), "href": f"/inbox/{message.id}", "at": message.at}
    return _event("message", shown, message.id)


def _notices(locale: str, held: list[Notice]) -> ServerSentEventMessage:
    return _event("notices", [
        {"code": n.code, "level": n.level, "title": pick(locale, n.title), "detail": pick(locale, n.detail), "href": f"/notices/{n.code}"}
        for n in held
    ])  # fmt: skip


async def _look(work: Work, last: MessageId | None) -> Look:
    if not await identity.still_signed_in(work):
        return Look(False, [], 0)
    messages, unread = await service.since(work, last)
    return Look(True, messages, unread)


class Told(msgspec.Struct):
    """What this line has said already."""

    locale: str
    last: MessageId | None
    unread: int = -1
    notices: list[Notice] | None = None

    def news(self, look: Look, held: list[Notice]) -> Iterator[ServerSentEventMessage]:
        """What is new since the last look."""
        for message in look.messages:
            self.last = message.id
            yield _message(self.locale, message)
        if look.unread != self.unread:
            self.unread = look.unread
            yield _event("unread", {"unread": look.unread})
        yield from self.held(held)

    def held(self, notices: list[Notice]) -> Iterator[ServerSentEventMessage]:
        if notices != self.notices:
            self.notices = notices
            yield _notices(self.locale, notices)


async def _own(request: AnyRequest, begin: Begin, last: MessageId | None) -> AsyncGenerator[ServerSentEventMessage, None]:
    """The line of a signed-in person; after six quiet beats it looks by itself, because a notification can be missed."""
    state = request.scope["state"]
    who, told, beats = state["actor"].id.hex, Told(state["locale"], last), 0
    with _counted(who):
        async with state["house"].listener.stream(("inbox", who), NOTICES) as woken:
            while True:
                if beats % policy.BEATS == 0:
                    async with begin() as work:
                        look = await _look(work, told.last)
                        await service.all_notices(work.db)  # the new ones, when they were what woke this line
                        told.last = told.last or await service.newest(work) or FIRST
                        held = service.notices_for(work, state["district"])
                    if not look.signed_in:
                        return
                    for event in told.news(look, held):
                        yield event
                yield _beat()
                beats = 0 if await _woken(woken) else beats + 1


async def _public(request: AnyRequest, begin: Begin) -> AsyncGenerator[ServerSentEventMessage, None]:
    """The line of anybody: notices alone, from memory."""
    state = request.scope["state"]
    told = Told(state["locale"], None)
    with _counted(state["ip"]):
        async with state["house"].listener.stream(NOTICES) as woken:
            while True:
                async with begin() as work:
                    await service.all_notices(work.db)  # the new ones, when they were what woke this line
                    held = service.notices_for(work, state["district"])
                for event in told.held(held):
                    yield event
                yield _beat()
                await _woken(woken)


def _beat() -> ServerSentEventMessage:
    return ServerSentEventMessage(comment="", data=None)


async def _woken(queue: "asyncio.Queue[str]") -> bool:
    """Whether there is something to look at; false after a quiet while."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(queue.get(), policy.HEARTBEAT)
        while not queue.empty():
            queue.get_nowait()
        return True
    return False


def _resume(request: AnyRequest) -> MessageId | None:
    """Where the reader's last line ended; anything else is as if it were the first."""
    with contextlib.suppress(ValueError):
        return MessageId.parse(request.headers.get("last-event-id", ""))
    return None


@get("/inbox/events", **may("signed-in", acting="self"), include_in_schema=False)
async def own(request: AnyRequest, begin: NamedDependency[Begin]) -> ServerSentEvent:
    """Messages, unread count and notices of the signed-in person. Resumes after Last-Event-ID."""
    state = request.scope["state"]
    _room_for(state["house"].listener, state["actor"].id.hex)
    return ServerSentEvent(_own(request, begin, _resume(request)), retry_duration=3000)


@get("/notices/events", **may(public=True), include_in_schema=False)
async def public(request: AnyRequest, begin: NamedDependency[Begin]) -> ServerSentEvent:
    """Notices of the chosen district."""
    state = request.scope["state"]
    _room_for(state["house"].listener, state["ip"])
    return ServerSentEvent(_public(request, begin), retry_duration=10000)


handlers = [own, public]
