"""免申即享: at night, who is entitled by what the city knows already is found and offered it. The rules, what they read and the duty for
which it is read are published; whoever is found reads it in their own access record."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from onedoor.cases.service import bundling, checking, definitions
from onedoor.catalog import service as catalog
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.journeys.models import Benefit, Proposal, ProposalId, ProposalState
from onedoor.journeys.store import offers as store
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet

from .known import benefits

BATCH = 200
CERT = "cert."


class Batch(Struct, frozen=True):
    """What one stretch of the search came to, and where the next one begins."""

    found: int
    after: PersonId | None


async def find(begin: Begin, after: PersonId | None) -> Batch:
    """Look through the next people, by id; each found one is told in the same transaction."""
    async with begin(actor=system("journeys.find"), seconds=50) as work:
        people = await identity.proven(work, after, BATCH)
        rules = await benefits(work)
        away = await _away(work, rules)
        found = sum([await _look(work, citizen, rules, away) for citizen in people])
    return Batch(found, people[-1] if len(people) == BATCH else None)


async def _away(work: Work, rules: list[Benefit]) -> set[str]:
    """Items that nobody can be handed at the moment: one tap would lead nowhere."""
    closed = await catalog.closures(work)
    return {one.item for one in rules if one.item in closed or await definitions.open_form(work, one.item) is None}


async def _look(work: Work, citizen: PersonId, rules: list[Benefit], away: set[str]) -> int:
    elements = await known_of(work, citizen, {name for one in rules for name in one.elements})
    said = {one.benefit: one for one in await store.last_words(work.db, citizen)}
    found, known = 0, {one.code for one in rules}
    for last in said.values():
        if last.state == ProposalState.OPEN and last.benefit not in known:
            await _over(work, citizen, last)
    for one in rules:
        last = said.get(one.code)
        entitled = checking.condition_holds(one.rule, {}, elements) and not await bundling.applied(work, citizen, one.item)
        if last is not None and last.state == ProposalState.OPEN:
            if not entitled:
                await _over(work, citizen, last)
        elif entitled and one.item not in away and not _answered(work, one, last):
            await _offer(work, citizen, one, elements)
            found += 1
    return found


async def _over(work: Work, citizen: PersonId, last: store.Said) -> None:
    """Its ground has gone; the first page shows it no more."""
    await store.settle(work.db, citizen, last.id, ProposalState.OVER, None, work.now)
    identity.touch(work, citizen)


def _answered(work: Work, one: Benefit, last: store.Said | None) -> bool:
    """Whoever took it has it; whoever said no is not asked again for a while."""
    if last is None or last.state == ProposalState.OVER:
        return False
    return last.state == ProposalState.TAKEN or last.changed_at > work.now - timedelta(days=one.pause_days)


async def known_of(work: Work, citizen: PersonId, wanted: set[str]) -> dict[str, Any]:
    """Those elements of a person that rules look at: facts of registers, and certificates that are good today."""
    elements: dict[str, Any] = {n: f.value for n, f in (await identity.facts(work, citizen)).items() if n in wanted}
    for kind in sorted({name.split(".")[1] for name in wanted if name.startswith(CERT)}):
        cert = await wallet.holds(work, citizen, kind)
        if cert is not None:
            elements |= {f"{CERT}{kind}": "yes"} | {f"{CERT}{kind}.{claim}": value for claim, value in cert.claims.items()}
    return elements


def seen_of(one: Benefit, elements: Mapping[str, Any]) -> dict[str, Any]:
    """What the rule looked at, for the person to read."""
    return {name: elements[name] for name in one.elements if name in elements}


async def _offer(work: Work, citizen: PersonId, one: Benefit, elements: Mapping[str, Any]) -> None:
    proposal = Proposal(
        citizen, ProposalId.new(), one.code, one.version, one.name, ProposalState.OPEN, work.today, seen_of(one, elements), None, work.now
    )
    if not await store.add(work.db, proposal):
        return
    office = await orgs.department(work, one.department)
    purpose = text("查找能享受“{name}”的人（{office}，{ground}）", name=one.name, office=office.short, ground=one.ground)
    await identity.record_access(work, citizen, purpose, tuple(one.elements), None)
    title, body = text("您可以享受：{name}", name=one.name), text("{gives}。不用申请，点一下就办；不要也可以。", gives=one.gives)
    await notify.send(work, citizen, title, body, proposal.href, "journeys.offer", sms=True)
