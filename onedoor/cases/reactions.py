"""What cases does when something has happened in a room below."""

from onedoor.exchange.events import ConsentRevoked
from onedoor.kernel.jobs import Listener
from onedoor.kernel.work import Work

from .service import verifying


async def taken_back(work: Work, event: ConsentRevoked) -> None:
    """What a consent brought does not count any more in a case that is still open."""
    if event.matter is not None:
        await verifying.taken_back(work, event.citizen, event.matter, event.elements)


listeners: list[Listener] = [(ConsentRevoked, taken_back)]
