"""How far a case has got into the department's own system, for clerks' programs; and what that system tells by itself."""
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.errors import NoRegistration
from onedoor.cases.handing import Handing, HandState
from onedoor.cases.registration import Registration, State, Told
from onedoor.cases.service import back_events, claiming, handing, registering
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Work, system
from onedoor.ui.edge import AnyRequest, begin_of, may, once

from .desk import case_of, clean

MOST_EVENT = 16_384
"""Bytes of what a department's system tells of one matter."""


class RegistrationShown(msgspec.Struct, frozen=True):
    """`state` is `done` when it is there, `for_a_person` when no machine gets any further."""

    back_office: str
    state: State
    their_number: str
    documents: int
    attempts: int
    problem: str
    stage: str
    """How it stands there, in that system's own word."""
    odd_stage: str
    """A later word that goes back or means nothing here."""


class NewAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clerk found there: `done` under a number, `anew` when it is not there, or `again` without having looked."""

    act: Literal["again", "anew", "done"]
    number: Annotated[str, msgspec.Meta(max_length=100)] = ""


def shown(reg: Registration) -> RegistrationShown:
    return RegistrationShown(
        reg.back_office, reg.state, reg.their_number, len(reg.documents), reg.attempts, reg.problem, reg.their_stage, reg.odd_stage
    )


@get("/api/cases/{case:str}/registration", **may("cases:handle"), tags=["desk"])
async def registration(case: FromPath[str], work: NamedDependency[Work]) -> RegistrationShown:
    """How far this case has got."""
    row = await claiming.line(work, case_of(case))
    reg = await registering.of_case(work, row.citizen_ref, row.case_id)
    if reg is None:
        raise NoRegistration(case=case)
    return shown(reg)


@post("/api/cases/{case:str}/registrations", **may("cases:handle"), tags=["desk"])
async def register(
    request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewAct]
) -> Response[RegistrationShown]:
    """Say what was found there, or have it tried again."""

    async def make() -> RegistrationShown:
        return shown(await registering.by_hand(work, case_of(case), data.act, clean(work, number=data.number)["number"]))

    return await once(request, work, make)


class HandedOver(msgspec.Struct, frozen=True):
    """What goes to another department's system, and how far it has got: `sent` where their number comes later."""

    register: str
    operation: str
    state: HandState
    their_number: str
    attempts: int
    problem: str


class HandedOvers(msgspec.Struct, frozen=True):
    items: list[HandedOver]


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of them."""

    register: Annotated[str, msgspec.Meta(max_length=60)]
    operation: Annotated[str, msgspec.Meta(max_length=60)]


def handed(one: Handing) -> HandedOver:
    return HandedOver(one.register, one.operation, one.state, one.their_number, one.attempts, one.problem)


@get("/api/cases/{case:str}/hand-overs", **may("cases:handle"), tags=["desk"])
async def hand_overs(case: FromPath[str], work: NamedDependency[Work]) -> HandedOvers:
    """What of this case goes to other departments' systems."""
    row = await claiming.line(work, case_of(case))
    return HandedOvers([handed(one) for one in await handing.all_of(work, row.citizen_ref, row.case_id)])


@post("/api/cases/{case:str}/hand-overs", **may("cases:handle"), tags=["desk"])
async def hand_over(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[Which]) -> Response[HandedOver]:
    """Send again what was given up."""

    async def make() -> HandedOver:
        return handed(await handing.again(work, case_of(case), data.register, data.operation))

    return await once(request, work, make)


class EventTold(msgspec.Struct, frozen=True):
    """`taken`; `known` for an event that was told before; `late` when it happened before what is known already; `odd` when it goes back or
    nobody has explained its word, and lies before a clerk."""

    status: Told


@post("/api/cases/back/{office:str}/events", **may(public=True), tags=["desk"], request_max_body_size=MOST_EVENT, status_code=202)
async def event(request: AnyRequest, office: FromPath[str], ports: NamedDependency[Ports]) -> EventTold:
    """How one matter stands in a department's own system, told by that system and signed with its secret: `{"type": "case.stage",
    "timestamp": …, "data": {"number": …, "stage": …}}`, under its own name in `webhook-id`."""
    body, headers = await request.body(), {name.lower(): value for name, value in request.headers.items()}
    async with begin_of(request)(actor=system("cases.event")) as work:
        return EventTold(await back_events.pushed(work, ports, office, headers, body))


handlers = [registration, register, hand_overs, hand_over, event]
