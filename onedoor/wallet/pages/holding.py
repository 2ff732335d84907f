"""The resident's wallet, and the public page where anybody verifies."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other
from onedoor.wallet import service, ticket, views, words
from onedoor.wallet.checking import judged
from onedoor.wallet.errors import NoSuchCertificate
from onedoor.wallet.models import Cert, CertId, PresentId, State
from onedoor.wallet.ports import Entrusting

RENEW_EARLY = 30
"""Seconds before its end at which the code on the screen is renewed: whoever scans the old one still has time."""
HOLDS = "show copy consent"
"""Whoever may do any of these for a holder sees which certificates they are about."""
SOON = 60
"""Days before its end from which a certificate's page says how many are left."""
PINNED = 12
"""How many certificates the device keeps codes for."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody typed on the verifying page."""

    text: str = ""


def cert_id(given: str) -> CertId:
    """The id in an address; anything else is not found, before any statement."""
    try:
        return CertId.parse(given)
    except ValueError:
        raise NoSuchCertificate() from None


@get("/wallet", **may("signed-in", acting=HOLDS))
async def wallet(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[str]:
    """My certificates, the ones I show most first; then those of others that are in my hands as well."""
    actor = request.scope["state"]["actor"]
    beside = await ports.get(Entrusting).beside(begin, actor) if actor.behalf is None else []
    async with begin() as work:
        types = await service.all_types(work)
        certs = [cert for cert in await service.list(work) if cert.state is not State.REISSUED]
        cards = [views.card(work.locale, cert, types[cert.type], work.today) for cert in certs]
        out = [views.card(work.locale, cert, types[cert.type], work.today) for cert in await service.list(work, hidden=True)]
    return page(
        request, "wallet/wallet.html", tab="code", effective=[c for c in cards if c.effective], hands=views.hands(actor),
        ended=[c for c in cards if not c.effective], out=out, beside=beside,
    )  # fmt: skip


@get("/wallet/log", **may("signed-in", acting="whole"))
async def log(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """Every show and check of all my certificates, the latest first."""
    try:
        start = PresentId.parse(before) if before else None
    except ValueError:
        start = None
    found, onward = await service.log(work, start)
    types = await service.all_types(work)
    lines = [(one, pick(work.locale, types[one.type].name), views.seen(work.locale, types[one.type], one)) for one in found]
    return page(
        request, "wallet/log.html", tab="code", lines=lines, first=start is None, onward=f"/wallet/log?before={onward}" if onward else None
    )


@get("/wallet/{cert:str}", **may("signed-in", acting=HOLDS))
async def show(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work], reveal: FromQuery[str] = "") -> Response[str]:
    """One certificate: fields, who has seen it, its versions."""
    found, hands = await service.looked(work, cert_id(cert)), views.hands(work.actor)
    kind, whole = await service.type_of(work, found.type), reveal == "1" and hands.whole
    card = views.card(work.locale, found, kind, work.today, reveal=whole)
    seen = await service.presents(work, found.id) if hands.whole else ()
    elsewhere = await service.elsewhere(work, found.id) if not hands.agent else ()
    versions = [(one, words.state_word(work.locale, one.state_on(work.today))) for one in await service.versions(work, found)]
    return page(
        request, "wallet/show.html", tab="code", card=card, cert=found, versions=versions, reveal=whole, elsewhere=elsewhere,
        left=_left(found, work), hands=hands, seen=[views.seen(work.locale, kind, one) for one in seen],
    )  # fmt: skip


@post("/wallet/{cert:str}/hidden", **may("signed-in"))
async def hide(cert: FromPath[str], work: NamedDependency[Work]) -> Any:
    """Take a certificate out of the wallet: it lies at the end of it, folded away."""
    await service.hide(work, cert_id(cert), True)
    return see_other("/wallet")


@post("/wallet/{cert:str}/shown", **may("signed-in"))
async def unhide(cert: FromPath[str], work: NamedDependency[Work]) -> Any:
    """Put it back."""
    await service.hide(work, cert_id(cert), False)
    return see_other(f"/wallet/{cert}")


def _left(cert: Cert, work: Work) -> int | None:
    """Days until it ends, when that is soon."""
    if cert.valid_to is None or cert.state_on(work.today) is not State.EFFECTIVE:
        return None
    left = (cert.valid_to - work.today).days
    return left if left <= SOON else None


@get("/wallet/{cert:str}/present", **may("signed-in", acting="show"))
async def present(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """亮证: the card on the whole screen, with a code for the next minutes."""
    found, code = await service.present(work, cert_id(cert))
    kind = await service.type_of(work, found.type)
    return page(
        request, "wallet/present.html", tab="code", card=views.card(work.locale, found, kind, work.today), cert=found, now=work.now,
        svg=views.picture(code.text), renew=ticket.ON_SCREEN - RENEW_EARLY, code=code,
        hands=views.hands(work.actor),
    )  # fmt: skip


@get("/wallet/{cert:str}/credential", **may("signed-in", acting="whole"), media_type="application/dc+sd-jwt")
async def download(cert: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The certificate as its issuer signed it, to keep as a file."""
    text = await service.download(work, cert_id(cert))
    named = f'attachment; filename="{cert}.sd-jwt"'
    return Response(text, media_type="application/dc+sd-jwt", headers={"content-disposition": named, "cache-control": "no-store"})


@get("/wallet/offline.json", **may("signed-in"))
async def offline(work: NamedDependency[Work]) -> Response[dict[str, Any]]:
    """What the device keeps to show certificates without a connection: codes for one day, masked faces."""
    types = await service.all_types(work)
    certs = [cert for cert in await service.list(work) if cert.state is not State.REISSUED][:PINNED]
    rows = [_kept(work, cert, views.card(work.locale, cert, types[cert.type], work.today)) for cert in certs]
    return Response({"saved_at": work.now, "certificates": rows}, headers={"cache-control": "no-store"})


def _kept(work: Work, cert: Any, card: views.Card) -> dict[str, Any]:
    code = service.code(work, cert, ticket.ON_DEVICE) if card.effective else None
    return {
        "id": card.id, "name": card.name, "holder": card.holder, "number": card.number, "spoken": card.spoken, "issuer": card.issuer,
        "look": card.code, "sheet": card.sheet, "state": "" if card.effective else card.state,
        "qr_svg": views.picture(code.text) if code else "", "code": code.text if code else "",
        "expires_at": code.expires_at if code else None, "checked_at": work.now,
        "fields": [{"label": line.label, "value": line.value, "spoken": line.spoken} for line in card.lines if line.face],
    }  # fmt: skip


# ── for anybody ────────────────────────────────────────────────────────────────────────────────────


@get("/verify", **may(public=True))
async def ask(request: AnyRequest) -> Response[str]:
    """Where a code is scanned or pasted."""
    return page(request, "wallet/verify.html", verdict=None, values={}, errors=[])


@post("/verify", **may(public=True), status_code=200)
async def verify(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """The verdict in words. Works with the database stopped."""
    try:
        asked = await form(request, Asked)
    except Invalid as bad:
        values = bad.extra.get("values", {})
        return page(request, "wallet/verify.html", status=422, verdict=None, values=values, errors=bad.errors)
    verdict = await judged(request.scope["state"], begin, asked.text)
    answer = page(request, "wallet/verify.html", verdict=verdict, values={"text": ""}, errors=[])
    answer.background = BackgroundTask(service.write_down, begin)
    return answer


@get("/looks.css", **may(public=True), media_type="text/css")
async def looks(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """The colours of every type of certificate, from the city's data."""
    body = views.looks_css((await service.shelf(begin)).types)
    return Response(body, media_type="text/css", headers={"cache-control": "public, max-age=300"})


handlers = [wallet, log, show, hide, unhide, present, download, offline, ask, verify, looks]
