"""The hall, its ways in, and guides, as pages. Reading asks the database nothing."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Response, get
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from onedoor.catalog import service, views
from onedoor.catalog.errors import NoSuchCategory, NoSuchItem
from onedoor.catalog.models import Audience, ClosureState, Item, Kind, Origin
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.notify.models import NoticeLevel
from onedoor.ui.edge import AnyRequest, may, page, page_of
from onedoor.ui.render import Fragments, part

PAGE, MOST_PAGES = 60, 500
fragments = Fragments("catalog/parts", service.edition)
pages = Fragments("catalog", service.edition, MOST_PAGES)
"""Guides as they are seen signed out or in, kept whole by all that they are made of."""


@get("/hall", **may(public=True), include_in_schema=False)
async def hall(request: AnyRequest, reading: NamedDependency[Work]) -> Response[str]:
    """Every way into the catalogue; what is most urgent stands before it."""
    district = service.known_district(request.scope["state"]["district"])
    red = [n for n in notify.notices_for(reading, district) if n.level is NoticeLevel.RED]
    body = fragments.get(request, "hall", (district,), lambda locale: views.hall(locale, district))
    return page(request, "catalog/hall.html", body=body, red=red)


def _list(request: AnyRequest, there: Origin, name: Text, items: Sequence[Item], **more: Any) -> Response[str]:
    """One list of items under a name, as kept."""
    there = Origin(there.kind, there.ref, views.page_number(len(items), there.number, PAGE))
    district = service.known_district(request.scope["state"]["district"])

    def data(locale: str) -> dict[str, Any]:
        return {"name": name, "crumbs": views.crumbs(locale, there.kind), **more} | views.listed(items, there, PAGE)

    body = fragments.get(request, "list", (there, district), data)
    return page(request, "catalog/list.html", name=name, body=body)


@get("/hall/{category:str}", **may(public=True), include_in_schema=False)
async def category(request: AnyRequest, category: FromPath[str], n: FromQuery[int] = 1) -> Response[str]:
    """The items of one category."""
    found, district = service.category(category), service.known_district(request.scope["state"]["district"])
    return _list(request, Origin(Kind.CATEGORY, category, n), found.name, service.in_category(category, district))


@get("/life", **may(public=True), include_in_schema=False)
async def events(request: AnyRequest) -> Response[str]:
    """What happens in a life, each with what it brings."""
    more = {"events": service.life_events(), "journeys": service.journeys()}
    body = fragments.get(request, "life", (), lambda locale: more | {"crumbs": views.crumbs(locale, None)})
    return page(request, "catalog/life.html", body=body)


@get("/life/{code:str}", **may(public=True), include_in_schema=False)
async def event(request: AnyRequest, code: FromPath[str], n: FromQuery[int] = 1) -> Response[str]:
    """一件事: all that one thing in life brings, whichever department does it."""
    found, district = service.life_event(code), service.known_district(request.scope["state"]["district"])
    more = {"intro": found.words, "journeys": service.journeys(found.name)}
    return _list(request, Origin(Kind.LIFE_EVENT, code, n), found.name, service.of_life_event(found, district), **more)


@get("/for/{audience:str}", **may(public=True), include_in_schema=False)
async def audience(request: AnyRequest, audience: FromPath[str], n: FromQuery[int] = 1) -> Response[str]:
    """What people, or what businesses, can do."""
    if audience not in (Audience.CITIZEN, Audience.BUSINESS):
        raise NoSuchCategory(category=audience[:64])
    name, district = views.audience(audience), service.known_district(request.scope["state"]["district"])
    return _list(request, Origin(Kind.AUDIENCE, audience, n), name, service.of_audience(Audience(audience), district))


From = Annotated[str, QueryParameter(name="from")]


@get("/items/{code:str}", **may(public=True), include_in_schema=False)
async def guide(request: AnyRequest, code: FromPath[str], begin: NamedDependency[Begin], came: From = "") -> Response[str]:
    """办事指南: everything to know before applying, and the way back to where it was opened from."""
    closure = service.closure(code)
    if closure and closure.state is ClosureState.RETIRED:
        return page(request, "catalog/retired.html", 410, closure=closure, successor=service.find_item(closure.successor))
    item, state, there = service.item(code), request.scope["state"], service.read_origin(came)
    before = service.came_from(request.headers.get("referer", ""), request.headers.get("host", ""))
    back, label = views.back(state["locale"], item, there, before)
    signed_in, standing = state["actor"].signed_in, service.standing_of("item", code)

    more = {
        "rests": closure is not None, "journeys": service.journeys(item.name),
        "outside": service.outside(item, state["house"].settings.city.outside),
    }  # fmt: skip

    def data(locale: str) -> dict[str, Any]:
        return {
            "item": item, "signed_in": signed_in, "back": back, "label": label, "closure": closure,
            "body": fragments.get(request, "guide", (code, closure), lambda said: views.guide(said, item) | more),
            "siblings": part(request, "catalog/parts/siblings.html", views.around(item, there)),
            "standing": views.standing(locale, "item", code) if item.guide else None,
            "crumbs": views.crumbs(locale, Kind.CATEGORY, service.category(item.category)),
        }  # fmt: skip

    look = (state["path"], state["theme"], state["care"], state["district"], signed_in)
    answer = page_of(pages.get(request, "guide", (*look, closure, back, label, standing), data))
    if there and there.kind is Kind.SEARCH:
        service.record_choice(there.ref, item.code)
        service.write_soon(begin)
    if service.record_open(item.code, there):
        answer.background = BackgroundTask(write_down, begin)
    return answer


@get("/go/{code:str}", **may(public=True), include_in_schema=False)
async def leaving(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """Before another organisation's site: whose it is, and what goes along. Only addresses that the city itself keeps are ever led to."""
    item = service.item(code)
    host = service.outside(item, request.scope["state"]["house"].settings.city.outside)
    if not host or service.closure(code):
        raise NoSuchItem(item=code[:64])
    return page(request, "catalog/leaving.html", item=item, host=host, by=service.provider_name(item))


async def write_down(begin: Begin) -> None:
    """After the answer: what was opened so far."""
    async with begin(actor=system("catalog.use")) as work:
        await service.flush_use(work)


handlers = [hall, category, events, event, audience, guide, leaving]
