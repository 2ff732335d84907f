"""Who holds a pass: oneself, and those for whom one may show it."""

import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.work import Begin, Work
from onedoor.passes.errors import NoSuchPerson, NotDeclared
from onedoor.passes.models import Scheme, Standing
from onedoor.passes.records import MandateState
from onedoor.passes.store import people as store

from . import dependants, visiting
from .declaring import subject
from .known import known

GROWN = 18


class Bearer(Struct, frozen=True):
    """One pass of one person; `minor` is a child, or somebody for whom another one shows it."""

    scheme: Scheme
    standing: Standing
    name: str
    minor: bool

    @property
    def key(self) -> str:
        """Which pass this is, in addresses and forms."""
        return f"{self.scheme.code}/{self.standing.citizen_id}"


async def _named(work: Work, scheme: Scheme, standing: Standing) -> Bearer:
    for_other = work.actor.on_behalf_of is not None
    if for_other and (found := await store.subject(work.db, standing.citizen_id)):
        return Bearer(scheme, standing, found.name, True)
    person = await identity.person(work, standing.citizen_id)
    young = person is not None and person.birth_on is not None and _age(person.birth_on, work.today) < GROWN
    return Bearer(scheme, standing, (person.name if person else "") or say(work.locale, "本人"), young or for_other)


def _age(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def name_of(work: Work, scheme: Scheme) -> str:
    return pick(work.locale, scheme.name)


@asynccontextmanager
async def standing_for(begin: Begin, person: str) -> AsyncGenerator[Work]:
    """A transaction as oneself, or in the place of a person for whom one has a confirmed mandate."""
    async with begin() as work:
        if not person or person == str(work.actor.id):
            yield work
            return
        try:
            actor = await dependants.standing_in(work, PersonId.parse(person))
        except ValueError:
            raise NoSuchPerson() from None
    async with begin(actor=actor) as work:
        yield work


async def bearer(work: Work, scheme: Scheme) -> Bearer:
    """The pass of whoever this request acts for; NotDeclared before the first declaration."""
    held = await store.standing(work.db, subject(work), scheme.code)
    standing = held or next(iter(await visiting.standings(work, subject(work), [scheme])), None)
    if standing is None:
        raise NotDeclared()
    return await _named(work, scheme, standing)


async def _own(work: Work) -> list[Bearer]:
    schemes = {one.code: one for one in (await known(work)).by_code.values() if one.holds(work.today)}
    held = await store.standings(work.db, subject(work))
    own = {one.scheme for one in held}
    guests = await visiting.standings(work, subject(work), [one for code, one in schemes.items() if code not in own])
    return [await _named(work, schemes[one.scheme], one) for one in (*held, *guests) if one.scheme in schemes]


async def bearers(begin: Begin) -> list[Bearer]:
    """Every pass that holds today: the own ones, then those of the family."""
    async with begin() as work:
        found = await _own(work)
        family = [one.person_ref for one in await dependants.mine(work) if one.state is MandateState.CONFIRMED]
        actors = [await dependants.standing_in(work, person) for person in family]
    for actor in actors:
        async with begin(actor=actor) as work:
            found += await _own(work)
    return found
