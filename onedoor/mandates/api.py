"""JSON API of mandates: ask, answer, end, see the uses; stand in for somebody with this token; and a parent's own child."""

import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import Text, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, begin_of, may, once

from . import policy
from .errors import NoSuchMandate
from .models import Act, Kind, Mandate, MandateId, Side, State, UseId
from .policy import Wanted
from .service import agreeing, family, standing
from .service.agreeing import Other

TAGS = ["mandates"]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class NewMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be agreed. `side` is mine: "agent" asks to act for the other, "principal" asks the other to act for me."""

    side: Annotated[str, msgspec.Meta(pattern="^(agent|principal)$")]
    phone: Word
    name: Word
    kind: Kind
    items: Annotated[list[Code], msgspec.Meta(max_length=30)]
    acts: Annotated[list[Act], msgspec.Meta(max_length=8)]
    days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    types: Annotated[list[Code], msgspec.Meta(max_length=60)] = []
    hide: Annotated[list[Code], msgspec.Meta(max_length=40)] = []


class NewChild(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """My child, as the identity card or the household register names it."""

    name: Word
    id_number: Word


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether I agree."""

    agree: bool


class ToldCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the principal read out on the call."""

    code: Annotated[str, msgspec.Meta(max_length=40)]


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under which mandate this token acts from now on."""

    mandate: Word


class MandateShown(msgspec.Struct, frozen=True):
    """A mandate as one of its two people sees it; the agent reads the principal's name without its middle."""

    id: MandateId
    side: Side
    principal: str
    agent: str
    kind: Kind
    items: list[str]
    acts: list[Act]
    hide: list[str]
    uses_left: int | None
    from_on: dt.date
    until_on: dt.date
    state: State
    holds: bool
    waits_for_me: bool
    types: list[str]


class Mandates(msgspec.Struct, frozen=True):
    """Those I have given, and those I hold."""

    given: list[MandateShown]
    held: list[MandateShown]


class UseShown(msgspec.Struct, frozen=True):
    """One thing that was done."""

    id: UseId
    at: dt.datetime
    act: Act
    item: str
    title: Text
    ref: str


class Uses(msgspec.Struct, frozen=True):
    """What was done under it, the latest first; `next` goes into `before`."""

    items: list[UseShown]
    next: UseId | None


class ActingShown(msgspec.Struct, frozen=True):
    """For whom this token acts; null for its owner."""

    mandate: MandateId | None
    name: str | None


async def _shown(work: Work, made: Mandate) -> MandateShown:
    side = await agreeing.side(work, made)
    return MandateShown(
        made.id, side, made.principal_name if side is Side.PRINCIPAL else policy.called(made), made.agent_name, made.kind,
        made.items, made.acts, made.hide, made.uses_left, made.from_on, made.until_on, made.state, made.holds(work.today),
        made.state is State.ASKED and made.asked_by != side, made.types,
    )  # fmt: skip


def _id(text: str) -> MandateId:
    try:
        return MandateId.parse(text)
    except ValueError:
        raise NoSuchMandate() from None


def _inside(request: AnyRequest) -> AbstractAsyncContextManager[Work]:
    return begin_of(request)(actor=agreeing.room(request.scope["state"]["actor"]))


async def _once(request: AnyRequest, make: Callable[[Work], Awaitable[Mandate]]) -> Response[Any]:
    """One transaction for the change and the answer that is kept for its repetitions."""
    async with _inside(request) as work:

        async def shown() -> MandateShown:
            return await _shown(work, await make(work))

        return await once(request, work, shown)


@get("/api/me/mandates", **may("signed-in", acting="self"), tags=TAGS)
async def mandates(request: AnyRequest) -> Mandates:
    """Those I have given and those I hold, the living ones first."""
    async with _inside(request) as work:
        given, held = await agreeing.given(work), await agreeing.held(work)
        return Mandates([await _shown(work, one) for one in given], [await _shown(work, one) for one in held])


@post("/api/me/mandates", **may("signed-in"), tags=TAGS)
async def ask(request: AnyRequest, data: JSONBody[NewMandate]) -> Response[Any]:
    """Ask the other side. The answer is the same whether their phone is known or not."""
    wanted = Wanted(str(data.kind), tuple(data.items), tuple(map(str, data.acts)), str(data.days), tuple(data.hide), tuple(data.types))
    return await _once(request, lambda work: agreeing.ask(work, Side(data.side), Other(data.phone, data.name), wanted))


@post("/api/me/mandates/children", **may("signed-in"), tags=TAGS)
async def guard(
    request: AnyRequest, data: JSONBody[NewChild], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Act for my child, as the population register says; asking again gives the same mandate."""
    child = await family.looked_up(begin, ports, data.name, data.id_number)
    return await _once(request, lambda work: family.guard(work, ports.get(Secrets), child))


@get("/api/me/mandates/{mandate:str}", **may("signed-in", acting="self"), tags=TAGS)
async def show(request: AnyRequest, mandate: FromPath[str]) -> MandateShown:
    """One that I have given or hold."""
    async with _inside(request) as work:
        return await _shown(work, await agreeing.one(work, _id(mandate)))


@get("/api/me/mandates/{mandate:str}/uses", **may("signed-in", acting="self"), tags=TAGS)
async def uses(request: AnyRequest, mandate: FromPath[str], before: FromQuery[str] = "") -> Uses:
    """What was done under it; both sides see the same."""
    try:
        last = UseId.parse(before) if before else None
    except ValueError:
        raise NoSuchMandate() from None
    async with _inside(request) as work:
        found, more = await agreeing.uses(work, await agreeing.one(work, _id(mandate)), last)
    return Uses([UseShown(u.id, u.at, u.act, u.item, u.title, u.ref) for u in found], more)


@post("/api/me/mandates/{mandate:str}/answers", **may("signed-in"), tags=TAGS)
async def answer(request: AnyRequest, mandate: FromPath[str], data: JSONBody[Answer]) -> Response[Any]:
    """Yes or no, from the side that was asked."""
    return await _once(request, lambda work: agreeing.answer(work, _id(mandate), agree=data.agree))


@post("/api/me/mandates/{mandate:str}/codes", **may("signed-in"), tags=TAGS)
async def code(request: AnyRequest, mandate: FromPath[str], data: JSONBody[ToldCode], ports: NamedDependency[Ports]) -> Response[Any]:
    """The code that the principal read out on the call; five tries, and each stays counted."""
    async with _inside(request) as work:

        async def make() -> MandateShown | Response[Any]:
            made = await agreeing.told(work, ports.get(Secrets), _id(mandate), data.code)
            return await _shown(work, made) if made else _refused(work)

        return await once(request, work, make)


def _refused(work: Work) -> Response[Any]:
    wrong = agreeing.wrong_code(work.locale)
    body = {"type": f"/problems/{wrong.slug()}", "title": translate(work.locale, wrong.title), "status": 422, "errors": wrong.errors}
    return Response(body, status_code=422, media_type="application/problem+json")


@post("/api/me/mandates/{mandate:str}/ends", **may("signed-in", acting="self"), tags=TAGS)
async def end(request: AnyRequest, mandate: FromPath[str]) -> Response[Any]:
    """Over, at once and on every device; repeating it changes nothing."""
    return await _once(request, lambda work: agreeing.end(work, _id(mandate)))


@get("/api/me/acting", **may("signed-in", acting="self"), tags=TAGS)
async def acting(request: AnyRequest) -> ActingShown:
    """For whom this token acts at the moment."""
    now = request.scope["state"]["standing"]
    return ActingShown(None, None) if now is None or now.actor is None else ActingShown(now.mandate, now.name)


@put("/api/me/acting", **may("signed-in", acting="self"), tags=TAGS)
async def turn(request: AnyRequest, data: JSONBody[Turn]) -> ActingShown:
    """This token acts for whoever gave the mandate, until it is turned back or the mandate ends."""
    async with _inside(request) as work:
        made = await standing.turn_to(work, _id(data.mandate))
    return ActingShown(made.id, policy.called(made))


@delete("/api/me/acting", status_code=204, **may("signed-in", acting="self"), tags=TAGS)
async def back(work: NamedDependency[Work]) -> None:
    """This token acts for its owner again."""
    await standing.turn_back(work)


handlers = [mandates, ask, guard, show, uses, answer, code, end, acting, turn, back]
