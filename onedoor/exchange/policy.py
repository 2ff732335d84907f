"""May this be asked? Pure functions of what the city has agreed and of who asks."""

import datetime as dt
from collections.abc import Iterable

from onedoor.identity.models import PersonId
from onedoor.kernel.ids import Id
from onedoor.kernel.work import Actor

from .dictionary import Agreement, Dictionary, Ground, Resource, Sharing
from .errors import NoSuchCorrection, NoSuchDemand, OwnWitness
from .models import Grants, Question
from .records import Consent, Demand, Witnessed

AGAIN_AFTER = dt.timedelta(seconds=20)
NOT_HELD_FOR = dt.timedelta(hours=1)
MOST_YEARS = 3
MOST_BY_CLERK, CLERK_PER_SECOND = 30, 30 / 60
"""How often one clerk has registers asked: nobody tries people one after the other."""
HIGHEST = 4
"""敏感个人信息, as the dictionary grades it."""


def miss(known: Dictionary, agreement: Agreement, question: Question, elements: Iterable[str], today: dt.date) -> str:
    """Why these elements may not be asked by this agreement; empty when they may."""
    resource, register = known.resources.get(agreement.resource), None
    if resource is not None:
        register = known.registers[resource.register]
    if resource is None or register is None or register.state != "on":
        return "register"
    if not agreement.in_force(today):
        return "ended"
    if agreement.asker.uuid != question.asker.uuid:
        return "asker"
    if question.item not in agreement.items:
        return "item"
    if question.purpose not in agreement.purposes:
        return "purpose"
    asked = set(elements)
    return "" if asked <= set(agreement.elements) and asked <= set(resource.elements) else "element"


def consent_for(
    consents: Iterable[Consent], agreement: Agreement, question: Question, elements: Iterable[str], now: dt.datetime
) -> Consent | None:
    """The live consent of this person that covers these elements, this purpose and this matter."""
    asked = set(elements)
    for one in consents:
        fits = one.agreement == agreement.id and asked <= set(one.elements) and one.purpose == question.purpose
        if fits and one.live(now) and (one.mode == "until" or one.matter == question.matter):
            return one
    return None


def allowed(
    consents: Iterable[Consent], agreement: Agreement, question: Question, elements: list[str], now: dt.datetime
) -> list[str]:
    """Which of these elements may be asked for: as many as one live consent covers, of several the newest that covers most."""
    found: list[str] = []
    for one in consents:
        covered = [e for e in elements if e in one.elements]
        if len(covered) > len(found) and consent_for([one], agreement, question, covered, now) is not None:
            found = covered
    return found


def may_witness(citizen: PersonId, seen: Witnessed) -> None:
    """Who agrees and who was there are two people."""
    if seen.staff == citizen:
        raise OwnWitness()


def needs_consent(agreement: Agreement) -> bool:
    return agreement.ground is Ground.CONSENT


def speaks_for(actor: Actor, org: Id) -> None:
    """Corrections are answered by the department of the register, and by nobody else."""
    if actor.org is None or actor.org.uuid != org.uuid:
        raise NoSuchCorrection()


def returnable(known: Dictionary, resource: Resource) -> tuple[str, ...]:
    """What of a resource may be given back: what its city's file names, from a copy by files, and never what is of the highest sensitivity
    or is had by consent alone."""
    if resource.way != "file" or resource.sharing is Sharing.NONE:
        return ()
    asked = [a for a in known.agreements.values() if a.resource == resource.code and not a.scope]
    duty = {e for a in asked if not needs_consent(a) for e in a.elements}
    consent = {e for a in asked if needs_consent(a) for e in a.elements} - duty
    named = [*resource.keys, *resource.backflow]
    if any(e not in known.elements or known.elements[e].sensitivity >= HIGHEST for e in named):
        return ()
    return tuple(e for e in resource.backflow if e not in consent)


def own_areas(actor: Actor) -> list[str]:
    """The districts and streets this office is for, by their codes; nobody is one for the whole city."""
    return [path.rpartition(".")[2] for path in actor.districts if "." in path]


def receives(actor: Actor, demand: Demand) -> None:
    """The office that asked: this organisation in this very area. Not a neighbour, not the whole department, not a street of it."""
    own = actor.org is not None and actor.org.uuid == demand.org_id.uuid
    if not own or not demand.scope or demand.scope not in own_areas(actor) or Grants.BACKFLOW not in actor.grants:
        raise NoSuchDemand()


def stewards(actor: Actor) -> bool:
    return Grants.STEWARD in actor.grants


def sees_demand(actor: Actor, demand: Demand) -> None:
    """The data authority, the department that asks, and the one that is asked."""
    own = actor.org is not None and actor.org.uuid in (demand.org_id.uuid, demand.supplier.uuid)
    if not own and not stewards(actor):
        raise NoSuchDemand()
