"""分级查看: the regions below this one, in numbers alone."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from onedoor.kernel.i18n import pick, say
from onedoor.kernel.work import Work
from onedoor.passes.models import Colour, Grants
from onedoor.passes.regions import Reported
from onedoor.passes.service import reporting
from onedoor.ui.edge import AnyRequest, local, may, page

from . import _view


def told(locale: str, n: int | None) -> str:
    return say(locale, "少于 10 或不显示") if n is None else f"{n:,}"


def _region(request: AnyRequest, work: Work, one: Reported) -> dict[str, Any]:
    said, locale = one.said, work.locale
    colours = [{**_view.colour(locale, colour), "n": told(locale, said.colours.get(colour))} for colour in Colour]
    return {
        "node": one.node, "name": pick(locale, said.name), "scheme": pick(locale, said.scheme_name), "at": local(request, one.at),
        "late": work.now - one.at > reporting.LATE, "colours": colours, "people": told(locale, said.people), "said": said,
        "areas": [[pick(locale, part.name), told(locale, part.people), told(locale, part.not_green)] for part in said.areas],
    }  # fmt: skip


@get("/supervise/regions", **may(str(Grants.WATCH)), include_in_schema=False)
async def regions(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Every region below as it last told of itself; nobody in it can be looked up from here."""
    found = [_region(request, work, one) for one in await reporting.reported(work)]
    return page(request, "passes/regions.html", regions=found)


handlers = [regions]
