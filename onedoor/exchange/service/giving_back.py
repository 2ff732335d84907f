"""数据回流 The job: rows of people of one area, drawn from the copy that stands; each person reads it before anybody has the rows.

What is drawn is sealed in one transaction, then the records of its people are written so many at a time, beside how far that has come: a
job that dies goes on where it was.
"""

import asyncio
import datetime as dt

import msgspec
from msgspec import Struct

from onedoor.exchange import policy, rows_given
from onedoor.exchange.dictionary import Agreement, Dictionary, Register, Resource
from onedoor.exchange.models import Grants, State
from onedoor.exchange.records import Backflow, BackflowId, BackflowState, Demand, DemandId, SealedRow
from onedoor.exchange.rows_given import Table
from onedoor.exchange.store import backflow as store
from onedoor.exchange.store import copies
from onedoor.exchange.store import demands as demand_store
from onedoor.exchange.vault import vault
from onedoor.identity import service as identity
from onedoor.identity.models import Action
from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.orgs import service as orgs

from . import keeping
from .demanding import happened
from .known import dictionary

BATCH, AT_ONCE, MOST = 500, 2_000, 200
KEPT = dt.timedelta(days=14)
JOB = "exchange.give_back"


class Drawn(Struct):
    """Rows as they are found, until the copy has been read to its end."""

    keys: list[str] = []
    rows: list[list[str]] = []
    unplaced: int = 0


def period_of(agreement: Agreement, today: dt.date) -> str:
    return f"{today:%Y-%m}" if agreement.every == "monthly" else "once"


async def hindrance(work: Work, agreement: Agreement | None) -> str:
    """Why nothing can be given back now; empty when it can."""
    known, _ = await dictionary(work), await orgs.snapshot(work.db)
    if agreement is None or not agreement.in_force(work.today):
        return "ended"
    resource = known.resources.get(agreement.resource)
    if resource is None or not set(agreement.elements) <= set(policy.returnable(known, resource)):
        return "resource"
    register, path = known.register_of(resource.code), path_of(agreement.scope)
    if register.state != "on":
        return "register"
    if not path or not any(path in one.districts for one in orgs.clerks_of(agreement.asker, Grants.BACKFLOW)):
        return "area"
    return "" if await copies.live(work.db, register.org_ref, resource.code) else "file"


async def prepare(begin: Begin, ports: Ports, which: str) -> None:
    """What is due by one agreement, once for each period; a second run goes on, or changes nothing."""
    async with begin(actor=system(JOB)) as work:
        known = await dictionary(work)
        agreement = known.agreements.get(which)
        if agreement is None or not agreement.scope or await hindrance(work, agreement):
            return
        demand, period = await _demand(work, agreement), period_of(agreement, work.today)
        before = await store.of_demand(work.db, demand.org_id, demand.id, MOST) if demand else []
        path = path_of(agreement.scope)
    if demand is None:
        return
    made = next((one for one in before if one.period == period), None)
    if made is None:
        made = await _drawn(begin, known, agreement, demand, period, path)
    if made is not None and made.state is BackflowState.NOTING:
        await _note(begin, ports, agreement, demand, made)


async def _demand(work: Work, agreement: Agreement) -> Demand | None:
    return await demand_store.one(work.db, agreement.asker, DemandId.parse(f"demand_{agreement.id[2:]}"))


async def _drawn(
    begin: Begin, known: Dictionary, agreement: Agreement, demand: Demand, period: str, path: str
) -> Backflow | None:  # fmt: skip
    """Read to its end and sealed; none when another file came to stand meanwhile, which is read the next time."""
    resource, register = known.resources[agreement.resource], known.register_of(agreement.resource)
    found, after, paths = Drawn(), b"", {one.code: one.path for one in orgs.districts()}
    async with begin(actor=system(JOB)) as work:
        stood = await copies.live(work.db, register.org_ref, resource.code)
    while True:
        async with begin(actor=system(JOB)) as work:
            part = await store.copies(work.db, register.org_ref, resource.code, after, AT_ONCE)
        if not part:
            break
        await asyncio.to_thread(_read, known, register, resource, agreement, (path, paths), part, found)
        after = part[-1].key_hash
    async with begin(actor=system(JOB), seconds=60) as work:
        if stood is None or await copies.live(work.db, register.org_ref, resource.code) != stood:
            return None
        as_of = next(one.as_of for one in await copies.drops(work.db, register.org_ref, resource.code) if one.sha256 == stood)
        return await _sealed(work, known, agreement, demand, period, found, as_of)


def _read(
    known: Dictionary, register: Register, resource: Resource, agreement: Agreement, where: tuple[str, dict[str, str]],
    part: list[SealedRow], found: Drawn,
) -> None:  # fmt: skip
    """In a thread: rows are opened, placed and read as every other answer of this register."""
    column = register.settings["operations"][resource.operation].get("place", "")
    mapping, (scope, paths) = keeping.mapping_of(known.readings[resource.code]), where
    for sealed in part:
        tree = vault().unseal_copy(sealed.key_hash, sealed.body)
        here = rows_given.within(scope, rows_given.place_of(tree.get("row", {}).get(column), paths))
        if here is None:
            found.unplaced += 1
        if not here:
            continue
        said, (key, *_) = mapping.apply(tree["row"]), tree["keys"].values()
        held = {e: got.value for e, got in said.items() if got.state is State.HELD and keeping.fits(known, e, got.value)}
        found.keys.append(key)
        found.rows.append([key, *(rows_given.plain(held.get(e)) for e in agreement.elements)])


async def _sealed(
    work: Work, known: Dictionary, agreement: Agreement, demand: Demand, period: str, found: Drawn, as_of: dt.date
) -> Backflow | None:  # fmt: skip
    """One row for this period, whoever of two runs is first. The same rows as the last time are said to be so, and not given again."""
    head = [known.elements[e].title.zh for e in (*known.resources[agreement.resource].keys, *agreement.elements)]
    pairs = sorted(zip(found.keys, found.rows, strict=True))
    table = Table([key for key, _ in pairs], head, [row for _, row in pairs])
    digest, before = rows_given.sha256(table), await store.of_demand(work.db, demand.org_id, demand.id, 1)
    state = BackflowState.EMPTY if not pairs else BackflowState.NOTING
    if before and before[0].sha256 == digest and before[0].state is not BackflowState.NOTING:
        state = BackflowState.SAME
    made = Backflow(
        demand.org_id, BackflowId.new(), demand.id, agreement.id, agreement.resource, agreement.scope, period, state, len(pairs),
        found.unplaced, 0, digest, as_of, work.now, state is BackflowState.NOTING,
    )  # fmt: skip
    body = vault().seal(to_builtins(table), made.org_id, made.id) if made.kept else None
    if not await store.add(work.db, made, body):
        return None
    if state is not BackflowState.NOTING:
        await happened(work, demand, str(state), "")
    return made


async def _note(begin: Begin, ports: Ports, agreement: Agreement, demand: Demand, made: Backflow) -> None:
    """A line for each person in the rows, then they may be fetched."""
    async with begin(actor=system(JOB)) as work:
        table = await opened(work, made)
        supplier, words = await orgs.department_of(work, demand.supplier), await _words(work, agreement, demand)
        resource = (await dictionary(work)).resources[agreement.resource]
    by = Actor(system=JOB, org=demand.supplier, org_title=supplier.name.zh if supplier else "")
    fields, ready = (*resource.keys, *agreement.elements), table is None
    while not ready and table is not None:
        async with begin(actor=system(JOB)) as work:
            held = await store.locked(work.db, made.org_id, made.id)
            if held is None or held.state is not BackflowState.NOTING:
                return
            whom = await identity.holders_of_id_numbers(work, ports.get(Secrets), table.keys[held.told : held.told + BATCH])
            await identity.record_accesses(work, whom, words, fields, by=by, action=Action.SEND, basis=agreement.basis)
            told = min(held.told + BATCH, len(table.keys))
            ready = told == len(table.keys)
            await store.told(work.db, made.org_id, made.id, told, BackflowState.READY if ready else BackflowState.NOTING)
            if ready:
                await happened(work, demand, "ready", "")


async def opened(work: Work, made: Backflow) -> Table | None:
    """The rows; none when they are deleted."""
    body = await store.body(work.db, made.org_id, made.id)
    tree = vault().unseal(body, made.org_id, made.id) if body else {}
    return msgspec.convert(tree, Table) if tree else None


async def _words(work: Work, agreement: Agreement, demand: Demand) -> Text:
    """As the person reads it."""
    known, asker = await dictionary(work), await orgs.department_of(work, demand.org_id)
    facts = [known.elements[e].title for e in agreement.elements if e in known.elements]
    purpose = known.purposes.get(demand.purpose)
    return text(
        "把您的{facts}给了{area}（{office}），用于：{purpose}",
        facts=Text("、".join(f.zh for f in facts), ", ".join(f.en or f.zh for f in facts)), area=area_title(agreement.scope),
        office=asker.short if asker else Text(""), purpose=purpose.title if purpose else Text(demand.purpose),
    )  # fmt: skip


def area_title(scope: str) -> Text:
    """What an area is called; its code, when the city has it no more."""
    return next((one.name for one in orgs.districts() if one.code == scope), Text(scope))


def path_of(scope: str) -> str:
    """Where an area lies today; empty when the city has it no more."""
    return next((one.path for one in orgs.districts() if one.code == scope), "")


async def nightly(work: Work) -> None:
    """What is due is prepared; what was kept long enough, or whose agreement has ended, is deleted."""
    flows = [one for one in (await dictionary(work)).agreements.values() if one.scope]
    for one in flows:
        if one.in_force(work.today):
            await enqueue(work.db, JOB, {"agreement": one.id}, key=one.id, queue="bulk")
    await store.forget(work.db, work.now - KEPT, [one.id for one in flows if not one.in_force(work.today)])
