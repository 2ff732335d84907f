"""附近 What is near: from a position that the reader gave for this one look, or from the middle of a street or district they chose.

A position is used and forgotten: it is in no table and in no log. Scripts round it to about a hundred metres before they send it.
"""

from typing import Any
from urllib.parse import urlencode

import msgspec

from onedoor.kernel import geo
from onedoor.kernel.config import City
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.errors import NotAPlace
from onedoor.orgs.models import District, Level, Near

from . import places, service, views
from .models import Item, Kind, Online
from .places import Moment

EACH, STRETCHES = 20, 5


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for, as it was typed."""

    lat: str = ""
    lon: str = ""
    street: str = ""
    department: str = ""
    item: str = ""
    more: int = 1


class Start(msgspec.Struct, frozen=True):
    """Where distances count from. `mine`: the reader's own position; `away`: they are not in the city, so its middle was taken."""

    lat: float
    lon: float
    district: District | None = None
    mine: bool = False
    away: bool = False


def position(asked: Asked) -> tuple[float, float] | None:
    """The two numbers of an address; None when they are no place."""
    try:
        lat, lon = float(asked.lat), float(asked.lon)
    except ValueError:
        return None
    return (lat, lon) if geo.is_place(lat, lon) else None


def start(asked: Asked) -> Start | None:
    """The position, else the chosen street or district, else the whole city. None in a city without offices."""
    chosen = next((d for d in orgs.districts() if d.code == asked.street), None)
    middle = orgs.centre(chosen.code if chosen else "")
    if middle is None:
        return None
    if here := position(asked):
        whole = orgs.centre() or middle
        away = geo.metres(*here, *whole) > geo.FAR
        return Start(*(whole if away else here), mine=not away, away=away)
    return Start(*middle, district=chosen)


async def offices(work: Work, lat: float, lon: float, department: str, item: str, most: int) -> tuple[list[Near], bool]:
    """The nearest of those that serve, and whether the position was outside of the city."""
    if not geo.is_place(lat, lon):
        raise NotAPlace()
    begin = start(Asked(str(lat), str(lon)))
    return (await _nearest(work, begin, department, item, most), begin.away) if begin else ([], False)


async def _nearest(work: Work, begin: Start, department: str, item: str, most: int) -> list[Near]:
    wanted = service.item(item) if item else None
    code = wanted.department if wanted else service.provider(department).code if department else ""
    return await orgs.near(work, begin.lat, begin.lon, most, code, item, wanted.districts if wanted else ())


async def look(work: Work, asked: Asked, city: City, at: Moment) -> dict[str, Any]:
    """Everything that the page shows."""
    item = service.item(asked.item) if asked.item else None
    provider = service.provider(asked.department) if asked.department and item is None else None
    begin, wanted = start(asked), EACH * asked.more
    found = await _nearest(work, begin, asked.department, asked.item, wanted + 1) if begin else []
    wrong = bool(asked.lat or asked.lon) and position(asked) is None
    errors = [{"pointer": "/street", "detail": say(work.locale, "没有看懂这个位置，请选街道或乡镇")}] if wrong else []
    following = urlencode({k: v for k, v in _kept(asked).items() if v} | {"more": asked.more + 1})
    return {
        "cards": places.cards(work.locale, city, found[:wanted], at), "errors": errors, "start": begin, "item": item,
        "provider": provider, "street": asked.street, "streets": _streets(work.locale), "departments": _departments(work.locale),
        "next": f"/nearby?{following}" if len(found) > wanted and asked.more < STRETCHES else None, "online": _online(item),
        "crumbs": views.crumbs(work.locale, Kind.CATEGORY, service.category(item.category)) if item else views.crumbs(work.locale, None),
    }  # fmt: skip


def _online(item: Item | None) -> bool:
    return item is not None and item.online is Online.ONLINE


def _kept(asked: Asked) -> dict[str, str]:
    return {"lat": asked.lat, "lon": asked.lon, "street": asked.street, "department": asked.department, "item": asked.item}


def _streets(locale: str) -> list[dict[str, str]]:
    """Districts and the streets below them, for choosing one."""
    rows: list[dict[str, str]] = []
    for district in orgs.districts():
        if district.level is Level.DISTRICT:
            rows.append({"value": district.code, "label": pick(locale, district.name)})
            rows += [
                {"value": street.code, "label": f"{pick(locale, district.name)} · {pick(locale, street.name)}"}
                for street in orgs.below(district.code)
            ]
    return rows


def _departments(locale: str) -> list[dict[str, str]]:
    with_offices = {code for office in orgs.offices() for code in office.departments}
    return [{"value": p.code, "label": pick(locale, p.name)} for p in service.providers() if p.code in with_offices]
