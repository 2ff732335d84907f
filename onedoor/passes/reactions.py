"""What the room's own facts make it tell people: beside the transaction that made them true, as whoever may write to everybody's inbox."""

from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Work

from . import service
from .events import AppealDecided, AppealLate, ColourChanged, SchemeEnded


async def colour_changed(work: Work, event: ColourChanged) -> None:
    """The person is told, once, unless they saw it happen."""
    await service.tell_colour(work, event)


async def appeal_decided(work: Work, event: AppealDecided) -> None:
    """The person is told what came of it."""
    await service.tell_appeal(work, event)


async def appeal_late(work: Work, event: AppealLate) -> None:
    """The level above is told."""
    await service.tell_late(work, event)


async def scheme_ended(work: Work, event: SchemeEnded) -> None:
    """Everybody who had a pass is told, by the thousand."""
    await enqueue(work.db, "passes.ended", {"scheme": event.scheme}, queue="bulk", key=event.scheme)


listeners = [(ColourChanged, colour_changed), (AppealDecided, appeal_decided), (AppealLate, appeal_late), (SchemeEnded, scheme_ended)]
