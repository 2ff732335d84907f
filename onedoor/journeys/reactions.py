"""When a case ends, its run goes on."""

from onedoor.cases.events import Decided, Declined, Lapsed, Withdrawn
from onedoor.kernel.work import Work

from . import service


async def decided(work: Work, event: Decided) -> None:
    """Granted: what waits for it begins. Refused: what waits for it is not needed."""
    await service.case_ended(work, event.citizen, event.case, str(event.outcome))


async def declined(work: Work, event: Declined) -> None:
    """Not taken on."""
    await service.case_ended(work, event.citizen, event.case, "declined")


async def withdrawn(work: Work, event: Withdrawn) -> None:
    """Taken back by its person."""
    await service.case_ended(work, event.citizen, event.case, "withdrawn")


async def lapsed(work: Work, event: Lapsed) -> None:
    """No answer came."""
    await service.case_ended(work, event.citizen, event.case, "lapsed")


listeners = [(Decided, decided), (Declined, declined), (Withdrawn, withdrawn), (Lapsed, lapsed)]
