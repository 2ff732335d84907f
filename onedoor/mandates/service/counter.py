"""窗口 For people without a phone: a clerk has seen the identity cards and the signed paper, keeps a scan of it, and it is in force; a card
is read, and what it names is looked up or ended."""

import asyncio
import datetime as dt

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.errors import NotMatched
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets, papers
from onedoor.kernel.i18n import say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports, Scan, Vault
from onedoor.kernel.text import phone
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate, NoSuchMandate
from onedoor.mandates.models import Ground, Kind, Mandate, MandateId, Paper, PaperId, Side, State, Terms, Via
from onedoor.mandates.policy import Wanted
from onedoor.orgs import service as orgs

from . import card, family
from .agreeing import ROOM, again, choice, confirmed, drawn, me, over, room

FIELDS = ("person.masked_name", "mandates")
TWICE = dt.timedelta(minutes=10)


class Said(Struct, frozen=True):
    """What a clerk typed: who it is about as the identity card says, who acts by the phone they are signed in with, and what was agreed."""

    name: str
    id_number: str
    agent_phone: str
    wanted: Wanted
    file_name: str
    file: bytes


async def write_down(begin: Begin, ports: Ports, said: Said) -> Mandate:
    """In force as soon as the clerk has written it down; nobody writes down their own."""
    async with begin() as work:
        who, terms, agent = await _checked(work, ports, said)
    paper = await _examined(work.locale, said)
    person = await _principal(begin, ports, who)
    sha256 = await asyncio.to_thread(ports.get(Vault).put, paper.content)
    async with begin(actor=room(work.actor)) as work:
        known, acts = await identity.person(work, person), await identity.person(work, agent)
        if len({person, agent, me(work)}) < 3 or known is None or acts is None:
            raise BadMandate(errors=[{"pointer": "/agent_phone", "detail": say(work.locale, "本人、代办人和经办的工作人员要是三个人")}])
        policy.may_serve(work.actor, orgs.path_or_root(known.district) if known.district else "")
        terms = family.narrowed(terms, known)
        await buckets.need(work.db, f"mandates paper {person.hex}", capacity=40, per_second=40 / 86400)  # two at once wait here
        if (same := await _same(work, person, agent, terms)) is not None:
            return same
        made = drawn(work, terms, person, agent, (known.name or who.name, acts.name or ""), Side.STAFF, Ground.PAPER)
        await store.add(work.db, made)
        kept = Paper(person, PaperId.new(), made.id, sha256, len(paper.content), paper.kind, paper.name, Scan.WAITING, work.now)
        await store.add_paper(work.db, kept)
        await enqueue(work.db, "mandates.scan", {"citizen": str(person), "mandate": str(made.id), "paper": str(kept.id)})
        await confirmed(work, made, Via.COUNTER, Ground.PAPER, work.actor.name)
        await identity.record_access(work, person, text("在窗口登记代办委托"), FIELDS, None)
        return await again(work, made)


async def _same(work: Work, person: PersonId, agent: PersonId, terms: Terms) -> Mandate | None:
    """What has just been written down from the same paper: a form sent twice is one mandate."""
    for one in await store.given(work.db, person, 100):
        agreed = Terms(one.kind, one.items, one.acts, one.hide, one.uses_left, one.from_on, one.until_on, one.types)
        just_now = one.state is State.ACTIVE and one.ground is Ground.PAPER and one.asked_at > work.now - TWICE
        if just_now and one.agent_ref == agent and agreed == terms:
            return one
    return None


async def _checked(work: Work, ports: Ports, said: Said) -> tuple[family.Named, Terms, PersonId]:
    """What was typed, and who acts; every fault at once."""
    await _often(work)
    errors: list[dict[str, str]] = []
    who, terms = None, None
    try:
        who = family.named(work, said.name, said.id_number)
    except BadMandate as bad:
        errors += bad.errors
    try:
        guardian = said.wanted.kind == Kind.GUARDIAN
        terms = family.by_paper(work, said.id_number, said.wanted.days) if guardian else policy.terms(work, said.wanted, await choice(work))
    except BadMandate as bad:
        errors += bad.errors
    tel = phone(said.agent_phone) if len(said.agent_phone) <= 40 else None
    agent = await identity.person_of_phone(work, tel) if tel else None
    known = await identity.person(work, agent) if agent else None
    if known is None or known.name is None or agent is None:
        errors.append({"pointer": "/agent_phone", "detail": say(work.locale, "代办人要先用自己的手机号登录并实名")})
    if not said.file:
        errors.append({"pointer": "/paper", "detail": say(work.locale, "请扫描或拍下签了字的委托书")})
    if errors or who is None or terms is None or agent is None:
        raise BadMandate(errors=errors)
    return who, terms, agent


async def _often(work: Work) -> None:
    """A counter looks people up one by one, as they stand there."""
    await buckets.need(work.db, f"mandates counter {me(work).hex}", capacity=60, per_second=60 / 3600)


async def _examined(locale: str, said: Said) -> papers.Paper:
    try:
        if len(said.file) > papers.MOST_BYTES:
            raise papers.Refused(papers.Why.LARGE)
        return await asyncio.to_thread(papers.examined, said.file_name, said.file)
    except papers.Refused as bad:
        detail = say(locale, "“{name}”不能用，请上传 20 MB 以内的 JPG、PNG 照片或 PDF", name=said.file_name[:80])
        raise BadMandate(errors=[{"pointer": "/paper", "detail": detail}]) from bad


async def _principal(begin: Begin, ports: Ports, who: family.Named) -> PersonId:
    """The account of this number; whoever has none is known to the register, and is kept without one."""
    secrets = ports.get(Secrets)
    async with begin(actor=ROOM) as work:
        account = await identity.person_of_id_number(work, secrets, who.id_number)
        known = await identity.person(work, account) if account else None
    if account is not None and known is not None:
        if known.name != who.name:
            raise NotMatched(errors=[{"pointer": "/name", "detail": say(work.locale, "姓名与身份证号核对不一致，请照身份证逐字核对")}])
        return account
    entry = await family.match(ports, who, work.locale)
    async with begin(actor=ROOM) as work:
        return (await identity.ward_of(work, secrets, entry, None)).citizen_id


def read(ports: Ports, typed: str) -> tuple[PersonId, MandateId]:
    """Whose mandate, and which, a card names."""
    return card.read(ports.get(Secrets), typed)


async def at_counter(work: Work, citizen: PersonId, mandate: MandateId) -> Mandate:
    """One mandate, as it stands now, before a clerk who serves the person's place. The person reads that it was looked at."""
    found, whose = await store.one(work.db, citizen, mandate), await identity.person(work, citizen)
    if found is None or whose is None:
        raise NoSuchMandate()
    policy.may_serve(work.actor, orgs.path_or_root(whose.district) if whose.district else "")
    await identity.record_access(work, citizen, text("在窗口核对代办委托"), FIELDS, None)
    return found


async def end(work: Work, citizen: PersonId, mandate: MandateId) -> Mandate:
    """The person stands there and wants it to end."""
    found = await at_counter(work, citizen, mandate)
    if me(work) == found.agent_ref:
        raise NoSuchMandate()
    await over(work, found, State.ENDED, Via.COUNTER)
    return await again(work, found)


async def given(begin: Begin, ports: Ports, name: str, id_number: str) -> list[Mandate]:
    """All that somebody who stands there has given, by the identity card; for ending one without its card."""
    async with begin() as work:
        await _often(work)
        who = family.named(work, name, id_number)
    person = await _principal(begin, ports, who)
    async with begin() as work:
        whose = await identity.person(work, person)
        policy.may_serve(work.actor, orgs.path_or_root(whose.district) if whose and whose.district else "")
        await identity.record_access(work, person, text("在窗口核对代办委托"), FIELDS, None)
        return await store.given(work.db, person, 50)
