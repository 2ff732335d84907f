"""The catalogue for programs: search, items, categories. Public, from memory."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.text import printable
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Office, Opening
from onedoor.ui.edge import AnyRequest, local, may, once, unchanged

from . import nearby as near
from . import service
from .models import Audience, Guide, Item, Online, Strength, ThingKind
from .search_views import KEPT, why


class Brief(msgspec.Struct, frozen=True):
    """An item in a list. `name`, `department` and `category` are in the language asked for, else Chinese."""

    code: str
    name: str
    department: str
    department_code: str
    category: str
    category_code: str
    online: Online
    audience: Audience
    href: str


class Way(msgspec.Struct, frozen=True):
    """A name and where it leads."""

    name: str
    href: str


class Hit(Brief, frozen=True):
    """An item that was found: its place in the hall, its siblings, whether the reader's district has it, and why it was found."""

    parents: list[Way]
    siblings: list[Way]
    here: bool
    why: str


class Other(msgspec.Struct, frozen=True):
    """A category, certificate, department or notice of that name."""

    kind: ThingKind
    name: str
    href: str


class Help(msgspec.Struct, frozen=True):
    """Words that need help at once, and the number that helps."""

    title: str
    phone: str


class Area(msgspec.Struct, frozen=True):
    """The part of the city that a query names, and its offices."""

    code: str
    name: str
    href: str


class Found(msgspec.Struct, frozen=True):
    """Search results, best first; `strength` says how much of the query the first one explains, `read_as` how it was read, `meant` what it
    sounds like when nothing is sure, `area` which part of the city it names."""

    items: list[Hit]
    strength: Strength
    read_as: str
    others: list[Other]
    urgent: list[Help]
    meant: str = ""
    area: Area | None = None


class Part(msgspec.Struct, frozen=True):
    """One stretch of the catalogue; `next` is the `after` of the following request, null at the end."""

    items: list[Brief]
    next: str | None


class Whole(msgspec.Struct, frozen=True):
    """An item with its guide, in both languages."""

    code: str
    name: Text
    department: str
    department_name: Text
    category: str
    category_name: Text
    path: tuple[str, ...]
    audience: Audience
    online: Online
    aliases: tuple[str, ...]
    districts: tuple[str, ...]
    area: str
    life_events: tuple[str, ...]
    guide: Guide | None


class CategoryOut(msgspec.Struct, frozen=True):
    code: str
    name: Text
    icon: str
    source: str
    items: int


class LifeEventOut(msgspec.Struct, frozen=True):
    code: str
    name: Text
    icon: str
    words: Text
    items: int


class LifeEvents(msgspec.Struct, frozen=True):
    items: list[LifeEventOut]


class NearOffice(msgspec.Struct, frozen=True):
    """An office, how far it is, and whether it is open at this moment."""

    office: Office
    metres: int
    opening: Opening


class NearOffices(msgspec.Struct, frozen=True):
    """The nearest first. `away`: the position is not in the city, so distances count from its middle."""

    items: list[NearOffice]
    away: bool


class Own(msgspec.Struct, frozen=True):
    """An item of my own list."""

    code: str
    name: Text
    uses: int
    pinned: bool
    hidden: bool


class OwnList(msgspec.Struct, frozen=True):
    items: list[Own]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`action`: pin, up, down, hide, restore."""

    item: Annotated[str, msgspec.Meta(max_length=64)]
    action: Literal["pin", "up", "down", "hide", "restore"]


class Categories(msgspec.Struct, frozen=True):
    items: list[CategoryOut]


Limit = Annotated[int, QueryParameter(ge=1, le=200)]


def _brief(locale: str, items: Sequence[Item]) -> list[Brief]:
    return [Brief(**_fields(locale, item)) for item in items]


def _fields(locale: str, item: Item) -> dict[str, Any]:
    return {
        "code": item.code, "name": pick(locale, item.name), "department": pick(locale, service.provider_name(item)),
        "department_code": item.department, "category": pick(locale, service.category(item.category).name),
        "category_code": item.category, "online": item.online, "audience": item.audience, "href": f"/items/{item.code}",
    }  # fmt: skip


def _hit(locale: str, hit: service.Hit, district: str) -> Hit:
    item, category = hit.item, service.category(hit.item.category)
    return Hit(
        **_fields(locale, item),
        parents=[Way(say(locale, "办事大厅"), "/hall"), Way(pick(locale, category.name), f"/hall/{category.code}")],
        siblings=[Way(pick(locale, one.name), f"/items/{one.code}") for one in service.family(item)],
        here=item.in_district(district), why=why(locale, hit.why),
    )  # fmt: skip


@get("/api/search", **may(public=True), tags=["catalogue"], responses={200: ResponseSpec(Found)})
async def search(request: AnyRequest, q: FromQuery[str] = "", limit: Limit = 10) -> Response[Any]:
    """Items for what somebody typed, best first, and everything else of that name; an empty query finds nothing. `ETag` marks the answer;
    `If-None-Match` with it is answered 304 as long as it is the same."""
    state = request.scope["state"]
    service.SEARCHES.need(state["ip"])
    locale, district = state["locale"], service.known_district(state["district"])
    found = service.answer(printable(q), limit, district)
    area = Area(found.area.code, pick(locale, found.area.name), f"/nearby?street={found.area.code}") if found.area else None
    district = area.code if area else district
    made = Found(
        [_hit(locale, hit, district) for hit in found.hits], found.strength, found.read_as,
        [Other(one.thing.kind, pick(locale, one.thing.name), one.thing.href) for one in (*found.called, *found.others)],
        [Help(pick(locale, one.title), one.phone) for one in found.urgent], found.meant, area,
    )  # fmt: skip
    return unchanged(request, made, KEPT)


@get("/api/items", **may(public=True), tags=["catalogue"])
async def items(
    request: AnyRequest, after: FromQuery[str] = "", limit: Limit = 50, category: FromQuery[str] = "", department: FromQuery[str] = "",
    life_event: FromQuery[str] = "",
) -> Part:  # fmt: skip
    """The whole catalogue by code, in stretches; or what belongs to a category, a department or an event of a life."""
    event = service.life_event(life_event).name.zh if life_event else ""
    found = service.items_after(after, limit + 1, category, department, event)
    more = found[limit - 1].code if len(found) > limit else None
    return Part(_brief(request.scope["state"]["locale"], found[:limit]), more)


@get("/api/items/{code:str}", **may(public=True), tags=["catalogue"])
async def item(code: FromPath[str]) -> Whole:
    """One item with its guide."""
    found = service.item(code)
    return Whole(
        found.code, found.name, found.department, service.provider_name(found), found.category,
        service.category(found.category).name, found.path, found.audience, found.online, found.aliases, found.districts, found.area,
        found.life_events, found.guide,
    )  # fmt: skip


@get("/api/categories", **may(public=True), tags=["catalogue"])
async def categories() -> Categories:
    """The ways into the hall."""
    return Categories([
        CategoryOut(c.code, c.name, c.icon, c.source.value, len(service.in_category(c.code)))
        for c in (*service.categories(), *service.listed_categories())
    ])  # fmt: skip


@get("/api/life-events", **may(public=True), tags=["catalogue"])
async def life_events() -> LifeEvents:
    """What happens in a life, with how many items each brings."""
    found = service.life_events()
    return LifeEvents([LifeEventOut(e.code, e.name, e.icon, e.words, len(service.of_life_event(e))) for e in found])


@get("/api/nearby", **may(public=True), tags=["catalogue"])
async def nearby(
    request: AnyRequest, reading: NamedDependency[Work], lat: FromQuery[float], lon: FromQuery[float],
    department: FromQuery[str] = "", item: FromQuery[str] = "", limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> NearOffices:  # fmt: skip
    """Offices by distance from a position (WGS-84): all, those of a department, or those that do one item."""
    found, away = await near.offices(reading, lat, lon, department, item, limit)
    now = local(request, reading.now)
    return NearOffices([NearOffice(o.office, o.metres, orgs.opening(o.office, reading.calendar, now)) for o in found], away)


@get("/api/me/frequent", **may("signed-in"), tags=["catalogue"])
async def own(work: NamedDependency[Work]) -> OwnList:
    """My own list: pinned ones in my order, then by use, hidden ones last."""
    return await _own(work)


@post("/api/me/frequent/changes", status_code=201, **may("signed-in"), tags=["catalogue"])
async def arrange(request: AnyRequest, data: JSONBody[Change], work: NamedDependency[Work]) -> Response[Any]:
    """Change one item of my own list; the answer is the list afterwards."""

    async def make() -> OwnList:
        await service.arrange(work, data.item, data.action)
        return await _own(work)

    return await once(request, work, make)


async def _own(work: Work) -> OwnList:
    assert isinstance(work.actor.id, PersonId)
    found = await service.favourites(work, work.actor.id)
    return OwnList([Own(one.item.code, one.item.name, one.uses, one.pinned, one.hidden) for one in found])


handlers = [search, items, item, categories, life_events, nearby, own, arrange]
