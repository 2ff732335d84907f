"""校核 The desk of a department that keeps a register: what people say is wrong, and the answer."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange.errors import NoSuchCorrection
from onedoor.exchange.records import ChallengeId, Correction
from onedoor.exchange.service import contesting, dictionary
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other


class Reply(msgspec.Struct, frozen=True):
    """Corrected at the register, or kept as it is; the words go to the person."""

    outcome: Literal["corrected", "kept"]
    words: Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]


def challenge_id(text: str) -> ChallengeId:
    try:
        return ChallengeId.parse(text)
    except ValueError:
        raise NoSuchCorrection() from None


async def _row(work: Work, one: Correction) -> dict[str, Any]:
    element = (await dictionary(work)).elements.get(one.element)
    left = work.calendar.working_days_between(work.today, one.due_on)
    return {
        "id": str(one.id), "title": pick(work.locale, element.title) if element else one.element, "holder": one.holder,
        "due": day(work.locale, one.due_on), "late": one.due_on < work.today,
        "left": say(work.locale, "已超期") if one.due_on < work.today else say(work.locale, "还剩 {n} 个工作日", n=left),
    }  # fmt: skip


@get("/desk/corrections", **may("exchange:supply"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """The open ones of the own department, the most urgent first."""
    on, _, last = after.partition("_")
    start = None
    if after:
        try:
            start = (date.fromisoformat(on), challenge_id(last))
        except ValueError:
            raise NoSuchCorrection() from None
    rows, following = await contesting.corrections(work, start)
    more = f"/desk/corrections?after={following.due_on}_{following.id}" if following else None
    return page(request, "exchange/desk_corrections.html", rows=[await _row(work, one) for one in rows], next=more)


async def _shown(request: AnyRequest, work: Work, which: str, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    line, made = await contesting.correction(work, challenge_id(which))
    row = await _row(work, line)
    return page(
        request, "exchange/desk_correction.html", 422 if errors else 200, row=row, made=made, values=values, errors=errors,
        open=line.state == "open",
    )  # fmt: skip


@get("/desk/corrections/{challenge:str}", **may("exchange:supply"), include_in_schema=False)
async def one(request: AnyRequest, challenge: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What the person wrote. That it was read is on the person's record."""
    return await _shown(request, work, challenge, {}, [])


@post("/desk/corrections/{challenge:str}", **may("exchange:supply"), include_in_schema=False)
async def answer(request: AnyRequest, challenge: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The answer; the person is told at once."""
    try:
        sent = await form(request, Reply)
    except Invalid as bad:
        return await _shown(request, work, challenge, dict(bad.extra.get("values") or {}), bad.errors)  # type: ignore[call-overload]
    await contesting.answer(work, challenge_id(challenge), sent.outcome == "corrected", sent.words)
    return see_other("/desk/corrections")


handlers = [listed, one, answer]
