"""Quality in the open for programs. Public; what fewer than five people have done or said is null."""

import datetime as dt
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import may

from . import service
from .models import Detail, Line, Part, Period, Quality, Share

TAGS = ["quality"]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class ShareShown(msgspec.Struct, frozen=True):
    """`n` of `of`, and in percent; null while fewer than five tell too little."""

    n: int | None
    of: int | None
    percent: float | None


class QualityShown(msgspec.Struct, frozen=True):
    """The figures of a service, a department or the city."""

    submitted: int
    decided: int
    on_time: ShareShown
    in_law: ShareShown
    no_trip: ShareShown
    again: ShareShown
    supplemented: ShareShown
    withdrawn: ShareShown
    declined: ShareShown
    lapsed: ShareShown
    left: ShareShown
    rated: int | None
    satisfied: ShareShown
    stars: float | None


class LineShown(msgspec.Struct, frozen=True):
    """One service or department."""

    code: str
    name: Text
    quality: QualityShown


class CityShown(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """The city and its departments over a period, both days included. `demo` says that a demo's made-up history is in it."""

    period: Period
    first: dt.date
    last: dt.date
    demo: bool
    total: QualityShown
    departments: list[LineShown]


class ItemsShown(msgspec.Struct, frozen=True):
    """One stretch of the services; `next` is the `after` of the following request, null at the end."""

    items: list[LineShown]
    next: str | None


class MomentShown(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """One stretch of the period."""

    first: dt.date
    last: dt.date
    submitted: int
    decided: int
    on_time: ShareShown


class DetailShown(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """One service or department, taken apart by grade, reason, question and paper."""

    code: str
    name: Text
    period: Period
    first: dt.date
    last: dt.date
    demo: bool
    quality: QualityShown
    moments: list[MomentShown]
    stars: list[Part]
    reasons: list[Part]
    again: list[Part]
    missing: list[Part]
    left: list[Part]
    items: list[LineShown]


def _share(part: Share) -> ShareShown:
    return ShareShown(part.n, part.of, part.percent)


def _quality(figures: Quality) -> QualityShown:
    values = {name: getattr(figures, name) for name in Quality.__struct_fields__}
    return QualityShown(**{name: _share(value) if isinstance(value, Share) else value for name, value in values.items()})


def _line(line: Line) -> LineShown:
    return LineShown(line.code, line.name, _quality(line.quality))


def _detail(seen: Detail) -> DetailShown:
    moments = [MomentShown(m.first, m.last, m.submitted, m.decided, _share(m.on_time)) for m in seen.moments]
    return DetailShown(
        seen.code, seen.name, seen.span.period, seen.span.first, seen.span.last, seen.demo, _quality(seen.quality), moments, seen.stars,
        seen.reasons, seen.again, seen.missing, seen.left, [_line(line) for line in seen.items],
    )  # fmt: skip


@get("/api/quality", **may(public=True), tags=TAGS)
async def overview(work: NamedDependency[Work], period: FromQuery[Period] = Period.QUARTER) -> CityShown:
    """The city and its departments."""
    seen = await service.overview(work, period)
    return CityShown(
        period, seen.span.first, seen.span.last, seen.demo, _quality(seen.total), [_line(line) for line in seen.departments]
    )


@get("/api/quality/items", **may(public=True), tags=TAGS)
async def items(
    work: NamedDependency[Work], period: FromQuery[Period] = Period.QUARTER, after: FromQuery[str] = "", limit: Limit = 50
) -> ItemsShown:
    """Every service with cases in the period, by code, in stretches."""
    found = await service.lines_after(work, period, after, limit + 1)
    return ItemsShown([_line(line) for line in found[:limit]], found[limit - 1].code if len(found) > limit else None)


@get("/api/quality/items/{code:str}", **may(public=True), tags=TAGS)
async def item(work: NamedDependency[Work], code: FromPath[str], period: FromQuery[Period] = Period.QUARTER) -> DetailShown:
    """One service."""
    return _detail(await service.item(work, code, period))


@get("/api/quality/departments/{code:str}", **may(public=True), tags=TAGS)
async def department(work: NamedDependency[Work], code: FromPath[str], period: FromQuery[Period] = Period.QUARTER) -> DetailShown:
    """One department and its services."""
    return _detail(await service.department(work, code, period))


handlers = [overview, items, item, department]
