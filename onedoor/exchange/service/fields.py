"""What is known of somebody through registers: for each element one field, with its origin or with why it is empty."""

from typing import Any

from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.dictionary import Dictionary
from onedoor.exchange.dictionary import masked as as_masked
from onedoor.exchange.models import Field, FieldState, Grants, Question, Via
from onedoor.exchange.records import Consent, Standing
from onedoor.exchange.store import asking as store
from onedoor.exchange.store import people
from onedoor.exchange.vault import vault
from onedoor.identity.models import Fact, PersonId
from onedoor.kernel.work import Work
from onedoor.tracker import service as tracker

from .grouping import Group, grouped
from .known import connected, dictionary, remembered
from .presenting import shown
from .trusting import trusted

ENDED = {"late": FieldState.LATE, "down": FieldState.DOWN, "refused": FieldState.REFUSED, "wrong": FieldState.WRONG,
         "not_held": FieldState.NOT_HELD}  # fmt: skip


async def fields(work: Work, citizen: PersonId, question: Question) -> dict[str, Field]:
    """Exactly one field for each element asked. Only what may be asked now is shown, however it was had before."""
    known = await dictionary(work)
    found = {element: Field(element, FieldState.NONE) for element in question.elements}
    groups = [g for g in grouped(known, question, work.today) if known.register_of(g.agreement.resource).code in connected()]
    if groups:
        found |= await _told(work, known, citizen, question, groups)
    return found | await _shown(work, citizen, question, found)


async def _shown(work: Work, citizen: PersonId, question: Question, found: dict[str, Field]) -> dict[str, Field]:
    """What the person showed of what no register has told. For the form alone: nobody is told of it as if a register had said it."""
    open_still = tuple(e for e, f in found.items() if f.state is not FieldState.HELD)
    asked = (await trusted(work)).cities or any(found[e].state is not FieldState.NONE for e in open_still)
    if not open_still or not asked or question.purpose != "apply" or question.abroad is not None:
        return {}
    return await shown(work, citizen, replace(question, elements=open_still))


async def _told(work: Work, known: Dictionary, citizen: PersonId, question: Question, groups: list[Group]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    names = [g.agreement.id for g in groups]
    stands = await store.standing(work.db, citizen, names, list(question.elements), question.purpose, work.now)
    standing = {s.agreement: s for s in stands}
    asks_consent = any(policy.needs_consent(g.agreement) for g in groups)
    agreed = await people.consents(work.db, citizen, work.now) if asks_consent else []
    for group in groups:
        found |= _of_group(work, known, citizen, question, group, standing.get(group.agreement.id), agreed)
    if await tracker.challenges.in_doubt(work, citizen):  # not asked now; compared later, as with a register that is away
        bare = {e: f for e, f in found.items() if f.state is FieldState.NONE and not f.problem}
        found |= {e: replace(f, state=FieldState.DOWN, problem="doubt") for e, f in bare.items()}
    return found


def _of_group(
    work: Work, known: Dictionary, citizen: PersonId, question: Question, group: Group, standing: Standing | None, agreed: list[Consent]
) -> dict[str, Field]:
    register = known.register_of(group.agreement.resource)
    bare = {e: Field(e, FieldState.NONE, None, register.title, group.agreement.resource) for e in group.elements}
    why = policy.miss(known, group.agreement, question, group.elements, work.today)
    if why:
        return _all(bare, FieldState.DOWN if why == "register" else FieldState.NONE, why)
    if policy.needs_consent(group.agreement):
        ticked = policy.allowed(agreed, group.agreement, question, group.elements, work.now)
        withheld = {e: one for e, one in bare.items() if e not in ticked}
        return _all(withheld, FieldState.CONSENT, "") | _asked(work, citizen, {e: bare[e] for e in ticked}, standing)
    return _asked(work, citizen, bare, standing)


def _asked(work: Work, citizen: PersonId, bare: dict[str, Field], standing: Standing | None) -> dict[str, Field]:
    """What the newest ask has come to, and the newest answer."""
    if standing is None:
        return bare
    if standing.body is not None and standing.answer_of is not None:
        values = vault().unseal(standing.body, citizen, standing.answer_of)
        told_of = {*(standing.answered or []), *(standing.unmapped or [])}
        return {e: _held(one, standing, values) if e in told_of else one for e, one in bare.items()}
    if standing.state == "logged":
        pending = work.now <= standing.deadline_at
        return _all(bare, FieldState.PENDING if pending else FieldState.LATE, "")
    return _all(bare, ENDED.get(standing.state, FieldState.NONE), standing.problem)


def _all(bare: dict[str, Field], state: FieldState, problem: str) -> dict[str, Field]:
    return {e: Field(e, state, None, one.source, one.resource, problem=problem) for e, one in bare.items()}


def _held(bare: Field, standing: Standing, values: dict[str, Any]) -> Field:
    via = standing.via if standing.answer_of == standing.ask_id else Via.KEPT
    missing = FieldState.UNMAPPED if bare.element in (standing.unmapped or []) else FieldState.NOT_HELD
    state = FieldState.HELD if bare.element in values else missing
    return Field(
        bare.element, state, values.get(bare.element), bare.source, bare.resource, standing.as_of, standing.received_at, via,
        standing.answer_of,
    )  # fmt: skip


def told(found: dict[str, Field]) -> dict[str, Fact]:
    """The held ones as what a form fills in by itself."""
    return {e: Fact(f.value, f.source, f.as_of) for e, f in found.items() if f.state is FieldState.HELD}


async def standing(work: Work, question: Question) -> dict[str, str]:
    """Why each of these may not be asked for by whom, for what and where the question says; empty when it may."""
    known = await dictionary(work)
    found = dict.fromkeys(question.elements, "none")
    for group in grouped(known, question, work.today):
        why = policy.miss(known, group.agreement, question, group.elements, work.today)
        found |= dict.fromkeys(group.elements, why or ("consent" if policy.needs_consent(group.agreement) else ""))
    return found


def masked(work: Work, element: str, words: str) -> str:
    """What a register told, as this member of staff may read it; nothing of a fact that the dictionary does not know any more."""
    one = remembered().elements.get(element)
    return words if Grants.UNMASK in work.actor.grants else as_masked(one.mask, words) if one else ""
