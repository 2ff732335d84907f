"""取数 Planning what is asked: who may, of which register, about whom; written down for the person before the first byte leaves."""

import datetime as dt

from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.dictionary import Dictionary, Register
from onedoor.exchange.models import AskId, FieldState, Question, Said, Transport
from onedoor.exchange.records import Ask, Consent, Standing
from onedoor.exchange.store import asking as store
from onedoor.exchange.store import dictionary as dictionary_store
from onedoor.exchange.store import people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs

from .grouping import Group, grouped
from .known import dictionary
from .sending import Line, Outgoing, line
from .trusting import trusted

FINISH_AFTER = dt.timedelta(seconds=10)


async def ask(work: Work, ports: Ports, citizen: PersonId, question: Question) -> list[AskId]:
    """Ask every register that holds something of it, all at once, when this transaction has committed. What is known already, or was
    asked a moment ago, is not asked again."""
    known, wire = await dictionary(work), line(ports)
    await trusted(work)  # what a steward switched off is off with this request
    groups = [g for g in grouped(known, question, work.today) if _answers(wire, known.register_of(g.agreement.resource))]
    if not groups:
        return []
    keys = await _keys(work, citizen)
    if not keys:
        return []
    names = [g.agreement.id for g in groups]
    standing = {s.agreement: s for s in await store.standing(work.db, citizen, names, question.purpose, work.now)}
    agreed = await people.consents(work.db, citizen, work.now) if any(policy.needs_consent(g.agreement) for g in groups) else []
    due = [g for g in groups if needed(standing.get(g.agreement.id), g.elements, work.now, again=question.again)]
    planned = [await _planned(work, known, citizen, question, group, agreed, keys) for group in due]
    leaving = [out for out in planned if out is not None]
    if leaving:
        await _leaves(work, wire, citizen, leaving)
    return [out.ask for out in leaving]


def _answers(wire: Line, register: Register) -> bool:
    """One that is not connected, or that a steward has switched off, is no matter of permission: it is simply not there."""
    return register.state == "on" and wire.reaches(register)


async def _leaves(work: Work, wire: Line, citizen: PersonId, leaving: list[Outgoing]) -> None:
    asks = [str(out.ask) for out in leaving]
    await enqueue(work.db, "exchange.finish", {"citizen": str(citizen), "asks": asks}, run_at=work.now + FINISH_AFTER)
    work.db.after_commit.append(lambda: wire.send(leaving))


def needed(standing: Standing | None, elements: list[str], now: dt.datetime, *, again: bool) -> bool:
    """Whether a register is to be asked: not while an answer is good or on its way, not at once after it failed."""
    if standing is None:
        return True
    if standing.body is not None and set(elements) <= set(standing.answered or ()):
        return False
    if standing.state == "logged" and now <= standing.deadline_at:
        return False
    if standing.state == FieldState.HELD and standing.body is None:  # it was good until now
        return True
    if not set(elements) <= set(standing.elements):
        return True
    if standing.state == FieldState.NOT_HELD:
        return now - standing.at > policy.NOT_HELD_FOR
    return again or now - standing.at > policy.AGAIN_AFTER


async def _keys(work: Work, citizen: PersonId) -> dict[str, str]:
    """By what a register finds this person; nobody is looked for whose identity has not been proven."""
    person = await identity.person(work, citizen)
    return {"person.id_number": person.id_number} if person and person.id_number and person.name else {}


async def _planned(
    work: Work, known: Dictionary, citizen: PersonId, question: Question, group: Group, agreed: list[Consent], keys: dict[str, str]
) -> Outgoing | None:
    """The row of one ask and the line in the person's record; None when it must not be asked, which is on record as well."""
    agreement, consent, why = group.agreement, None, policy.miss(known, group.agreement, question, group.elements, work.today)
    if not why and policy.needs_consent(agreement):
        consent = policy.consent_for(agreed, agreement, question, group.elements, work.now)
        if consent is None:
            return None
    if not why and not await dictionary_store.spend(work.db, agreement.id, work.today, agreement.per_day):
        why = "per_day"
    resource = known.resources[agreement.resource]
    register = known.registers[resource.register]
    deadline = work.now + dt.timedelta(milliseconds=register.limits.timeout_ms + 300)
    row = Ask(
        citizen, AskId.new(), resource.code, group.elements, question.purpose, question.item, question.matter, agreement.id,
        consent.id if consent else None, question.asker, work.actor.id if isinstance(work.actor.id, PersonId) else None,
        question.actor_kind, "refused" if why else "logged", work.now, deadline, 0,
    )  # fmt: skip
    await store.add(work.db, row, why)
    await noted(work, citizen, question, register.title, group.elements, refused=bool(why))
    if why:
        return None
    if consent is not None and consent.mode == "once":
        await people.use_consent(work.db, citizen, consent.id, work.now)
    said = await said_of(work, row, question.title) if register.transport is Transport.CITY else None
    return Outgoing(citizen, row.id, register, resource, keys, question.matter, said)


async def said_of(work: Work, ask: Ask, title: Text) -> Said:
    """What another city is told of the question: which of its facts, who asks, for which service, in which matter. Never by whom here."""
    asker = await orgs.department_of(work, ask.asker_ref)
    reading = (await dictionary(work)).readings.get(ask.resource)
    theirs = {str(rule.get("to")): str(rule.get("from", "")).lstrip("/") for rule in reading.rules} if reading else {}
    matter = ask.matter or ask.id.uuid
    return Said(tuple(theirs.get(e) or e for e in ask.elements), ask.purpose, ask.item, title, asker.name if asker else Text(""), matter)


async def noted(work: Work, citizen: PersonId, question: Question, register: Text, elements: list[str], *, refused: bool) -> None:
    """The line that the person reads: which organisation, for which service, at which register. Never a value."""
    words = (
        text("想为“{item}”向{register}查询，没有授权，已拒绝", item=question.title, register=register) if refused
        else text("为办理“{item}”向{register}查询", item=question.title, register=register)
    )  # fmt: skip
    if question.abroad is not None:
        words = (
            text("想为“{item}”查您的信息，没有授权，已拒绝", item=question.title) if refused
            else text("为办理“{item}”查了您的信息，由{register}提供", item=question.title, register=register)
        )  # fmt: skip
    asker = Actor(org=question.asker, org_title=question.abroad.zh if question.abroad else "", system="exchange.ask")
    await identity.record_access(replace(work, actor=asker), citizen, words, tuple(elements), None)
