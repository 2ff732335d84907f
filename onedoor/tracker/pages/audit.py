"""数据保护官: who stands out, what was refused, whether the chains hold. What the officer sees of a person, that person reads."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick
from onedoor.kernel.problems import Invalid, NotFound
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.tracker import policy
from onedoor.tracker.models import Finding, FindingId, Grants, ReaderDay, State
from onedoor.tracker.service import challenges, sealing, verifying, watching
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view

NEEDS = str(Grants.AUDIT)
Typed = Annotated[str, msgspec.Meta(max_length=20_000)]


class Ruling(msgspec.Struct, frozen=True):
    """What the officer says to it."""

    words: Typed = ""


def _after(text: str) -> ReaderDay | None:
    """Where a page begins: "2026-11-26.2.<reader>.<organisation>"."""
    if not text:
        return None
    try:
        day, rank, actor, org = text.split(".")
        return ReaderDay(dt.date.fromisoformat(day), actor[:60], org[:60], "", 0, 0, 0, 0, 0, 0, 0, 0, 0, min(int(rank), 99))
    except ValueError:
        raise NotFound() from None


def _finding(work: Work, one: Finding) -> dict[str, Any]:
    return {"words": policy.fault_words(work.locale, one.fault), "one": one}


@get("/audit", **may(NEEDS), include_in_schema=False)
async def overview(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[str]:
    """Everything at a glance: what does not fit, who stands out, what people dispute, where people look."""
    rows, more = await watching.striking(work, _after(after))
    last = rows[-1].day if rows else None
    days, by_org = await watching.sums(work)
    return page(
        request, "tracker/audit.html", findings=[_finding(work, one) for one in (await verifying.findings(work))[:5]],
        rows=[{"one": row.day, "org": pick(work.locale, row.org), "marks": policy.marks(work.locale, row.day)} for row in rows],
        contested=[_view.question(work, line) for line in await challenges.contested(work)], first=not after, days=days,
        most=max((one.looks for one in days), default=0), orgs=[(pick(work.locale, name), one) for name, one in by_org],
        most_org=max((one.looks for _, one in by_org), default=0), checked=await verifying.checked(work),
        seals=(await sealing.latest(work))[:1],
        next=_view.address("/audit", after=f"{last.day}.{last.rank}.{last.actor}.{last.org}") if more and last else None,
    )  # fmt: skip


@get("/audit/readers/{day:str}/{reader:str}", **may(NEEDS), include_in_schema=False)
async def reader(
    request: AnyRequest, day: FromPath[str], reader: FromPath[str], work: NamedDependency[Work], after: FromQuery[str] = ""
) -> Response[str]:
    """What one reader looked at on one day. Each person on the page reads that the officer has seen this."""
    try:
        on = dt.date.fromisoformat(day)
    except ValueError:
        raise NotFound() from None
    line = await watching.line(work, on, reader[:60])
    found, more = await watching.looks_of(work, on, reader[:60], _view.look_after(after))
    path, last = f"/audit/readers/{on}/{line.day.actor}", found[-1] if found else None
    cursor = f"{round(last.access.at.timestamp() * 1_000_000)}.{last.citizen}.{last.access.seq}" if last else ""
    return page(
        request, "tracker/reader.html", line=line.day, org=pick(work.locale, line.org), marks=policy.marks(work.locale, line.day),
        rows=[_seen(work, one) for one in found], first=None if not after else path,
        next=_view.address(path, after=cursor) if more else None,
    )  # fmt: skip


def _seen(work: Work, one: watching.Seen) -> dict[str, Any]:
    access = one.access
    return {
        "whom": one.whom, "at": access.at, "who": access.staff_name, "what": orgs.plain(work.locale, access.fields),
        "action": policy.action_words(work.locale)[access.action], "purpose": pick(work.locale, access.purpose),
        "case": access.case_ref or "",
    }  # fmt: skip


@get("/audit/refused", **may(NEEDS), include_in_schema=False)
async def refused(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Who was refused something lately."""
    rows = [{"one": row.day, "org": pick(work.locale, row.org)} for row in await watching.refused(work)]
    return page(request, "tracker/refused.html", rows=rows)


@get("/audit/seals", **may(NEEDS), include_in_schema=False)
async def seals(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[int] = 0) -> Response[str]:
    """The latest seals, when what was checked, and everything that did not fit."""
    found = await sealing.latest(work, min(max(before, 0), _view.MOST_SEQ))
    last = found[-1].n if len(found) == sealing.PAGE else 0
    return page(
        request, "tracker/seals.html", seals=found, checked=await verifying.checked(work), first=not before,
        findings=[_finding(work, one) for one in await verifying.findings(work)],
        next=_view.address("/audit/seals", before=last) if last > 1 else None,
    )  # fmt: skip


@get("/audit/findings", **may(NEEDS), include_in_schema=False)
async def findings(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """Everything that did not fit, page by page."""
    try:
        cursor = FindingId.parse(before) if before else None
    except ValueError:
        raise NotFound() from None
    found = await verifying.findings(work, cursor)
    following = _view.address("/audit/findings", before=found[-1].id) if len(found) == verifying.PAGE else None
    return page(request, "tracker/findings.html", findings=[_finding(work, one) for one in found], first=not before, next=following)


async def _disputed(request: AnyRequest, work: Work, which: str, status: int = 200, **more: Any) -> Response[str]:
    line, asked = await challenges.contested_one(work, _view.challenge_id(which))
    title = (await orgs.titles(work, [str(line.org_id)])).get(str(line.org_id))
    data: dict[str, Any] = {
        "row": _view.question(work, line), "asked": _view.challenge(work, asked), "what": orgs.plain(work.locale, line.elements),
        "org": pick(work.locale, title), "open": line.state is State.CONTESTED, "values": {}, "errors": [],
    }  # fmt: skip
    return page(request, "tracker/disputed.html", status, **data | more)


@get("/audit/questions/{challenge:str}", **may(NEEDS), include_in_schema=False)
async def disputed(request: AnyRequest, challenge: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """An answer that the person does not accept."""
    return await _disputed(request, work, challenge)


@post("/audit/questions/{challenge:str}", **may(NEEDS), include_in_schema=False)
async def rule(request: AnyRequest, challenge: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """The officer's word."""
    sent: dict[str, Any] = {}
    try:
        said = await form(request, Ruling)
        sent = msgspec.structs.asdict(said)
        async with begin() as work:
            await challenges.rule(work, _view.challenge_id(challenge), said.words)
    except Invalid as bad:
        values: Any = bad.extra.get("values") or {}
        async with begin() as work:
            return await _disputed(request, work, challenge, bad.status, values=sent | values, errors=bad.errors)
    return see_other("/audit")


handlers = [overview, reader, refused, seals, findings, disputed, rule]
