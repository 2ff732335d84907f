"""Departments, offices, and which office is near, as pages."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.catalog import nearby, places, service, views
from onedoor.catalog.models import Kind, Origin
from onedoor.catalog.nearby import Asked
from onedoor.catalog.places import Moment
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, local, may, page

from .hall import PAGE, fragments

MOST = 5
"""Offices shown on the page of their department; all of them are one tap away."""
Short = FromQuery[Annotated[str, msgspec.Meta(max_length=64)]]


def moment(request: AnyRequest, work: Work) -> Moment:
    return Moment(local(request, work.now), work.calendar)


@get("/departments", **may(public=True), include_in_schema=False)
async def departments(request: AnyRequest) -> Response[str]:
    """Who serves."""
    body = fragments.get(request, "departments", (), lambda locale: views.providers() | {"crumbs": views.crumbs(locale, None)})
    return page(request, "catalog/departments.html", body=body)


@get("/departments/{code:str}", **may(public=True), include_in_schema=False)
async def department(request: AnyRequest, code: FromPath[str], reading: NamedDependency[Work], n: FromQuery[int] = 1) -> Response[str]:
    """One department: whether it is open, where it is, what it tells, what it does, and each of its offices."""
    found, city = service.provider(code), request.scope["state"]["house"].settings.city
    district = service.known_district(request.scope["state"]["district"])
    items, at, locale = service.of_provider(code, district), moment(request, reading), request.scope["state"]["locale"]
    there = Origin(Kind.DEPARTMENT, code, views.page_number(len(items), n, PAGE))
    offices = orgs.offices(department=code)
    # Its own hall before centres that serve for many; then where the reader lives.
    offices.sort(key=lambda o: (len(o.departments), bool(district) and not o.district.startswith(district), o.code))
    shown = tuple(places.card(locale, city, office, at) for office in offices[:MOST])
    notices = tuple(notice for notice in notify.notices_now(reading) if notice.department == code)

    def data(locale: str) -> dict[str, Any]:
        own = views.office(locale, service.office(code)) | {
            "provider": found, "offices": shown, "count": len(offices), "notices": notices, "articles": service.articles_by(code)[:MOST],
        }
        return views.listed(items, there, PAGE) | own | {"crumbs": views.crumbs(locale, Kind.DEPARTMENT)}

    body = fragments.get(request, "department", (there, district, shown, notices), data)
    standing = None if found.listed else views.standing(locale, "department", code)
    return page(request, "catalog/department.html", name=found.name, body=body, standing=standing)


@get("/offices/{code:str}", **may(public=True), include_in_schema=False)
async def office(request: AnyRequest, code: FromPath[str], reading: NamedDependency[Work]) -> Response[str]:
    """One office: the way there, open or not, the coming week, what makes the visit easier, and all that is done there."""
    found, at, state = orgs.office(code), moment(request, reading), request.scope["state"]
    card = places.card(state["locale"], state["house"].settings.city, found, at)

    def data(locale: str) -> dict[str, Any]:
        whole, single = service.done_at(found)
        return {
            "card": card, "contact": places.contact(locale, found), "days": places.days(locale, found, at), "whole": whole,
            "facilities": places.facilities(locale, found), "lines": views.lines(single, Origin(Kind.OFFICE, code)),
            "crumbs": views.crumbs(locale, Kind.OFFICE),
        }  # fmt: skip

    body = fragments.get(request, "office", (card, at.now.date()), data)
    return page(request, "catalog/office.html", name=found.name, body=body)


@get("/nearby", **may(public=True), include_in_schema=False)
async def near(
    request: AnyRequest, reading: NamedDependency[Work], lat: Short = "", lon: Short = "", street: Short = "", department: Short = "",
    item: Short = "", more: FromQuery[int] = 1,
) -> Response[str]:  # fmt: skip
    """附近: offices by distance, from where the reader is (told by a press of a button) or from a chosen street."""
    state = request.scope["state"]
    asked = Asked(lat, lon, street or state["district"], department, item, min(max(more, 1), nearby.STRETCHES))
    view = await nearby.look(reading, asked, state["house"].settings.city, moment(request, reading))
    return page(request, "catalog/nearby.html", 422 if view["errors"] else 200, **view)


handlers = [departments, department, office, near]
