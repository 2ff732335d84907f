"""The catalogue's Structs as a page wants them: plain values, in the reader's language."""

from collections.abc import Sequence
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import replace

from onedoor.kernel.i18n import ENGLISH, Text, pick, say, text
from onedoor.kernel.problems import NotFound
from onedoor.orgs.models import Department

from . import service
from .models import Category, Guide, Item, Kind, LifeEvent, MaterialFrom, MaterialKind, Origin

HOT = 8
SIBLINGS = 6


class Line(msgspec.Struct, frozen=True):
    """One item in a list, and who does it."""

    item: Item
    by: Text
    href: str


class Paper(msgspec.Struct, frozen=True):
    """One document to prepare, with what it means for the applicant."""

    name: Text
    note: Text | None
    tag: str
    tone: str


def spoken(locale: str, words: Text) -> str:
    """The words in the reader's language; Chinese that has no English says that it is Chinese."""
    if locale == ENGLISH and not words.en:
        return Markup('<span lang="zh-CN">{}</span>').format(words.zh)
    return pick(locale, words)


def lines(items: Sequence[Item], origin: Origin | None = None) -> list[Line]:
    """Items for a list; `origin` is the list, to which each of them leads back."""
    return [Line(item, service.provider_name(item), service.link(item.code, origin)) for item in items]


def back(locale: str, item: Item, origin: Origin | None, came_from: str | None) -> tuple[str, str]:
    """Where a guide leads back to: where it was opened from, else where the reader came from, else its category."""
    if origin and (label := _place(locale, origin)):
        return origin.href, label
    if came_from:
        return came_from, say(locale, "返回")
    return f"/hall/{item.category}", spoken(locale, service.category(item.category).name)


def _place(locale: str, origin: Origin) -> str:
    """The name of a place; empty when there is no such place (any more)."""
    match origin.kind:
        case Kind.HOME | Kind.HOT_HOME:
            return say(locale, "首页")
        case Kind.HOT_HALL:
            return say(locale, "办事大厅")
        case Kind.SEARCH:
            return say(locale, "搜索结果")
        case Kind.AUDIENCE:
            return pick(locale, audience(origin.ref))
        case _:
            return _named(locale, origin)


def _named(locale: str, origin: Origin) -> str:
    finders = {
        Kind.CATEGORY: service.category, Kind.DEPARTMENT: service.provider, Kind.LIFE_EVENT: service.life_event, Kind.OFFICE: service.place,
    }  # fmt: skip
    try:
        found = service.article(origin.ref).title if origin.kind is Kind.ARTICLE else finders[origin.kind](origin.ref).name
        return spoken(locale, found)
    except NotFound:
        return ""


def audience(who: str) -> Text:
    return text("企业办事") if who == "business" else text("个人办事")


def crumbs(locale: str, kind: Kind | None, category: Category | None = None) -> list[dict[str, str]]:
    """Where in the hall something stands, the hall first."""
    found = [{"label": say(locale, "办事大厅"), "href": "/hall"}]
    if category:
        found.append({"label": spoken(locale, category.name), "href": f"/hall/{category.code}"})
    elif kind is Kind.LIFE_EVENT:
        found.append({"label": say(locale, "按人生大事"), "href": "/life"})
    elif kind is Kind.DEPARTMENT:
        found.append({"label": say(locale, "部门"), "href": "/departments"})
    elif kind is Kind.OFFICE:
        found.append({"label": say(locale, "附近网点"), "href": "/nearby"})
    elif kind is Kind.ARTICLE:
        found.append({"label": say(locale, "部门文章"), "href": "/articles"})
    return found


def around(item: Item, origin: Origin | None) -> dict[str, Any]:
    """The neighbours of an item in the hall; they lead back to the same place as it does."""
    return {"siblings": lines(service.siblings(item, SIBLINGS), origin), "category": item.category}


def hall(locale: str, district: str) -> dict[str, Any]:
    """The city's categories as a grid, those of imported lists as chips."""
    names = service.place_names([district])
    return {
        "grid": [_cell(locale, c, f"/hall/{c.code}") for c in service.categories()],
        "listed": [{"label": spoken(locale, c.name), "href": f"/hall/{c.code}"} for c in service.listed_categories()],
        "departments": len(service.providers()), "place": pick(locale, names[0]) if names else say(locale, "全市"),
        "hot": lines(service.hot(district, HOT), Origin(Kind.HOT_HALL)),
        "events": [_cell(locale, e, f"/life/{e.code}") for e in service.life_events()], "offices": service.has_offices(),
        "articles": len(service.articles()),
    }  # fmt: skip


def _cell(locale: str, named: Category | LifeEvent, href: str) -> dict[str, str]:
    return {"icon": named.icon, "tone": named.tone, "label": spoken(locale, named.name), "href": href}


def page_number(count: int, asked: int, size: int) -> int:
    """The page asked for, or the nearest there is."""
    return min(max(asked, 1), _last(count, size))


def _last(count: int, size: int) -> int:
    return max((count - 1) // size + 1, 1)


def listed(items: Sequence[Item], origin: Origin, size: int) -> dict[str, Any]:
    """One page of a list, and the ways to its neighbours; each item leads back to it."""
    last, number, address = _last(len(items), size), origin.number, replace(origin, number=1).href
    return {
        "lines": lines(items[(number - 1) * size : number * size], origin), "total": len(items),
        "previous": f"{address}?n={number - 1}" if number > 1 else None, "next": f"{address}?n={number + 1}" if number < last else None,
    }  # fmt: skip


def providers() -> dict[str, Any]:
    """The city's departments, and those that only lists name."""
    known = service.providers()
    return {"own": [p for p in known if not p.listed], "listed": [p for p in known if p.listed]}


def office(locale: str, found: Department | None) -> dict[str, Any]:
    """Where a department is found."""
    return {"office": found, "contact": _contact(locale, found)}


def _contact(locale: str, found: Department | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    if not found.phone:  # an organisation that registered itself says in its guides where it is found
        return [{"label": say(locale, "部门"), "value": spoken(locale, found.name)}]
    return [
        {"label": say(locale, "部门"), "value": spoken(locale, found.name)},
        {"label": say(locale, "地址"), "value": spoken(locale, found.address)},
        {"label": say(locale, "开放时间"), "value": spoken(locale, found.hours)},
        {"label": say(locale, "电话"), "value": Markup('<a href="tel:{0}">{0}</a>').format(found.phone)},
    ]


def guide(locale: str, item: Item) -> dict[str, Any]:
    """All that a guide's page shows."""
    contact = _contact(locale, service.office(item.department)) or [
        {"label": say(locale, "部门"), "value": spoken(locale, service.provider_name(item))}
    ]
    said = item.guide
    if said:
        contact.insert(0, {"label": say(locale, "地点"), "value": spoken(locale, said.where)})
    if item.districts:
        places = (", " if locale == "en" else "、").join(pick(locale, name) for name in service.place_names(item.districts))
        contact.append({"label": say(locale, "适用区域"), "value": places})
    return {
        "item": item, "guide": said, "by": service.provider_name(item),
        "facts": _facts(locale, item, said) if said else [], "materials": _papers(locale, said) if said else [], "contact": contact,
        "offices": bool(service.offices_of(item)), "articles": service.articles_on(item.code),
    }  # fmt: skip


def _facts(locale: str, item: Item, said: Guide) -> list[dict[str, str]]:
    audience = {"citizen": say(locale, "个人"), "business": say(locale, "企业"), "both": say(locale, "个人和企业")}[item.audience.value]
    trips = say(locale, "一次都不用跑") if said.trips == 0 else say(locale, "最多跑 {n} 次", n=said.trips)
    return [
        {"label": say(locale, "承诺时限"), "value": _days(locale, said.promised_days)},
        {"label": say(locale, "法定时限"), "value": _days(locale, said.statutory_days)},
        {"label": say(locale, "费用"), "value": spoken(locale, said.fee)},
        {"label": say(locale, "跑几次"), "value": trips},
        {"label": say(locale, "面向"), "value": audience},
    ]


def standing(locale: str, kind: str, code: str) -> dict[str, str]:
    """One line of figures and the way to all of them."""
    found = service.standing_of(kind, code)
    said: list[str] = []
    if found is not None:
        told = [
            (found.on_time, say(locale, "按时办结 {n}%", n=_tenth(found.on_time))),
            (found.satisfied, say(locale, "满意 {n}%", n=_tenth(found.satisfied))),
            (found.no_trip, say(locale, "一次都不用跑 {n}%", n=_tenth(found.no_trip))),
        ]
        said = [words for value, words in told if value is not None]
    line = " · ".join(said) or say(locale, "近三个月办件还太少，没有可公开的比例")
    return {"line": line, "href": f"/quality/{kind}s/{code}"}


def _tenth(value: float | None) -> str:
    """98.6, and 100 rather than 100.0."""
    return f"{value or 0:g}"


def _days(locale: str, days: int) -> str:
    if days == 0:
        return say(locale, "当场办结")
    return say(locale, "1 个工作日") if days == 1 else say(locale, "{n} 个工作日", n=days)


def _papers(locale: str, said: Guide) -> list[Paper]:
    """What the city holds itself comes last and says so."""
    held = {MaterialFrom.WALLET: say(locale, "证件夹里有"), MaterialFrom.REGISTER: say(locale, "不用带，部门互查")}
    kinds = {
        MaterialKind.ORIGINAL: say(locale, "原件"), MaterialKind.COPY: say(locale, "复印件"),
        MaterialKind.FORM: say(locale, "填表"), MaterialKind.NONE: "",
    }  # fmt: skip
    found = [
        (
            m.origin in held,
            Paper(
                m.name, m.note,
                held.get(m.origin) or (kinds[m.kind] if m.required else say(locale, "有就带")),
                "green" if m.origin in held else "",
            ),
        )
        for m in said.materials
    ]  # fmt: skip
    return [paper for _, paper in sorted(found, key=lambda pair: pair[0])]
