"""流调: asking for an order, agreeing to it, the itinerary, contacts without names, and names."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import pick, say, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid, Problem
from onedoor.kernel.work import Begin, Work
from onedoor.passes.errors import NoSuchOrder, NoSuchSubject, OrderNotGood, OrderNotYours
from onedoor.passes.models import Grants
from onedoor.passes.service import supervising, tracing
from onedoor.passes.service.tracing_away import MOST_SEEN, Outcome
from onedoor.passes.tracing import Asked, Contact, Gap, Order, OrderId, OrderState
from onedoor.ui.edge import AnyRequest, form, local, may, page, see_other

from . import _away, _view

TRACE, APPROVE = str(Grants.TRACE), str(Grants.APPROVE_TRACE)
Short = Annotated[str, msgspec.Meta(max_length=200)]


class Typed(msgspec.Struct, frozen=True):
    """An order as it is typed; days as the browser sends them."""

    scheme: Short = ""
    case_no: Annotated[str, msgspec.Meta(max_length=40)] = ""
    disease: Annotated[str, msgspec.Meta(max_length=60)] = ""
    basis: Short = ""
    purpose: Short = ""
    id_number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    first: Short = ""
    last: Short = ""
    delay_reason: Short = ""


class Why(msgspec.Struct, frozen=True):
    """Why an order is refused."""

    why: Short = ""


class Ticked(msgspec.Struct, frozen=True):
    """Whose names are wanted."""

    contact: Annotated[list[Annotated[str, msgspec.Meta(max_length=20)]], msgspec.Meta(max_length=200)] = []


def order_id(given: str) -> OrderId:
    try:
        return OrderId.parse(given)
    except ValueError:
        raise NoSuchOrder() from None


def asked_of(work: Work, typed: Typed) -> Asked:
    """Days as instants of the city; what is no day is told as a field."""
    errors: list[dict[str, str]] = []
    moments: dict[str, dt.datetime] = {}
    for field, pointer, days in (("first", "/from_at", 0), ("last", "/to_at", 1)):
        try:
            day = dt.date.fromisoformat(getattr(typed, field).strip())
            moments[field] = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), work.zone)
        except (ValueError, OverflowError):
            errors.append({"pointer": pointer, "detail": say(work.locale, "请写成 2026-11-20 这样的日期")})
    if errors:
        raise Invalid(errors=errors)
    return Asked(
        typed.scheme, typed.case_no.strip(), typed.disease.strip(), typed.basis.strip(), typed.purpose.strip(),
        typed.id_number.strip().upper(), moments["first"], moments["last"], typed.delay_reason.strip(),
    )  # fmt: skip


def state_words(locale: str, order: Order, now: dt.datetime) -> str:
    if order.state is OrderState.APPROVED and not order.good(now):
        return say(locale, "已到期")
    return {
        OrderState.ASKED: say(locale, "等待另一人同意"), OrderState.APPROVED: say(locale, "可以使用"),
        OrderState.REFUSED: say(locale, "没有同意"), OrderState.CLOSED: say(locale, "已结束"),
    }[order.state]  # fmt: skip


@get("/supervise/orders", **may("signed-in"), include_in_schema=False)
async def orders(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Orders of my part of the city, for whoever asks for them or agrees to them."""
    _must_trace(work)
    rows = [(one, state_words(work.locale, one, work.now), local(request, one.asked_at)) for one in await tracing.orders(work)]
    return page(request, "passes/orders.html", rows=rows, may_ask=TRACE in work.actor.grants, asked=await _away.asked(request, work))


def _must_trace(work: Work) -> None:
    if not work.actor.grants & {TRACE, APPROVE} or work.actor.outside:
        raise tracing.refused()


@get("/supervise/orders/new", **may(TRACE), include_in_schema=False)
async def new(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The form of an order."""
    return await _form(request, work, Typed(), [])


async def _form(request: AnyRequest, work: Work, typed: Typed, errors: list[dict[str, str]]) -> Response[str]:
    schemes = [one for one in await supervising.watchable(work) if one.tracing_days]
    choices = [{"value": one.code, "label": pick(work.locale, one.name)} for one in schemes]
    return page(request, "passes/order_new.html", 422 if errors else 200, typed=typed, errors=errors, choices=choices)


@post("/supervise/orders", **may(TRACE), include_in_schema=False)
async def ask(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Ask for an order; nothing can be looked up before somebody else agrees."""
    typed = await form(request, Typed)
    try:
        async with begin() as work:
            made = await tracing.ask(work, ports.get(Secrets), asked_of(work, typed))
    except NoSuchSubject as nobody:
        async with begin() as work:
            return await _form(request, work, typed, [{"pointer": "/id_number", "detail": _titled(work, nobody)}])
    except Invalid as bad:
        async with begin() as work:
            return await _form(request, work, typed, bad.errors)
    return see_other(f"/supervise/orders/{made.id}")


def _titled(work: Work, bad: Problem) -> str:
    return translate(work.locale, bad.title)


@get("/supervise/orders/{order:str}", **may("signed-in"), include_in_schema=False)
async def look(request: AnyRequest, order: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One order, what was found, and what has been done under it."""
    _must_trace(work)
    return await shown(request, work, order_id(order), [], None)


async def shown(
    request: AnyRequest, work: Work, which: OrderId, errors: list[dict[str, str]], moments: list[dict[str, Any]] | None,
    heard: list[Outcome] | None = None,
) -> Response[str]:  # fmt: skip
    """The page of an order; `heard` is what other regions have just said."""
    found = await tracing.order_of(work, which)
    mine = found.asked_by == work.actor.id
    names = await tracing.names(work, which) if mine else {}
    contacts = [_contact(work.locale, one, names) for one in await tracing.contacts(work, which)] if mine else []
    log = [msgspec.json.decode(one.body) | {"at": local(request, one.at)} for one in await tracing.log_of(work, which)]
    return page(
        request, "passes/order.html", 422 if errors else 200, order=found, state=state_words(work.locale, found, work.now), errors=errors,
        good=found.good(work.now) and mine, may_agree=_may_agree(work, found), contacts=contacts, moments=moments,
        away=await _away.panel(work, which, heard) if mine else None,
        most_seen=MOST_SEEN, cut=next((one.get("cut", False) for one in log if one["action"] == "away"), False),
        log=[{"what": _step(work.locale, one), "at": one["at"], "who": one.get("name", "")} for one in log],
        first=local(request, found.from_at), last=local(request, found.to_at),
        until=local(request, found.expires_at) if found.expires_at else None,
    )  # fmt: skip


def _may_agree(work: Work, found: Order) -> bool:
    return APPROVE in work.actor.grants and found.state is OrderState.ASKED and found.asked_by != work.actor.id


def _contact(locale: str, one: Contact, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": one.pseudonym, "minutes": round(one.seconds / 60), "class": _away.near(locale, one.class_), "places": one.places,
        "name": names.get(one.pseudonym),
        "at": one.first_at,
    }  # fmt: skip


def _step(locale: str, line: dict[str, Any]) -> str:
    words = {
        "ask": say(locale, "申请"), "approve": say(locale, "同意"), "refuse": say(locale, "不同意"), "close": say(locale, "结束"),
        "expire": say(locale, "到期"), "itinerary": say(locale, "查看行程"), "contacts": say(locale, "查找同处的人"),
        "open": say(locale, "查看姓名"), "tell": say(locale, "告知有关的人"),
    }  # fmt: skip
    said = (words | _away.steps(locale)).get(line["action"]) or str(line["action"])
    return f"{said} {line['contact']}" if "contact" in line else said


@post("/supervise/orders/{order:str}/approve", **may(APPROVE), include_in_schema=False)
async def approve(order: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """I agree; for 72 hours."""
    await tracing.approve(work, order_id(order))
    return see_other(f"/supervise/orders/{order}")


@post("/supervise/orders/{order:str}/refuse", **may(APPROVE), include_in_schema=False)
async def refuse(request: AnyRequest, order: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """I do not agree."""
    await tracing.refuse(work, order_id(order), (await form(request, Why)).why)
    return see_other(f"/supervise/orders/{order}")


@post("/supervise/orders/{order:str}/close", **may(TRACE), include_in_schema=False)
async def close(order: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Done: those concerned are told."""
    await tracing.close(work, order_id(order))
    return see_other(f"/supervise/orders/{order}")


@post("/supervise/orders/{order:str}/itinerary", **may(TRACE), include_in_schema=False)
async def itinerary(request: AnyRequest, order: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """Where the person was. A look is a step of its own, so it is a button and not a link."""
    _, found, places = await tracing.itinerary(work, order_id(order))
    moments: list[dict[str, Any]] = []
    for one in found:
        span = f"{local(request, one.begins):%m-%d %H:%M} – {local(request, one.ends):%m-%d %H:%M}"
        if isinstance(one, Gap):
            moments.append({"what": say(work.locale, "没有记录"), "at": span, "tone": "paused"})
            continue
        place = places.get(one.place_id)
        note = say(work.locale, "没有离开的记录，按通常的时间算") if one.guessed else ""
        where = pick(work.locale, place.name) if place else say(work.locale, "已撤销的场所")
        moments.append({"what": where, "at": span, "note": note, "who": _view.place(work.locale, place.division) if place else ""})
    return await shown(request, work, order_id(order), [], moments)


@post("/supervise/orders/{order:str}/contacts", **may(TRACE), include_in_schema=False)
async def contacts(order: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Who was there too, without names."""
    await tracing.find_contacts(work, order_id(order))
    return see_other(f"/supervise/orders/{order}#contacts")


@post("/supervise/orders/{order:str}/names", **may(TRACE), include_in_schema=False)
async def names(request: AnyRequest, order: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Names of those ticked."""
    said = await form(request, Ticked)
    try:
        async with begin() as work:
            await tracing.open_names(work, order_id(order), said.contact)
    except (NoSuchOrder, OrderNotGood, OrderNotYours):
        raise
    except Invalid as bad:
        async with begin() as work:
            return await shown(request, work, order_id(order), bad.errors, None)
    return see_other(f"/supervise/orders/{order}#contacts")


handlers = [orders, new, ask, look, approve, refuse, close, itinerary, contacts, names]
