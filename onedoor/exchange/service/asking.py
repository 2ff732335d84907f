"""取数 Planning what is asked: who may, of which register, about whom; written down for the person before the first byte leaves."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.dictionary import Dictionary, Register
from onedoor.exchange.models import AskId, FieldState, Question, Said, Transport
from onedoor.exchange.records import Ask, Consent, Standing
from onedoor.exchange.store import asking as store
from onedoor.exchange.store import dictionary as dictionary_store
from onedoor.exchange.store import people
from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.together import together
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.tracker import service as tracker

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
    if await tracker.challenges.in_doubt(work, citizen):
        return []  # a register may take this person for somebody else: nothing more is asked until that is cleared up
    groups = [g for g in grouped(known, question, work.today) if _answers(wire, known.register_of(g.agreement.resource))]
    if not groups:
        return []
    names = [g.agreement.id for g in groups]
    wanted = list(question.elements)
    keys, stands = await together(
        work, lambda w: _keys(w, citizen), lambda w: store.standing(w.db, citizen, names, wanted, question.purpose, work.now)
    )
    if not keys:
        return []
    standing = {s.agreement: s for s in stands}
    agreed = await people.consents(work.db, citizen, work.now) if any(policy.needs_consent(g.agreement) for g in groups) else []
    groups = [_ticked(work, known, question, g, agreed) for g in groups]
    due = [g for g in groups if needed(standing.get(g.agreement.id), g.elements, work.now, again=question.again)]
    plans = [plan for g in due if (plan := _judged(work, known, question, g, agreed)) is not None]
    asks = [(plan, _row(work, known, citizen, question, plan)) for plan in await _counted(work, plans)]
    if asks and question.actor_kind == "clerk" and work.actor.id is not None:  # not the job that asks again later
        await buckets.need(
            work.db, f"exchange clerk {work.actor.id.hex}", capacity=policy.MOST_BY_CLERK, per_second=policy.CLERK_PER_SECOND
        )
    if asks:
        await store.add(work.db, [(row, plan.why) for plan, row in asks])
    written = [await _written(work, known, question, plan, row, keys) for plan, row in asks]
    leaving = [out for out in written if out is not None]
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


class Plan(Struct, frozen=True):
    """One ask that may leave, or why it must not, which is on record as well."""

    group: Group
    consent: Consent | None
    why: str


def _ticked(work: Work, known: Dictionary, question: Question, group: Group, agreed: list[Consent]) -> Group:
    """What the person has allowed of it; the whole where nothing was, or where that is not what is in the way."""
    if not policy.needs_consent(group.agreement) or policy.miss(known, group.agreement, question, group.elements, work.today):
        return group
    return Group(group.agreement, policy.allowed(agreed, group.agreement, question, group.elements, work.now) or group.elements)


def _judged(work: Work, known: Dictionary, question: Question, group: Group, agreed: list[Consent]) -> Plan | None:
    """None where the person has not agreed."""
    agreement = group.agreement
    if why := policy.miss(known, agreement, question, group.elements, work.today):
        return Plan(group, None, why)
    if not policy.needs_consent(agreement):
        return Plan(group, None, "")
    consent = policy.consent_for(agreed, agreement, question, group.elements, work.now)
    return Plan(group, consent, "") if consent is not None else None


async def _counted(work: Work, plans: list[Plan]) -> list[Plan]:
    """Each ask counts for its agreement's day; those whose day is spent must not leave."""
    asked = {plan.group.agreement.id: plan.group.agreement.per_day for plan in plans if not plan.why}
    spent = await dictionary_store.spend(work.db, asked, work.today) if asked else set[str]()
    return [plan if plan.why or plan.group.agreement.id in spent else replace(plan, why="per_day") for plan in plans]


def _row(work: Work, known: Dictionary, citizen: PersonId, question: Question, plan: Plan) -> Ask:
    agreement = plan.group.agreement
    limits = known.register_of(agreement.resource).limits
    return Ask(
        citizen, AskId.new(), agreement.resource, plan.group.elements, question.purpose, question.item, question.matter, agreement.id,
        plan.consent.id if plan.consent else None, question.asker, work.actor.id if isinstance(work.actor.id, PersonId) else None,
        question.actor_kind, "refused" if plan.why else "logged", work.now,
        work.now + dt.timedelta(milliseconds=limits.timeout_ms + 300), 0,
    )  # fmt: skip


async def _written(work: Work, known: Dictionary, question: Question, plan: Plan, row: Ask, keys: dict[str, str]) -> Outgoing | None:
    """What comes of an ask that is on record: it is told to the person, and leaves if it may."""
    register, consent = known.register_of(row.resource), plan.consent
    await noted(work, row.citizen_id, question, register.title, row.elements, refused=bool(plan.why))
    if plan.why:
        return None
    if consent is not None and consent.mode == "once":
        await people.use_consent(work.db, row.citizen_id, consent.id, work.now)
    said = await said_of(work, row, question.title) if register.transport is Transport.CITY else None
    return Outgoing(row.citizen_id, row.id, register, known.resources[row.resource], keys, question.matter, said)


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
    if question.reason and not refused:
        why = Text(question.reason, question.reason)
        words = text("为核验“{item}”向{register}查询，理由：{why}", item=question.title, register=register, why=why)
    if question.actor_kind == "clerk" and work.actor.org is not None:  # not the job that asks again later
        asker = work.actor
    case, action = question.case or None, Action.REFUSED if refused and question.case else Action.READ
    await identity.record_access(replace(work, actor=asker), citizen, words, tuple(elements), case, action=action)
