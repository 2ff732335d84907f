"""数源系统与共享授权 The steward's pages: how registers answer, what they offer, who may ask for what."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange.dictionary import Agreement
from onedoor.exchange.ports import Services
from onedoor.exchange.service import agreeing, dictionary, stewarding
from onedoor.exchange.service.giving_back import area_title
from onedoor.exchange.service.stewarding import Standing
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

TONES = {"well": "green", "resting": "orange", "unconnected": "", "off": "", "blocked": "red"}


class Act(msgspec.Struct, frozen=True):
    """What is to be done with a register."""

    act: Annotated[str, msgspec.Meta(max_length=10)]


class Ending(msgspec.Struct, frozen=True):
    """Why an agreement ends."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=300)]


def words(locale: str, state: str) -> str:
    known = {
        "well": say(locale, "有应答"), "resting": say(locale, "暂时不问"), "unconnected": say(locale, "还没有接通"),
        "off": say(locale, "已停用"), "blocked": say(locale, "已拦下，等核对"),
    }  # fmt: skip
    return known[state]


def _register(work: Work, one: Standing) -> dict[str, Any]:
    return {
        "code": one.register.code, "title": pick(work.locale, one.register.title), "state": one.state,
        "words": words(work.locale, one.state), "tone": TONES[one.state], "transport": str(one.register.transport),
        "hours": one.register.hours, "contact": one.register.contact,
    }  # fmt: skip


@get("/exchange", **may("exchange:steward"), include_in_schema=False)
async def registers(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Every register and how it answers."""
    return page(request, "exchange/registers.html", rows=[_register(work, one) for one in await stewarding.registers(work)])


@get("/exchange/registers/{code:str}", **may("exchange:steward"), include_in_schema=False)
async def register(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One register: what it offers, what went wrong, and its switches."""
    found = await stewarding.register(work, code)
    office = await orgs.department_of(work, found.register.org_ref)
    kinds = {
        "wrong": say(work.locale, "答复不合约定"), "not_me": say(work.locale, "答复的是另一个人"),
        "unmapped": say(work.locale, "有代码对不上"), "future": say(work.locale, "日期在将来"),
    }  # fmt: skip
    return page(
        request, "exchange/register.html", register=_register(work, found), office=pick(work.locale, office.name) if office else "",
        resources=[{"code": r.code, "title": pick(work.locale, r.title), "n": len(r.elements)} for r in found.resources],
        incidents=[{"at": i.at, "what": kinds[i.kind], "note": i.note} for i in found.incidents], circuit=found.circuit,
    )  # fmt: skip


@post("/exchange/registers/{code:str}", **may("exchange:steward"), include_in_schema=False)
async def switch(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Let it be asked, or leave it alone."""
    sent = await form(request, Act)
    await stewarding.switch(work, code, sent.act)
    return see_other(f"/exchange/registers/{code}")


def services_of(work: Work, ports: Ports, items: Iterable[str]) -> list[str]:
    """Services by their names; one that is not ours by its code."""
    known = ports.get(Services)
    return [pick(work.locale, known.title(item)) or item for item in items]


async def agreement_row(work: Work, ports: Ports, one: Agreement) -> dict[str, Any]:
    known, asker, locale = await dictionary(work), await orgs.department_of(work, one.asker), work.locale
    name = asker.short if asker else await agreeing.asker_title(work, one.asker)
    resource = known.resources.get(one.resource)
    facts = [known.elements[e].title for e in one.elements if e in known.elements]
    return {
        "id": one.id, "asker": pick(locale, name) if name else "",
        "resource": pick(locale, resource.title) if resource else one.resource,
        "facts": (", " if locale == "en" else "、").join(pick(locale, f) for f in facts), "basis": one.basis,
        "consent": one.ground == "consent", "until": day(locale, one.until_on, year=True), "live": one.in_force(work.today),
        "state": say(locale, "有效") if one.in_force(work.today) else say(locale, "已结束"), "per_day": one.per_day,
        "area": pick(locale, area_title(one.scope)) if one.scope else "",
        "services": (", " if locale == "en" else "、").join(services_of(work, ports, one.items)),
    }  # fmt: skip


@get("/exchange/agreements", **may("exchange:steward"), include_in_schema=False)
async def agreements(
    request: AnyRequest, work: NamedDependency[Work], ports: NamedDependency[Ports], ended: FromQuery[str] = ""
) -> Response[Any]:
    """Who may ask for what; those that have ended on a page of their own."""
    found = [one for one in await stewarding.agreements(work) if one.in_force(work.today) != bool(ended)]
    parts = [
        {"label": say(work.locale, "有效"), "href": "/exchange/agreements", "current": not ended},
        {"label": say(work.locale, "已结束"), "href": "/exchange/agreements?ended=1", "current": bool(ended)},
    ]
    return page(request, "exchange/agreements.html", rows=[await agreement_row(work, ports, one) for one in found], states=parts)


async def _agreement(
    request: AnyRequest, work: Work, ports: Ports, which: str, values: dict[str, Any], errors: list[dict[str, str]]
) -> Response[Any]:
    row = await agreement_row(work, ports, await stewarding.agreement(work, which))
    return page(request, "exchange/agreement.html", 422 if errors else 200, one=row, values=values, errors=errors)


@get("/exchange/agreements/{which:str}", **may("exchange:steward"), include_in_schema=False)
async def agreement(
    request: AnyRequest, which: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[Any]:
    return await _agreement(request, work, ports, which, {}, [])


@post("/exchange/agreements/{which:str}/end", **may("exchange:steward"), include_in_schema=False)
async def end(
    request: AnyRequest, which: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[Any]:
    """It ends with the next request."""
    try:
        sent = await form(request, Ending)
        await stewarding.end(work, which, sent.reason)
    except Invalid as bad:
        return await _agreement(request, work, ports, which, dict(bad.extra.get("values") or {}), bad.errors)  # type: ignore[call-overload]
    return see_other("/exchange/agreements")


handlers = [registers, register, switch, agreements, agreement, end]
