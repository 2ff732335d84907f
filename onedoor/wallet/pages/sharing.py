"""A certificate to another wallet, and facts to a verifier: what is offered, what is asked, and what staff see of the answer."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other
from onedoor.wallet import asked_views, service, views
from onedoor.wallet.errors import NoSuchOffer, NoSuchQuestion
from onedoor.wallet.models import AskingId, OfferId

from .holding import cert_id


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which certificate answers, when several would."""

    type: str


class ForWhat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which purpose is asked."""

    purpose: str


def asking_id(given: str) -> AskingId:
    """The id in an address; anything else is not found."""
    try:
        return AskingId.parse(given)
    except ValueError:
        raise NoSuchQuestion() from None


@post("/wallet/{cert:str}/offers", **may("signed-in"), status_code=200)
async def offer(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The picture that another wallet scans."""
    made = await service.offer(work, cert_id(cert))
    found = await service.show(work, cert_id(cert))
    kind = await service.type_of(work, found.type)
    link = f"openid-credential-offer://?credential_offer_uri={quote(made.uri, safe='')}"
    return page(request, "wallet/offer.html", tab="code", kind=kind, cert=found, link=link, svg=views.picture(link), until=made.expires_at)


@post("/wallet/{cert:str}/elsewhere/{offer:str}", **may("signed-in"))
async def take_back(cert: FromPath[str], offer: FromPath[str], work: NamedDependency[Work]) -> Any:
    """What lies in another wallet is no longer good."""
    try:
        which = OfferId.parse(offer)
    except ValueError:
        raise NoSuchOffer() from None
    await service.take_back(work, cert_id(cert), which)
    return see_other(f"/wallet/{cert}")


# ── a verifier asks ────────────────────────────────────────────────────────────────────────────────


@get("/oid4vp/{asking:str}/sheet", **may("signed-in", acting="whole"))
async def sheet(request: AnyRequest, asking: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """Who asks, for what, and field by field what would be shown."""
    return await _sheet(request, work, asking_id(asking))


async def _sheet(request: AnyRequest, work: Work, asking: AskingId, status: int = 200, errors: Any = ()) -> Response[str]:
    asked = await service.sheet(work, asking)
    ways = [await asked_views.way(work, wish, cert) for wish, cert in asked.ways]
    wanted = say(work.locale, "、").join([pick(work.locale, (await service.type_of(work, one.type)).name) for one in asked.purpose.wants])
    return page(
        request, "wallet/sheet.html", status=status, tab="code", asking=asking, who=asked.who, purpose=asked.purpose, ways=ways,
        wanted=wanted, until=asked.asking.expires_at, errors=list(errors),
    )  # fmt: skip


@post("/oid4vp/{asking:str}/sheet", **may("signed-in", acting="whole"))
async def show(request: AnyRequest, asking: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Any:
    """Yes: the facts go out, signed for this one verifier."""
    which = asking_id(asking)
    try:
        chosen = await form(request, Chosen)
    except Invalid as bad:
        async with begin() as work:
            return await _sheet(request, work, which, 422, bad.errors)
    return see_other(await service.show_to(begin, ports, which, chosen.type))


@get("/oid4vp/done", **may(public=True))
async def done(request: AnyRequest, work: NamedDependency[Work], response_code: FromQuery[str] = "") -> Response[str]:
    """Where a wallet comes back to; once."""
    who, back = await service.came_back(work, response_code[:100])
    return page(request, "wallet/done.html", who=who, back=back)


# ── another city asks ──────────────────────────────────────────────────────────────────────────────


@get("/wallet/asked", **may("signed-in"))
async def asked_there(
    request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports], client_id: FromQuery[str] = "",
    request_uri: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Who in another city asks, for what, and field by field what would be shown."""
    return await _asked_there(request, begin, ports, client_id, request_uri)


async def _asked_there(
    request: AnyRequest, begin: Begin, ports: Ports, client: str, reference: str, status: int = 200, errors: Any = ()
) -> Response[str]:
    asked = await service.asked_there(begin, ports, client[:300], reference[:300])
    found = asked.request
    async with begin() as work:
        ways = [await asked_views.way(work, wish, cert) for wish, cert in asked.ways]
        names = [pick(work.locale, (await service.type_of(work, one.type)).name) for one in found.who.wants]
        wanted = say(work.locale, "、").join(names)
    return page(
        request, "wallet/sheet.html", status=status, tab="code", who=found.who, purpose=found.who, ways=ways, wanted=wanted,
        errors=list(errors), abroad=found.city.title,
    )  # fmt: skip


@post("/wallet/asked", **may("signed-in"), status_code=200)
async def show_there(
    request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports], client_id: FromQuery[str] = "",
    request_uri: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Yes: the facts go out, signed for the one city that asked. A link leads back there."""
    try:
        chosen = await form(request, Chosen)
    except Invalid as bad:
        return await _asked_there(request, begin, ports, client_id, request_uri, 422, bad.errors)
    onward = await service.show_there(begin, ports, client_id[:300], request_uri[:300], chosen.type)
    return page(request, "wallet/back.html", onward=onward)


# ── staff who ask ──────────────────────────────────────────────────────────────────────────────────


@get("/presentations", **may("wallet:ask"))
async def purposes(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """For what my organisation may ask."""
    return page(request, "wallet/purposes.html", mine=await service.own_verifier(work), errors=[])


@post("/presentations", **may("wallet:ask"))
async def ask(request: AnyRequest, work: NamedDependency[Work]) -> Any:
    """A new question; its picture comes next."""
    try:
        wanted = await form(request, ForWhat)
    except Invalid as bad:
        return page(request, "wallet/purposes.html", status=422, mine=await service.own_verifier(work), errors=bad.errors)
    return see_other(f"/presentations/{(await service.ask(work, wanted.purpose)).id}")


@get("/presentations/{asking:str}", **may("wallet:ask"))
async def answer(request: AnyRequest, asking: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The picture while it waits, then the answer."""
    found = await service.read_answer(work, asking_id(asking))
    mine = await service.own_verifier(work)
    purpose = mine.purpose(found.purpose) if mine else None
    state = found.result or ("expired" if found.expires_at <= work.now else "waiting")
    facts = await asked_views.answered(work, purpose, found.claims or {}) if purpose else []
    link = service.link_of(found.id)
    return page(
        request, "wallet/answer.html", found=found, purpose=purpose, state=state, facts=facts, link=link,
        svg=views.picture(service.page_of(found.id)) if state == "waiting" else "",
    )  # fmt: skip


handlers: list[Any] = [offer, take_back, sheet, show, done, asked_there, show_there, purposes, ask, answer]
