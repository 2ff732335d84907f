"""数据回流 What a district or street office asks back for its own area, what became of it, and the file it fetches."""

import datetime as dt

from msgspec import Struct

from onedoor.exchange import policy, rows_given
from onedoor.exchange.dictionary import Agreement, Dictionary, Resource
from onedoor.exchange.errors import BackflowDeleted, BackflowEnded, NoSuchBackflow, NoSuchDemand, NotNow
from onedoor.exchange.records import Backflow, BackflowId, BackflowState, Demand, DemandId, Happened
from onedoor.exchange.store import backflow as store
from onedoor.exchange.store import demands as demand_store
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

from . import demanding
from .giving_back import KEPT, area_title, hindrance, opened, period_of
from .known import dictionary

MOST, EVERY = 100, ("once", "monthly")
ENDED = ("ended", "resource")
"""In the way of what was prepared before, too."""


class Seen(Struct, frozen=True):
    """One demand for rows: what is in the way, whether what was prepared may be fetched, and what happened."""

    demand: Demand
    agreement: Agreement | None
    hindrance: str
    open: bool
    given: list[Backflow]
    steps: list[Happened]


def offered(known: Dictionary) -> list[tuple[Resource, bool]]:
    """What the registers hold about people, and whether any of it may be given back."""
    return [(one, bool(policy.returnable(known, one))) for one in known.resources.values()]


async def ask(
    work: Work, resource: str, elements: list[str], scope: str, purpose: str, every: str, basis: str, words: str
) -> Demand:  # fmt: skip
    """A demand like all others, for rows of the own area. `errors` names what does not fit."""
    areas, wrong = policy.own_areas(work.actor), list[dict[str, str]]()
    if not areas:
        raise Forbidden()
    if scope not in areas:
        wrong.append({"pointer": "/scope", "detail": say(work.locale, "只能要自己辖区的数据")})
    if every not in EVERY:
        wrong.append({"pointer": "/every", "detail": say(work.locale, "请选择一项")})
    known = await dictionary(work)
    if (found := known.resources.get(resource)) and not policy.returnable(known, found):
        wrong.append({"pointer": "/resource", "detail": why_not(work.locale, found)})
    # without an area it is wrong already, and still no demand for asking about one person
    return await demanding.draft(work, resource, elements, [], purpose, basis, words, scope=scope or "-", every=every, wrong=tuple(wrong))


def why_not(locale: str, resource: Resource) -> str:
    """Why nothing of a resource is given back."""
    if resource.way != "file":
        return say(locale, "只能一个人一个人地查，没有整批的数据，不能回流")
    return say(locale, "数源部门没有开放回流")


async def mine(work: Work) -> list[Demand]:
    """What the own office asked for its areas."""
    if work.actor.org is None:
        return []
    return await demand_store.of_areas(work.db, OrgId(work.actor.org.uuid), policy.own_areas(work.actor), MOST)


async def one(work: Work, which: DemandId) -> Seen:
    found = await _mine(work, which)
    agreement = (await dictionary(work)).agreements.get(found.agreement)
    given = await store.of_demand(work.db, found.org_id, which, MOST)
    stuck = await hindrance(work, agreement) if agreement else ""
    due = agreement is not None and all(one.period != period_of(agreement, work.today) for one in given)
    steps = await demand_store.history(work.db, found.org_id, which)
    return Seen(found, agreement, stuck if due or stuck in ENDED else "", agreement is not None and stuck not in ENDED, given, steps)


async def dispute(work: Work, which: DemandId, words: str) -> None:
    await demanding.dispute(work, (await _mine(work, which)).org_id, which, words)


async def fetch(work: Work, which: DemandId, part: BackflowId) -> tuple[str, bytes]:
    """The file with who takes it and when on its first line; that it was taken is in the history."""
    found = await _mine(work, which)
    made = await store.locked(work.db, found.org_id, part)
    if made is None or made.demand_id != which:
        raise NoSuchBackflow()
    agreement = (await dictionary(work)).agreements.get(made.agreement)
    if await hindrance(work, agreement) in ENDED:
        raise BackflowEnded()
    if made.state is not BackflowState.READY:
        raise NotNow(state=str(made.state))
    table = await opened(work, made) if work.now < made.taken_at + KEPT else None
    if table is None:
        raise BackflowDeleted()
    await demanding.happened(work, found, "fetched", "")
    at, area = f"{work.now.astimezone(work.zone):%Y-%m-%d %H:%M}", pick(work.locale, area_title(made.scope))
    own, resource = await orgs.department_of(work, made.org_id), (await dictionary(work)).resources.get(made.resource)
    mark = say(
        work.locale, "{what} · {area}（{office}）· {name} 于 {at} 下载 · 只用于申请的用途，{until}前删除 · {id}",
        what=pick(work.locale, resource.title) if resource else made.resource, area=area,
        office=pick(work.locale, own.short) if own else "", name=work.actor.name, at=at,
        until=day(work.locale, gone_on(work, made), year=True), id=str(made.id),
    )  # fmt: skip
    return f"{made.resource}-{made.scope}-{made.period}.csv", rows_given.sheet(table, mark)


def gone_on(work: Work, made: Backflow) -> dt.date:
    """The day on which the rows are deleted."""
    return (made.taken_at + KEPT).astimezone(work.zone).date()


async def _mine(work: Work, which: DemandId) -> Demand:
    found = await demand_store.one(work.db, OrgId(work.actor.org.uuid), which) if work.actor.org else None
    if found is None:
        raise NoSuchDemand()
    policy.receives(work.actor, found)
    return found


__all__ = ["KEPT", "Seen", "ask", "dispute", "fetch", "gone_on", "mine", "offered", "one", "why_not"]
