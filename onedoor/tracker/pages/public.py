"""For everybody: how departments answer questions about their looks, and the seals."""

from litestar import Response, get
from litestar.di import NamedDependency

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.tracker.service import challenges, sealing, vault
from onedoor.ui.edge import AnyRequest, may, page


@get("/about/data", **may(public=True), include_in_schema=False)
async def figures(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Questions asked, answered in time and late, by department; how to check a seal."""
    found = [(pick(work.locale, name), one) for name, one in await challenges.figures(work)]
    return page(request, "tracker/public.html", rows=found, seals=(await sealing.latest(work))[:3], keys=vault().keys())


handlers = [figures]
