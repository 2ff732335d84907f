"""Runs as pages: one timeline over all departments, and what their person may still do, leg by leg."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.journeys import service
from onedoor.kernel import text
from onedoor.kernel.i18n import moment, pick, say
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import run_of, run_view, texts

MOST_WORDS = 500


@get("/me/runs", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """My runs, newest first."""
    found, more = await service.mine(work, run_of(after) if after else None)
    rows = [
        {
            "title": pick(work.locale, run.title), "at": moment(work.locale, run.pressed_at, work.zone), "href": run.href,
            "over": bool(run.ended_at),
        }
        for run in found
    ]  # fmt: skip
    return page(request, "journeys/mine.html", runs=rows, more=more, after=after, tab="me")


@get("/runs/{run:str}", **may("signed-in"), include_in_schema=False)
async def show(request: AnyRequest, run: FromPath[str], work: NamedDependency[Work], new: FromQuery[str] = "") -> Response[Any]:
    """One run."""
    return page(request, "journeys/run.html", **await run_view(work, await service.show(work, run_of(run))), new=new == "1", tab="me")


@get("/runs/{run:str}/withdraw", **may("signed-in"), include_in_schema=False)
async def ask_withdraw(request: AnyRequest, run: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Which legs, and what happens then."""
    return page(request, "journeys/withdraw.html", **await _withdraw(work, run), errors=[], chosen=[], typed="")


async def _withdraw(work: Work, run: str) -> dict[str, Any]:
    seen = await run_view(work, await service.show(work, run_of(run)))
    options = [{"value": leg["code"], "label": leg["title"], "hint": leg["tag"]} for leg in seen["legs"] if leg["code"] in seen["open"]]
    return {"run": seen["run"], "title": seen["title"], "options": options}


@post("/runs/{run:str}/withdraw", **may("signed-in"), include_in_schema=False)
async def withdraw(request: AnyRequest, run: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take those legs back that are ticked; the others go on."""
    sent = texts(await request.form())
    legs, reason = sent.get("legs", []), (sent.get("reason") or [""])[0]
    errors: list[dict[str, str]] = []
    if not legs:
        errors.append({"pointer": "/legs", "detail": say(work.locale, "请至少选择一项")})
    if len(reason) > MOST_WORDS or text.fault(reason, lines=True):
        errors.append({"pointer": "/reason", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=MOST_WORDS)})
    if errors:
        data = await _withdraw(work, run)
        return page(request, "journeys/withdraw.html", 422, **data, errors=errors, chosen=legs, typed=text.printable(reason))
    await service.take_back(work, run_of(run), legs, text.fold(reason))
    return see_other(f"/runs/{run_of(run)}")


@post("/runs/{run:str}/legs/{leg:str}/again", **may("signed-in"), include_in_schema=False)
async def again(run: FromPath[str], leg: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Hand in once more what could not be handed in."""
    async with begin() as work:
        await service.again(work, run_of(run), leg)
        seen = await service.show(work, run_of(run))
    await service.start_all(begin, seen.run)
    return see_other(seen.run.href)


handlers = [mine, show, ask_withdraw, withdraw, again]
