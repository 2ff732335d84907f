"""窗口代办 for programs of counters, and the code by which a resident hands a draft over."""
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.counters import Confirmed, CounterId
from onedoor.cases.errors import CounterClosed, NoSuchCounter, NoSuchDraft
from onedoor.cases.models import DraftId
from onedoor.cases.service import counter as turns
from onedoor.cases.service import drafts
from onedoor.cases.service.counter import Turn
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import Moved, moved

TAGS = ["desk"]
Short = Annotated[str, msgspec.Meta(max_length=60)]


class NewTurn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket with the number of a card and an item, or with the code of a draft begun at home; `name` for whoever has no account."""

    ticket: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    item: Short = ""
    id_number: Short = ""
    name: Short = ""
    code: Short = ""


class TurnShown(msgspec.Struct, frozen=True):
    """The draft before staff, and what still stands in the way of handing in."""

    id: str
    item: str
    answers: dict[str, Any]
    held: dict[str, Any]
    pages: list[str]
    faults: list[dict[str, str]]
    confirmed: Confirmed


class NewAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by question; null takes one away."""

    answers: dict[str, Any]


class NewYes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the person says; left out when the scan of a signature is among the files."""

    code: Short = ""


class HandedOver(msgspec.Struct, frozen=True):
    """The code of a draft, good once and for ten minutes."""

    code: str


def counter_of(given: str) -> CounterId:
    """The turn an address names."""
    try:
        return CounterId.parse(given)
    except ValueError:
        raise NoSuchCounter() from None


def shown(work: Work, turn: Turn) -> TurnShown:
    desk = turn.desk
    faults = [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in desk.faults(work)]
    return TurnShown(str(turn.counter.id), turn.counter.item, desk.draft.answers, desk.held, desk.order(), faults, turn.counter.confirmed)


@post("/api/desk/counter", **may("cases:handle"), tags=TAGS)
async def begin_turn(
    request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports], data: JSONBody[NewTurn]
) -> Response[TurnShown]:
    """Open a ticket. The person reads of it."""
    if data.name and not data.code:
        await turns.meet(begin, ports, data.id_number, data.name)
    async with turns.counted(begin), begin() as work:

        async def make() -> TurnShown:
            if data.code:
                made = await turns.take_over(work, data.ticket, data.code)
            else:
                made = await turns.begin(work, ports, data.ticket, data.item, data.id_number)
            return shown(work, await turns.turn(work, made.id))

        return await once(request, work, make)


@get("/api/desk/counter/{counter:str}", **may("cases:handle"), tags=TAGS)
async def show(counter: FromPath[str], work: NamedDependency[Work]) -> TurnShown:
    """The one draft, while the ticket is open."""
    return shown(work, await turns.turn(work, counter_of(counter)))


@post("/api/desk/counter/{counter:str}/answers", **may("cases:handle"), tags=TAGS)
async def answer(
    request: AnyRequest, counter: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewAnswers]
) -> Response[TurnShown]:
    """Fill in some answers, finished or not."""

    async def make() -> TurnShown:
        return shown(work, await turns.put_answers(work, counter_of(counter), data.answers))

    return await once(request, work, make)


@post("/api/desk/counter/{counter:str}/codes", **may("cases:handle"), tags=TAGS, status_code=202)
async def send_code(request: AnyRequest, counter: FromPath[str], work: NamedDependency[Work]) -> Response[None]:
    """A one-time code to the person's own phone."""

    async def make() -> None:
        await turns.send_code(work, counter_of(counter))

    return await once(request, work, make, 202)


@post("/api/desk/counter/{counter:str}/submissions", **may("cases:handle"), tags=TAGS)
async def submit(
    request: AnyRequest, counter: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports], data: JSONBody[NewYes]
) -> Response[Moved]:
    """Hand in, with the person's yes. The same turn is one case."""
    ident = counter_of(counter)
    if data.code:
        with suppress(CounterClosed):  # a repetition is given its first answer below
            await turns.confirm(begin, ports, ident, data.code)
    async with begin() as work:

        async def make() -> Moved:
            return moved((await turns.submit(work, ident)).case)

        return await once(request, work, make)


@post("/api/desk/counter/{counter:str}/closings", **may("cases:handle"), tags=TAGS)
async def close(request: AnyRequest, counter: FromPath[str], work: NamedDependency[Work]) -> Response[None]:
    """The ticket is closed; the draft is the person's alone again."""

    async def make() -> None:
        await turns.close(work, counter_of(counter))

    return await once(request, work, make)


@post("/api/drafts/{draft:str}/handovers", **may("signed-in"), tags=["cases"])
async def hand_over(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[HandedOver]:
    """A code with which staff at a counter go on with one of my drafts."""

    async def make() -> HandedOver:
        try:
            ident = DraftId.parse(draft)
        except ValueError:
            raise NoSuchDraft() from None
        desk = await drafts.opened(work, ident)
        return HandedOver(await turns.hand_over(work, desk.draft.id))

    return await once(request, work, make)


handlers = [begin_turn, show, answer, send_code, submit, close, hand_over]
