"""What rooms do about each other's events without knowing each other."""

from onedoor.cases.events import Submitted
from onedoor.catalog import service as catalog
from onedoor.kernel.work import Work


async def count_use(work: Work, event: Submitted) -> None:
    """A submitted case makes its item hotter for the city, and joins the applicant's frequent ones."""
    await catalog.record_submission(work, event.item, event.citizen)


listeners = [(Submitted, count_use)]
