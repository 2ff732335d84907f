"""重点保护 at the desk: a colleague is asked to allow a case, and answers without seeing anything of it."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.errors import NoSuchSecond, SecondAnswered, SecondOver
from onedoor.cases.seconds import LONGEST, Second, SecondId
from onedoor.cases.service import seconding
from onedoor.kernel.i18n import pick, translate
from onedoor.kernel.problems import Conflict, Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, page, see_other

from ._seconds import second_page
from ._view import case_of, texts
from .desk_acts import DESK

OUTCOMES = {"allowed": True, "refused": False}


def second_of(given: str) -> SecondId:
    """The request an address names."""
    try:
        return SecondId.parse(given)
    except ValueError:
        raise NoSuchSecond() from None


@post("/desk/cases/{case:str}/seconds", **DESK, include_in_schema=False)
async def ask(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """请同事同意."""
    reason = printable((texts(await request.form()).get("reason") or [""])[0])[: LONGEST + 1]
    try:
        await seconding.ask(work, case_of(case), reason)
    except SecondOver:
        pass  # it opens as it is
    except Invalid as bad:
        return await second_page(request, work, case_of(case), 422, errors=bad.errors, values={"reason": reason})
    except Conflict as bad:
        return await second_page(request, work, case_of(case), bad.status, typed=[reason])
    return see_other(f"/desk/cases/{case_of(case)}")


def _row(work: Work, one: Second) -> dict[str, Any]:
    return {
        "id": str(one.id), "title": pick(work.locale, one.title), "number": one.number, "who": one.asked_name, "why": one.reason,
        "at": one.asked_at,
    }  # fmt: skip


async def _listed(request: AnyRequest, work: Work, status: int = 200, after: str = "", **said: Any) -> Response[Any]:
    found, following = await seconding.waiting(work, second_of(after) if after else None)
    data: dict[str, Any] = {"errors": [], "typed": {}, "which": "", "stale": "", **said}
    rows = [_row(work, one) for one in found]
    return page(
        request, "cases/desk_seconds.html", status, rows=rows, next=following, first=not after, longest=LONGEST, wide=True, **data
    )


@get("/desk/seconds", **DESK, include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """What colleagues ask me, the earliest first."""
    return await _listed(request, work, after=after[:60])


@post("/desk/seconds/{second:str}", **DESK, include_in_schema=False)
async def answer(request: AnyRequest, second: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """同意, or not."""
    sent = texts(await request.form())
    typed = {name: printable((sent.get(f"{name}-{second}") or [""])[0])[: LONGEST + 1] for name in ("outcome", "words")}
    which = second_of(second)
    try:
        async with begin() as work:
            await seconding.answer(work, which, allow=OUTCOMES.get(typed["outcome"]), words=typed["words"])
    except Invalid as bad:
        async with begin() as work:
            return await _listed(request, work, 422, errors=[_placed(second, e) for e in bad.errors], which=second, typed=typed)
    except (SecondAnswered, SecondOver) as bad:
        async with begin() as work:
            stale = "：".join(filter(None, [translate(work.locale, bad.title), bad.detail]))
            return await _listed(request, work, bad.status, stale=stale)
    return see_other("/desk/seconds")


def _placed(second: str, error: dict[str, str]) -> dict[str, str]:
    """Where a fault is shown on the page, which holds a form for each request: a field's name carries whose it is."""
    return {**error, "pointer": f"{error['pointer']}-{second}"}


@get("/desk/seconds/{second:str}", **DESK, include_in_schema=False)
async def reloaded() -> Response[Any]:
    """A reload after a fault, or a language changed there."""
    return see_other("/desk/seconds")


handlers = [ask, listed, answer, reloaded]
