"""供需对接 What a department would like to ask another: drafted, checked by the data authority, asked of the supplier, granted or refused
with a reason, disputed and ruled. Silence goes up to the authority; it never grants."""

import datetime as dt
import re

from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.clocks import clocks
from onedoor.exchange.dictionary import Agreement, Dictionary, Ground, Resource, Sharing
from onedoor.exchange.errors import NoSuchDemand, NoSuchResource, NotNow
from onedoor.exchange.models import Grants
from onedoor.exchange.records import Demand, DemandId, DemandState, Happened, StepId
from onedoor.exchange.store import demands as store
from onedoor.exchange.store import dictionary as dictionary_store
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import Id
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.memory import changed
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

from . import alerting
from .known import dictionary, memory

MOST, PER_DAY = 200, 5000


async def draft(
    work: Work, resource: str, elements: list[str], items: list[str], purpose: str, basis: str, words: str, ground: str = "duty", *,
    scope: str = "", every: str = "", wrong: tuple[dict[str, str], ...] = (),
) -> Demand:  # fmt: skip
    """A new demand of the own department, to be checked by the authority within the city's days. With a scope, of rows for that area;
    `wrong` is what was found of it before."""
    known, own = await dictionary(work), _own(work)
    found = known.resources.get(resource)
    if found is None:
        raise NoSuchResource()
    if ground not in tuple(Ground):
        wrong = (*wrong, {"pointer": "/ground", "detail": say(work.locale, "请选择一项")})
    if errors := [*wrong, *_unfit(work, known, found, elements, items, purpose, basis, scope)]:
        raise Invalid(errors=errors)
    made = Demand(
        own, DemandId.new(), resource, elements, purpose, items, Ground(ground), basis, words, known.register_of(resource).org_ref,
        DemandState.DRAFTED, work.calendar.after(work.today, clocks().check), False, "", "", "", work.now, work.now,
        scope, every,
    )  # fmt: skip
    await store.add(work.db, made)
    await happened(work, made, "drafted", words)
    return made


def _unfit(
    work: Work, known: Dictionary, wanted: Resource, elements: list[str], items: list[str], purpose: str, basis: str, scope: str
) -> list[dict[str, str]]:  # fmt: skip
    errors: list[dict[str, str]] = []
    if not elements or not set(elements) <= set(policy.returnable(known, wanted) if scope else wanted.elements):
        errors.append({"pointer": "/elements", "detail": say(work.locale, "请选择要用的数据项")})
    if (not scope and not items) or not all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", item) for item in items):
        errors.append({"pointer": "/services", "detail": say(work.locale, "请选择用在哪些事项")})
    if purpose not in known.purposes:
        errors.append({"pointer": "/purpose", "detail": say(work.locale, "请选择用途")})
    if not basis.strip():
        errors.append({"pointer": "/basis", "detail": say(work.locale, "请写明依据的法律条文")})
    if wanted.sharing is Sharing.NONE:
        errors.append({"pointer": "/resource", "detail": say(work.locale, "这项数据依法不予共享")})
    return errors


async def listed(work: Work) -> list[Demand]:
    """All of them for the data authority; for a department those it made and those made of it."""
    everybody = [d.id for d in await orgs.departments(work)]
    return await store.of_askers(work.db, everybody, None if policy.stewards(work.actor) else _own(work), MOST)


async def seen(work: Work, org: Id, which: DemandId) -> tuple[Demand, list[Happened]]:
    found = await _locked(work, org, which)
    return found, await store.history(work.db, found.org_id, which)


async def check(work: Work, org: Id, which: DemandId, well: bool, note: str) -> Demand:
    """The authority: is it lawful and clear? Then the supplier is asked; what is open to all is granted at once."""
    found = await _at(work, org, which, DemandState.DRAFTED)
    _authority(work)
    known = await dictionary(work)
    resource = known.resources.get(found.resource)
    if resource is None:
        raise NoSuchResource()
    if not well:
        return await _to(work, found, DemandState.REFUSED, "refused", note, reason=_needed(work, note))
    if resource.sharing is Sharing.OPEN and not found.scope:
        return await _granted(work, found, "granted", note)
    shared = any(a.resource == found.resource for a in known.agreements.values())
    days = clocks().answer_shared if shared else clocks().answer
    return await _to(work, found, DemandState.ASKED, "asked", note, due=work.calendar.after(work.today, days))


async def answer(work: Work, org: Id, which: DemandId, grant: bool, note: str) -> Demand:
    """The supplier: yes, or no with the law."""
    found = await _at(work, org, which, DemandState.ASKED)
    if work.actor.org is None or work.actor.org.uuid != found.supplier.uuid:
        raise Forbidden()
    if grant:
        return await _granted(work, found, "granted", note)
    return await _to(work, found, DemandState.REFUSED, "refused", note, reason=_needed(work, note))


async def prolong(work: Work, org: Id, which: DemandId, note: str) -> Demand:
    """The supplier needs longer: once, by the city's days."""
    found = await _at(work, org, which, DemandState.ASKED)
    if work.actor.org is None or work.actor.org.uuid != found.supplier.uuid:
        raise Forbidden()
    if found.prolonged or found.due_on is None:
        raise NotNow()
    due = work.calendar.after(found.due_on, clocks().prolong)
    return await _to(work, replace(found, prolonged=True), DemandState.ASKED, "prolonged", _needed(work, note), due=due)


async def dispute(work: Work, org: Id, which: DemandId, words: str) -> Demand:
    """The one that asked does not agree with the refusal; the authority rules."""
    found = await _at(work, org, which, DemandState.REFUSED)
    if work.actor.org is None or work.actor.org.uuid != found.org_id.uuid:
        raise Forbidden()
    due = work.calendar.after(work.today, clocks().rule)
    return await _to(work, found, DemandState.DISPUTED, "disputed", _needed(work, words), due=due)


async def rule(work: Work, org: Id, which: DemandId, grant: bool, words: str) -> Demand:
    """The authority's word, which ends it."""
    found = await _at(work, org, which, DemandState.DISPUTED)
    _authority(work)
    ruling = _needed(work, words)
    if grant:
        return await _granted(work, replace(found, ruling=ruling), "ruled", words)
    return await _to(work, replace(found, ruling=ruling), DemandState.RULED, "ruled", words)


async def stop(work: Work, org: Id, which: DemandId, note: str) -> Demand:
    """The supplier gives nothing back any more, with the next request; the authority may end it as every agreement."""
    found = await _at(work, org, which, DemandState.GRANTED)
    if work.actor.org is None or work.actor.org.uuid != found.supplier.uuid:
        raise Forbidden()
    if not found.scope:
        raise NotNow()
    await dictionary_store.end_agreement(work.db, found.agreement, work.now, _who(work), _needed(work, note)[:300])
    await changed(work.db, memory.name)
    await happened(work, found, "stopped", note)
    return found


async def escalate(work: Work) -> int:
    """Past its day: written down, told to the authority, who sees it on top. The clock begins anew, so that it is told once a period."""
    late = 0
    for read in await store.overdue(work.db, work.today, MOST):
        one = await store.locked(work.db, read.org_id, read.id)
        if one is None or (one.state, one.due_on) != (read.state, read.due_on):
            continue  # somebody has acted since it was read
        late += 1
        await store.save(work.db, replace(one, due_on=work.calendar.after(work.today, clocks().escalate), changed_at=work.now))
        await happened(work, one, "overdue", "")
        await alerting.overdue(work, one)
    return late


async def _granted(work: Work, demand: Demand, kind: str, note: str) -> Demand:
    """An agreement of a year; it works with the next request."""
    agreement = Agreement(
        f"d-{demand.id.hex}", demand.org_id, demand.resource, tuple(demand.elements), (demand.purpose,), tuple(demand.items), demand.ground,
        demand.basis, PER_DAY, work.today, work.today + dt.timedelta(days=365), "granted", demand.scope, demand.every,
    )  # fmt: skip
    await dictionary_store.add_agreement(work.db, agreement, _who(work))
    await changed(work.db, memory.name)
    if agreement.scope:
        await enqueue(work.db, "exchange.give_back", {"agreement": agreement.id}, key=agreement.id, queue="bulk")
    return await _to(work, replace(demand, agreement=agreement.id), DemandState.GRANTED, kind, note)


async def _to(
    work: Work, demand: Demand, state: DemandState, kind: str, note: str, *, due: dt.date | None = None, reason: str = ""
) -> Demand:  # fmt: skip
    moved = replace(demand, state=state, due_on=due, reason=reason or demand.reason, changed_at=work.now)
    await store.save(work.db, moved)
    await happened(work, moved, kind, note)
    return moved


async def happened(work: Work, demand: Demand, kind: str, note: str) -> None:
    """One more line of what became of it, by whoever does it."""
    name = work.actor.name or work.actor.system
    await store.happened(work.db, Happened(demand.org_id, StepId.new(), demand.id, kind, _who(work), name[:60], work.now, note[:1000]))


async def _at(work: Work, org: Id, which: DemandId, state: DemandState) -> Demand:
    found = await _locked(work, org, which)
    if found.state is not state:
        raise NotNow(state=str(found.state))
    return found


async def _locked(work: Work, org: Id, which: DemandId) -> Demand:
    found = await store.locked(work.db, OrgId(org.uuid), which)
    if found is None:
        raise NoSuchDemand()
    policy.sees_demand(work.actor, found)
    return found


def _authority(work: Work) -> None:
    if Grants.STEWARD not in work.actor.grants:
        raise Forbidden(needs=str(Grants.STEWARD))


def _needed(work: Work, words: str) -> str:
    if not words.strip():
        raise Invalid(errors=[{"pointer": "/note", "detail": say(work.locale, "请写明理由和依据")}])
    return words


def _own(work: Work) -> OrgId:
    if work.actor.org is None:
        raise Forbidden()
    return OrgId(work.actor.org.uuid)


def _who(work: Work) -> PersonId | None:
    return work.actor.id if isinstance(work.actor.id, PersonId) else None
