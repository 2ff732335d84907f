"""What facts make the room tell people, and gates: beside the transaction that made them true, as one who may write to every inbox."""

import datetime as dt

from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Work

from . import service
from .events import AppealDecided, AppealLate, ColourChanged, FeverObserved, GateLogBroken, SchemeEnded

SOON = dt.timedelta(seconds=5)
"""Changes of the same moments go into one list."""


async def colour_changed(work: Work, event: ColourChanged) -> None:
    """The person is told, once, unless they saw it happen."""
    await service.tell_colour(work, event)


async def colour_listed(work: Work, event: ColourChanged) -> None:
    """A colour that has changed must reach the gates soon."""
    await enqueue(work.db, "passes.lists", {"scheme": event.scheme}, key=event.scheme, run_at=work.now + SOON)


async def colour_of_ones_own(work: Work, event: ColourChanged) -> None:
    """With the first colour that somebody has got by an account of their own, nobody shows another one for them."""
    if event.before is None:
        await service.dependants.speaks_for_oneself(work, event.citizen)


async def gate_log_broken(work: Work, event: GateLogBroken) -> None:
    """Whoever supervises and whoever keeps the gate are told."""
    await service.tell_gate_log(work, event)


async def fever_observed(work: Work, event: FeverObserved) -> None:
    """The person is told where to go."""
    await service.tell_fever(work, event)


async def appeal_decided(work: Work, event: AppealDecided) -> None:
    """The person is told what came of it."""
    await service.tell_appeal(work, event)


async def appeal_late(work: Work, event: AppealLate) -> None:
    """The level above is told."""
    await service.tell_late(work, event)


async def scheme_ended(work: Work, event: SchemeEnded) -> None:
    """Everybody who had a pass is told, by the thousand."""
    await enqueue(work.db, "passes.ended", {"scheme": event.scheme}, queue="bulk", key=event.scheme)


listeners = [
    (ColourChanged, colour_changed), (ColourChanged, colour_listed), (ColourChanged, colour_of_ones_own),
    (AppealDecided, appeal_decided), (AppealLate, appeal_late), (SchemeEnded, scheme_ended), (GateLogBroken, gate_log_broken),
    (FeverObserved, fever_observed),
]  # fmt: skip
