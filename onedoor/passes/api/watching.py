"""Supervision and tracing for programs: the same scopes, the same rules, the same records."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.identity.ports import Secrets
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Work
from onedoor.passes.errors import NoSuchOrder
from onedoor.passes.models import Colour, Grants
from onedoor.passes.service import supervising, tracing
from onedoor.passes.tracing import Asked, Contact, Gap, Order, OrderId, Stay
from onedoor.passes.watching import Dashboard, Page
from onedoor.ui.edge import AnyRequest, may, once

TAGS = ["passes"]
Words = Annotated[str, msgspec.Meta(max_length=200)]


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for."""

    scheme: Annotated[str, msgspec.Meta(max_length=40)]
    case_no: Annotated[str, msgspec.Meta(max_length=40)]
    disease: Annotated[str, msgspec.Meta(max_length=60)]
    basis: Words
    purpose: Words
    id_number: Annotated[str, msgspec.Meta(max_length=40)]
    from_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    to_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    delay_reason: Words = ""


class Itinerary(msgspec.Struct, frozen=True):
    """Where the traced person was; `gaps` are times without a record."""

    stays: list[Stay]
    gaps: list[Gap]


class Contacts(msgspec.Struct, frozen=True):
    """Who was there too, without names."""

    items: list[Contact]


def order_id(given: str) -> OrderId:
    try:
        return OrderId.parse(given)
    except ValueError:
        raise NoSuchOrder() from None


@get("/api/passes/areas/{area:str}", **may(str(Grants.WATCH)), tags=TAGS)
async def supervise(work: NamedDependency[Work], area: FromPath[str], scheme: FromQuery[str]) -> Dashboard:
    """One part of the city. A count below ten, or one that would give such a count away, is null."""
    return await supervising.dashboard(work, area, scheme)


@get("/api/passes/areas/{area:str}/people", **may(str(Grants.LIST)), tags=TAGS)
async def people(
    work: NamedDependency[Work], area: FromPath[str], scheme: FromQuery[str], colour: FromQuery[Colour | None] = None,
    after: FromQuery[str] = "",
) -> Page:  # fmt: skip
    """Who is not green, fifty at a time, the latest first. Each of them reads that they were looked at."""
    return await supervising.listed(work, area, scheme, colour, after)


@post("/api/passes/orders", **may(str(Grants.TRACE)), tags=TAGS)
async def ask(
    request: AnyRequest, work: NamedDependency[Work], ports: NamedDependency[Ports], data: JSONBody[NewOrder]
) -> Response[Any]:
    """Ask for an order to trace somebody; another person has to agree before anything can be looked up."""

    async def make() -> Order:
        return await tracing.ask(work, ports.get(Secrets), Asked(**{f: getattr(data, f) for f in data.__struct_fields__}))

    return await once(request, work, make)


@get("/api/passes/orders/{order:str}", **may(str(Grants.TRACE)), tags=TAGS)
async def order(work: NamedDependency[Work], order: FromPath[str]) -> Order:
    """One order."""
    return await tracing.order_of(work, order_id(order))


@post("/api/passes/orders/{order:str}/approval", **may(str(Grants.APPROVE_TRACE)), tags=TAGS)
async def approve(request: AnyRequest, work: NamedDependency[Work], order: FromPath[str]) -> Response[Any]:
    """Agree to an order of somebody else's; it is good for 72 hours."""

    async def make() -> Order:
        return await tracing.approve(work, order_id(order))

    return await once(request, work, make)


@post("/api/passes/orders/{order:str}/itinerary", **may(str(Grants.TRACE)), tags=TAGS, status_code=200)
async def itinerary(work: NamedDependency[Work], order: FromPath[str]) -> Itinerary:
    """Where the person was. Each look is written down."""
    _, found, _ = await tracing.itinerary(work, order_id(order))
    return Itinerary([one for one in found if isinstance(one, Stay)], [one for one in found if isinstance(one, Gap)])


@post("/api/passes/orders/{order:str}/contacts", **may(str(Grants.TRACE)), tags=TAGS, status_code=200)
async def contacts(work: NamedDependency[Work], order: FromPath[str]) -> Contacts:
    """Who was there too, by place in the list alone, the longest together first."""
    return Contacts(await tracing.find_contacts(work, order_id(order)))


handlers = [supervise, people, ask, order, approve, itinerary, contacts]
