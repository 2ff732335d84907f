"""还在让人填 What the forms of the own department make people type although another department's register holds it: a demand is missing."""

from msgspec import Struct

from onedoor.exchange.dictionary import Sharing
from onedoor.exchange.ports import Services
from onedoor.exchange.records import DemandState
from onedoor.exchange.store import demands as store
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

from .known import dictionary

MOST = 200
UNDER_WAY = frozenset({DemandState.DRAFTED, DemandState.CHECKED, DemandState.ASKED, DemandState.DISPUTED})


class Wanted(Struct):
    """Facts of one resource that these services ask people for, without an agreement and without a demand under way."""

    resource: str
    elements: list[str]
    items: list[str]


async def wanted(work: Work, ports: Ports) -> list[Wanted]:
    """By resource, those that most services need first."""
    own = await orgs.department_of(work, work.actor.org) if work.actor.org else None
    if own is None:
        return []
    known, services, found = await dictionary(work), ports.get(Services), dict[str, Wanted]()
    asked = await store.of_asker(work.db, OrgId(own.id.uuid), [str(one) for one in UNDER_WAY], MOST)
    for item in services.offered_by(own.code):
        for element in services.asks(item):
            resource = known.source_of(element)
            if resource is None or resource.sharing is Sharing.NONE or known.agreed(own.id, item, element, work.today):
                continue
            if any(one.resource == resource.code and element in one.elements and item in one.items for one in asked):
                continue
            one = found.setdefault(resource.code, Wanted(resource.code, [], []))
            one.elements += [element] if element not in one.elements else []
            one.items += [item] if item not in one.items else []
    return sorted(found.values(), key=lambda one: (-len(one.items), one.resource))
