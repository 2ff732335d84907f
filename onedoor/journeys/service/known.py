"""Which journeys and benefits the city offers: published with the city's data, put together anew when a form of theirs changes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from onedoor.cases.models import PublishedItem
from onedoor.cases.service import checking, definitions
from onedoor.catalog import service as catalog
from onedoor.journeys.errors import NoSuchJourney
from onedoor.journeys.merging import ItemSaid, Merged, merged
from onedoor.journeys.models import Benefit, Journey, NewBenefit, NewJourney
from onedoor.journeys.store import plans as store
from onedoor.kernel.db import Db
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.log import NAME
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet

MOST_DAYS = 400


class Known(Struct, frozen=True):
    """The newest version of everything, retired journeys among them: somebody may still run one."""

    journeys: dict[str, Journey]
    benefits: dict[str, Benefit]


async def _load(db: Db) -> Known:
    return Known({one.code: one for one in await store.journeys(db)}, {one.code: one for one in await store.benefits(db)})


memory: Memory[Known] = Memory("journeys", _load)


async def journeys(work: Work) -> list[Journey]:
    """What can be begun, in the city's order."""
    return [one for one in (await memory.get(work.db)).journeys.values() if not one.retired]


async def journey(work: Work, code: str) -> Journey:
    """One that can be begun."""
    found = (await memory.get(work.db)).journeys.get(code)
    if found is None or found.retired:
        raise NoSuchJourney(journey=code[:64])
    return found


async def benefits(work: Work) -> list[Benefit]:
    """What people are looked for, with the duty that says so."""
    return list((await memory.get(work.db)).benefits.values())


async def benefit(work: Work, code: str) -> Benefit | None:
    return (await memory.get(work.db)).benefits.get(code)


def together(row: Mapping[str, Any], items: Mapping[str, ItemSaid]) -> Merged:
    """A journey's file put together with the forms of its items."""
    return merged(convert(row, NewJourney), items)


def faults_of_benefit(row: Mapping[str, Any], items: Mapping[str, ItemSaid], elements: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Everything for which a benefit must not be published, with its place. `elements` is what may be read of everybody."""
    new = convert(row, NewBenefit)
    said = items.get(new.item)
    if said is None:
        return [(("item",), f"{new.item!r} is no item that is applied for online")]
    if bad := checking.condition_fault(new.rule):
        return [(("rule",), bad)]
    found: list[tuple[tuple[str, ...], str]] = [
        (("rule",), f"{pointer} is not an element that may be looked for")
        for pointer in checking.condition_pointers(new.rule) if pointer[:1] != "@" or pointer[1:] not in elements
    ]  # fmt: skip
    properties: dict[str, Any] = said.form["schema"]["properties"]
    for name, value in new.answers.items():
        if isinstance(value, dict) and set(value) == {"cert", "claim"} and name in properties:
            kind = f"cert.{value['cert']}"
            if kind not in elements or f"{kind}.{value['claim']}" not in (*elements, f"{kind}.number"):
                found.append((("answers", name), f"no certificate says {value['claim']}"))
        elif name not in properties or not checking.answer_fits(properties[name], value):
            found.append((("answers", name), f"is no answer to a question of {new.item}"))
    found += [(("ask",), f"{new.item} has no question {name}") for name in new.ask if name not in properties]
    return found


async def put_journeys(work: Work, rows: Sequence[Mapping[str, Any]], items: Mapping[str, ItemSaid]) -> int:
    """Publish these; others are retired. How many changed."""
    made = [(row, convert(row, NewJourney)) for row in rows]
    had = {one.code: one for one in await store.latest_journeys(work.db)}
    touched = 0
    for place, (row, new) in enumerate(made):
        if _fits(new, items):
            touched += await _put(work, row, new, items, place, had.get(new.code))
    keep = [new.code for _, new in made]
    gone = [code for code, one in had.items() if code not in keep and not one.retired]
    if gone:
        touched += await store.retire_journeys(work.db, keep)
        await definitions.retire(work, [f"journey-{code}" for code in gone])
    if touched:
        await changed(work.db, memory.name)
    return touched


def _fits(new: NewJourney, items: Mapping[str, ItemSaid]) -> bool:
    """A city's files fit, or are not loaded; what a department has published since may not. Then the journey stays as it was."""
    bad = merged(new, items).faults
    if bad:
        structlog.get_logger(NAME).warning("journey_does_not_fit", journey=new.code, why=bad[0][1])
    return not bad


async def _put(
    work: Work, row: Mapping[str, Any], new: NewJourney, items: Mapping[str, ItemSaid], place: int, last: store.Latest | None
) -> int:
    whole = merged(new, items)
    source = to_builtins(row)
    sha256 = _digest([source, to_builtins(whole.legs), whole.form, place])
    if last is not None and last.sha256 == sha256 and not last.retired:
        return 0
    departments = {one.code: one.id for one in await orgs.departments(work)}
    days = min(MOST_DAYS, await _longest(work, new))
    form = PublishedItem(
        item=f"journey-{new.code}", title=new.name, org=departments[new.department], promised_days=days, statutory_days=days,
        process={"min_assurance": 2}, form=whole.form,
    )  # fmt: skip
    await definitions.put_form(work, form)
    journey = Journey(
        new.code, last.version + 1 if last else 1, new.name, new.summary, new.icon, new.tone, [one.name for one in new.situation],
        whole.legs, new.life_events, new.aliases, new.also, False,
    )  # fmt: skip
    return await store.put_journey(work.db, journey, source, place, sha256, work.now)


async def _longest(work: Work, new: NewJourney) -> int:
    """Working days from the press to the end when everything takes as long as it may."""
    own: dict[str, int] = {}
    for plan in new.leg:
        process = await definitions.process_of(work, plan.item)
        own[plan.code] = process.accept_days + process.promised_days
    after = {plan.code: plan.after for plan in new.leg}

    def until(code: str) -> int:
        return own[code] + max((until(one) for one in after[code]), default=0)

    return max(until(code) for code in own)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


async def put_benefits(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """Publish these; others are no longer looked for. How many changed."""
    had = {one.code: one for one in await store.latest_benefits(work.db)}
    touched = 0
    for place, row in enumerate(rows):
        new = convert(row, NewBenefit)
        last, sha256 = had.get(new.code), _digest([to_builtins(row), place])
        if last is not None and last.sha256 == sha256 and not last.retired:
            continue
        elements = sorted({pointer[1:] for pointer in checking.condition_pointers(new.rule)})
        one = Benefit(
            new.code, last.version + 1 if last else 1, new.name, new.summary, new.gives, new.item, new.department, new.ground, new.rule,
            new.reasons, elements, new.answers, new.ask, new.pause_days,
        )  # fmt: skip
        touched += await store.put_benefit(work.db, one, place, sha256, work.now)
    touched += await store.retire_benefits(work.db, [str(row["code"]) for row in rows])
    if touched:
        await changed(work.db, memory.name)
    return touched


async def refresh(work: Work) -> int:
    """A form of an item may be another than when its journeys were put together: then they are put together anew. One that does not fit
    any more stays as it was, and the operator reads why."""
    sources = {one.code: one.source for one in await store.sources(work.db)}
    had = {one.code: one for one in await store.latest_journeys(work.db)}
    touched = 0
    for place, (code, source) in enumerate(sources.items()):
        new = convert(source, NewJourney)
        items = await items_of(work, sorted({plan.item for plan in new.leg}))
        if _fits(new, items):
            touched += await _put(work, source, new, items, place, had[code])
    if touched:
        await changed(work.db, memory.name)
    return touched


async def items_of(work: Work, codes: list[str]) -> dict[str, ItemSaid]:
    """The items as they are applied for at this moment; one that is not is left out."""
    forms = await definitions.definitions_of(work, codes)
    types = await wallet.all_types(work)
    found: dict[str, ItemSaid] = {}
    for code, form in forms.items():
        item, process = catalog.find_item(code), await definitions.process_of(work, code)
        if item is not None and item.guide is not None:
            kind = types.get(process.cert_type) if process.cert_type else None
            claims = frozenset(claim.name for claim in kind.claims) | {"number"} if kind else frozenset[str]()
            found[code] = ItemSaid(process.title, item.department, form, item.guide.trips, process.cert_type, claims)
    return found


def parsed(row: Mapping[str, Any]) -> str | None:
    """Why a journey's or benefit's table cannot be read at all, or None."""
    try:
        convert(row, NewBenefit if "rule" in row else NewJourney)
    except msgspec.ValidationError as bad:
        return str(bad)
    return None
