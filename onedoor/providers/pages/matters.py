"""事项进展 A matter that another organisation handles on its own site, as its resident sees it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.work import Work
from onedoor.providers import policy, service
from onedoor.providers.errors import NoSuchMatter
from onedoor.providers.models import ENDED, MatterId
from onedoor.ui.edge import AnyRequest, may, page, see_other


def matter_id(text: str) -> MatterId:
    try:
        return MatterId.parse(text)
    except ValueError as unknown:
        raise NoSuchMatter() from unknown


@get("/matters/{matter:str}", **may("signed-in"), include_in_schema=False)
async def shown(request: AnyRequest, matter: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One of my matters, what was reported of it, and asking for its end."""
    found, words = await service.matter(work, matter_id(matter)), policy.standing_words(work.locale)
    return page(request, "providers/matter.html", shown=found, words=words, ended=found.matter.status in ENDED)


@post("/matters/{matter:str}/cancel", **may("signed-in"), include_in_schema=False)
async def cancel(matter: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Ask the organisation to call it off."""
    await service.ask_cancel(work, matter_id(matter))
    return see_other(f"/matters/{matter}")


handlers = [shown, cancel]
