"""单位经办人 Whoever legally represents a registered organisation gives services to its members; who leaves loses them."""

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate
from onedoor.mandates.models import Ground, Mandate, Side, State, Via
from onedoor.mandates.policy import Wanted
from onedoor.orgs.events import MemberLeft
from onedoor.orgs.events import State as Registered
from onedoor.orgs.models import Grants, Organisation, Staff
from onedoor.orgs.service import members, registering

from . import telling
from .agreeing import choice, drawn, me, mine, over


class Firm(Struct, frozen=True):
    """The organisation I represent, its other members, and what they hold."""

    org: Organisation
    members: list[Staff]
    given: list[Mandate]


async def firm(work: Work) -> Firm:
    """For the legal representative alone: the name proven here is the one the registration names."""
    org = await members.belongs_to(work)
    person = await mine(work)
    made = [one for one in await registering.mine(work) if org and one.org_ref == org.id and one.state is Registered.ACCEPTED]
    if org is None or not any(one.legal_name == person.name for one in made):
        raise Forbidden(say(work.locale, "只有机构的法定代表人可以在这里委托同事"), needs=str(Grants.MEMBERS))
    house = await members.house(work)
    given = [one for one in await store.given(work.db, me(work), 100) if one.org_ref == org.id]
    return Firm(org, [one for one in house.members if one.person != me(work)], given)


async def give(work: Work, member: PersonId | None, wanted: Wanted) -> Mandate:
    """Ask a member to act for the organisation; it is in force once the member has agreed."""
    known, own = await firm(work), await mine(work)
    found = next((one for one in known.members if one.person == member), None)
    faults = policy.service_faults(work.locale, wanted, await choice(work)) + policy.acts_faults(work.locale, wanted)
    if found is None:
        faults.insert(0, {"pointer": "/member", "detail": say(work.locale, "请选择机构的一位成员")})
    if faults or found is None:
        raise BadMandate(errors=faults)
    terms = policy.terms(work, wanted, await choice(work))
    made = drawn(work, terms, own.citizen_id, found.person, (own.name or "", found.name), Side.PRINCIPAL, Ground.SIGN_IN)
    made = replace(made, org_ref=known.org.id)
    await store.add(work.db, made)
    await telling.offered(work, made)
    return made


async def left(work: Work, event: MemberLeft) -> None:
    """Whoever is no longer a member acts no longer, and has nobody acting."""
    for one in await store.of_member(work.db, event.org, event.person):
        await over(work, one, State.ENDED, Via.LEFT)
