"""The department's desk: what residents ask about its looks, and the answer it owes."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.tracker.models import Grants, State
from onedoor.tracker.service import challenges
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view

NEEDS = str(Grants.ANSWER)
Typed = Annotated[str, msgspec.Meta(max_length=20_000)]


class Answering(msgspec.Struct, frozen=True):
    """What the look rests on, and why it was made."""

    basis: Typed = ""
    words: Typed = ""


@get("/desk/questions", **may(NEEDS), include_in_schema=False)
async def listed(
    request: AnyRequest, work: NamedDependency[Work], tab: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[str]:
    """The earliest due first; or those that have an answer."""
    done = tab == "done"
    found, more = await challenges.questions(work, done, after[:120])
    following = _view.address("/desk/questions", tab=tab, after=more) if more else None
    return page(
        request, "tracker/questions.html", rows=[_view.question(work, line) for line in found], done=done, next=following,
        first=None if not after else _view.address("/desk/questions", tab=tab),
    )  # fmt: skip


async def _shown(request: AnyRequest, work: Work, which: str, status: int = 200, **more: Any) -> Response[str]:
    line, asked = await challenges.open(work, _view.challenge_id(which))
    mine = line.state is State.ASKED and (not line.escalated or Grants.SUPERVISE in work.actor.grants)
    data: dict[str, Any] = {
        "row": _view.question(work, line), "asked": _view.challenge(work, asked), "what": orgs.plain(work.locale, line.elements),
        "mine": mine, "values": {}, "errors": [],
    }  # fmt: skip
    return page(request, "tracker/question.html", status, **data | more)


@get("/desk/questions/{challenge:str}", **may(NEEDS), include_in_schema=False)
async def one(request: AnyRequest, challenge: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One question; the person reads that it was opened."""
    return await _shown(request, work, challenge)


@post("/desk/questions/{challenge:str}", **may(NEEDS), include_in_schema=False)
async def answer(request: AnyRequest, challenge: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """The answer."""
    sent: dict[str, Any] = {}
    try:
        said = await form(request, Answering)
        sent = msgspec.structs.asdict(said)
        async with begin() as work:
            await challenges.answer(work, _view.challenge_id(challenge), said.basis, said.words)
    except Invalid as bad:
        values: Any = bad.extra.get("values") or {}
        async with begin() as work:
            return await _shown(request, work, challenge, bad.status, values=sent | values, errors=bad.errors)
    return see_other("/desk/questions")


handlers = [listed, one, answer]
