"""`onedoor city check`: every mistake in a city's folder at once, each with its file and line."""

import importlib
import importlib.util
import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from onedoor.catalog.service import folded
from onedoor.kernel.text import citizen_id_fault, is_uscc
from onedoor.providers.models import Scope

from . import city_shapes as shapes
from .city_articles import check_articles
from .city_back_offices import check_back_offices
from .city_certs import check_certificates, claim_kinds
from .city_exchange import check_exchange
from .city_files import Folder, read
from .city_form import check_form
from .city_journeys import check_journeys
from .city_offices import check_offices
from .city_passes import check_passes
from .city_shape import Fault, Page, as_moment, iso_date
from .rooms import ROOMS

FAR = date(9999, 12, 31)


def check(root: Path) -> list[Fault]:
    """All faults, in the order of files and lines; an empty list means that the folder can be loaded."""
    return faults_of(read(root))


def faults_of(folder: Folder) -> list[Fault]:
    """The same for a folder that has been read already."""
    known = _Known(folder)
    first = (_city, _districts, _departments, _categories, _calendars, _cert_types, _notices, _thesaurus, _urgent, _life_events)
    for look in (*first, _items, check_back_offices, check_journeys, _elsewhere, _demo):
        look(folder, known)
    return sorted(set(folder.faults))


class _Known:
    """What the city's files may refer to."""

    def __init__(self, folder: Folder) -> None:
        self.districts = {str(page.data.get("code")): page for page in folder.districts}
        self.departments = {str(page.data.get("code")) for page in folder.departments}
        self.categories = {str(one.get("code")) for _, one in folder.entries(folder.categories, "category")}
        outside = folder.city.data.get("outside") if folder.city else None
        self.outside = [host for host in outside if isinstance(host, str)] if isinstance(outside, list) else []
        self.events = {_chinese(one.get("name")) for _, one in folder.entries(folder.life_events, "event")}
        fills = [one.get("fills") for _, one in folder.entries(folder.cert_types, "type")]
        self.told = {str(element) for said in fills if isinstance(said, dict) for element in said.values()}
        self.claims = {str(one.get("code")): claim_kinds(one) for _, one in folder.entries(folder.cert_types, "type")}
        self.people = {str(page.data.get("id_number")): page for page in folder.demo["register"]}
        self.grants = _grants()
        self.elements = {str(one.get("code")) for _, one in folder.entries(folder.elements, "element")}

    def department(self, page: Page, path: tuple[str | int, ...], code: Any) -> None:
        if isinstance(code, str) and code not in self.departments:
            page.fault(path, f"there is no department {code!r} in departments.jsonl")

    def district(self, page: Page, path: tuple[str | int, ...], code: Any) -> None:
        if isinstance(code, str) and code not in self.districts:
            page.fault(path, f"there is no district {code!r} in districts.jsonl")


def _chinese(name: Any) -> str:
    return str(name.get("zh")) if isinstance(name, dict) else ""


def _claim_fits(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool) or value in ("yes", "no")
    if kind == "number":
        return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.replace(".", "", 1).isdigit())
    if not isinstance(value, str) or not 0 < len(value) <= 400:
        return False
    return kind != "date" or iso_date(value)


def _grants() -> set[str]:
    """Every grant that a room names."""
    found: set[str] = set()
    for room in ROOMS:
        if importlib.util.find_spec(f"onedoor.{room}.models"):
            kind: type[StrEnum] | None = getattr(importlib.import_module(f"onedoor.{room}.models"), "Grants", None)
            found |= {str(grant) for grant in kind} if kind else set()
    return found


def _unique(pages: Iterable[Page], key: str = "code") -> None:
    """No two lines with the same key; the later one is told where the first stands."""
    first: dict[Any, Page] = {}
    for page in pages:
        value = page.data.get(key)
        if isinstance(value, str):
            if value in first:
                page.fault((key,), f"{value!r} is already on {first[value].file}:{first[value].line((key,))}")
            first.setdefault(value, page)


def _unique_entries(folder: Folder, page: Page | None, key: str) -> None:
    seen: dict[str, int] = {}
    for place, one in folder.entries(page, key):
        code = one.get("code")
        if page and isinstance(code, str):
            path = (key, place, "code")
            if code in seen:
                page.fault(path, f"{code!r} is already on line {seen[code]}")
            seen.setdefault(code, page.line(path))


def _city(folder: Folder, known: _Known) -> None:
    if folder.city:
        shapes.CITY(folder.city, (), folder.city.data)
        link = folder.city.data.get("map")
        if isinstance(link, str) and not re.fullmatch(r"[^{}]*(\{(lat|lon|name)\}[^{}]*)*", link):
            folder.city.fault(("map",), "may hold {lat}, {lon} and {name}, and no other braces")
        if district := folder.city.data.get("default_district"):
            known.district(folder.city, ("default_district",), district)
        cities = [p for p in folder.districts if p.data.get("level") == "city"]
        if len(cities) != 1 or cities[0].data.get("code") != folder.city.data.get("code"):
            folder.city.fault(("code",), "districts.jsonl must have exactly one line of level city, with this code")


def _districts(folder: Folder, known: _Known) -> None:
    _unique(folder.districts)
    for page in folder.districts:
        shapes.DISTRICT(page, (), page.data)
        code, level, parent = (page.data.get(key) for key in ("code", "level", "parent"))
        if not isinstance(code, str) or not isinstance(level, str) or level not in shapes.LEVELS:
            continue
        if len(code) != shapes.LEVELS[level]:
            page.fault(("code",), f"a {level} has {shapes.LEVELS[level]} digits")
        if level == "city":
            if parent is not None:
                page.fault(("parent",), "the city has none: null")
        elif not isinstance(parent, str):
            page.fault(("parent",), "is missing")
        else:
            known.district(page, ("parent",), parent)
            above = list(shapes.LEVELS)[list(shapes.LEVELS).index(level) - 1]
            if not code.startswith(parent) or len(parent) != shapes.LEVELS[above]:
                page.fault(("parent",), f"{parent} is not the {above} that {code} begins with")


def _departments(folder: Folder, known: _Known) -> None:
    shape = shapes.departments()
    _unique(folder.departments)
    _unique(folder.departments, "uscc")
    for page in folder.departments:
        shape(page, (), page.data)
        uscc = page.data.get("uscc")
        if isinstance(uscc, str) and not is_uscc(uscc):
            page.fault(("uscc",), f"{uscc!r} fails the check character of GB 32100")


def _elsewhere(folder: Folder, known: _Known) -> None:
    """What has a file of its own."""
    check_exchange(folder, known.departments)
    for pages in (folder.offices, folder.passes):
        _unique(pages)
    check_articles(folder, known)
    check_offices(folder, known.departments, known.districts)
    check_passes(folder, known.departments, known.districts)


def _categories(folder: Folder, known: _Known) -> None:
    if folder.categories:
        shapes.categories()(folder.categories, (), folder.categories.data)
        _unique_entries(folder, folder.categories, "category")


def _calendars(folder: Folder, known: _Known) -> None:
    if not folder.calendars:
        folder.faults.append(Fault("calendar", 1, "there is no calendar/<year>.toml"))
    for page in folder.calendars:
        shapes.CALENDAR(page, (), page.data)
        year = int(page.file.rsplit("/", 1)[-1].removesuffix(".toml")) if page.file[-9:-5].isdigit() else 0
        seen: dict[date, str] = {}
        for key in ("off", "on"):
            listed = page.data.get(key)
            for place, one in enumerate(listed if isinstance(listed, list) else []):
                _calendar_day(page, (key, place), one, year, seen)


def _calendar_day(page: Page, path: tuple[str, int], one: Any, year: int, seen: dict[date, str]) -> None:
    try:
        day = one if isinstance(one, date) else date.fromisoformat(one)
    except (TypeError, ValueError):
        return  # told by the shape
    if day.year != year:
        page.fault(path, f"{day} is not in {year}")
    if day in seen:
        page.fault(path, f"{day} is listed twice" if seen[day] == path[0] else f"{day} is both off and on")
    if path[0] == "on" and day.weekday() < 5:
        page.fault(path, f"{day} is a {day:%A} anyway; make-up working days are on weekends")
    seen[day] = path[0]


def _cert_types(folder: Folder, known: _Known) -> None:
    if folder.cert_types:
        _unique_entries(folder, folder.cert_types, "type")
    if folder.verifiers:
        _unique_entries(folder, folder.verifiers, "verifier")
    check_certificates(folder, known.departments)


def _notices(folder: Folder, known: _Known) -> None:
    page = folder.notices
    if not page:
        return
    shapes.NOTICES(page, (), page.data)
    _unique_entries(folder, page, "notice")
    for place, one in folder.entries(page, "notice"):
        known.department(page, ("notice", place, "department"), one.get("department"))
        known.district(page, ("notice", place, "area"), one.get("area"))
        starts, ends = as_moment(one.get("starts")), as_moment(one.get("ends"))
        if starts and ends and ends <= starts:
            page.fault(("notice", place, "ends"), "is not after starts")


def _thesaurus(folder: Folder, known: _Known) -> None:
    said: dict[str, int] = {}
    says = folded("\n".join(page.data["say"] for page in folder.thesaurus)).split("\n") if folder.thesaurus else []
    for page, say in zip(folder.thesaurus, says, strict=True):
        if not _plain(page.data):
            shapes.TERM(page, (), page.data)
        if say in said:
            page.fault(("say",), f"{page.data['say']!r} is already on line {said[say]}")
        said.setdefault(say, page.first)


def _plain(row: dict[str, Any]) -> bool:
    """Whether a line is right at a glance: there are tens of thousands, and the shape's every check is for those that are not."""
    say, means = row["say"], row["means"]
    words = all(len(word) <= 60 for word in means)
    return row["lang"] in ("zh", "en") and 2 <= len(say) <= 60 and 1 <= len(means) <= 8 and words and f"{say}{''.join(means)}".isprintable()


def _urgent(folder: Folder, known: _Known) -> None:
    if folder.urgent:
        shapes.URGENT(folder.urgent, (), folder.urgent.data)
        _unique_entries(folder, folder.urgent, "urgent")


def _life_events(folder: Folder, known: _Known) -> None:
    if folder.life_events:
        shapes.life_events()(folder.life_events, (), folder.life_events.data)
        _unique_entries(folder, folder.life_events, "event")


def _items(folder: Folder, known: _Known) -> None:
    shape = shapes.items()
    _unique(folder.items)
    if not folder.items:
        folder.faults.append(Fault("items", 1, "there are no items/<code>.toml"))
    for page in folder.items:
        shape(page, (), page.data)
        _item(page, known)
        check_form(page, known.claims, known.elements, known.told)


def _item(page: Page, known: _Known) -> None:
    code, category, guide, process = (page.data.get(key) for key in ("code", "category", "guide", "process"))
    if isinstance(code, str) and page.file != f"items/{code}.toml":
        page.fault(("code",), f"{code!r} belongs into items/{code}.toml")
    known.department(page, ("department",), page.data.get("department"))
    if isinstance(category, str) and category not in known.categories:
        page.fault(("category",), f"there is no category {category!r} in categories.toml")
    districts = page.data.get("districts")
    for place, district in enumerate(districts if isinstance(districts, list) else []):
        known.district(page, ("districts", place), district)
    events = page.data.get("life_events")
    for place, event in enumerate(events if isinstance(events, list) and known.events else []):
        if isinstance(event, str) and event not in known.events:
            page.fault(("life_events", place), f"there is no event named {event!r} in life_events.toml")
    _site(page, known)
    if isinstance(guide, dict):
        promised, statutory = guide.get("promised_days"), guide.get("statutory_days")
        if isinstance(promised, int) and isinstance(statutory, int) and promised > statutory:
            page.fault(("guide", "promised_days"), f"{promised} promised days are more than the {statutory} that the law allows")
    if isinstance(process, dict):
        kind = process.get("cert_type")
        if isinstance(kind, str) and kind not in known.claims:
            page.fault(("process", "cert_type"), f"there is no certificate type {kind!r} in cert_types.toml")


def _site(page: Page, known: _Known) -> None:
    """Another organisation's site is one that the city has named."""
    site = page.data.get("site")
    if isinstance(site, str) and not any(re.match(rf"https://{re.escape(host)}([:/?#]|$)", site) for host in known.outside):
        page.fault(("site",), "its host is not among `outside` of city.toml")


def _demo(folder: Folder, known: _Known) -> None:
    everybody = [*folder.demo["residents"], *folder.demo["staff"]]
    _unique(everybody, "phone")
    for name in ("residents", "register"):
        _unique(folder.demo[name], "id_number")
    for name, shape in (("residents", shapes.RESIDENT), ("staff", shapes.STAFF), ("register", shapes.REGISTER)):
        for page in folder.demo[name]:
            shape(page, (), page.data)
    for page in [*folder.demo["residents"], *folder.demo["register"]]:
        _person(page)
        _certs(page, known)
    for page in folder.demo["residents"]:
        _resident(page, known)
    _companies(folder, known)
    for page in folder.demo["staff"]:
        _staff(page, known)
    _unique(folder.demo["history"], "item")
    online = [page.data.get("code") for page in folder.items if page.data.get("online") == "online"]
    for page in folder.demo["history"]:
        shapes.HISTORY(page, (), page.data)
        if page.data.get("item") not in online:
            page.fault(("item",), f"{page.data.get('item')!r} is no item that is applied for online")
    _unique(folder.demo["apps"], "client_id")
    for page in folder.demo["apps"]:
        shapes.APP(page, (), page.data)
        known.department(page, ("department",), page.data.get("department"))
        _scopes(page)


def _companies(folder: Folder, known: _Known) -> None:
    _unique(folder.demo["companies"], "uscc")
    for page in folder.demo["companies"]:
        shapes.COMPANY(page, (), page.data)
        _certs(page, known)
        if not is_uscc(str(page.data.get("uscc"))):
            page.fault(("uscc",), f"{page.data.get('uscc')!r} is no unified social credit code")
        if page.data.get("legal_id_number") not in known.people:
            page.fault(("legal_id_number",), "nobody in demo/register.jsonl has this number")


def _scopes(page: Page) -> None:
    listed = page.data.get("scopes")
    for place, one in enumerate(listed if isinstance(listed, list) else []):
        scope = one.get("scope") if isinstance(one, dict) else None
        if isinstance(scope, str) and scope not in set(Scope):
            page.fault(("scopes", place, "scope"), f"{scope!r} is not one of {', '.join(Scope)}")


def _person(page: Page) -> None:
    number, born = page.data.get("id_number"), page.data.get("birth_on")
    if not isinstance(number, str):
        return
    why = {"old": "has 15 digits", "length": "does not have 18 characters", "shape": "is not 17 digits and a check character",
           "date": "holds no real date", "future": "is of the future", "check": "fails the check character of GB 11643"}  # fmt: skip
    if bad := citizen_id_fault(number, FAR - timedelta(1)):
        page.fault(("id_number",), f"{number!r} {why[bad]}")
    elif isinstance(born, str) and born.replace("-", "") != number[6:14]:
        page.fault(("birth_on",), f"{born} is not the date in {number}")


def _resident(page: Page, known: _Known) -> None:
    known.district(page, ("district",), page.data.get("district"))
    entry = known.people.get(str(page.data.get("id_number")))
    if page.data.get("real_name") is True and (entry is None or entry.data.get("name") != page.data.get("name")):
        page.fault(("id_number",), "name and number are not in demo/register.jsonl, so the real-name check cannot have been passed")


def _certs(page: Page, known: _Known) -> None:
    certs = page.data.get("certs")
    for place, cert in enumerate(certs if isinstance(certs, list) else []):
        kind = str(cert.get("type")) if isinstance(cert, dict) else ""
        if kind not in known.claims:
            page.fault(("certs", place, "type"), f"there is no certificate type {kind!r} in cert_types.toml")
        else:
            _resident_claims(page, place, kind, cert.get("claims"), known.claims[kind])


def _resident_claims(page: Page, place: int, kind: str, claims: Any, kinds: dict[str, str]) -> None:
    for name, value in claims.items() if isinstance(claims, dict) else ():
        path = ("certs", place, "claims", name)
        if name not in kinds:
            page.fault(path, f"certificate type {kind} has no such claim")
        elif not _claim_fits(kinds[name], value):
            page.fault(path, f"{value!r} is not a {kinds[name]}")


def _staff(page: Page, known: _Known) -> None:
    known.department(page, ("department",), page.data.get("department"))
    for key, check_one in (("grants", None), ("districts", known.district)):
        listed = page.data.get(key)
        for place, one in enumerate(listed if isinstance(listed, list) else []):
            if check_one:
                check_one(page, (key, place), one)
            elif isinstance(one, str) and one not in known.grants:
                page.fault((key, place), f"{one!r} is not one of {', '.join(sorted(known.grants))}")
