"""商定 Asked by one side, confirmed by the other; ended by either, at once.

Two people's rows meet here: which mandate somebody holds stands with the person who gave it. The edges therefore open the work of these
verbs as the `room`: still the person, and able to read what concerns both; each verb first sees which side the person is.
"""

import hmac
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from onedoor.catalog import service as catalog
from onedoor.catalog.models import Online
from onedoor.identity import service as identity
from onedoor.identity.models import Assurance, Person, PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets, crypto
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import TooMany, Unauthorized
from onedoor.kernel.text import fold, phone
from onedoor.kernel.work import Actor, Work, system
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate, NoSuchMandate, NotAnswerable, TooManyAsked, WrongMandateCode
from onedoor.mandates.events import MandateBegan, MandateOver
from onedoor.mandates.models import Ground, Kind, Mandate, MandateId, Side, State, Terms, Use, UseId, Via
from onedoor.mandates.policy import Choice, Wanted
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet
from onedoor.wallet.models import HeldBy

from . import telling

ROOM = system("mandates")
"""For what happens by itself."""
MOST, PAGE = 100, 20


def room(actor: Actor) -> Actor:
    """The same person inside of this room."""
    return replace(actor, system="mandates", on_behalf_of=None, behalf=None)


class Other(NamedTuple):
    """The other side, as typed."""

    phone: str
    name: str


def me(work: Work) -> PersonId:
    """Who gives and holds: always the person who is signed in, never whom they stand in for."""
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id


_applicants: list[Callable[[str], tuple[bool, bool]]] = []


def applied_for_by(told: Callable[[str], tuple[bool, bool]]) -> None:
    """The room above that keeps processes says whether people apply for a service, and whether organisations do."""
    _applicants[:] = [told]


def offered(*, firm: bool = False) -> list[str]:
    """Which services others can be asked to do: what is applied for online here, by people or by organisations."""
    codes = [
        item.code for category in catalog.categories() for item in catalog.in_category(category.code)
        if item.online is Online.ONLINE and not item.site
    ]  # fmt: skip
    return [code for code in codes if all(told(code)[firm] for told in _applicants)]


async def choice(work: Work) -> Choice:
    """The same, with the kinds of certificates that people have."""
    return Choice(offered(), [kind.code for kind in (await wallet.all_types(work)).values() if kind.held_by is not HeldBy.FIRM])


async def ask(work: Work, side: Side, other: Other, wanted: Wanted) -> Mandate:
    """Ask to act for somebody (as agent), or ask somebody to act for oneself (as principal). The answer is the same whether the other
    phone is known or not."""
    own, terms = await mine(work), policy.terms(work, wanted, await choice(work))
    if faults := other_faults(work, other):
        raise BadMandate(errors=faults)
    try:
        await buckets.need(work.db, f"mandates {own.citizen_id.hex}", capacity=20, per_second=20 / 86400)
    except TooMany as often:
        raise TooManyAsked(retry_after=often.extra.get("retry_after", 3600)) from often
    theirs = await identity.account_of(work, _phone(work, other))
    if theirs == own.citizen_id:
        raise BadMandate(errors=[{"pointer": "/phone", "detail": say(work.locale, "这是您自己的手机号")}])
    for_me, called, name = side is Side.PRINCIPAL, own.name or "", _name(work, other)
    agent, principal = (theirs, own.citizen_id) if for_me else (own.citizen_id, theirs)
    if not for_me:
        await _may_hold(work, agent, principal, terms.kind)
    made = drawn(work, terms, principal, agent, (called, name) if for_me else (name, called), side, Ground.SIGN_IN)
    await store.add(work.db, made)
    await (telling.offered if for_me else telling.asked)(work, made)
    if not for_me:
        await enqueue(work.db, "mandates.code", {"citizen": str(principal), "mandate": str(made.id)}, queue="sms")
    return made


def drawn(
    work: Work, terms: Terms, principal: PersonId, agent: PersonId, names: tuple[str, str], by: Side, ground: Ground
) -> Mandate:
    """A mandate that still waits for the other side."""
    return Mandate(
        principal, MandateId.new(), agent, names[0], names[1], terms.kind, terms.items, terms.acts, terms.hide, terms.uses_left,
        terms.from_on, terms.until_on, ground, State.ASKED, by, None, "", None, None, work.now, work.now, terms.types,
    )  # fmt: skip


async def mine(work: Work) -> Person:
    """Whoever gives or takes a mandate, by a proven name."""
    policy.must_be_proven(work.actor)
    found = await identity.person(work, me(work))
    if found is None or found.assurance < Assurance.REAL_NAME:
        raise Unauthorized()
    return found


def _phone(work: Work, other: Other) -> str:
    tel = phone(other.phone) if len(other.phone) <= 40 else None
    if tel is None:
        raise BadMandate(errors=[{"pointer": "/phone", "detail": say(work.locale, "请填写 11 位手机号")}])
    return tel


def _name(work: Work, other: Other) -> str:
    name = identity.person_name(other.name)
    if name is None:
        raise BadMandate(errors=[{"pointer": "/name", "detail": say(work.locale, "请填写对方的姓名")}])
    return name


def other_faults(work: Work, other: Other) -> list[dict[str, str]]:
    """What is wrong with how the other side was named; every fault at once."""
    found: list[dict[str, str]] = []
    for check in (_phone, _name):
        try:
            check(work, other)
        except BadMandate as bad:
            found += bad.errors
    return found


async def _may_hold(work: Work, agent: PersonId, principal: PersonId, kind: Kind) -> None:
    """Whether the agent may act for this one as well."""
    post = orgs.staff_of(agent)
    policy.may_hold(work, kind, await store.principals(work.db, agent, principal), posted=post is not None and post.role is None)


async def answer(work: Work, mandate: MandateId, *, agree: bool) -> Mandate:
    """The side that was asked says yes or no."""
    made = await _locked(work, mandate)
    mine_is = await side(work, made)
    policy.may_confirm(mine_is, made, work.today)
    if agree:
        await confirmed(work, made, Via.PAGE, Ground.SIGN_IN, (await mine(work)).name or "")
    else:
        await store.end(work.db, made, State.DECLINED, Via.PAGE, work.now)
        await telling.declined(work, made, made.agent_ref if mine_is is Side.PRINCIPAL else made.citizen_id)
    return await again(work, made)


async def confirmed(work: Work, made: Mandate, via: Via, ground: Ground, by: str) -> None:
    """In force from now on, under the names that registers know."""
    await _may_hold(work, made.agent_ref, made.citizen_id, made.kind)
    principal, agent = await identity.person(work, made.citizen_id), await identity.person(work, made.agent_ref)
    principal_name = (principal.name if principal else "") or made.principal_name
    agent_name = (agent.name if agent else "") or made.agent_name
    if not await store.confirm(work.db, made, via, ground, by[:60], principal_name, agent_name, work.now):
        raise NotAnswerable(state=str(made.state))
    made = await again(work, made)
    await publish(work.db, MandateBegan(made.citizen_id, made.id, made.agent_ref))
    await telling.began(work, made)


async def told(work: Work, secrets: Secrets, mandate: MandateId, typed: str) -> Mandate | None:
    """The agent gives back the code that the principal read out on the call. None when it is wrong: a wrong try must stay counted, so
    the edge refuses it once that is committed."""
    await mine(work)
    given = fold(typed[:40]).replace(" ", "").replace("-", "")
    made = await _locked(work, mandate)
    if await side(work, made) is not Side.AGENT or made.asked_by is not Side.AGENT:
        raise NoSuchMandate()
    policy.must_wait(made, work.today)
    tried = await store.try_code(work.db, made.citizen_id, made.id)
    fresh = tried is not None and tried.tries <= policy.CODE_TRIES and work.now - made.asked_at <= policy.CODE_LIFE
    if not (fresh and hmac.compare_digest(code_of(secrets, made).encode(), given.encode())):
        return None
    await confirmed(work, made, Via.CODE, Ground.VOICE, made.principal_name)
    return await again(work, made)


def wrong_code(locale: str) -> WrongMandateCode:
    """What the edge says to a wrong code."""
    return WrongMandateCode(errors=[{"pointer": "/code", "detail": say(locale, "确认码不正确或已失效，请再核对")}])


def code_of(secrets: Secrets, made: Mandate) -> str:
    """Eight digits that only this house can make, unlike those for signing in; they are stored nowhere."""
    mac = crypto.keyed(secrets.key("mandate-code"), made.citizen_id.hex, made.id.hex)
    return f"{int.from_bytes(mac[:8]) % 100_000_000:08d}"


async def end(work: Work, mandate: MandateId) -> Mandate:
    """Either side ends it, or takes back what it has asked. Repeating it changes nothing."""
    made = await _locked(work, mandate)
    await over(work, made, State.ENDED, Via.PAGE)
    return await again(work, made)


async def over(work: Work, made: Mandate, state: State, via: Via) -> bool:
    """Not in force any more, from the next request of any device on; False when it was over before."""
    if not await store.end(work.db, made, state, via, work.now):
        return False
    if made.state is State.ACTIVE:
        await publish(work.db, MandateOver(made.citizen_id, made.id, made.agent_ref))
        await telling.ended(work, made, state, via)
    return True


async def side(work: Work, made: Mandate) -> Side:
    """Which of the two I am. For an organisation speaks whoever represents it by law today."""
    if made.kind is Kind.COMPANY_STAFF and me(work) not in (made.agent_ref, made.citizen_id) and await speaks(work, made.citizen_id):
        return Side.PRINCIPAL
    return policy.side_of(me(work), made)


async def speaks(work: Work, firm: PersonId) -> bool:
    """Whether I represent this organisation."""
    known = await store.by_law(work.db, firm, MOST)
    return any(one.kind is Kind.LEGAL and one.agent_ref == me(work) and one.holds(work.today) for one in known)


async def again(work: Work, made: Mandate) -> Mandate:
    """As it stands now."""
    return await store.one(work.db, made.citizen_id, made.id) or made


async def one(work: Work, mandate: MandateId) -> Mandate:
    """A mandate that I have given or hold; found by its id alone, for one of its two people."""
    found = await store.anybodys(work.db, mandate)
    if found is None:
        raise NoSuchMandate()
    await side(work, found)
    return found


async def _locked(work: Work, mandate: MandateId) -> Mandate:
    found = await one(work, mandate)
    return await store.locked(work.db, found.citizen_id, found.id) or found


async def given(work: Work) -> list[Mandate]:
    """By me, those that live first."""
    return await store.given(work.db, me(work), MOST)


async def held(work: Work) -> list[Mandate]:
    """By me, those that live first."""
    return await store.held(work.db, me(work), policy.MOST_OF_A_GRID_WORKER + MOST)


async def uses(work: Work, made: Mandate, before: UseId | None) -> tuple[list[Use], UseId | None]:
    """What was done under it, the latest first; both sides see the same."""
    found = await store.uses(work.db, made.citizen_id, made.id, before, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def still_listed(work: Work, hashes: set[str]) -> set[str]:
    """Which of these contents a mandate rests on."""
    return {blob.sha256 for blob in await store.still_listed(work.db, sorted(hashes))} if hashes else set()
