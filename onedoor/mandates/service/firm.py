"""单位 An organisation acts through people: whoever represents it by law, as the register of companies says, and its members, to whom that
one gives services and certificates; who leaves loses them. The organisation itself is somebody without an account, known by its code."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.errors import RegisterAway
from onedoor.identity.models import Firm, PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate
from onedoor.mandates.models import Act, Company, Ground, Kind, Mandate, Side, State, Terms, Via
from onedoor.mandates.policy import Choice, Wanted
from onedoor.mandates.ports import CompanyRegister
from onedoor.orgs.events import MemberLeft
from onedoor.orgs.events import State as Registered
from onedoor.orgs.models import Grants, Organisation, Staff
from onedoor.orgs.service import members, registering
from onedoor.wallet import service as wallet
from onedoor.wallet.models import HeldBy

from . import telling
from .agreeing import again, confirmed, drawn, me, mine, offered, over, room, speaks

MOST_FIRMS = 20


class House(Struct, frozen=True):
    """The organisation I represent, by which name, its other members, and what they hold."""

    org: Organisation
    legal_name: str
    members: list[Staff]
    given: list[Mandate]


async def represented(begin: Begin, ports: Ports) -> list[Mandate]:
    """All organisations that I represent by law, without typing a code."""
    async with begin() as work:
        own = await mine(work)
        await buckets.need(work.db, f"mandates firms {me(work).hex}", capacity=5, per_second=5 / 86400)
    try:
        known = await ports.get(CompanyRegister).represented(own.id_number or "")
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    async with begin(actor=room(work.actor)) as work:
        return [await _represent(work, ports.get(Secrets), _firm(one), Ground.REGISTER) for one in known[:MOST_FIRMS]]


def _firm(one: Company) -> Firm:
    return Firm(one.uscc, one.name, one.legal_name, one.address, one.scope, one.founded_on)


async def _represent(work: Work, secrets: Secrets, firm: Firm, ground: Ground) -> Mandate:
    """I act for it in everything, for a year; asking again gives the same mandate."""
    own, which = await mine(work), await identity.firm_of(work, secrets, firm)
    for known in [one for one in await store.by_law(work.db, which, 100) if one.kind is Kind.LEGAL and one.holds(work.today)]:
        if known.agent_ref == own.citizen_id:
            return known
        if ground is Ground.REGISTER and known.ground is Ground.PAPER:  # the register knows better than papers
            await over(work, known, State.ENDED, Via.REGISTER)
    until = work.today + dt.timedelta(days=policy.LONGEST)
    terms = Terms(Kind.LEGAL, [], list(Act), [], None, work.today, until)
    made = drawn(work, terms, which, own.citizen_id, (firm.name, own.name or ""), Side.AGENT, ground)
    await store.add(work.db, made)
    await confirmed(work, made, Via.REGISTER, ground, "")
    return await again(work, made)


async def stands(ports: Ports, made: Mandate, agent: str, uscc: str) -> bool:
    """Whether the register of companies still names this one. OSError when it does not answer."""
    found = await ports.get(CompanyRegister).company(uscc)
    return found is not None and found.legal_id_number == agent


async def choice(work: Work) -> Choice:
    """What can be given to members: services for organisations, and the kinds of certificates that organisations have."""
    types = (await wallet.all_types(work)).values()
    kinds = [kind.code for kind in types if kind.held_by is not HeldBy.PERSON]
    return Choice(offered(firm=True), kinds, (Kind.COMPANY_STAFF,))


async def house(work: Work, secrets: Secrets) -> House:
    """For the legal representative alone: the name proven here is the one the registration names."""
    org = await members.belongs_to(work)
    person = await mine(work)
    made = [one for one in await registering.mine(work) if org and one.org_ref == org.id and one.state is Registered.ACCEPTED]
    stated = next((one.legal_name for one in made if one.legal_name == person.name), "")
    if org is None or not stated:
        raise Forbidden(say(work.locale, "只有机构的法定代表人可以在这里委托同事"), needs=str(Grants.MEMBERS))
    inside = await members.house(work)
    known = await identity.known_firm(work, secrets, org.uscc)
    given = [one for one in await store.given(work.db, known, 100) if one.kind is Kind.COMPANY_STAFF] if known else []
    return House(org, stated, [one for one in inside.members if one.person != me(work)], given)


async def give(work: Work, secrets: Secrets, member: PersonId | None, wanted: Wanted) -> Mandate:
    """Ask a member to act for the organisation; it is in force once the member has agreed."""
    known, own, offer = await house(work, secrets), await mine(work), await choice(work)
    found = next((one for one in known.members if one.person == member), None)
    faults = policy.service_faults(work.locale, wanted, offer) + policy.acts_faults(work.locale, wanted, offer.kinds)
    if found is None:
        faults.insert(0, {"pointer": "/member", "detail": say(work.locale, "请选择机构的一位成员")})
    if faults or found is None:
        raise BadMandate(errors=faults)
    firm = await _whose(work, secrets, known)
    names = (known.org.name, found.name)
    made = drawn(work, policy.terms(work, wanted, offer), firm, found.person, names, Side.PRINCIPAL, Ground.SIGN_IN)
    made = replace(made, org_ref=known.org.id)
    await store.add(work.db, made)
    await telling.offered(work, replace(made, principal_name=own.name or known.org.name))
    return made


async def _whose(work: Work, secrets: Secrets, known: House) -> PersonId:
    """The organisation for which I speak today: by the register of companies, or where that was never asked, as its papers say."""
    firm = await identity.known_firm(work, secrets, known.org.uscc)
    before = [one for one in await store.by_law(work.db, firm, 100) if one.kind is Kind.LEGAL] if firm else []
    if firm and await speaks(work, firm):
        return firm
    whose = await identity.person(work, firm) if firm else None
    stated = (whose.firm if whose else None) or Firm(known.org.uscc, known.org.name, known.legal_name)
    others = [one for one in before if one.ground is Ground.REGISTER or one.agent_ref != me(work)]
    if others or stated.legal_name != known.legal_name:
        raise Forbidden(say(work.locale, "请先在“替单位办”里查一次您是法定代表人的单位"), needs=str(Grants.MEMBERS))
    return (await _represent(work, secrets, stated, Ground.PAPER)).citizen_id


async def left(work: Work, event: MemberLeft) -> None:
    """Whoever is no longer a member acts no longer, and has nobody acting."""
    for one in await store.of_member(work.db, event.org, event.person):
        await over(work, one, State.ENDED, Via.LEFT)
