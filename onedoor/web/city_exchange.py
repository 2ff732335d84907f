"""What departments hold and who may ask for it, in a city's folder: shapes, what refers to what, and how mappings read their samples."""

import datetime as dt
from collections.abc import Container
from typing import Any, cast

import jsonschema_rs

from onedoor.exchange.service.checking import IDENTITY, mapping_faults

from .city_files import Folder
from .city_shape import Page, anything, both, day, many, mapping, maybe, one_of, table, text, truth, whole
from .city_shapes import CODE
from .toml_lines import Path

NAME = text(60, r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", "person.name")
RESOURCE_NAME = text(60, r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*", "police.household")
HIGHEST = 4
MASKS = ("none", "name", "number", "address", "hidden")
MOST_DAYS = 3 * 366
HOURS = r"([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d"

ELEMENTS = table({"element": many(table({
    "code": NAME, "title": both(30), "schema": anything, "sensitivity": whole(1, 4), "mask": one_of(*MASKS), "source": text(30),
}), 2000)})  # fmt: skip
PURPOSES = table({"purpose": many(table({
    "code": CODE, "title": both(40), "law": text(200), "keep_days": whole(1, 3660),
}), 60)})  # fmt: skip
AGREEMENTS = table({"agreement": many(table({
    "id": text(60, r"[a-z0-9][a-z0-9-]{1,60}", "minzheng-household"), "asker": CODE, "resource": RESOURCE_NAME,
    "elements": many(NAME, 60, 1), "purposes": many(CODE, 20, 1), "items": many(CODE, 200, 1), "ground": one_of("duty", "consent"),
    "basis": text(200), "per_day": whole(1, 10_000_000), "from": day, "until": day, "note": maybe(both(300)),
}), 2000)})  # fmt: skip
RESOURCE = table({
    "code": RESOURCE_NAME, "version": whole(1, 10_000), "title": both(30), "way": one_of("interface", "table", "file", "event"),
    "operation": text(120), "keys": many(NAME, 5, 1), "elements": many(NAME, 200, 1), "sharing": one_of("open", "conditional", "none"),
    "basis": maybe(text(300)), "cycle": one_of("live", "daily", "monthly"), "fresh_for": text(6, r"[1-9]\d{0,3}[mhd]", "30d"),
    "backflow": maybe(many(NAME, 200, 1)), "review_on": maybe(day), "reviewer": maybe(text(60)), "rules": maybe(many(anything, 200)),
    "sample": maybe(many(table({"in": text(40_000), "out": anything, "name": maybe(text(60))}), 20)),
})  # fmt: skip
REGISTER = table({
    "code": text(30, r"[a-z][a-z0-9_-]{1,30}", "police"), "department": CODE, "title": both(30),
    "transport": one_of("rest", "soap", "sql", "file", "queue", "city"), "hours": text(11, HOURS, "06:00-23:00"),
    "contact": text(60), "limits": maybe(table({"rps": whole(1, 10_000), "concurrent": whole(1, 200), "timeout_ms": whole(50, 10_000)})),
    "settings": maybe(mapping(r"[a-z][a-z0-9_]*", anything)), "connected": maybe(truth), "resource": many(RESOURCE, 60),
    "codes": maybe(mapping(r"[a-z][a-z0-9_]*", mapping(r".{1,60}", table({"value": anything, "title": both(60)})))),
})  # fmt: skip


def check_exchange(folder: Folder, departments: Container[str]) -> None:
    """The four kinds of files, each by itself and then together."""
    known = _Known(folder)
    for page, shape in ((folder.elements, ELEMENTS), (folder.purposes, PURPOSES), (folder.agreements, AGREEMENTS)):
        if page:
            shape(page, (), page.data)
    for page, other in ((b, a) for n, a in enumerate(folder.registers) for b in folder.registers[n + 1 :]):
        if page.data.get("code") == other.data.get("code"):
            page.fault(("code",), f"{page.data.get('code')!r} is already in {other.file}")
    _once(folder, folder.elements, "element", "code")
    _once(folder, folder.agreements, "agreement", "id")
    for place, one in folder.entries(folder.elements, "element"):
        _element(folder.elements, place, one, known)
    for page in folder.registers:
        before = len(folder.faults)
        REGISTER(page, (), page.data)
        _register(folder, page, known, departments, well=len(folder.faults) == before)
    for place, one in folder.entries(folder.agreements, "agreement"):
        _agreement(folder.agreements, place, one, known, departments)
    for page in folder.items:
        _process(folder, page, known)


def _process(folder: Folder, page: Page, known: "_Known") -> None:
    """Who finds something out for a service, and whom it tells."""
    process = _table(page.data.get("process"))
    said, offers = _table(process.get("assessment")), list[Any]()
    if said:
        resource = known.resources.get(str(said.get("resource")))
        offers = cast("list[Any]", resource.get("elements") or []) if resource else []
        if resource is None:
            page.fault(("process", "assessment", "resource"), f"there is no resource {said.get('resource')!r} in registers/")
    for claim, element in _table(said.get("claims")).items():
        if offers and element not in offers:
            page.fault(("process", "assessment", "claims", claim), f"{said.get('resource')} does not offer {element}")
        if not str(_table(process.get("claims")).get(claim, "")).startswith("#"):
            page.fault(("process", "assessment", "claims", claim), f"process.claims.{claim} does not wait for an assessment")
    _hand(folder, page, ("process", "assessment", "refer"), _table(said.get("refer")))
    for n, hand in _listed(process, "report"):
        _hand(folder, page, ("process", "report", n), _table(hand))


def _table(found: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _hand(folder: Folder, page: Page, at: Path, said: dict[str, Any]) -> None:
    if not said:
        return
    register = next((r.data for r in folder.registers if r.data.get("code") == said.get("register")), None)
    if register is None:
        page.fault((*at, "register"), f"there is no register {said.get('register')!r}")
    elif said.get("operation") not in _table(_table(register.get("settings")).get("operations")):
        page.fault((*at, "operation"), f"{said.get('register')} has no operation {said.get('operation')!r}")


class _Known:
    """What the files may refer to."""

    def __init__(self, folder: Folder) -> None:
        self.elements = {str(e.get("code")): e for _, e in folder.entries(folder.elements, "element")}
        self.registers = {str(page.data.get("code")) for page in folder.registers}
        offered = [(str(page.data.get("code")), r) for page in folder.registers for _, r in folder.entries(page, "resource")]
        self.resources = {str(r.get("code")): r for _, r in offered}
        self.homes = {str(r.get("code")): register for register, r in offered}
        self.purposes = {str(p.get("code")) for _, p in folder.entries(folder.purposes, "purpose")}
        self.items = {str(page.data.get("code")): str(page.data.get("department")) for page in folder.items}


def _once(folder: Folder, page: Page | None, kind: str, key: str) -> None:
    seen: dict[str, int] = {}
    for place, one in folder.entries(page, kind):
        if page and isinstance(code := one.get(key), str):
            if code in seen:
                page.fault((kind, place, key), f"{code!r} is already on line {seen[code]}")
            seen.setdefault(code, page.line((kind, place, key)))


def _element(page: Page | None, place: int, one: dict[str, Any], known: _Known) -> None:
    assert page is not None
    source, code = one.get("source"), one.get("code")
    if isinstance(source, str) and source != IDENTITY:
        if source not in known.registers:
            page.fault(("element", place, "source"), f"there is no register {source!r} in registers/; one fact has one source")
        elif not any(known.homes.get(name) == source and code in (r.get("elements") or []) for name, r in known.resources.items()):
            page.fault(("element", place, "source"), f"no resource of {source} offers {code}")
    try:
        jsonschema_rs.Draft202012Validator(cast("dict[str, Any]", one.get("schema")), retriever=_refuse)
    except Exception as bad:  # the validator's errors share no base class
        page.fault(("element", place, "schema"), f"the schema does not compile: {str(bad).splitlines()[0][:200]}")


def _refuse(uri: str) -> Any:
    raise ValueError(f"no reference leaves the dictionary: {uri}")


def _register(folder: Folder, page: Page, known: _Known, departments: Container[str], *, well: bool) -> None:
    code = page.data.get("code")
    if isinstance(code, str) and page.file != f"exchange/registers/{code}.toml":
        page.fault(("code",), f"{code!r} belongs into exchange/registers/{code}.toml")
    if isinstance(org := page.data.get("department"), str) and org not in departments:
        page.fault(("department",), f"there is no department {org!r} in departments.jsonl")
    for place, one in folder.entries(page, "resource"):
        for key in ("keys", "elements"):
            for n, element in _listed(one, key):
                if element not in known.elements:
                    page.fault(("resource", place, key, n), f"there is no element {element!r} in elements.toml")
        if one.get("sharing") in ("conditional", "none") and not one.get("basis"):
            page.fault(("resource", place, "sharing"), f"{one.get('sharing')} needs a basis: the law that says so")
        if one.get("sharing") == "none" and not one.get("reviewer"):
            page.fault(("resource", place, "sharing"), "none needs the name of its reviewer")
        if well:
            _rules(page, place, one)
            _back(folder, page, place, one, known)


def _rules(page: Page, place: int, one: dict[str, Any]) -> None:
    for path, what in mapping_faults(one, page.data.get("codes", {})):
        page.fault(("resource", place, *path), what)


def _back(folder: Folder, page: Page, place: int, one: dict[str, Any], known: _Known) -> None:
    """What may be given back to districts and streets: rows that say where their people live, nothing of the highest sensitivity, and
    nothing that its people would have to agree to."""
    at: Path = ("resource", place, "backflow")
    operation = _table(_table(_table(page.data.get("settings")).get("operations")).get(str(one.get("operation"))))
    agreed = [a for _, a in folder.entries(folder.agreements, "agreement") if a.get("resource") == one.get("code")]
    by = {ground: {e for a in agreed if a.get("ground") == ground for _, e in _listed(a, "elements")} for ground in ("duty", "consent")}
    if one.get("backflow") and one.get("way") != "file":
        page.fault(at, "only what is kept from files can be given back")
    elif one.get("backflow") and not operation.get("place"):
        page.fault(at, f"operation {one.get('operation')!r} does not say in which column the place stands (place)")
    for n, element in _listed(one, "backflow"):
        if element not in (one.get("elements") or []):
            page.fault((*at, n), f"{one.get('code')} does not offer {element}")
        elif known.elements.get(str(element), {}).get("sensitivity") == HIGHEST:
            page.fault((*at, n), f"{element} is of the highest sensitivity, and never given back")
        elif element in by["consent"] - by["duty"]:
            page.fault((*at, n), f"{element} is had by consent alone, and never given back")


def _agreement(page: Page | None, place: int, one: dict[str, Any], known: _Known, departments: Container[str]) -> None:
    assert page is not None
    at: Path = ("agreement", place)
    if isinstance(asker := one.get("asker"), str) and asker not in departments:
        page.fault((*at, "asker"), f"there is no department {asker!r} in departments.jsonl")
    resource = known.resources.get(str(one.get("resource")))
    if resource is None:
        page.fault((*at, "resource"), f"there is no resource {one.get('resource')!r} in registers/")
    elif resource.get("sharing") == "none":
        page.fault((*at, "resource"), "is not shared")
    for n, element in _listed(one, "elements"):
        if resource is not None and element not in (resource.get("elements") or []):
            page.fault((*at, "elements", n), f"{one.get('resource')} does not offer {element}")
    for n, purpose in _listed(one, "purposes"):
        if purpose not in known.purposes:
            page.fault((*at, "purposes", n), f"there is no purpose {purpose!r} in purposes.toml")
    _ends(page, at, one)
    _services(page, at, one, known)


def _listed(one: dict[str, Any], key: str) -> list[tuple[int, Any]]:
    found = one.get(key)
    return list(enumerate(cast("list[Any]", found))) if isinstance(found, list) else []


def _services(page: Page, at: Path, one: dict[str, Any], known: _Known) -> None:
    """Only services that the asking department handles itself."""
    asker = one.get("asker")
    for n, item in _listed(one, "items"):
        if item not in known.items:
            page.fault((*at, "items", n), f"there is no items/{item}.toml")
        elif known.items[item] != asker:
            page.fault((*at, "items", n), f"{item} is handled by {known.items[item]}, not by {asker}")


def _ends(page: Page, at: Path, one: dict[str, Any]) -> None:
    begins, ends = one.get("from"), one.get("until")
    if isinstance(begins, dt.date) and isinstance(ends, dt.date) and not begins <= ends <= begins + dt.timedelta(days=MOST_DAYS):
        page.fault((*at, "until"), "must be after from, and three years later at most")
