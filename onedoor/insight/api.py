"""Quality in the open for programs. Public; what fewer than five people have done or said is null."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from onedoor.kernel.work import Work
from onedoor.ui.edge import may

from . import service
from .models import City, Detail, Line, Period
from .service.loads import Shared

TAGS = ["quality"]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class Items(msgspec.Struct, frozen=True):
    """One stretch of the services; `next` is the `after` of the following request, null at the end."""

    items: list[Line]
    next: str | None


@get("/api/quality", **may(public=True), tags=TAGS)
async def overview(work: NamedDependency[Work], period: FromQuery[Period] = Period.QUARTER) -> City:
    """The city and its departments."""
    return (await service.overview(work, period)).city


@get("/api/quality/items", **may(public=True), tags=TAGS)
async def items(
    work: NamedDependency[Work], period: FromQuery[Period] = Period.QUARTER, after: FromQuery[str] = "", limit: Limit = 50
) -> Items:
    """Every service with cases in the period, by code, in stretches."""
    found = await service.lines_after(work, period, after, limit + 1)
    return Items(found[:limit], found[limit - 1].code if len(found) > limit else None)


@get("/api/quality/items/{code:str}", **may(public=True), tags=TAGS)
async def item(work: NamedDependency[Work], code: FromPath[str], period: FromQuery[Period] = Period.QUARTER) -> Detail:
    """One service."""
    return await service.item(work, code, period)


@get("/api/quality/departments/{code:str}", **may(public=True), tags=TAGS)
async def department(work: NamedDependency[Work], code: FromPath[str], period: FromQuery[Period] = Period.QUARTER) -> Detail:
    """One department and its services."""
    return await service.department(work, code, period)


@get("/api/desk/load", **may("cases:supervise"), tags=["desk"])
async def loads(work: NamedDependency[Work]) -> Shared:
    """Who of the own department has how much, and what came and went these thirty days."""
    return await service.loads(work)


handlers = [loads, overview, items, item, department]
