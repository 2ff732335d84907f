"""Certificates of a city's folder: whether their text can be read on their colours, and who may ask for what in them."""

from collections.abc import Container
from typing import Any

from . import city_shapes as shapes
from .city_files import Folder
from .city_shape import Page

CONTRAST = 4.5
LINES = 0.16
"""How strongly the ornament stands behind the words."""
ALWAYS = ("holder_name", "holder_number", "certificate_number", "issued_on", "valid_to")
"""Fields that every certificate has."""


def claim_kinds(one: dict[str, Any]) -> dict[str, str]:
    """The fields of a type and how each is written."""
    claims = one.get("claims")
    return {str(c.get("name")): str(c.get("kind")) for c in claims if isinstance(c, dict)} if isinstance(claims, list) else {}


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours written #RRGGBB."""

    def light(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(under: str, over: str, share: float) -> str:
    """Two colours, the second laid over the first."""
    pairs = [(int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def readable(ground: str, ink: str, edge: str) -> float:
    """The contrast of words on the document, where it is least: on its ground, or where a line of the ornament runs under them."""
    return min(contrast(ground, ink), contrast(mixed(ground, edge or ink, LINES), ink))


def check_certificates(folder: Folder, departments: Container[str]) -> None:
    if page := folder.cert_types:
        shapes.CERT_TYPES(page, (), page.data)
        elements = {str(one.get("code")) for _, one in folder.entries(folder.elements, "element")}
        for place, one in folder.entries(page, "type"):
            _type(page, place, one, departments)
            _fills(page, place, one, elements)
    if page := folder.verifiers:
        shapes.VERIFIERS(page, (), page.data)
        known = {str(one.get("code")): one for _, one in folder.entries(folder.cert_types, "type")}
        elements = {str(one.get("code")) for _, one in folder.entries(folder.elements, "element")}
        for place, one in folder.entries(page, "verifier"):
            _verifier(page, place, one, known, departments, elements)


def _type(page: Page, place: int, one: dict[str, Any], departments: Container[str]) -> None:
    if isinstance(issuer := one.get("issuer"), str) and issuer not in departments:
        page.fault(("type", place, "issuer"), f"there is no department {issuer!r} in departments.jsonl")
    if len(claim_kinds(one)) != len(one.get("claims") or []):
        page.fault(("type", place, "claims"), "two claims have the same name")
    try:
        seen = readable(one["ground"], one["ink"], one.get("edge", ""))
    except (KeyError, TypeError, ValueError):
        return  # told by the shape
    if seen < CONTRAST:
        page.fault(("type", place, "ink"), f"{one['ink']} on {one['ground']} has contrast {seen:.2f}, needs {CONTRAST}")


def _fills(page: Page, place: int, one: dict[str, Any], elements: Container[str]) -> None:
    """Fields of the type that are facts of the dictionary, each fact once."""
    said = one.get("fills")
    fills: dict[str, Any] = said if isinstance(said, dict) else {}
    for claim, element in fills.items():
        if claim not in claim_kinds(one):
            page.fault(("type", place, "fills", claim), f"the type has no claim {claim!r}")
        if element not in elements:
            page.fault(("type", place, "fills", claim), f"there is no element {element!r} in elements.toml")
    if len(set(map(str, fills.values()))) < len(fills):
        page.fault(("type", place, "fills"), "two claims tell the same element")


def _verifier(
    page: Page, place: int, one: dict[str, Any], known: dict[str, dict[str, Any]], departments: Container[str], elements: set[str]
) -> None:
    if isinstance(org := one.get("organisation"), str) and org not in departments:
        page.fault(("verifier", place, "organisation"), f"there is no department {org!r} in departments.jsonl")
    for at, purpose in enumerate(_tables(one.get("purposes"))):
        for claim, element in (purpose.get("fills") or {}).items():
            if element not in elements:
                page.fault(("verifier", place, "purposes", at, "fills", claim), f"there is no element {element!r} in elements.toml")
        for which, wish in enumerate(_tables(purpose.get("wants"))):
            where = ("verifier", place, "purposes", at, "wants", which)
            kind = known.get(str(wish.get("type")))
            if kind is None:
                page.fault((*where, "type"), f"there is no certificate type {wish.get('type')!r} in cert_types.toml")
                continue
            fields = {*claim_kinds(kind), *(kind.get("derived") or []), *ALWAYS}
            for claim in wish.get("claims") or []:
                if isinstance(claim, str) and claim not in fields:
                    page.fault((*where, "claims"), f"certificates of type {wish['type']} have no field {claim!r}")


def _tables(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
