"""Journeys and benefits in a city's folder: their shape, what they refer to, and whether their legs can be put together at all."""

from collections.abc import Container, Mapping
from typing import Any, Protocol

from onedoor.cases.service import checking
from onedoor.journeys import service as journeys
from onedoor.journeys.service import ItemSaid
from onedoor.kernel.i18n import Text
from onedoor.wallet import service as wallet

from . import city_shapes as shapes
from .city_files import Folder
from .city_shape import Page


def items_said(items: list[dict[str, Any]], claims: Mapping[str, Mapping[str, str]]) -> dict[str, ItemSaid]:
    """Each item that is applied for online, as its file has it."""
    found: dict[str, ItemSaid] = {}
    for one in items:
        if one.get("online") == "online" and isinstance(one.get("form"), dict) and isinstance(one.get("process"), dict):
            kind = one["process"].get("cert_type")
            said = frozenset(claims.get(kind, {})) | {"number"} if kind else frozenset[str]()
            name = Text(one["name"]["zh"], one["name"].get("en", ""))
            found[one["code"]] = ItemSaid(name, one["department"], one["form"], one["guide"]["trips"], kind, said)
    return found


def in_order(folder: Folder) -> list[dict[str, Any]]:
    """As the city wants them shown."""
    return sorted((page.data for page in folder.journeys), key=lambda one: (one.get("order", 100), one["code"]))


class Known(Protocol):
    """What journeys may refer to."""

    departments: set[str]
    events: set[str]
    claims: dict[str, dict[str, str]]


def check_journeys(folder: Folder, known: Known) -> None:
    """Told after the items: a journey of items with mistakes is not put together."""
    departments, claims = known.departments, known.claims
    for page in folder.items:
        if str(page.data.get("code")).startswith("journey-"):
            page.fault(("code",), "begins like the form of a journey")
    well = not folder.faults
    items = items_said([page.data for page in folder.items], claims) if well else {}
    _journeys(folder, known, items, well)
    elements = (*checking.OWN, *wallet.names_in_rules(claims))
    for page in folder.benefits:
        before = len(folder.faults)
        shapes.BENEFIT(page, (), page.data)
        _named(page, "benefits", departments)
        if well and len(folder.faults) == before:
            for path, what in journeys.faults_of_benefit(page.data, items, elements):
                page.fault(path, what)


def _journeys(folder: Folder, known: Known, items: Mapping[str, ItemSaid], well: bool) -> None:
    for page in folder.journeys:
        before = len(folder.faults)
        shapes.journeys()(page, (), page.data)
        _named(page, "journeys", known.departments)
        for key, there, where in (("life_events", known.events, "event named"), ("also", known.departments, "department")):
            listed = page.data.get(key)
            for place, one in enumerate(listed if isinstance(listed, list) else []):
                if isinstance(one, str) and one not in there:
                    page.fault((key, place), f"there is no {where} {one!r}")
        if well and len(folder.faults) == before:
            for path, what in journeys.together(page.data, items).faults:
                page.fault(path, what)


def _named(page: Page, folder: str, departments: Container[str]) -> None:
    code, department = page.data.get("code"), page.data.get("department")
    if isinstance(code, str) and page.file != f"{folder}/{code}.toml":
        page.fault(("code",), f"{code!r} belongs into {folder}/{code}.toml")
    if isinstance(department, str) and department not in departments:
        page.fault(("department",), f"there is no department {department!r} in departments.jsonl")
