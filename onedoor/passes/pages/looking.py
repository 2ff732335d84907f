"""My passes, one pass, why its colour is what it is, and what everybody may know of a scheme."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes import service
from onedoor.passes.errors import NoSuchScheme
from onedoor.passes.models import State
from onedoor.ui.edge import AnyRequest, may, page

from . import _view


@get("/passes", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Every scheme that concerns me, and my colour."""
    found = [(scheme, held, _view.colour(work.locale, held.colour) if held else None) for scheme, held in await service.mine(work)]
    return page(request, "passes/mine.html", passes=found, today=work.today)


@get("/passes/{scheme:str}", **may("signed-in"), include_in_schema=False)
async def one(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """My pass of one scheme."""
    about = await service.scheme(work, scheme)
    held = await service.standing(work, scheme)
    colour = _view.colour(work.locale, held.colour) if held else None
    return page(request, "passes/pass.html", scheme=about, held=held, colour=colour, holds=about.holds(work.today))


@get("/passes/{scheme:str}/why", **may("signed-in"), include_in_schema=False)
async def why(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """解释我的颜色."""
    seen = await service.why(work, scheme)
    return page(request, "passes/why.html", seen=seen, colour=_view.colour(work.locale, seen.standing.colour))


@get("/passes/schemes/{scheme:str}", **may(public=True), include_in_schema=False)
async def public(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """What everybody may know of a scheme: legal basis, purpose, end, and how long data are kept."""
    about = await service.scheme(work, scheme)
    if about.state is State.DRAFT:
        raise NoSuchScheme()
    authority = await orgs.department(work, about.authority)
    return page(request, "passes/scheme.html", scheme=about, authority=authority, holds=about.holds(work.today))


handlers = [mine, one, why, public]
