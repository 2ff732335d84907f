"""流调: an order that two people stand behind, an itinerary, contacts without names, and names one by one, each written down.

Nothing of a place's visitors can be looked up without an order, and what one order found is shown under that order alone.
"""

import datetime as dt
import uuid

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import text
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId, covers
from onedoor.passes import policy
from onedoor.passes.errors import NoSuchOrder, NoSuchSubject, OrderNotGood, OrderNotYours
from onedoor.passes.models import Grants, PlaceId
from onedoor.passes.store import people
from onedoor.passes.store import tracing as store
from onedoor.passes.store import tracing_between as between
from onedoor.passes.tracing import (
    CLOSE,
    LIFETIME,
    MOST_CONTACTS,
    MOST_OPENED,
    REACH,
    TOLD_WITHIN,
    Asked,
    Check,
    Contact,
    Gap,
    LogLine,
    Order,
    OrderId,
    OrderState,
    Stay,
    pieces,
    stays,
    with_gaps,
)

from . import auditing
from .known import scheme

MOST_ORDERS = 50
MOST_LINES = 200


async def ask(work: Work, secrets: Secrets, asked: Asked) -> Order:
    """Ask for an order. What is missing is named field by field; nothing is looked up yet."""
    found = await scheme(work, asked.scheme)
    policy.proper_order(work.locale, asked, found.tracing_days, work.now)
    citizen = await identity.person_of_id_number(work, secrets, asked.id_number)
    person = await identity.person(work, citizen) if citizen else None
    standing = await people.standing(work.db, citizen, found.code) if citizen else None
    if citizen is None or person is None or standing is None:
        raise NoSuchSubject()
    path = orgs.path_or_root(standing.division)
    if not covers(work.actor.districts, path):
        raise NoSuchSubject()
    assert isinstance(work.actor.id, PersonId)
    assert work.actor.org is not None
    order = Order(
        OrderId.new(), found.code, asked.case_no, asked.disease, asked.basis, asked.purpose, citizen, person.name or "", path,
        asked.from_at, asked.to_at, work.actor.id, work.actor.name, OrgId(work.actor.org.uuid), work.now, None, None, None, None,
        asked.delay_reason or None, OrderState.ASKED, None, None,
    )  # fmt: skip
    await store.put(work.db, order)
    await auditing.write(
        work, order.id, "ask", case=order.case_no, basis=order.basis, purpose=order.purpose, subject=str(citizen), **_window(order)
    )
    return order


def _window(order: Order) -> dict[str, str]:
    return {"from": order.from_at.isoformat(), "to": order.to_at.isoformat()}


async def order_of(work: Work, which: OrderId) -> Order:
    """An order about somebody of this actor's part of the city; any other does not exist for them."""
    return _visible(work, await store.order(work.db, which))


async def _locked(work: Work, which: OrderId) -> Order:
    return _visible(work, await store.locked(work.db, which))


def _visible(work: Work, found: Order | None) -> Order:
    if found is None or work.actor.outside or not covers(work.actor.districts, found.path):
        raise NoSuchOrder()
    return found


async def orders(work: Work) -> list[Order]:
    """The latest of this actor's part of the city."""
    return await store.latest(work.db, list(work.actor.districts), MOST_ORDERS)


async def approve(work: Work, which: OrderId) -> Order:
    """The second person agrees: not the one who asked, and of the same part of the city or one around it."""
    found = await _locked(work, which)
    policy.may_approve(work.actor, found)
    assert isinstance(work.actor.id, PersonId)
    await store.approve(work.db, which, work.actor.id, work.actor.name, work.now, work.now + LIFETIME)
    await auditing.write(work, which, "approve", until=(work.now + LIFETIME).isoformat())
    return await order_of(work, which)


async def refuse(work: Work, which: OrderId, why: str) -> None:
    """The second person does not agree, or the first takes it back."""
    found = await _locked(work, which)
    if found.state is not OrderState.ASKED:
        raise OrderNotGood()
    await store.end(work.db, which, OrderState.REFUSED.value, work.now)
    await auditing.write(work, which, "refuse", why=why[:200])


async def close(work: Work, which: OrderId) -> None:
    """Nothing more is looked up; those concerned are told from now on."""
    found = await _locked(work, which)
    if found.state is not OrderState.APPROVED:
        raise OrderNotGood()
    await store.end(work.db, which, OrderState.CLOSED.value, work.now)
    await auditing.write(work, which, "close")


async def good(work: Work, which: OrderId) -> Order:
    """An order under which this actor may look something up now."""
    found = await order_of(work, which)
    if not found.good(work.now):
        raise OrderNotGood()
    if found.asked_by != work.actor.id:
        raise OrderNotYours()
    return found


async def _stays(work: Work, order: Order) -> tuple[int, int, list[Stay], dict[PlaceId, store.Where]]:
    """The subject's place in the list, where the person was, and the places."""
    standing = await people.standing(work.db, order.subject_ref, order.scheme)
    if standing is None:
        raise NoSuchSubject()
    checks = await store.checks(work.db, standing.shard, standing.row_no, order.from_at, order.to_at)
    known = {one.id: one for one in await store.places(work.db, [c.org_id for c in checks], [c.place_id for c in checks])}
    found = stays(checks, {place: one.dwell_minutes for place, one in known.items()})
    return standing.shard, standing.row_no, found, known


async def whereabouts(work: Work, which: OrderId) -> tuple[Order, list[Stay], dict[PlaceId, store.Where]]:
    """A good order, where its subject was, and these places."""
    order = await good(work, which)
    _, _, found, known = await _stays(work, order)
    return order, found, known


async def itinerary(work: Work, which: OrderId) -> tuple[Order, list[Stay | Gap], dict[PlaceId, store.Where]]:
    """Where the subject was, here and as other regions told it, in time order, with what is not known marked."""
    order, found, known = await whereabouts(work, which)
    there = [(_there(one), one) for one in await between.visits(work.db, order.subject_ref, order.scheme, order.from_at, order.to_at)]
    elsewhere = stays([Check(one.at, order.asked_org, place.id, one.direction) for place, one in there], {})
    known |= {place.id: place for place, _ in there}
    found = sorted([*found, *elsewhere], key=lambda stay: (stay.begins, stay.ends))
    await auditing.write(work, which, "itinerary", stays=len(found))
    return order, with_gaps(found), known


def _there(one: between.Elsewhere) -> store.Where:
    """A place of another region, by the name that its node gave: this house knows no more of it."""
    name, host = f"{one.node} {one.division} {one.place}", one.node.partition("://")[2]
    return store.Where(
        PlaceId(uuid.uuid5(uuid.NAMESPACE_URL, name)), {"zh": f"{one.place}（{host}）", "en": f"{one.place} ({host})"}, "", "", 60, True
    )


async def find_contacts(work: Work, which: OrderId) -> list[Contact]:
    """Stage A: who was there too, by place in the list alone, the longest together first."""
    order = await good(work, which)
    shard, row, found, known = await _stays(work, order)
    cut = pieces(found)
    there = [known[stay.place_id] for stay in cut]
    dwells = [dt.timedelta(minutes=one.dwell_minutes) for one in there]
    close = [CLOSE.get(one.class_, 60) * 60 if one.indoor else None for one in there]
    kept = await store.find_contacts(work.db, which, cut, dwells, close, max([REACH, *dwells]), MOST_CONTACTS, shard, row)
    await auditing.write(work, which, "contacts", people=kept)
    return await store.contacts(work.db, which, MOST_CONTACTS)


async def contacts(work: Work, which: OrderId) -> list[Contact]:
    """All that has been found under this order: each of them is told of it, so none is left out of the list."""
    await order_of(work, which)
    return await store.contacts(work.db, which, MOST_CONTACTS)


async def open_names(work: Work, which: OrderId, ticked: list[str]) -> int:
    """Stage B: names of those ticked, fifty at a time; each is written down by itself."""
    await good(work, which)
    wanted = policy.pseudonyms(work.locale, ticked, MOST_OPENED)
    assert isinstance(work.actor.id, PersonId)
    await store.open_names(work.db, which, [s for s, _ in wanted], [r for _, r in wanted], work.actor.id, work.now)
    held = {(one.shard, one.row_no) for one in await store.whose(work.db, which)}
    for shard, row in wanted:
        if (shard, row) in held:
            await auditing.write(work, which, "open", contact=f"{shard}-{row}")
    return len(held & set(wanted))


async def names(work: Work, which: OrderId) -> dict[str, tuple[str, str]]:
    """Name and telephone number of each opened contact, by pseudonym; nobody's once the order is over."""
    order = await order_of(work, which)
    if order.asked_by != work.actor.id or not order.good(work.now):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for one in await store.whose(work.db, which):
        person = await identity.person(work, one.citizen_ref)
        found[f"{one.shard}-{one.row_no}"] = (person.name or "", person.phone) if person else ("", "")
    return found


async def log_of(work: Work, which: OrderId) -> list[LogLine]:
    """What has been done under an order, the latest first."""
    await order_of(work, which)
    return await store.lines_of(work.db, which, MOST_LINES)


def refused() -> Forbidden:
    """For whoever neither asks for orders nor agrees to them."""
    return Forbidden(needs=Grants.TRACE.value)


async def end_expired(work: Work) -> int:
    """Orders close by themselves; an unanswered one is refused by its age."""
    ended = await store.end_expired(work.db, work.now, work.now - LIFETIME)
    for one in ended:
        await auditing.write(work, one.id, "expire")
    return len(ended)


async def tell(work: Work) -> int:
    """Everybody concerned reads in their own record that they were traced, by whom, for what: after the delay, then always."""
    told = 0
    for order in await store.untold(work.db, work.now, work.now - TOLD_WITHIN):
        by = Actor(id=order.asked_by, name=order.asked_name, org=order.asked_org)
        found = await store.concerned(work.db, order.id)
        said = {"case": order.case_no, "purpose": order.purpose}
        if order.told_at is None:
            words, fields = text("流行病学调查（{case}）查看了您的行程，用于：{purpose}", **said), ("itinerary",)
            if order.approved_at is None:  # nothing was looked up but whose name it is
                words, fields = text("流行病学调查（{case}）申请查看您的行程，没有批准，用于：{purpose}", **said), ("person.name",)
            await identity.record_accesses(work, [order.subject_ref], words, fields, by=by, case=order.case_no)
        words = text("流行病学调查（{case}）查找了和您同在一处的人，其中有您，用于：{purpose}", **said)
        opened = {one.citizen_ref for one in await store.whose(work.db, order.id)}
        whom = [one.citizen_ref for one in found]
        await identity.record_accesses(work, [one for one in whom if one not in opened], words, ("itinerary",), by=by, case=order.case_no)
        named = ("itinerary", "person.name", "person.phone")
        await identity.record_accesses(work, [one for one in whom if one in opened], words, named, by=by, case=order.case_no)
        await store.told(work.db, order.id, work.now)
        await auditing.write(work, order.id, "tell", people=len(found) + (order.told_at is None))
        told += len(found)
    return told
