"""What every worker keeps of the catalogue, and how it is turned round for browsing and searching."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from onedoor.catalog import search_store, store
from onedoor.catalog.articles import Article
from onedoor.catalog.errors import CatalogNotReady
from onedoor.catalog.models import Category, Item, LifeEvent, Provider, Thing, ThingKind, Urgent
from onedoor.catalog.search import Index, Thesaurus, indexed
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.memory import Memory
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, District

T = TypeVar("T")
CATALOG, TERMS, USE = "catalog", "catalog.terms", "catalog.use"
_merging: set[asyncio.Task[None]] = set()
_UNUSED: dict[str, float] = {}


class Hall(msgspec.Struct, frozen=True):
    """The whole catalogue, immutable; a change makes a new one."""

    items: tuple[Item, ...]
    seals: dict[str, str]
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
    articles: tuple[Article, ...]
    others: tuple[Thing, ...]
    """What is found beside items: categories, life events, certificates, departments and articles."""
    urgent: tuple[Urgent, ...]


async def _load(db: Db) -> Hall:
    before = catalog.now if catalog.loaded else None
    items, seals = await _items(db, before)
    categories = await store.categories(db)
    city = await orgs.snapshot(db)
    departments = city.departments
    said = await thesaurus.get(db)
    learnt = _grouped((one.item, one.words) for one in await search_store.aliases(db))
    things = _things(items, {c.code: c.name for c in categories}, departments, learnt)
    index = await asyncio.to_thread(indexed, things, said, before.index if before else None)
    by_department = _grouped((item.department, item) for item in items)
    providers, events = tuple(_providers(departments, by_department, city.own)), tuple(await store.life_events(db))
    articles = tuple(await store.articles(db))
    known = Hall(
        items=items,
        seals=seals,
        by_code={item.code: item for item in items},
        by_category=_grouped((item.category, item) for item in items),
        by_department=by_department,
        by_event=_grouped((event, item) for item in items for event in item.life_events),
        categories=tuple(categories),
        events=events,
        providers=providers,
        departments=departments,
        districts=city.districts,
        index=index,
        articles=articles,
        others=(*_others(categories, events, providers), *_told(articles), *await search_store.things(db)),
        urgent=tuple(await search_store.urgent(db)),
    )
    _merge_soon(known)
    return known


async def _items(db: Db, before: Hall | None) -> tuple[tuple[Item, ...], dict[str, str]]:
    """Every item; only what has changed since is read from the database."""
    seals = {one.code: one.sha256 for one in await store.seals(db)}
    known = {code: item for code, item in before.by_code.items() if before.seals.get(code) == seals.get(code)} if before else {}
    known |= {item.code: item for item in await store.items(db, [code for code in seals if code not in known])}
    return tuple(known[code] for code in seals if code in known), seals


def _merge_soon(known: Hall) -> None:
    """What has been put into the index since it was made becomes one with it, beside the answers; a change meanwhile has precedence."""
    if known.index.unmerged:
        task = asyncio.create_task(_merge(known))
        _merging.add(task)
        task.add_done_callback(_merging.discard)


async def _merge(known: Hall) -> None:
    index = await asyncio.to_thread(known.index.merged)
    catalog.swap(known, msgspec.structs.replace(known, index=index))


def _things(
    items: Iterable[Item], categories: dict[str, Text], departments: dict[str, Department], learnt: Mapping[str, tuple[str, ...]]
) -> list[Thing]:
    def around(item: Item) -> Iterable[str]:
        office = departments.get(item.department)
        said = [office.name, office.short] if office else [item.department_name]
        yield from (words for text in (categories.get(item.category), *said) if text for words in (text.zh, text.en) if words)
        yield from (*item.path, *item.life_events)

    return [
        Thing(
            ThingKind.ITEM, item.code, item.name, f"/items/{item.code}", popular=item.popular, around=tuple(around(item)),
            also=tuple(
                a for a in (item.short.zh, item.short.en, *item.aliases, *learnt.get(item.code, ()))
                if a not in ("", item.name.zh, item.name.en)
            ),
        )
        for item in items
    ]  # fmt: skip


def _others(categories: Iterable[Category], events: Iterable[LifeEvent], providers: Iterable[Provider]) -> Iterable[Thing]:
    yield from (Thing(ThingKind.CATEGORY, c.code, c.name, f"/hall/{c.code}") for c in categories)
    yield from (Thing(ThingKind.LIFE_EVENT, e.code, e.name, f"/life/{e.code}") for e in events)
    for p in providers:
        yield Thing(ThingKind.DEPARTMENT, p.code, p.name, f"/departments/{p.code}")


def _told(articles: Iterable[Article]) -> Iterable[Thing]:
    for one in articles:
        around = [text for part in one.body for text in (part.head, part.text) if text]
        said = tuple(words for text in (one.summary, *around) for words in (text.zh, text.en))
        yield Thing(ThingKind.ARTICLE, one.code, one.title, f"/articles/{one.code}", around=said)


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return {key: tuple(many) for key, many in found.items()}


def _providers(
    departments: dict[str, Department], by_department: dict[str, tuple[Item, ...]], city: Mapping[str, Department]
) -> list[Provider]:
    """The city's departments in their own order, then organisations that offer something, then those that only an imported list names."""
    own = [
        Provider(d.code, d.name, len(by_department.get(d.code, ())), icon=d.icon, tone=d.tone, summary=d.summary)
        for d in departments.values()
        if d.code in city or d.code in by_department
    ]
    listed = [
        Provider(code, items[0].department_name or Text(code), len(items), listed=True)
        for code, items in by_department.items()
        if code not in departments
    ]
    return own + sorted(listed, key=lambda p: (-p.items, p.code))


async def _load_use(db: Db) -> dict[str, float]:
    return {used.item: used.score for used in await store.used(db)}


async def _load_thesaurus(db: Db) -> Thesaurus:
    if thesaurus.loaded and thesaurus.now.seal == await store.thesaurus_seal(db):
        return thesaurus.now  # asked for anew, and the same
    return await asyncio.to_thread(Thesaurus, await store.terms(db))


thesaurus = Memory(TERMS, _load_thesaurus)
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
