"""The catalogue for programs: search, items, categories. Public, from memory."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from onedoor.kernel.i18n import Text, pick
from onedoor.kernel.text import printable
from onedoor.ui.edge import AnyRequest, may

from . import service
from .models import Audience, Guide, Item, Online


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


class Found(msgspec.Struct, frozen=True):
    """Search results, best first."""

    items: list[Brief]


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


class Categories(msgspec.Struct, frozen=True):
    items: list[CategoryOut]


Limit = Annotated[int, QueryParameter(ge=1, le=200)]


def _brief(locale: str, items: Sequence[Item]) -> list[Brief]:
    return [
        Brief(
            item.code, pick(locale, item.name), pick(locale, service.provider_name(item)), item.department,
            pick(locale, service.category(item.category).name), item.category, item.online, item.audience, f"/items/{item.code}",
        )
        for item in items
    ]  # fmt: skip


@get("/api/search", **may(public=True), tags=["catalogue"])
async def search(request: AnyRequest, q: FromQuery[str] = "", limit: Limit = 10) -> Found:
    """Items for what somebody typed, best first; an empty query finds nothing."""
    return Found(_brief(request.scope["state"]["locale"], service.search(printable(q), limit)))


@get("/api/items", **may(public=True), tags=["catalogue"])
async def items(
    request: AnyRequest, after: FromQuery[str] = "", limit: Limit = 50, category: FromQuery[str] = "", department: FromQuery[str] = ""
) -> Part:
    """The whole catalogue by code, in stretches."""
    found = service.items_after(after, limit + 1, category, department)
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


handlers = [search, items, item, categories]
