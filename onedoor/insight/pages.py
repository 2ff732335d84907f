"""Quality in the open, as pages and as sheets. Anybody may look; nobody can be found in it."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import say
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page

from . import service, sheet, views
from .errors import NoSuchPeriod
from .models import Period

CSV = ".csv"


def period_of(work: Work, given: str) -> Period:
    """The period asked for; the quarter when none is named."""
    try:
        return Period(given or Period.QUARTER)
    except ValueError:
        detail = say(work.locale, "可以选 30d（近 30 天）、quarter（近三个月）、year（近一年）")
        raise NoSuchPeriod(errors=[{"pointer": "/period", "detail": detail}]) from None


def as_sheet(name: str, words: str) -> Response[str]:
    """To be saved; a byte order mark would be a character too many for machines."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(words, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@get("/quality", **may(public=True), include_in_schema=False)
async def overview(
    request: AnyRequest, work: NamedDependency[Work], period: FromQuery[str] = "", sort: FromQuery[str] = "", n: FromQuery[int] = 1
) -> Response[str]:
    """The city, its departments and its services."""
    seen = await service.overview(work, period_of(work, period))
    by = sort if sort in views.SORTS else views.SORTS[0]
    return page(request, "insight/overview.html", **views.overview(work.locale, seen, by, n))


@get("/quality.csv", **may(public=True), include_in_schema=False)
async def whole_sheet(work: NamedDependency[Work], period: FromQuery[str] = "") -> Response[str]:
    """The same for machines."""
    seen = await service.overview(work, period_of(work, period))
    return as_sheet(f"quality-{seen.city.span.last}", sheet.overview(work.locale, seen))


@get("/quality/items/{code:str}", **may(public=True), include_in_schema=False)
async def item(request: AnyRequest, work: NamedDependency[Work], code: FromPath[str], period: FromQuery[str] = "") -> Response[Any]:
    """One service; with `.csv` after its code, for machines."""
    seen = await service.item(work, code.removesuffix(CSV), period_of(work, period))
    if code.endswith(CSV):
        return as_sheet(f"quality-{seen.code}-{seen.span.last}", sheet.detail(work.locale, seen, "item"))
    return page(request, "insight/detail.html", **views.detail(work.locale, seen, "items"))


@get("/quality/departments/{code:str}", **may(public=True), include_in_schema=False)
async def department(request: AnyRequest, work: NamedDependency[Work], code: FromPath[str], period: FromQuery[str] = "") -> Response[Any]:
    """One department; with `.csv` after its code, for machines."""
    seen = await service.department(work, code.removesuffix(CSV), period_of(work, period))
    if code.endswith(CSV):
        return as_sheet(f"quality-{seen.code}-{seen.span.last}", sheet.detail(work.locale, seen, "department"))
    return page(request, "insight/detail.html", **views.detail(work.locale, seen, "departments"))


@get("/desk/load", **may("cases:supervise"), include_in_schema=False)
async def loads(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Who of the own department has how much, and what came and went: for whoever shares out the work."""
    return page(request, "insight/load.html", **views.load(work.locale, await service.loads(work)))


handlers = [loads, overview, whole_sheet, item, department]
