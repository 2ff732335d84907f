"""可享待遇: what the city offers me, and my answer. Taking it is one tap and a case like any other; silence is no answer."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from onedoor.cases.models import Case
from onedoor.cases.service import bundling, checking, checklist, definitions, drafts
from onedoor.cases.service.bundling import Part
from onedoor.identity import service as identity
from onedoor.journeys import policy
from onedoor.journeys.errors import NoLongerOffered, NoSuchProposal
from onedoor.journeys.events import Taken
from onedoor.journeys.models import Benefit, Proposal, ProposalId, ProposalState
from onedoor.journeys.store import offers as store
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import Work
from onedoor.wallet import service as wallet

from .finding import known_of
from .known import benefit

PAGE = 20


class Offer(Struct, frozen=True):
    """An offer as its person sees it: why, what for, and what would be handed in."""

    proposal: Proposal
    benefit: Benefit | None
    form: Any
    facts: Mapping[str, Any]
    answers: dict[str, Any]

    @property
    def open(self) -> bool:
        return self.proposal.state is ProposalState.OPEN and self.benefit is not None and self.form is not None


async def mine(work: Work, after: ProposalId | None = None, limit: int = PAGE) -> tuple[list[Proposal], ProposalId | None]:
    """My offers, newest first, and where the next page begins."""
    citizen = drafts.me(work)
    last = await store.shown(work.db, citizen, after) if after else None
    found = await store.mine(work.db, citizen, last.found_on if last else None, after if last else None, limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def show(work: Work, proposal: ProposalId) -> Offer:
    """One of my offers."""
    found = await store.shown(work.db, drafts.me(work), proposal)
    if found is None:
        raise NoSuchProposal(proposal=str(proposal))
    return await _offer(work, found)


async def _offer(work: Work, found: Proposal) -> Offer:
    rule = await benefit(work, found.benefit)
    form = await definitions.open_form(work, rule.item) if rule else None
    facts = await identity.facts(work, found.citizen_id)
    elements = {name: fact.value for name, fact in facts.items()}
    said = {name: await _said(work, found, value) for name, value in rule.answers.items()} if rule else {}
    answers = {**form.suggested(elements), **said} if form and rule else {}
    return Offer(found, rule, form, facts, answers)


async def _said(work: Work, found: Proposal, value: Any) -> Any:
    """An answer as the benefit's file has it, or as the person's certificate says it."""
    if not isinstance(value, dict):
        return value
    cert = await wallet.holds(work, found.citizen_id, str(value["cert"]))
    return None if cert is None else cert.number if value["claim"] == "number" else cert.claims.get(str(value["claim"]))


async def take(work: Work, proposal: ProposalId, given: Mapping[str, Any]) -> Case:
    """领取: the case is made at once. Tapped twice it is one; what it rests on is looked at again before."""
    citizen = drafts.me(work)
    policy.may_press(work.actor, f"/me/benefits/{proposal}")
    found = await store.locked(work.db, citizen, proposal)
    if found is None:
        raise NoSuchProposal(proposal=str(proposal))
    if found.case_ref is not None:
        return (await bundling.some(work, [found.case_ref]))[found.case_ref]
    offer = await _offer(work, found)
    if not offer.open or offer.benefit is None:
        raise NoLongerOffered(proposal=str(proposal), state=str(found.state))
    elements = await known_of(work, citizen, set(offer.benefit.elements))
    if not checking.condition_holds(offer.benefit.rule, {}, elements) or await bundling.applied(work, citizen, offer.benefit.item):
        raise NoLongerOffered(proposal=str(proposal), state=str(found.state))
    asked = checklist.only(work, offer.form, offer.benefit.ask, given)
    part = Part(offer.benefit.item, {**offer.answers, **asked}, {}, proposal.uuid, "entitled", found.href, found.title)
    case = await bundling.hand_in(work, part)
    await store.settle(work.db, citizen, proposal, ProposalState.TAKEN, case.id, work.now)
    await publish(work.db, Taken(citizen, found.benefit, offer.benefit.item))
    identity.touch(work, citizen)
    return case


async def decline(work: Work, proposal: ProposalId) -> None:
    """不要: said once, not asked again for as long as the benefit's file says. Saying it twice is no fault."""
    citizen = drafts.me(work)
    found = await store.locked(work.db, citizen, proposal)
    if found is None:
        raise NoSuchProposal(proposal=str(proposal))
    if found.state in (ProposalState.TAKEN, ProposalState.OVER):
        raise NoLongerOffered(proposal=str(proposal), state=str(found.state))
    await store.settle(work.db, citizen, proposal, ProposalState.DECLINED, None, work.now)
    identity.touch(work, citizen)


async def glance(work: Work) -> list[store.Glance]:
    """Open offers and runs for the first page, in one statement."""
    return await store.glance(work.db, drafts.me(work)) if work.actor.signed_in else []
