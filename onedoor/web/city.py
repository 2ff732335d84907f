"""`onedoor city load`: a city's folder into the database, in one transaction; loading the same again changes nothing."""

from pathlib import Path
from typing import Any

import msgspec

from onedoor.cases.models import PublishedItem
from onedoor.cases.service.definitions import put_forms, put_offices
from onedoor.catalog import service as catalog
from onedoor.catalog.models import LifeEvent, NewCategory, NewItem, Term, Thing, ThingKind, Urgent
from onedoor.exchange import service as exchange
from onedoor.identity import service as identity
from onedoor.identity.models import Firm, KnownPerson, RegisterEntry
from onedoor.identity.ports import Secrets
from onedoor.insight import service as insight
from onedoor.insight.models import History
from onedoor.journeys import service as journeys
from onedoor.kernel import memory
from onedoor.kernel.config import Settings
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert
from onedoor.kernel.terminal import Tell, tell, waiting
from onedoor.kernel.work import Work, system
from onedoor.notify import service as notify
from onedoor.notify.models import NewNotice
from onedoor.orgs import service as orgs
from onedoor.orgs.models import NewDepartment, NewDistrict, NewOffice, NewStaff
from onedoor.passes import service as passes
from onedoor.passes.models import NewScheme
from onedoor.providers import service as providers
from onedoor.providers.models import NewApp
from onedoor.studio import service as studio
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Seed

from .city_check import faults_of
from .city_files import Folder, read
from .city_journeys import in_order, items_said
from .city_shape import Fault
from .house import House

SECONDS = 60


class Faulty(Exception):
    """The folder has mistakes, and nothing was loaded."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} mistakes in the city's data")
        self.faults = faults


class Loaded(msgspec.Struct, frozen=True):
    """How many rows each part of the load added or changed; all 0 when the city was loaded already."""

    parts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())


async def load(settings: Settings, folder: Path, *, demo: bool = False, say: Tell = tell) -> Loaded:
    """Check the folder and load it, with its demo people when asked. Faulty when it has mistakes."""
    with waiting(f"Checking {folder.name}", say):
        found = read(folder)
        if faults := faults_of(found):
            raise Faulty(faults)
    house = House(settings)
    await house.open(listen=False)
    try:
        with waiting(f"Loading {folder.name}", say):
            async with house.begin(actor=system("city"), seconds=SECONDS) as work:
                parts = await _city(work, settings, found)
                if demo:
                    parts |= await _demo(work, found, house.ports.get(Secrets))
    except BaseException:
        memory.forget_all()  # what was read inside the transaction never came to be
        raise
    finally:
        await house.close()
    return Loaded(parts)


async def load_demo(settings: Settings, folder: Path) -> Loaded:
    """The city with its demo people, as `onedoor demo` shows it."""
    return await load(settings, folder, demo=True)


async def _city(work: Work, settings: Settings, found: Folder) -> dict[str, int]:
    places = await orgs.put_districts(work, [convert(page.data, NewDistrict) for page in found.districts])
    departments = await orgs.put_departments(work, [convert(page.data, NewDepartment) for page in found.departments])
    offices = await orgs.put_offices(work, [convert(page.data, NewOffice) for page in found.offices])
    if places or departments or offices:
        await memory.changed(work.db, "catalog")  # departments' names are searched and shown with the items, offices with both
    bundles = await studio.merged(work, [page.data for page in found.items])
    categories = [convert(one, NewCategory) for _, one in found.entries(found.categories, "category")]
    events = [convert(one, LifeEvent) for _, one in found.entries(found.life_events, "event")]
    terms = [Term(page.data["say"], tuple(page.data["means"])) for page in found.thesaurus]
    kinds = [one for _, one in found.entries(found.cert_types, "type")]
    notices = [convert(one, NewNotice) for _, one in found.entries(found.notices, "notice")]
    return {
        "districts": places,
        "departments": departments,
        "offices": offices,
        "categories": _count(await catalog.put_categories(work, categories)),
        "life events": await catalog.put_life_events(work, events),
        "items": _count(await catalog.put_items(work, [_item(bundle) for bundle in bundles])),
        "articles": await catalog.put_articles(work, [page.data for page in found.articles]),
        "thesaurus": await catalog.put_terms(work, terms),
        "urgent words": await catalog.put_urgent(work, [convert(one, Urgent) for _, one in found.entries(found.urgent, "urgent")]),
        "certificate types": await wallet.put_types(work, kinds),
        "verifiers": await wallet.put_verifiers(work, [one for _, one in found.entries(found.verifiers, "verifier")]),
        "certificates found": await catalog.put_things(work, ThingKind.CERTIFICATE, [_kind_of_certificate(one) for one in kinds]),
        "exchange": await _exchange(work, found),
        "back offices": await put_offices(work, [one for _, one in found.entries(found.back_offices, "back_office")]),
        "forms": await _forms(work, settings, bundles),
        "journeys": await _journeys(work, found, bundles),
        "journeys found": await catalog.put_things(work, ThingKind.JOURNEY, _found_as(found, bundles)),
        "benefits": await journeys.put_benefits(work, [page.data for page in found.benefits]),
        "notices": await notify.put_notices(work, notices),
        "passes": await passes.put_schemes(work, [convert(page.data, NewScheme) for page in found.passes]),
    }


def _kind_of_certificate(one: dict[str, Any]) -> Thing:
    """A type of certificate, to be found: it lies in the wallet of whoever has it."""
    return Thing(ThingKind.CERTIFICATE, one["code"], convert(one["name"], Text), "/wallet")


def _count(change: Any) -> int:
    return change.added + change.changed + change.retired


def _item(bundle: dict[str, Any]) -> NewItem:
    return convert({key: value for key, value in bundle.items() if key not in ("process", "form")}, NewItem)


async def _forms(work: Work, settings: Settings, bundles: list[dict[str, Any]]) -> int:
    departments = {d.code: d.id for d in await orgs.departments(work)}
    rows = [
        PublishedItem(
            item=one["code"], title=convert(one["name"], Text), org=departments[one["department"]],
            promised_days=one["guide"]["promised_days"], statutory_days=one["guide"]["statutory_days"],
            process={"supplement_days": settings.city.supplement_days, **one["process"]}, form=one["form"],
        )
        for one in bundles if one["online"] == "online"
    ]  # fmt: skip
    return await put_forms(work, rows, day_ends=settings.city.day_ends, zone=settings.city.zone)


async def _exchange(work: Work, found: Folder) -> int:
    """What departments hold, before the forms that ask for it."""
    kinds = {"elements": "element", "purposes": "purpose", "agreements": "agreement"}
    files = {name: [one for _, one in found.entries(getattr(found, name), kind)] for name, kind in kinds.items()}
    count = await exchange.put_dictionary(work, files | {"registers": [page.data for page in found.registers]})
    await exchange.dictionary(work)
    return count


async def _journeys(work: Work, found: Folder, bundles: list[dict[str, Any]]) -> int:
    claims = {one["code"]: {claim["name"]: claim["kind"] for claim in one["claims"]} for _, one in found.entries(found.cert_types, "type")}
    return await journeys.put_journeys(work, in_order(found), items_said(bundles, claims))


def _found_as(found: Folder, bundles: list[dict[str, Any]]) -> list[Thing]:
    """A journey is found by its own names, by the events of a life it belongs to, and by the names of its items."""
    names = {one["code"]: one["name"]["zh"] for one in bundles}
    return [
        Thing(
            ThingKind.JOURNEY, one["code"], convert(one["name"], Text), f"/journeys/{one['code']}", also=tuple(one.get("aliases", ())),
            around=(*one.get("life_events", ()), *dict.fromkeys(names[leg["item"]] for leg in one["leg"] if leg["item"] in names)),
        )
        for one in in_order(found)
    ]  # fmt: skip


async def _demo(work: Work, found: Folder, secrets: Secrets) -> dict[str, int]:
    """Staff with their posts, residents who have proven their names, what registers hold of them, and a history to look back on."""
    staff = await orgs.put_staff(work, [convert(page.data, NewStaff) for page in found.demo["staff"]])
    register = {page.data["id_number"]: page.data for page in found.demo["register"]}
    residents = [page.data for page in found.demo["residents"]]
    people = await identity.put_people(work, [_person(one, register.get(one["id_number"], {})) for one in residents], secrets)
    seeds = [Seed(people[one["phone"]], one["name"], one["id_number"], one.get("certs", [])) for one in residents]
    for row in register.values():
        if row.get("certs"):  # of a child, who signs in nowhere
            ward = await identity.ward_of(work, secrets, convert({name: row[name] for name in ENTRY}, RegisterEntry), None)
            seeds.append(Seed(ward.citizen_id, ward.name, ward.id_number, row["certs"]))
    for page in found.demo["companies"]:
        if (row := page.data).get("certs"):
            firm = convert({name: row[name] for name in COMPANY}, Firm)
            seeds.append(Seed(await identity.firm_of(work, secrets, firm), firm.name, firm.uscc, row["certs"]))
    apps = await providers.put_apps(work, [convert(page.data, NewApp) for page in found.demo["apps"]])
    history = await insight.put_history(
        work, [convert(page.data, History) for page in found.demo["history"]],
        {page.data["code"]: page.data["department"] for page in found.items},
        {page.data["code"]: page.data["guide"]["trips"] for page in found.items},
    )  # fmt: skip
    await insight.publish(work)
    return {"staff": staff, "certificates": await wallet.seed(work, seeds), "history": history, "apps": apps}


ENTRY, COMPANY = (tuple(one.name for one in msgspec.structs.fields(kind)) for kind in (RegisterEntry, Firm))


def _person(one: dict[str, Any], entry: dict[str, Any]) -> KnownPerson:
    proven = bool(one["real_name"])
    return KnownPerson(
        phone=one["phone"], name=one["name"], id_number=one["id_number"] if proven else None, real_name=proven, district=one["district"],
        nation=convert(entry["nation"], Text) if proven else None, household_address=entry.get("household_address") if proven else None,
        address=entry.get("address") if proven else None,
    )  # fmt: skip
