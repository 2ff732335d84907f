"""A school or firm sees the colour of its own people, of those who agreed, for as long as they do."""

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import jobs
from onedoor.kernel.i18n import text
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Organisation, OrgId
from onedoor.passes.errors import NoSuchOrganisation, NotDeclared
from onedoor.passes.store import people as standings
from onedoor.passes.store import watching as store
from onedoor.passes.watching import MOST_MEMBERS, Consent, Member

from .known import scheme

BATCH = 500
"""People in one job that tells them."""


async def _organisation(work: Work, uscc: str) -> Organisation:
    known = (await orgs.snapshot(work.db)).organisations.values()
    found = next((one for one in known if one.uscc == uscc.strip().upper()), None)
    if found is None:
        raise NoSuchOrganisation()
    return found


async def agree(work: Work, uscc: str, which: str) -> Organisation:
    """I let this organisation see my colour of one scheme from now on."""
    assert isinstance(work.actor.id, PersonId)
    organisation, named = await _organisation(work, uscc), await scheme(work, which)
    standing = await standings.standing(work.db, work.actor.id, named.code)
    if standing is None:
        raise NotDeclared()
    person = await identity.person(work, work.actor.id)
    name = mask_name((person.name if person else None) or "")
    store.consent(work.db, work.actor.id, organisation.id, named.code, work.now)
    store.add_member(work.db, organisation.id, work.actor.id, named.code, name, standing.colour.value, standing.since)
    return organisation


async def stop(work: Work, org: OrgId, which: str) -> bool:
    """No longer; the organisation's line is gone at once."""
    assert isinstance(work.actor.id, PersonId)
    return bool(await store.end_consent(work.db, work.actor.id, org, which, work.now))


async def consents(work: Work) -> list[tuple[Consent, str]]:
    """Which organisations may see my colour, and which could, by name."""
    assert isinstance(work.actor.id, PersonId)
    known = (await orgs.snapshot(work.db)).organisations
    found = await store.consents(work.db, work.actor.id)
    return [(one, known[one.org_ref].name if one.org_ref in known else "") for one in found]


async def members(work: Work, which: str) -> list[Member]:
    """Who agreed, those who are not green first; each of these reads that their colour was looked at."""
    assert work.actor.org is not None
    named, org = await scheme(work, which), OrgId(work.actor.org.uuid)
    found = await store.members(work.db, org, named.code, MOST_MEMBERS)
    name = next((one.name for one in (await orgs.snapshot(work.db)).organisations.values() if one.id == org), "")
    for n in range(0, len(found), BATCH):  # the organisation reaches no person's rows, so a job writes it down for each of them
        people = [str(one.citizen_ref) for one in found[n : n + BATCH]]
        args = {"org": str(org), "by": str(work.actor.id), "name": name, "people": people}
        await jobs.enqueue(work.db, "passes.looked", args)
    return found


async def looked(work: Work, org: OrgId, by: PersonId, name: str, whom: list[PersonId]) -> None:
    """Each of these reads that their organisation looked at their colour."""
    reader = Actor(id=by, name=name, org=org)
    await identity.record_accesses(work, whom, text("{name}查看成员的通行码", name=name), ("pass",), by=reader)
