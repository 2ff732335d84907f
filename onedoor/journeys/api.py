"""Journeys for programs: what there is, one press, what became of it; and offers with the answers to them."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from onedoor.cases.errors import NoSuchAttachment
from onedoor.cases.models import AttachmentId
from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from . import service
from .errors import NoSuchProposal, NoSuchRun
from .models import Journey, LegState, Measure, Proposal, ProposalId, ProposalState, Run, RunId
from .service import View

TAGS = ["journeys"]
Short = Annotated[str, msgspec.Meta(max_length=60)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class LegSaid(msgspec.Struct, frozen=True):
    """One leg of a journey: an item, and what it waits for."""

    code: str
    item: str
    title: Text
    after: list[str]


class JourneySaid(msgspec.Struct, frozen=True):
    """A journey that can be begun."""

    code: str
    version: int
    name: Text
    summary: Text
    legs: list[LegSaid]


class JourneyList(msgspec.Struct, frozen=True):
    """Every journey of the city."""

    items: list[JourneySaid]


class NewRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by question of the journey's form, and the ids of files uploaded before."""

    answers: dict[str, Any]
    attachments: Annotated[list[Short], msgspec.Meta(max_length=30)] = []


class LegShown(msgspec.Struct, frozen=True):
    """One leg of a run and the case it has become."""

    code: str
    item: str
    title: Text
    state: LegState
    why: Text | None
    after: list[str]
    case: str | None
    outcome: str
    due_on: date | None


class RunShown(msgspec.Struct, frozen=True):
    """A run; `due_on` is the slowest day of all its legs."""

    id: str
    journey: str
    title: Text
    pressed_at: datetime
    ended_at: datetime | None
    due_on: date | None
    measure: Measure
    legs: list[LegShown]


class RunLine(msgspec.Struct, frozen=True):
    """A run in a list."""

    id: str
    journey: str
    title: Text
    pressed_at: datetime
    ended_at: datetime | None


class RunList(msgspec.Struct, frozen=True):
    """One page of my runs; `next` goes into `after` for the following one."""

    items: list[RunLine]
    next: str | None


class NewRunWithdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which legs are taken back, and why, if one wants to say."""

    legs: Annotated[list[Short], msgspec.Meta(min_length=1, max_length=12)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ProposalShown(msgspec.Struct, frozen=True):
    """可享待遇: a benefit that was found for me."""

    id: str
    benefit: str
    title: Text
    state: ProposalState
    found_on: date
    seen: dict[str, Any]
    case: str | None


class ProposalList(msgspec.Struct, frozen=True):
    """One page of what was found for me."""

    items: list[ProposalShown]
    next: str | None


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether I take it, with the answers that only I can give."""

    take: bool
    answers: dict[str, Any] = {}


def _id(kind: Any, given: str, refusal: Any) -> Any:
    try:
        return kind.parse(given)
    except ValueError:
        raise refusal() from None


def _journey(one: Journey) -> JourneySaid:
    return JourneySaid(one.code, one.version, one.name, one.summary, [LegSaid(g.code, g.item, g.title, g.after) for g in one.legs])


def _run(seen: View) -> RunShown:
    legs = [
        LegShown(g.code, g.item, g.title, g.state, g.why, g.after, str(g.case_ref) if g.case_ref else None, g.outcome, seen.due.get(g.code))
        for g in seen.legs
    ]
    run = seen.run
    return RunShown(str(run.id), run.journey, run.title, run.pressed_at, run.ended_at, seen.last_due, run.measure, legs)


def _line(run: Run) -> RunLine:
    return RunLine(str(run.id), run.journey, run.title, run.pressed_at, run.ended_at)


def _proposal(one: Proposal) -> ProposalShown:
    case = str(one.case_ref) if one.case_ref else None
    return ProposalShown(str(one.id), one.benefit, one.title, one.state, one.found_on, one.seen, case)


@get("/api/journeys", **may(public=True), tags=TAGS)
async def list_journeys(work: NamedDependency[Work]) -> JourneyList:
    """Every journey of the city with its legs."""
    return JourneyList([_journey(one) for one in await service.journeys(work)])


@post("/api/journeys/{code:str}/runs", **may("signed-in"), tags=TAGS,
      responses={200: ResponseSpec(RunShown, description="Made before with this key.")})  # fmt: skip
async def press(request: AnyRequest, code: FromPath[str], data: JSONBody[NewRun], work: NamedDependency[Work]) -> Response[RunShown]:
    """One press. The same `Idempotency-Key` is the same run, also after a lost reply. Its cases are made within seconds."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > 200 or text.fault(key):
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "幂等键最多 {n} 个字符", n=200)}])
    ids = [_id(AttachmentId, a, NoSuchAttachment) for a in data.attachments]
    run, fresh = await service.press_answers(work, code, data.answers, ids, key)
    where = {"Location": f"/api/runs/{run.id}"}
    return Response(_run(await service.show(work, run.id)), status_code=201 if fresh else 200, headers=where)


@get("/api/runs", **may("signed-in"), tags=TAGS)
async def list_runs(work: NamedDependency[Work], after: FromQuery[str] = "", limit: Limit = 20) -> RunList:
    """My runs, newest first."""
    found, more = await service.mine(work, _id(RunId, after, NoSuchRun) if after else None, limit)
    return RunList([_line(run) for run in found], str(more) if more else None)


@get("/api/runs/{run:str}", **may("signed-in"), tags=TAGS)
async def show_run(run: FromPath[str], work: NamedDependency[Work]) -> RunShown:
    """One of my runs with its legs."""
    return _run(await service.show(work, _id(RunId, run, NoSuchRun)))


@post("/api/runs/{run:str}/withdrawals", **may("signed-in"), tags=TAGS)
async def withdraw(
    request: AnyRequest, run: FromPath[str], data: JSONBody[NewRunWithdrawal], work: NamedDependency[Work]
) -> Response[RunShown]:
    """Take legs back; the others go on."""

    async def make() -> RunShown:
        if text.fault(data.reason, lines=True):
            raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "里面有看不见的控制字符，请删掉再填")}])
        ident = _id(RunId, run, NoSuchRun)
        await service.take_back(work, ident, data.legs, text.fold(data.reason))
        return _run(await service.show(work, ident))

    return await once(request, work, make)


@get("/api/proposals", **may("signed-in"), tags=TAGS)
async def list_proposals(work: NamedDependency[Work], after: FromQuery[str] = "", limit: Limit = 20) -> ProposalList:
    """What was found for me, newest first."""
    found, more = await service.offers(work, _id(ProposalId, after, NoSuchProposal) if after else None, limit)
    return ProposalList([_proposal(one) for one in found], str(more) if more else None)


@post("/api/proposals/{proposal:str}/decisions", **may("signed-in"), tags=TAGS)
async def decide(
    request: AnyRequest, proposal: FromPath[str], data: JSONBody[NewDecision], work: NamedDependency[Work]
) -> Response[ProposalShown]:
    """Take what was found, or turn it down. Taken, it is a case at once."""

    async def make() -> ProposalShown:
        ident = _id(ProposalId, proposal, NoSuchProposal)
        if data.take:
            await service.take(work, ident, data.answers)
        else:
            await service.decline(work, ident)
        return _proposal((await service.offer(work, ident)).proposal)

    return await once(request, work, make)


handlers = [list_journeys, press, list_runs, show_run, withdraw, list_proposals, decide]
