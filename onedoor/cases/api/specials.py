"""Procedures for which a clock stands still, and more days for a case: for clerks' and supervisors' programs."""
from datetime import date

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.models import Kind
from onedoor.cases.service import extending, pausing
from onedoor.cases.specials import Starting
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import Moved, Rev, Said, case_of, clean, moved

TAGS = ["desk"]


class NewSpecial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which procedure, why, and its last day: within the working days that the item's process gives to it."""

    kind: Kind
    reason: Said
    until: date
    rev: Rev | None = None


class NewEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of it; the applicant reads it."""

    result: Said
    rev: Rev | None = None


class NewExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how many working days, ten at most, and why; the applicant reads it."""

    days: int
    reason: Said
    rev: Rev | None = None


@post("/api/cases/{case:str}/specials", **may("cases:handle"), tags=TAGS)
async def start(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewSpecial]) -> Response[Moved]:
    """特别程序: the clock stands still until the day named, or until it is ended."""

    async def make() -> Moved:
        starting = Starting(str(data.kind), clean(work, reason=data.reason)["reason"], data.until)
        return moved(await pausing.start(work, case_of(case), starting, rev=data.rev))

    return await once(request, work, make)


@post("/api/cases/{case:str}/special-ends", **may("cases:handle"), tags=TAGS)
async def end(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewEnd]) -> Response[Moved]:
    """It is over before its last day; the clock runs again."""

    async def make() -> Moved:
        return moved(await pausing.end(work, case_of(case), rev=data.rev, **clean(work, result=data.result)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/extensions", **may("cases:supervise"), tags=TAGS)
async def extend(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewExtension]) -> Response[Moved]:
    """延期: once, before the statutory day has passed."""

    async def make() -> Moved:
        return moved(await extending.extend(work, case_of(case), data.days, rev=data.rev, **clean(work, reason=data.reason)))

    return await once(request, work, make)


handlers = [start, end, extend]
