"""JSON API of orgs: departments, districts, and who looked at my data."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.identity.models import AccessId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import may

from . import service
from .models import Department, District, SeenPage

PAGE = 20


class Departments(msgspec.Struct, frozen=True):
    """Every department."""

    items: list[Department]


class Districts(msgspec.Struct, frozen=True):
    """Every part of the city."""

    items: list[District]


@get("/api/departments", **may(public=True), tags=["orgs"])
async def departments(work: NamedDependency[Work]) -> Departments:
    """Every department of the city, by code."""
    return Departments(await service.departments(work))


@get("/api/districts", **may(public=True), tags=["orgs"])
async def districts() -> Districts:
    """The city, its districts, streets and grids; each before what lies in it."""
    return Districts(service.districts())


@get("/api/me/access", **may("signed-in"), tags=["identity"])
async def accesses(work: NamedDependency[Work], before: FromQuery[Annotated[str, msgspec.Meta(max_length=80)]] = "") -> SeenPage:
    """Who of the staff looked at my data, the latest first, twenty at a time; `before` is the `next` of the page before."""
    try:
        after = AccessId.parse(before) if before else None
    except ValueError as unknown:
        raise Invalid(errors=[{"pointer": "/before", "detail": say(work.locale, "这不是访问记录的编号")}]) from unknown
    found = await service.who_saw_me(work, after, PAGE + 1)
    return SeenPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


handlers = [departments, districts, accesses]
