"""Who holds a pass: oneself, and those for whom one may show it."""

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Work
from onedoor.passes.errors import NotDeclared
from onedoor.passes.models import Scheme, Standing
from onedoor.passes.store import people as store

from .declaring import subject
from .known import known

GROWN = 18


class Bearer(Struct, frozen=True):
    """One pass of one person; `minor` is a child, or somebody for whom another one shows it."""

    scheme: Scheme
    standing: Standing
    name: str
    minor: bool


async def _named(work: Work, scheme: Scheme, standing: Standing) -> Bearer:
    person = await identity.person(work, standing.citizen_id)
    born = person.birth_on if person else None
    young = born is not None and (work.today.year - born.year - ((work.today.month, work.today.day) < (born.month, born.day))) < GROWN
    return Bearer(scheme, standing, person.name if person and person.name else say(work.locale, "本人"), young or work.actor.on_behalf_of is not None)


async def bearer(work: Work, scheme: Scheme, person: str = "") -> Bearer:
    """The pass of whoever this request acts for; NotDeclared before the first declaration."""
    citizen = subject(work)
    if person and person != str(citizen):
        raise Forbidden("a pass is shown by its holder, or by who stands in for the holder")
    standing = await store.standing(work.db, citizen, scheme.code)
    if standing is None:
        raise NotDeclared()
    return await _named(work, scheme, standing)


def name_of(work: Work, scheme: Scheme) -> str:
    return pick(work.locale, scheme.name)


async def bearers(work: Work) -> list[Bearer]:
    """Every pass that holds today."""
    schemes = {one.code: one for one in (await known(work)).by_code.values() if one.holds(work.today)}
    held = await store.standings(work.db, subject(work))
    return [await _named(work, schemes[one.scheme], one) for one in held if one.scheme in schemes]
