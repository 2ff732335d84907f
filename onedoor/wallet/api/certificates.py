"""Certificates as JSON, verification for programs, and the public facts that verifiers need: keys, types, status lists."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, delete, get, post, put
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Begin, Work, system
from onedoor.ui.edge import AnyRequest, may, once
from onedoor.wallet import compat, service, statuslist, vct, views
from onedoor.wallet.checking import judged
from onedoor.wallet.errors import NoSuchCertificate, NoSuchCertificateType, NoSuchCopy, NoSuchOffer
from onedoor.wallet.models import CertId, CopyId, OfferId, State
from onedoor.wallet.vault import vault
from onedoor.wallet.verification import Verdict

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Certificates(msgspec.Struct, frozen=True):
    """A list of certificates."""

    items: list[views.CertView]


class Hidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a certificate is out of the wallet."""

    hidden: bool


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a certificate ends, and how: cancelled 注销, revoked 撤销, withdrawn 吊销."""

    reason: Reason
    kind: Literal["cancelled", "revoked", "withdrawn"] = "revoked"


class Reissue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a new version is made, and which fields change."""

    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    claims: dict[str, str | int | bool] = {}
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=36525)] | None = None


class Ended(msgspec.Struct, frozen=True):
    """What a member of staff learns of a certificate: no field of its holder."""

    id: str
    type: str
    state: str
    version: int


class TakenBack(msgspec.Struct, frozen=True):
    """How many copies have ended."""

    ended: int


class NewCopy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For what, for whom, how long in hours (1 to 2160) and how many checks."""

    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    to_name: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    hours: Annotated[int, msgspec.Meta(ge=1, le=2160)] = 168
    most_reads: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None


class CopyView(msgspec.Struct, frozen=True):
    """A copy: its code, and until when it is valid."""

    id: str
    code: str
    expires_at: dt.datetime


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code or a certificate's text, as it was scanned or pasted."""

    text: Annotated[str, msgspec.Meta(max_length=20_000)]


class FaceView(msgspec.Struct, frozen=True):
    """What a checker may see: masked."""

    type: str
    name: Text
    issuer: Text
    holder: str
    number: str
    valid_to: dt.date | None
    agent: str = ""
    """代 Who shows it in its holder's stead."""


class Verification(msgspec.Struct, frozen=True):
    """The verdict. `list_at` is when the status list was last known to be current."""

    result: str
    title: Text
    detail: Text
    certificate: FaceView | None
    list_at: dt.datetime | None
    code_until: dt.datetime | None
    city: Text | None = None
    """Of which other city it is."""


def cert_id(given: str) -> CertId:
    """The id in an address; anything else is not found."""
    try:
        return CertId.parse(given)
    except ValueError:
        raise NoSuchCertificate() from None


def offer_id(given: str) -> OfferId:
    """The id of a transfer; anything else is not found."""
    try:
        return OfferId.parse(given)
    except ValueError:
        raise NoSuchOffer() from None


@get("/api/certificates", **may("signed-in", acting="show copy consent"))
async def certificates(work: NamedDependency[Work], hidden: FromQuery[bool] = False) -> Certificates:
    """My certificates; of a holder for whom I stand in, those that the mandate names, masked, who reads that I looked at them. `hidden`:
    those taken out of the wallet."""
    types, veiled = await service.all_types(work), service.veiled(work.actor)
    found = await service.looked_through(work, hidden=hidden)
    return Certificates([views.view(cert, types[cert.type], work.today, veiled=veiled) for cert in found])


@put("/api/certificates/{cert:str}/hidden", **may("signed-in"))
async def hide(cert: FromPath[str], data: JSONBody[Hidden], work: NamedDependency[Work]) -> Hidden:
    """Take a certificate out of my wallet, or put it back; it stays as good as it is. Again, it changes nothing."""
    return Hidden((await service.hide(work, cert_id(cert), data.hidden)).hidden)


@get("/api/certificates/{cert:str}", **may("signed-in", acting="show copy consent"))
async def certificate(cert: FromPath[str], work: NamedDependency[Work]) -> views.CertView:
    """One of my certificates with its signed credential."""
    found = await service.looked(work, cert_id(cert))
    kind = await service.type_of(work, found.type)
    if service.veiled(work.actor):
        return views.view(found, kind, work.today, veiled=True)
    return views.view(found, kind, work.today, await service.credential(work, found.id), await service.elsewhere(work, found.id))


@get("/api/certificates/{cert:str}/standard", **may("signed-in"))
async def standard(cert: FromPath[str], work: NamedDependency[Work]) -> dict[str, str]:
    """One of my certificates by the field codes of GB/T 36903."""
    found = await service.show(work, cert_id(cert))
    kind = await service.type_of(work, found.type)
    return compat.to_36903(found, kind.name, kind.issuer_name, found.identifier.split(".")[6])


@post("/api/certificates/{cert:str}/codes", **may("signed-in", acting="show"))
async def codes(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A code to show, good for five minutes."""

    async def make() -> Any:
        return (await service.present(work, cert_id(cert)))[1]

    return await once(request, work, make)


@post("/api/certificates/{cert:str}/offers", **may("signed-in"))
async def offers(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Offer a certificate to another wallet of mine (OpenID4VCI): an address for it, and a code on my phone."""

    async def make() -> Any:
        return await service.offer(work, cert_id(cert))

    return await once(request, work, make)


@post("/api/certificates/{cert:str}/copies", **may("signed-in", acting="copy"))
async def copies(request: AnyRequest, cert: FromPath[str], data: JSONBody[NewCopy], work: NamedDependency[Work]) -> Response[Any]:
    """Make a copy for one purpose (加注件); its file is at /wallet/{cert}/copies/{id}/copy.pdf."""

    async def make() -> CopyView:
        made = await service.make_copy(
            work, cert_id(cert), data.purpose, data.to_name, dt.timedelta(hours=data.hours), data.most_reads
        )
        return CopyView(str(made.id), made.code, made.expires_at)

    return await once(request, work, make)


@delete("/api/certificates/{cert:str}/copies/{copy:str}", status_code=200, **may("signed-in", acting="copy"))
async def end_copy(cert: FromPath[str], copy: FromPath[str], work: NamedDependency[Work]) -> CopyView:
    """Take a copy back; again, it changes nothing."""
    try:
        which = CopyId.parse(copy)
    except ValueError:
        raise NoSuchCopy() from None
    ended = await service.take_copy_back(work, which)
    return CopyView(str(ended.id), ended.code, ended.revoked_at or ended.expires_at)


@delete("/api/certificates/{cert:str}/elsewhere/{offer:str}", status_code=200, **may("signed-in"))
async def take_back(cert: FromPath[str], offer: FromPath[str], work: NamedDependency[Work]) -> TakenBack:
    """What lies in another wallet is no longer good from now on; again, it changes nothing."""
    return TakenBack(await service.take_back(work, cert_id(cert), offer_id(offer)))


@post("/api/certificates/{cert:str}/revocations", **may("wallet:revoke"))
async def revocations(request: AnyRequest, cert: FromPath[str], data: JSONBody[Revocation], work: NamedDependency[Work]) -> Response[Any]:
    """End a certificate of the own department."""

    async def make() -> Ended:
        ended = await service.revoke(work, cert_id(cert), data.reason, State[data.kind.upper()])
        return Ended(str(ended.id), ended.type, data.kind, ended.version)

    return await once(request, work, make)


@post("/api/certificates/{cert:str}/reissues", **may("wallet:revoke"))
async def reissues(request: AnyRequest, cert: FromPath[str], data: JSONBody[Reissue], work: NamedDependency[Work]) -> Response[Any]:
    """Make the next version of a certificate of the own department; the old one is no longer good."""

    async def make() -> Ended:
        new = await service.reissue(work, cert_id(cert), data.reason, claims=data.claims, valid_days=data.valid_days)
        return Ended(str(new.id), new.type, "effective", new.version)

    return await once(request, work, make)


@post("/api/verifications", **may(public=True), status_code=200)
async def verifications(request: AnyRequest, data: JSONBody[Given], begin: NamedDependency[Begin]) -> Response[Verification]:
    """What a code or a certificate's text is worth now. Works with the database stopped."""
    verdict = await judged(request.scope["state"], begin, data.text)
    return Response(_told(verdict), background=BackgroundTask(service.write_down, begin))


def _told(verdict: Verdict) -> Verification:
    face = verdict.face
    shown = FaceView(face.type, face.name, face.issuer, face.holder, face.number, face.valid_to, face.agent) if face else None
    return Verification(str(verdict.result), verdict.title, verdict.detail, shown, verdict.list_at, verdict.code_until, verdict.city)


# ── public facts ───────────────────────────────────────────────────────────────────────────────────


def _public(body: Any, media: str = "application/json", etag: str = "") -> Response[Any]:
    headers = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
    return Response(body, media_type=media, headers=headers | ({"etag": etag} if etag else {}))


@get("/.well-known/jwks.json", **may(public=True))
async def jwks() -> Response[dict[str, Any]]:
    """The keys that certificates are signed with, newest first."""
    return _public(vault().ring.jwks())


@get("/.well-known/jwt-vc-issuer", **may(public=True))
async def issuer_metadata() -> Response[dict[str, Any]]:
    """The issuer of this house and its keys (SD-JWT VC)."""
    house = vault()
    return _public({"issuer": house.issuer, "jwks": house.ring.jwks()})


@get("/vct/{code:str}", **may(public=True))
async def type_metadata(code: FromPath[str], begin: NamedDependency[Begin], integrity: FromQuery[str] = "") -> Response[bytes]:
    """What a type of certificate is called and which fields it has (SD-JWT VC type metadata). `integrity` asks for an earlier text."""
    if integrity:
        async with begin(actor=system("wallet.types")) as work:
            found = await service.text_of(work, integrity[:100])
        if found is None:
            raise NoSuchCertificateType()
        return _public(found.encode(), etag=f'"{integrity[:100]}"')
    if code == vct.BASE:
        return _public(vct.body_of(vct.base_of(vault().issuer)))
    kind = (await service.shelf(begin)).types.get(code)
    if kind is None:
        raise NoSuchCertificateType()
    body = vct.body_of(vct.metadata(vault().issuer, kind))
    return _public(body, etag=f'"{vct.integrity(body)}"')


_tokens: dict[str, tuple[tuple[object, ...], str, str]] = {}


@get("/status/{key:str}", **may(public=True), media_type="application/statuslist+jwt")
async def status(request: AnyRequest, key: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """A signed status list (Token Status List); fetch it at most every five minutes, it is good for a day."""
    lists, house = (await service.shelf(begin)).lists, vault()
    kept = lists.by_id.get(key)
    if kept is None:
        raise NoSuchCertificate()
    made = int(lists.checked_at.timestamp())
    mark = (kept.seq, kept.changed_at, house.ring.active.kid, house.issuer, made // statuslist.TTL)
    if key not in _tokens or _tokens[key][0] != mark:
        _tokens[key] = (mark, statuslist.token(house.ring, house.issuer, kept, made), statuslist.etag(kept, house.ring.active.kid, made))
    _, words, etag = _tokens[key]
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers={"etag": etag, "cache-control": "public, max-age=300"})
    return _public(words, "application/statuslist+jwt", etag)


handlers = [
    certificates, certificate, hide, standard, codes, offers, copies, end_copy, take_back, revocations, reissues, verifications, jwks,
    issuer_metadata, type_metadata, status,
]  # fmt: skip
