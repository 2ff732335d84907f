"""Taking the catalogue in: from the city's folder, or from an imported list. Loading the same again changes nothing."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from onedoor.catalog import search_store, store
from onedoor.catalog.articles import Article
from onedoor.catalog.errors import CodeTaken
from onedoor.catalog.models import (
    Change,
    ImportedItem,
    Item,
    LifeEvent,
    NewCategory,
    NewItem,
    Online,
    Source,
    Stored,
    Term,
    Thing,
    ThingKind,
    Urgent,
)
from onedoor.catalog.search import lines_of, seal_of
from onedoor.kernel import memory
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert, to_builtins, to_json
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

from .memory import CATALOG, TERMS

Row = dict[str, Any]


async def put_categories(work: Work, categories: Sequence[NewCategory]) -> Change:
    """The city's categories, in this order; those that are gone are retired."""
    rows = [
        _sealed({**to_builtins(c), "source": Source.CITY.value, "sort_key": place}) for place, c in enumerate(categories)
    ]
    plan = _compare(rows, await store.stored_categories(work.db), Source.CITY)
    return await _apply(work, plan, store.put_categories, store.retire_categories)


async def put_items(work: Work, items: Sequence[NewItem]) -> Change:
    """The city's service items; those that are gone are retired, never deleted."""
    rows = [_row(as_item(new), Source.CITY) for new in items]
    plan = _compare(rows, await store.stored_items(work.db), Source.CITY)
    return await _apply(work, plan, store.put_items, store.retire_items)


async def put_item(work: Work, new: NewItem) -> None:
    """One service of the city, added or changed; all others stay."""
    plan = _compare([_row(as_item(new), Source.CITY)], await store.stored_items(work.db), None)
    await _apply(work, plan, store.put_items, store.retire_items)


async def retire_item(work: Work, code: str) -> None:
    """It is no longer offered."""
    await store.retire_items(work.db, [code])
    await memory.changed(work.db, CATALOG)


async def put_terms(work: Work, terms: Sequence[Term]) -> int:
    """What people say and the items call otherwise. How many changed."""
    seal = seal_of(lines_of(sorted((term.say, term.means) for term in terms)))
    if seal == await store.thesaurus_seal(work.db):
        return 0
    await store.seal_thesaurus(work.db, seal)
    touched = await store.put_terms(work.db, [term.say for term in terms], [" ".join(term.means) for term in terms])
    touched += await store.drop_terms(work.db, [term.say for term in terms])
    if touched:
        await memory.changed(work.db, TERMS)
        await memory.changed(work.db, CATALOG)
    return touched


async def put_things(work: Work, kind: ThingKind, things: Sequence[Thing]) -> int:
    """Things of this kind that another room has, to be found with the items. How many changed."""
    rows: list[Row] = [{**to_builtins(thing), "sort_key": place} for place, thing in enumerate(things)]
    touched = await search_store.put_things(work.db, kind, rows) + await search_store.drop_things(work.db, kind, [t.ref for t in things])
    if touched:
        await memory.changed(work.db, CATALOG)
    return touched


async def put_urgent(work: Work, found: Sequence[Urgent]) -> int:
    """Words that need help at once. How many changed."""
    rows: list[Row] = [{**to_builtins(one), "sort_key": place} for place, one in enumerate(found)]
    touched = await search_store.put_urgent(work.db, rows) + await search_store.drop_urgent(work.db, [one.code for one in found])
    if touched:
        await memory.changed(work.db, CATALOG)
    return touched


async def put_life_events(work: Work, events: Sequence[LifeEvent]) -> int:
    """The city's events of a life, in this order. How many changed."""
    touched = await store.put_life_events(work.db, [{**to_builtins(event), "sort_key": place} for place, event in enumerate(events)])
    if touched:
        await memory.changed(work.db, CATALOG)
    return touched


async def put_articles(work: Work, articles: Sequence[Row]) -> int:
    """What the departments explain, as it stands in the city's folder. How many changed."""
    touched = await store.put_articles(work.db, [to_builtins(convert({"items": [], **one}, Article)) for one in articles])
    if touched:
        await memory.changed(work.db, CATALOG)
    return touched


async def city_codes(work: Work, codes: Sequence[str]) -> set[str]:
    """Those of the codes that the city's own items bear."""
    return {row.code for row in await store.stored_items(work.db) if row.source is Source.CITY} & set(codes)


async def import_items(work: Work, items: Sequence[ImportedItem]) -> Change:
    """A list from elsewhere: its ids become public codes; departments and categories it names are shown as it names them."""
    if taken := await city_codes(work, [item.id for item in items]):
        raise CodeTaken(codes=sorted(taken)[:20])
    stored = await store.stored_items(work.db)
    by_name = await _import_categories(work, {item.category.split("/")[0] for item in items})
    departments = {name: d.code for d in (await orgs.snapshot(work.db)).own.values() for name in (d.short.zh, d.name.zh)}
    rows = [_row(_imported(item, by_name, departments), Source.IMPORT) for item in items]
    plan = _compare(rows, stored, None)
    return await _apply(work, plan, store.put_items, store.retire_items)


async def _import_categories(work: Work, names: set[str]) -> dict[str, str]:
    """Code by name: the city's own category of that name, else one made for it."""
    codes = {c.name.zh: c.code for c in await store.categories(work.db)}
    fresh = [name for name in sorted(names) if name not in codes]
    rows = [
        _sealed({"code": _code("c", name), "name": {"zh": name, "en": ""}, "icon": "grid", "tone": "b",
                 "source": Source.IMPORT.value, "sort_key": 0})
        for name in fresh
    ]  # fmt: skip
    if rows:
        await store.put_categories(work.db, rows)
    return codes | {name: _code("c", name) for name in fresh}


def _imported(item: ImportedItem, categories: dict[str, str], departments: dict[str, str]) -> Item:
    first, *path = item.category.split("/")
    known = departments.get(item.department)
    name = Text(item.name)
    return Item(
        code=item.id, name=name, short=name, department=known or _code("d", item.department),
        department_name=None if known else Text(item.department), category=categories[first], path=tuple(path),
        audience=item.audience, aliases=item.aliases, online=Online.INFO, districts=(), area=item.area, popular=0, icon="file", tone="",
        life_events=(), guide=None, source=Source.IMPORT,
    )  # fmt: skip


def as_item(new: NewItem) -> Item:
    """A service of the city as the hall shows it."""
    return Item(
        code=new.code, name=new.name, short=new.short or new.name, department=new.department, department_name=None,
        category=new.category, path=(), audience=new.audience, aliases=new.aliases, online=new.online, districts=new.districts, area="",
        popular=new.popular, icon=new.icon or "file", tone=new.tone, life_events=new.life_events, guide=new.guide, source=Source.CITY,
        site=new.site,
    )  # fmt: skip


def _code(kind: str, name: str) -> str:
    """A stable code for what a list names only by words."""
    return f"{kind}-{hashlib.blake2b(name.encode(), digest_size=5).hexdigest()}"


def _row(item: Item, source: Source) -> Row:
    return _sealed({**to_builtins(item), "source": source.value})


def _sealed(row: Row) -> Row:
    return {**row, "sha256": hashlib.sha256(to_json(dict(sorted(row.items())))).hexdigest()}


class Plan(msgspec.Struct, frozen=True):
    """What differs between what is stored and what is wanted."""

    put: list[Row]
    added: int
    retire: list[str]
    unchanged: int


def _compare(rows: Iterable[Row], stored: Iterable[Stored], complete: Source | None) -> Plan:
    """`complete` says whose rows are all there; a live one of that source which is not among `rows` is retired."""
    old = {row.code: row for row in stored}
    wanted = {row["code"]: row for row in rows}
    put = [
        row for code, row in wanted.items()
        if code not in old or old[code].sha256 != row["sha256"] or old[code].status != "live"
    ]  # fmt: skip
    gone = [r.code for r in old.values() if complete and r.source is complete and r.status == "live" and r.code not in wanted]
    return Plan(put, sum(row["code"] not in old for row in put), gone, len(wanted) - len(put))


async def _apply(work: Work, plan: Plan, put: Callable[..., Any], retire: Callable[..., Any]) -> Change:
    if plan.put:
        await put(work.db, plan.put)
    if plan.retire:
        await retire(work.db, plan.retire)
    if plan.put or plan.retire:
        await memory.changed(work.db, CATALOG)
    return Change(plan.added, len(plan.put) - plan.added, len(plan.retire), plan.unchanged)
