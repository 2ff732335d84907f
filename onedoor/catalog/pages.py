"""The hall, guides, search and a person's own list, as pages. Reading asks the database nothing."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.identity.models import PersonId
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work, system
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other
from onedoor.ui.render import Fragments

from . import service, views
from .search import LONGEST

PAGE = 60
Word = Annotated[str, msgspec.Meta(max_length=64)]


class Arrange(msgspec.Struct, frozen=True):
    """What to do with an item of the own list, and where to return to."""

    item: Word
    action: Word
    next: Annotated[str, msgspec.Meta(max_length=500)] = "/me/frequent"


fragments = Fragments("catalog/parts", service.edition)


@get("/hall", **may(public=True), include_in_schema=False)
async def hall(request: AnyRequest) -> Response[str]:
    """Every way into the catalogue."""
    district = service.known_district(request.scope["state"]["district"])
    body = fragments.get(request, "hall", (district,), lambda locale: views.hall(locale, district))
    return page(request, "catalog/hall.html", body=body)


@get("/hall/{category:str}", **may(public=True), include_in_schema=False)
async def category(request: AnyRequest, category: FromPath[str], n: FromQuery[int] = 1) -> Response[str]:
    """The items of one category."""
    found, district = service.category(category), service.known_district(request.scope["state"]["district"])

    def data(_: str) -> dict[str, Any]:
        return {"name": found.name} | views.listed(service.in_category(category, district), f"/hall/{category}", number, PAGE)

    number = views.page_number(len(service.in_category(category, district)), n, PAGE)
    body = fragments.get(request, "list", ("hall", category, district, number), data)
    return page(request, "catalog/list.html", name=found.name, up="/hall", body=body, standing=None)


@get("/departments", **may(public=True), include_in_schema=False)
async def departments(request: AnyRequest) -> Response[str]:
    """Who serves."""
    body = fragments.get(request, "departments", (), lambda _: views.providers())
    return page(request, "catalog/departments.html", body=body)


@get("/departments/{code:str}", **may(public=True), include_in_schema=False)
async def department(request: AnyRequest, code: FromPath[str], n: FromQuery[int] = 1) -> Response[str]:
    """One department: where it is, and what it does."""
    found, district = service.provider(code), service.known_district(request.scope["state"]["district"])

    def data(locale: str) -> dict[str, Any]:
        lines = views.listed(service.of_provider(code, district), f"/departments/{code}", number, PAGE)
        return lines | views.office(locale, service.office(code)) | {"name": found.name, "listed": found.listed}

    number = views.page_number(len(service.of_provider(code, district)), n, PAGE)
    body = fragments.get(request, "list", ("departments", code, district, number), data)
    standing = None if found.listed else views.standing(request.scope["state"]["locale"], "department", code)
    return page(request, "catalog/list.html", name=found.name, up="/departments", body=body, standing=standing)


@get("/items/{code:str}", **may(public=True), include_in_schema=False)
async def guide(request: AnyRequest, code: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """办事指南: everything to know before applying."""
    item, signed_in = service.item(code), request.scope["state"]["actor"].signed_in
    body = fragments.get(request, "guide", (code,), lambda locale: views.guide(locale, item))
    standing = views.standing(request.scope["state"]["locale"], "item", code) if item.guide else None
    category = service.category(item.category)
    answer = page(request, "catalog/guide.html", item=item, category=category, signed_in=signed_in, standing=standing, body=body)
    if service.record_open(item.code):
        answer.background = BackgroundTask(write_down, begin)
    return answer


async def write_down(begin: Begin) -> None:
    """After the answer: the openings counted so far, in one statement."""
    async with begin(actor=system("catalog.use")) as work:
        await service.flush_use(work)


@get("/search", **may(public=True), include_in_schema=False)
async def search(request: AnyRequest, q: FromQuery[str] = "") -> Response[str]:
    """What was typed, found; or what to do when nothing is."""
    query = printable(q).strip()
    found = service.search(query) if query else []
    return page(request, "catalog/search.html", **views.search(query, found, request.scope["state"]["district"], LONGEST))


@get("/me/frequent", **may("signed-in"), include_in_schema=False)
async def frequent(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The own list, for arranging."""
    known = await service.favourites(work, _me(work))
    shown, hidden = [k for k in known if not k.hidden], [k for k in known if k.hidden]
    return page(request, "catalog/frequent.html", shown=shown, hidden=hidden)


@post("/me/frequent", **may("signed-in"), include_in_schema=False)
async def arrange(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Pin, hide, or bring back."""
    asked = await form(request, Arrange)
    await service.arrange(work, asked.item, asked.action)
    return see_other(safe_path(asked.next, "/me/frequent"))


def _me(work: Work) -> PersonId:
    assert isinstance(work.actor.id, PersonId)
    return work.actor.id


handlers = [hall, category, departments, department, guide, search, frequent, arrange]
