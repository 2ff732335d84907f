"""特别程序 and 延期: a clerk stops the clock for something and ends it, a supervisor gives more days; and what is posted for everybody."""
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.models import CaseId
from onedoor.cases.service import extending, pausing
from onedoor.cases.specials import Starting
from onedoor.kernel.i18n import day, pick
from onedoor.kernel.text import fold
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may, page

from ._acts import Code, Rev, Words
from ._special import POSTED
from ._view import day_of, offices_of, texts
from .desk_acts import DESK, done


class StartingForm(msgspec.Struct, frozen=True):
    rev: Rev
    special_kind: Code = ""
    special_reason: Words = ""


class Finishing(msgspec.Struct, frozen=True):
    rev: Rev
    finish_result: Words = ""


class Extending(msgspec.Struct, frozen=True):
    rev: Rev
    extend_days: Annotated[int, msgspec.Meta(ge=-9999, le=9999)]
    extend_reason: Words = ""


@post("/desk/cases/{case:str}/special", **DESK)
async def start(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """启动特别程序."""

    async def do(case_id: CaseId) -> None:
        given, until = await form(request, StartingForm), day_of(texts(await request.form()), "special_until")
        starting = Starting(given.special_kind, fold(given.special_reason), until or date.min)
        await pausing.start(work, case_id, starting, rev=given.rev)

    return await done(request, work, case, "special", do)


@post("/desk/cases/{case:str}/finish", **DESK)
async def finish(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """结束特别程序."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Finishing)
        await pausing.end(work, case_id, fold(given.finish_result), rev=given.rev)

    return await done(request, work, case, "finish", do)


@post("/desk/cases/{case:str}/extend", **may("cases:supervise"), include_in_schema=False)
async def extend(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """延长办理期限."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Extending)
        await extending.extend(work, case_id, given.extend_days, fold(given.extend_reason), rev=given.rev)

    return await done(request, work, case, "extend", do)


@get(POSTED, **may(public=True), include_in_schema=False)
async def posted(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """公示: cases that everybody may object to, under masked names, until their day is over."""
    found = await pausing.posted(work, after_of(after))
    offices, locale, rows = await offices_of(work), work.locale, found[: pausing.PAGE]
    shown = [
        {
            "title": pick(locale, one.title), "number": one.number, "holder": one.holder, "until": day(locale, one.until_on, year=True),
            "office": pick(locale, offices[one.org_ref].name) if one.org_ref in offices else "",
            "phone": offices[one.org_ref].phone if one.org_ref in offices else "",
        }
        for one in rows
    ]  # fmt: skip
    following = f"{rows[-1].until_on.isoformat()}_{rows[-1].number}" if len(found) > pausing.PAGE else ""
    return page(request, "cases/posted.html", rows=shown, next=following, after=after)


def after_of(given: str) -> tuple[date, str] | None:
    """Where the page before ended; a broken address begins at the beginning."""
    on, _, number = given.partition("_")
    try:
        return (date.fromisoformat(on), number) if number.isascii() and number.isalnum() and len(number) < 40 else None
    except ValueError:
        return None


handlers = [start, finish, extend, posted]
