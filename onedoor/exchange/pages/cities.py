"""互认城市 The steward's pages on other cities: whom we believe, by which keys, and what they may ask; and the resident's word on it."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange.errors import CityAway, NoSuchCity, NoSuchResource, NoSuchWaiting
from onedoor.exchange.models import Beheld, City
from onedoor.exchange.node import node
from onedoor.exchange.records import WaitingId
from onedoor.exchange.service import agreeing, beholding, dictionary, trusting
from onedoor.exchange.service.trusting import Trusted
from onedoor.kernel.i18n import moment, pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId
from onedoor.ui.edge import AnyRequest, begin_of, form, kept, may, page, see_other

from .steward import agreement_row

NEEDS = "exchange:steward"


class NewCity(msgspec.Struct, frozen=True):
    """Where it is and how its root key's fingerprint was read out; the document itself when it came as a file."""

    address: Annotated[str, msgspec.Meta(max_length=200, pattern="^ *https?://[^/?#@ ]+/? *$")]
    fingerprint: Annotated[str, msgspec.Meta(pattern="^ *[A-Za-z0-9_-]{43} *$")]
    document: Annotated[str, msgspec.Meta(max_length=300_000)] = ""


class Act(msgspec.Struct, frozen=True):
    """On or off; yes or no."""

    act: Annotated[str, msgspec.Meta(max_length=10)]


class Granted(msgspec.Struct, frozen=True):
    """Which facts, for which of their services, why."""

    resource: Annotated[str, msgspec.Meta(max_length=60)]
    ground: Annotated[str, msgspec.Meta(max_length=10)] = ""
    basis: Annotated[str, msgspec.Meta(max_length=300)] = ""
    services: Annotated[str, msgspec.Meta(max_length=3000)] = ""
    elements: list[str] = []


def city_id(given: str) -> OrgId:
    try:
        return OrgId.parse(given)
    except ValueError:
        raise NoSuchCity() from None


def _state(work: Work, known: Trusted, one: City) -> tuple[str, str]:
    if one.state == "off":
        return say(work.locale, "已停用"), ""
    if known.standing(one.node, int(work.now.timestamp())) is None:
        return say(work.locale, "已过期，不再相信"), "red"
    return (say(work.locale, "最近没有应答"), "orange") if one.fault else (say(work.locale, "相信"), "green")


@get("/exchange/cities", **may(NEEDS), include_in_schema=False)
async def cities(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Every city that was added, and what we read out to others."""
    known = await trusting.trusted(work)
    rows = [
        {"id": str(one.id), "title": pick(work.locale, known.title(one.node)), "node": one.node, "state": _state(work, known, one)}
        for one in known.cities.values()
    ]  # fmt: skip
    return page(request, "exchange/cities.html", rows=rows, own=node().name, fingerprint=node().fingerprint)


@get("/exchange/cities/new", **may(NEEDS), include_in_schema=False)
async def new(request: AnyRequest) -> Response[Any]:
    return page(request, "exchange/city_new.html", values={}, errors=[])


@post("/exchange/cities", **may(NEEDS), include_in_schema=False)
async def add(request: AnyRequest, ports: NamedDependency[Ports]) -> Response[Any]:
    """Believe it from now on. Its document is fetched with no transaction open."""
    values: dict[str, Any] = {}
    try:
        sent = await form(request, NewCity)
        values = {"address": sent.address, "fingerprint": sent.fingerprint, "document": sent.document}
        which = await trusting.add(begin_of(request), ports, sent.address, sent.fingerprint, sent.document)
    except CityAway:
        words = say(request.scope["state"]["locale"], "这个地址没有应答。请核对地址，或请对方把文件发来，粘贴在下面。")
        return page(request, "exchange/city_new.html", 422, values=values, errors=[{"pointer": "/address", "detail": words}])
    except Invalid as bad:
        values = values or dict(bad.extra.get("values") or {})  # type: ignore[call-overload]
        return page(request, "exchange/city_new.html", 422, values=values, errors=bad.errors)
    return see_other(f"/exchange/cities/{which}")


def uses(locale: str, use: str) -> str:
    known = {
        "federation": say(locale, "信任文件和城市间的查询"), "credential": say(locale, "证照和状态名单"), "pass": say(locale, "通行码"),
    }  # fmt: skip
    return known.get(use, use)


@get("/exchange/cities/{which:str}", **may(NEEDS), include_in_schema=False)
async def city(
    request: AnyRequest, which: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[Any]:
    """One city: its keys, when it was last heard of, what it may ask, and its switch."""
    one, known = await trusting.city(work, city_id(which)), await trusting.trusted(work)
    document = known.documents.get(one.node)
    keys = [{"kid": key.kid[:12], "use": uses(work.locale, key.use)} for key in document.keys] if document else []
    agreed = [await agreement_row(work, ports, row) for row in await agreeing.agreements_of(work, one)]
    return page(
        request, "exchange/city.html", one=one, title=pick(work.locale, known.title(one.node)), state=_state(work, known, one), keys=keys,
        agreed=agreed, seal=_seal(work, await beholding.newest_of(work, one.node)),
        ours=[{"value": r.code, "label": pick(work.locale, r.title)} for r in await _ours(work)],
    )  # fmt: skip


def _seal(work: Work, seen: Beheld | None) -> str:
    """The seal of its records of looks that was noted here last."""
    if seen is None:
        return say(work.locale, "还没有看到")
    at = moment(work.locale, seen.seen_at, zone=work.zone)
    if seen.broken_at:
        return say(work.locale, "第 {n} 个，{at} 看到；后来变了，被改写过", n=seen.n, at=at)
    return say(work.locale, "第 {n} 个，{at} 看到，没有变过", n=seen.n, at=at)


async def _ours(work: Work) -> list[Any]:
    """What another city might ask of: our own registers' resources that are shared at all."""
    known = await dictionary(work)
    return [r for r in known.resources.values() if r.sharing != "none" and known.registers[r.register].transport != "city"]


@post("/exchange/cities/{which:str}", **may(NEEDS), include_in_schema=False)
async def switch(request: AnyRequest, which: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Off, or on again."""
    sent = await form(request, Act)
    await trusting.switch(work, city_id(which), on=sent.act == "on")
    return see_other(f"/exchange/cities/{which}")


@get("/exchange/cities/{which:str}/agreements/new", **may(NEEDS), include_in_schema=False)
async def granting(request: AnyRequest, which: FromPath[str], work: NamedDependency[Work], resource: FromQuery[str] = "") -> Response[Any]:
    """Which facts of one resource."""
    return await _granting(request, work, which, {"resource": resource}, [])


async def _granting(request: AnyRequest, work: Work, which: str, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    one, known = await trusting.city(work, city_id(which)), await dictionary(work)
    found = known.resources.get(str(values.get("resource", "")))
    if found is None:
        raise NoSuchResource()
    facts = [{"value": e, "label": pick(work.locale, known.elements[e].title)} for e in found.elements if e in known.elements]
    grounds = [{"value": "duty", "label": say(work.locale, "法定职责")}, {"value": "consent", "label": say(work.locale, "本人同意")}]
    return page(
        request, "exchange/city_agreement.html", 422 if errors else 200,
        asker=pick(work.locale, (await trusting.trusted(work)).title(one.node)),
        title=pick(work.locale, found.title), back=f"/exchange/cities/{which}", facts=facts, grounds=grounds, values=values, errors=errors,
    )  # fmt: skip


@post("/exchange/cities/{which:str}/agreements", **may(NEEDS), include_in_schema=False)
async def grant(request: AnyRequest, which: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """It may ask from the next request on."""
    one = await trusting.city(work, city_id(which))
    try:
        sent = await form(request, Granted)
        await agreeing.agree(work, one, sent.resource, sent.elements, sent.services.split(), sent.ground, sent.basis)
    except Invalid as bad:
        typed = await request.form()
        return await _granting(request, work, which, kept(typed) | {"elements": list(typed.getall("elements", []))}, bad.errors)
    return see_other(f"/exchange/cities/{which}")


# ── the person ─────────────────────────────────────────────────────────────────────────────────────


@get("/me/asked-elsewhere", **may("signed-in"), include_in_schema=False)
async def waiting(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What departments of other cities would like to know of me."""
    rows = [{"id": str(one.id), "words": pick(work.locale, words), "at": one.at} for one, words in await agreeing.wishes(work)]
    return page(request, "exchange/waiting.html", rows=rows, tab="me")


@post("/me/asked-elsewhere/{waiting:str}", **may("signed-in"), include_in_schema=False)
async def decide(request: AnyRequest, waiting: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Yes, for this one matter; or no."""
    try:
        which = WaitingId.parse(waiting)
    except ValueError:
        raise NoSuchWaiting() from None
    sent = await form(request, Act)
    await agreeing.decide(work, which, agree=sent.act == "yes")
    return see_other("/me/asked-elsewhere")


handlers = [cities, new, add, city, switch, granting, grant, waiting, decide]
