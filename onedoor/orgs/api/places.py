"""JSON API of orgs: departments, districts, and who looked at my data."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from onedoor.identity.models import AccessId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service
from onedoor.orgs.hours import OpenDay, Opening
from onedoor.orgs.models import Department, District, Office, SeenPage
from onedoor.ui.edge import AnyRequest, local, may

PAGE = 20


class Departments(msgspec.Struct, frozen=True):
    """Every department."""

    items: list[Department]


class Districts(msgspec.Struct, frozen=True):
    """Every part of the city."""

    items: list[District]


class OfficeNow(msgspec.Struct, frozen=True):
    """An office, and whether it is open at this moment."""

    office: Office
    opening: Opening


class OfficePart(msgspec.Struct, frozen=True):
    """One stretch of the offices; `next` is the `after` of the following request, null at the end."""

    items: list[OfficeNow]
    next: str | None


class OfficeWeek(msgspec.Struct, frozen=True):
    """An office with the coming week, holidays and make-up working days included."""

    office: Office
    opening: Opening
    days: list[OpenDay]


class DepartmentWhole(msgspec.Struct, frozen=True):
    """A department with all of its offices."""

    department: Department
    offices: list[OfficeNow]


Code = FromQuery[Annotated[str, msgspec.Meta(max_length=64)]]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


def now_of(request: AnyRequest, work: Work, office: Office) -> OfficeNow:
    return OfficeNow(office, service.opening(office, work.calendar, local(request, work.now)))


@get("/api/departments/{code:str}", **may(public=True), tags=["orgs"])
async def department(request: AnyRequest, code: FromPath[str], reading: NamedDependency[Work]) -> DepartmentWhole:
    """One department with its offices."""
    found = await service.department(reading, code)
    return DepartmentWhole(found, [now_of(request, reading, one) for one in service.offices(department=code)])


@get("/api/offices", **may(public=True), tags=["orgs"])
async def offices(
    request: AnyRequest, reading: NamedDependency[Work], department: Code = "", district: Code = "", after: Code = "", limit: Limit = 50
) -> OfficePart:
    """Offices by code, in stretches: all, or those of a department or of a district and everything below it."""
    found = [o for o in service.offices(department, service.district(district).code if district else "") if o.code > after]
    more = found[limit - 1].code if len(found) > limit else None
    return OfficePart([now_of(request, reading, one) for one in found[:limit]], more)


@get("/api/offices/{code:str}", **may(public=True), tags=["orgs"])
async def office(request: AnyRequest, code: FromPath[str], reading: NamedDependency[Work]) -> OfficeWeek:
    """One office with the coming week."""
    found = service.office(code)
    now = now_of(request, reading, found)
    return OfficeWeek(found, now.opening, service.week(found, reading.calendar, reading.today))


@get("/api/departments", **may(public=True), tags=["orgs"])
async def departments() -> Departments:
    """Every department of the city, by code."""
    return Departments(service.own_departments())


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


handlers = [departments, department, offices, office, districts, accesses]
