"""在窗口收回 Whoever has no phone takes a consent back where they gave it, or at the department that asked."""

from onedoor.exchange.errors import NoSuchConsent, OwnWitness
from onedoor.exchange.records import Consent, ConsentId
from onedoor.exchange.store import people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import text
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Work

from . import consenting, witnessing
from .known import dictionary


async def at_counter(work: Work, citizen: PersonId) -> tuple[list[Consent], int]:
    """What this person has allowed that the own department asked for or witnessed; of others' only how many there are. On their record."""
    _two_people(work, citizen)
    found = await people.consents(work.db, citizen, work.now)
    own = [one for one in found if await _ours(work, one)]
    await identity.record_access(work, citizen, text("在窗口查看您的取数授权"), ("consents",), None)
    return own, len(found) - len(own)


async def take_back(work: Work, citizen: PersonId, which: ConsentId) -> Consent:
    """The person stands there and wants it to end; they are told."""
    _two_people(work, citizen)
    assert isinstance(work.actor.id, PersonId), "the route needs a grant, and grants belong to persons"
    found = await people.consent(work.db, citizen, which)
    if found is None or not await _ours(work, found):
        raise NoSuchConsent()
    if await consenting.end(work, found, work.actor.id):
        await identity.record_access(work, citizen, text("在窗口收回您的取数授权"), ("consents",), None)
        await witnessing.ended(work, found)
    return found


async def _ours(work: Work, one: Consent) -> bool:
    """Given at a counter of the department, or to it."""
    own = work.actor.org
    if own is None:
        raise Forbidden()
    agreement = (await dictionary(work)).agreements.get(one.agreement)
    return own.uuid in {who.uuid for who in (one.office_ref, agreement.asker if agreement else None) if who}


def _two_people(work: Work, citizen: PersonId) -> None:
    if work.actor.id == citizen:
        raise OwnWitness()
