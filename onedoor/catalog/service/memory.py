"""What every worker keeps of the catalogue, and how it is turned round for browsing and searching."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from onedoor.catalog import store
from onedoor.catalog.errors import CatalogNotReady
from onedoor.catalog.models import Category, Item, LifeEvent, Provider
from onedoor.catalog.search import Index
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.memory import Memory
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, District

CATALOG, USE = "catalog", "catalog.use"
_UNUSED: dict[str, float] = {}


class Hall(msgspec.Struct, frozen=True):
    """The whole catalogue, immutable; a change makes a new one."""

    items: tuple[Item, ...]
    by_code: dict[str, Item]
    by_category: dict[str, tuple[Item, ...]]
    by_department: dict[str, tuple[Item, ...]]
    by_event: dict[str, tuple[Item, ...]]
    categories: tuple[Category, ...]
    events: tuple[LifeEvent, ...]
    providers: tuple[Provider, ...]
    departments: dict[str, Department]
    districts: dict[str, District]
    index: Index


async def _load(db: Db) -> Hall:
    items = tuple(await store.items(db))
    categories = await store.categories(db)
    city = await orgs.snapshot(db)
    departments = city.departments
    names = {c.code: c.name for c in categories}

    def around(item: Item) -> list[str]:
        found = departments.get(item.department)
        said = [found.name, found.short] if found else [item.department_name]
        return [words for text in (names.get(item.category), *said) if text for words in (text.zh, text.en) if words]

    by_department = _grouped((item.department, item) for item in items)
    return Hall(
        items=items,
        by_code={item.code: item for item in items},
        by_category=_grouped((item.category, item) for item in items),
        by_department=by_department,
        by_event=_grouped((event, item) for item in items for event in item.life_events),
        categories=tuple(categories),
        events=tuple(await store.life_events(db)),
        providers=tuple(_providers(departments, by_department)),
        departments=departments,
        districts=city.districts,
        index=Index(items, around, await store.terms(db)),
    )


def _grouped(pairs: Iterable[tuple[str, Item]]) -> dict[str, tuple[Item, ...]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return {key: tuple(items) for key, items in found.items()}


def _providers(departments: dict[str, Department], by_department: dict[str, tuple[Item, ...]]) -> list[Provider]:
    """The city's departments in their own order, then those that only an imported list names."""
    own = [
        Provider(d.code, d.name, len(by_department.get(d.code, ())), icon=d.icon, tone=d.tone, summary=d.summary)
        for d in departments.values()
    ]
    listed = [
        Provider(code, items[0].department_name or Text(code), len(items), listed=True)
        for code, items in by_department.items()
        if code not in departments
    ]
    return own + sorted(listed, key=lambda p: (-p.items, p.code))


async def _load_use(db: Db) -> dict[str, float]:
    return {used.item: used.score for used in await store.used(db)}


catalog = Memory(CATALOG, _load)
use = Memory(USE, _load_use)


def hall() -> Hall:
    """The catalogue as this process knows it."""
    if not catalog.loaded:
        raise CatalogNotReady(retry_after=2)
    return catalog.now


def edition() -> tuple[Hall, dict[str, float]]:
    """What the catalogue is just now; anything made from it is good as long as both are the same objects."""
    return hall(), scores()


def scores() -> dict[str, float]:
    """How much each item is used lately; nothing known is nothing used."""
    return use.now if use.loaded else _UNUSED
