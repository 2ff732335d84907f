"""Offices of a city's folder: what they refer to, when they are open, and whether they stand where the city is."""

from collections.abc import Container
from itertools import pairwise
from typing import Any

from onedoor.kernel import geo
from onedoor.orgs.models import minutes

from . import city_shapes as shapes
from .city_files import Folder
from .city_shape import Page

KINDS = ("working", "saturday", "sunday", "holiday")


def check_offices(folder: Folder, departments: Container[str], districts: Container[str]) -> None:
    items = {str(page.data.get("code")) for page in folder.items}
    for page in folder.offices:
        shapes.OFFICE(page, (), page.data)
        if isinstance(code := page.data.get("district"), str) and code not in districts:
            page.fault(("district",), f"there is no district {code!r} in districts.jsonl")
        _known(page, "departments", departments, "there is no department {!r} in departments.jsonl")
        _known(page, "items", items, "there is no items/{}.toml")
        if not page.data.get("departments") and not page.data.get("items"):
            page.fault((), "says neither departments nor items, so nobody would be sent there")
        hours = page.data.get("hours")
        if isinstance(hours, dict):
            for kind in KINDS:
                _spans(page, kind, hours.get(kind))
        _place(page, folder.departments)


def _known(page: Page, key: str, codes: Container[str], words: str) -> None:
    listed = page.data.get(key)
    for place, code in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(code, str) and code not in codes:
            page.fault((key, place), words.format(code))


def _spans(page: Page, kind: str, spans: Any) -> None:
    """Each ends after it begins, and begins after the one before it ended."""
    try:
        read = [tuple(minutes(clock) for clock in span.split("-", 1)) for span in spans or ()]
    except (AttributeError, TypeError, ValueError):
        return  # told by the shape
    for place, span in enumerate(read):
        if len(span) == 2 and span[1] <= span[0]:
            page.fault(("hours", kind, place), f"{spans[place]!r} ends before it begins")
    for place, (one, other) in enumerate(pairwise(read)):
        if len(one) == len(other) == 2 and other[0] < one[1]:
            page.fault(("hours", kind, place + 1), f"{spans[place + 1]!r} begins before {spans[place]!r} ends")


def _place(page: Page, departments: list[Page]) -> None:
    """A slip of a digit, or latitude and longitude exchanged, puts an office far away."""
    first = next((_point(d) for d in departments if _point(d)), None)
    here = _point(page)
    if first and here and (apart := geo.metres(*first, *here)) > geo.FAR:
        page.fault(("lat",), f"is {round(apart / 1000)} km from the first department; are lat and lon exchanged?")


def _point(page: Page) -> tuple[float, float] | None:
    lat, lon = page.data.get("lat"), page.data.get("lon")
    if isinstance(lat, bool) or isinstance(lon, bool) or not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    return (float(lat), float(lon)) if geo.is_place(lat, lon) else None
