"""What happens to cases, counted as it happens."""

from onedoor.cases.events import Decided, Declined, DraftsEnded, Lapsed, Rated, Submitted, SupplementRequested, Withdrawn
from onedoor.cases.models import Outcome
from onedoor.kernel.work import Work

from . import service
from .models import What


async def submitted(work: Work, event: Submitted) -> None:
    """One more handed in: without a visit, from a draft, asked for what was known."""
    counted = [
        (What.SUBMITTED, "", 1), (What.TRIPS_KNOWN, "", event.trips is not None), (What.NO_TRIP, "", event.trips == 0),
        (What.BY_DRAFT, "", event.channel == "web"), (What.AGAIN, "", bool(event.again)), *((What.AGAIN, name, 1) for name in event.again),
    ]  # fmt: skip
    await service.count(work, event.item, event.org, event.on, counted)


async def decided(work: Work, event: Decided) -> None:
    """One more decided: within the promise, within the law."""
    on = event.on or work.today
    counted = [
        (What.DECIDED, "", 1), (What.GRANTED, "", event.outcome is Outcome.GRANTED),
        (What.ON_TIME, "", event.due_on is not None and on <= event.due_on),
        (What.IN_LAW, "", event.legal_due_on is not None and on <= event.legal_due_on),
    ]  # fmt: skip
    await service.count(work, event.item, event.org, on, counted)


async def declined(work: Work, event: Declined) -> None:
    """One more not taken on."""
    await service.count(work, event.item, event.org, event.on, [(What.DECLINED, "", 1)])


async def withdrawn(work: Work, event: Withdrawn) -> None:
    """One more taken back."""
    await service.count(work, event.item, event.org, event.on, [(What.WITHDRAWN, "", 1)])


async def lapsed(work: Work, event: Lapsed) -> None:
    """One more ended without an answer."""
    await service.count(work, event.item, event.org, event.on, [(What.LAPSED, "", 1)])


async def supplement_requested(work: Work, event: SupplementRequested) -> None:
    """One more request, and what it asks for."""
    counted = [(What.ASKED, "", 1), (What.SUPPLEMENTED, "", event.first), *((What.MISSING, thing, 1) for thing in event.things)]
    await service.count(work, event.item, event.org, event.on, counted)


async def rated(work: Work, event: Rated) -> None:
    """One more grade, and its reasons."""
    counted = [(What.RATED, "", 1), (What.STARS, str(event.stars), 1), *((What.REASON, tag, 1) for tag in event.tags)]
    await service.count(work, event.item, event.org, event.on, counted)


async def drafts_ended(work: Work, event: DraftsEnded) -> None:
    """So many more left unfinished at one page."""
    counted = [(What.LEFT, "", event.drafts), (What.LEFT, event.page, event.drafts)]
    await service.count(work, event.item, event.org, event.on, counted)


listeners = [
    (Submitted, submitted), (Decided, decided), (Declined, declined), (Withdrawn, withdrawn), (Lapsed, lapsed),
    (SupplementRequested, supplement_requested), (Rated, rated), (DraftsEnded, drafts_ended),
]  # fmt: skip
