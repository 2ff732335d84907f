"""What cases does when something has happened here or in a room below."""

from onedoor.cases.events import Accepted
from onedoor.exchange.events import Acknowledged, ConsentRevoked, Reported
from onedoor.identity.events import LifeChanged, WardProven
from onedoor.kernel.jobs import Listener
from onedoor.kernel.work import Work

from .service import assessing, handing, lives, moving, verifying


async def taken_back(work: Work, event: ConsentRevoked) -> None:
    """What a consent brought does not count any more in a case that is still open."""
    if event.matter is not None:
        await verifying.taken_back(work, event.citizen, event.matter, event.elements)


async def reported(work: Work, event: Reported) -> None:
    """A department has found something out: the cases that wait for it ask."""
    await assessing.reported(work, event.citizen, event.resource)


async def acknowledged(work: Work, event: Acknowledged) -> None:
    """A department that works at night has taken what was handed to it, or not."""
    await handing.acknowledged(work, event.register, event.request_id, event.number, event.state)


async def accepted(work: Work, event: Accepted) -> None:
    """Whoever is to find something out for a case hears of it."""
    await handing.taken_on(work, event.citizen, event.case)


listeners: list[Listener] = [
    (Accepted, accepted), (ConsentRevoked, taken_back), (Reported, reported), (Acknowledged, acknowledged), (WardProven, moving.proven),
    (LifeChanged, lives.changed),
]  # fmt: skip
