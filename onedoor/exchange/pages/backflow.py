"""数据回流 A district or street office asks for the rows of its own people, follows what became of it, and fetches them."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange import policy
from onedoor.exchange.errors import NoSuchBackflow, NoSuchDemand, NoSuchResource
from onedoor.exchange.records import Backflow, BackflowId, BackflowState, Demand, DemandId, DemandState
from onedoor.exchange.service import backflowing, dictionary
from onedoor.exchange.service.backflowing import Seen
from onedoor.exchange.service.giving_back import area_title
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, form, may, page, see_other
from onedoor.ui.edge import kept as as_typed

from .demands import TONES, Words, every_words, moments, words


class Wish(msgspec.Struct, frozen=True):
    """Which facts, for which area, how often, for what and by which law."""

    resource: Annotated[str, msgspec.Meta(max_length=60)]
    basis: Words = ""
    words: Words = ""
    scope: Annotated[str, msgspec.Meta(max_length=20)] = ""
    every: Annotated[str, msgspec.Meta(max_length=10)] = ""
    purpose: Annotated[str, msgspec.Meta(max_length=40)] = ""
    elements: list[str] = []


class Objection(msgspec.Struct, frozen=True):
    """Why the refusal is not right."""

    note: Words = ""


def _joined(locale: str, parts: list[str]) -> str:
    return (", " if locale == "en" else "、").join(parts)


async def _row(work: Work, one: Demand) -> dict[str, Any]:
    known, locale = await dictionary(work), work.locale
    supplier, resource = await orgs.department_of(work, one.supplier), known.resources.get(one.resource)
    agreement = known.agreements.get(one.agreement)
    ended = agreement is not None and not agreement.in_force(work.today)
    return {
        "href": f"/exchange/backflow/{one.id}", "resource": pick(locale, resource.title) if resource else one.resource,
        "supplier": pick(locale, supplier.short) if supplier else "", "area": pick(locale, area_title(one.scope)),
        "every": every_words(locale, one.every),
        "facts": _joined(locale, [pick(locale, known.elements[e].title) for e in one.elements if e in known.elements]),
        "state": say(locale, "已停止") if ended else words(locale)[one.state], "tone": "" if ended else TONES[one.state],
    }  # fmt: skip


@get("/exchange/backflow", **may("exchange:backflow"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What the own office asked for its area."""
    return page(request, "exchange/backflows.html", rows=[await _row(work, one) for one in await backflowing.mine(work)])


async def _new(request: AnyRequest, work: Work, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    known, locale = await dictionary(work), work.locale
    resource = known.resources.get(values.get("resource", ""))
    if resource is None:
        choices = [
            {
                "title": pick(locale, r.title), "href": f"/exchange/backflow/new?resource={r.code}" if able else None,
                "detail": pick(locale, known.register_of(r.code).title) if able else backflowing.why_not(locale, r),
            }
            for r, able in sorted(backflowing.offered(known), key=lambda one: not one[1])
        ]  # fmt: skip
        return page(request, "exchange/backflow_which.html", choices=choices)
    facts = [{"value": e, "label": pick(locale, known.elements[e].title)} for e in policy.returnable(known, resource)]
    areas = [{"value": code, "label": pick(locale, area_title(code))} for code in policy.own_areas(work.actor)]
    return page(
        request, "exchange/backflow_new.html", 422 if errors else 200, resource=resource.code, title=pick(locale, resource.title),
        facts=facts, areas=areas, values=values, errors=errors, why_not="" if facts else backflowing.why_not(locale, resource),
        purposes=[{"value": p.code, "label": pick(locale, p.title)} for p in known.purposes.values()],
        often=[{"value": one, "label": every_words(locale, one)} for one in backflowing.EVERY],
        keys=_joined(locale, [pick(locale, known.elements[e].title) for e in resource.keys if e in known.elements]),
    )  # fmt: skip


@get("/exchange/backflow/new", **may("exchange:backflow"), include_in_schema=False)
async def asked(request: AnyRequest, work: NamedDependency[Work], resource: FromQuery[str] = "") -> Response[Any]:
    """First which resource, then which facts of it; what cannot be given back says why."""
    return await _new(request, work, {"resource": resource}, [])


@post("/exchange/backflow", **may("exchange:backflow"), include_in_schema=False)
async def make(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Hand it to the data authority."""
    try:
        sent = await form(request, Wish)
        made = await backflowing.ask(
            work, sent.resource, list(dict.fromkeys(sent.elements)), sent.scope, sent.purpose, sent.every, sent.basis, sent.words
        )
    except NoSuchResource:
        raise
    except Invalid as bad:
        typed = await request.form()
        kept = {name: typed.get(name, "") for name in ("resource", "basis", "words", "purpose", "scope", "every")}
        return await _new(request, work, kept | {"elements": list(typed.getall("elements", []))}, bad.errors)
    return see_other(f"/exchange/backflow/{made.id}")


def _id(which: str) -> DemandId:
    try:
        return DemandId.parse(which)
    except ValueError:
        raise NoSuchDemand() from None


def _given(work: Work, one: Backflow, may_fetch: bool) -> dict[str, Any]:
    """What was prepared for one period, and whether it can be fetched."""
    locale = work.locale
    said = {
        BackflowState.NOTING: say(locale, "正在写入每个人的数据足迹，写完就能下载"), BackflowState.READY: say(locale, "可以下载"),
        BackflowState.SAME: say(locale, "和上一次完全一样，没有再给一份"), BackflowState.EMPTY: say(locale, "辖区里没有人在这份登记里"),
    }  # fmt: skip
    ready = one.state is BackflowState.READY
    gone = ready and (not one.kept or work.now >= one.taken_at + backflowing.KEPT)
    counts = say(locale, "{n} 行", n=one.rows)
    if one.unplaced:
        counts = say(locale, "{n} 行；另有 {m} 行看不出属于哪个辖区，没有给", n=one.rows, m=one.unplaced)
    return {
        "id": str(one.id), "at": one.taken_at, "counts": counts, "as_of": day(locale, one.as_of, year=True),
        "sha256": one.sha256.hex()[:16],
        "state": say(locale, "已删除") if gone else said[one.state],
        "until": day(locale, backflowing.gone_on(work, one)), "open": ready and may_fetch and not gone,
    }  # fmt: skip


def stuck_words(locale: str, why: str) -> str:
    """What is in the way of preparing it."""
    known = {
        "ended": say(locale, "已经停止，什么都不再给。"), "register": say(locale, "数源系统停用了，恢复以后再准备。"),
        "resource": say(locale, "数源部门不再开放这些数据项。"),
        "area": say(locale, "这个辖区或负责它的岗位有变动，不再准备。请重新申请。"),
        "file": say(locale, "数源部门还没有可用的文件，每天夜里再看一次。"),
    }  # fmt: skip
    return known.get(why, "")


async def _one(request: AnyRequest, work: Work, seen: Seen, note: str, errors: list[dict[str, str]]) -> Response[Any]:
    found, locale = seen.demand, work.locale
    purpose = (await dictionary(work)).purposes.get(found.purpose)
    return page(
        request, "exchange/backflow.html", 422 if errors else 200, row=await _row(work, found), one=found, note=note,
        moments=moments(locale, seen.steps), errors=errors, stuck=stuck_words(locale, seen.hindrance),
        given=[_given(work, part, seen.open) for part in seen.given],
        purpose=pick(locale, purpose.title) if purpose else found.purpose, refused=found.state is DemandState.REFUSED,
        granted=found.state is DemandState.GRANTED or seen.agreement is not None, due=day(locale, found.due_on) if found.due_on else "",
        until=day(locale, seen.agreement.until_on, year=True) if seen.agreement else "",
    )  # fmt: skip


@get("/exchange/backflow/{demand:str}", **may("exchange:backflow"), include_in_schema=False)
async def one(request: AnyRequest, demand: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    return await _one(request, work, await backflowing.one(work, _id(demand)), "", [])


@post("/exchange/backflow/{demand:str}", **may("exchange:backflow"), include_in_schema=False)
async def dispute(request: AnyRequest, demand: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The refusal goes to the data authority."""
    which = _id(demand)
    try:
        sent = await form(request, Objection)
        await backflowing.dispute(work, which, sent.note)
    except Invalid as bad:
        note = as_typed(await request.form()).get("note", "")
        return await _one(request, work, await backflowing.one(work, which), note, bad.errors)
    return see_other(f"/exchange/backflow/{demand}")


@post("/exchange/backflow/{demand:str}/{backflow:str}", **may("exchange:backflow"), include_in_schema=False)
async def fetch(demand: FromPath[str], backflow: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """The rows as a sheet, to be saved."""
    try:
        part = BackflowId.parse(backflow)
    except ValueError:
        raise NoSuchBackflow() from None
    name, content = await backflowing.fetch(work, _id(demand), part)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers, status_code=200)


handlers = [listed, asked, make, one, dispute, fetch]
