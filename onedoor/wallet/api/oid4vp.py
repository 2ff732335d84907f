"""OpenID4VP: verifiers ask wallets. Signed request by reference, direct_post, DCQL; an answer counts once."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.i18n import Text
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import NotFound, Problem
from onedoor.kernel.work import Begin, Work, system
from onedoor.ui.edge import AnyRequest, may, once
from onedoor.wallet import service
from onedoor.wallet.checking import paced
from onedoor.wallet.errors import NoSuchQuestion, WalletRefused
from onedoor.wallet.models import AskingId

from .oid4vci import NO_STORE, refused


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which of its purposes the organisation asks."""

    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class AskedView(msgspec.Struct, frozen=True):
    """A question on its way. `uri` is for any wallet, `page` for this city's own; both as a picture or a link."""

    id: str
    uri: str
    page: str
    expires_at: dt.datetime


class AnswerView(msgspec.Struct, frozen=True):
    """What came back: `waiting`, `expired` or `valid` with the facts that were asked for, and nothing else."""

    id: str
    purpose: str
    state: str
    claims: dict[str, Any] | None
    answered_at: dt.datetime | None
    beyond: int = 0
    """How many fields the wallet showed beyond what was asked; they were dropped."""


class PurposeView(msgspec.Struct, frozen=True):
    """One thing that the organisation may ask for."""

    code: str
    words: Text


class Purposes(msgspec.Struct, frozen=True):
    """All that the own organisation is enrolled for."""

    verifier: Text
    items: list[PurposeView]


def asking_id(given: str) -> AskingId:
    """The id in an address; anything else is not found."""
    try:
        return AskingId.parse(given)
    except ValueError:
        raise NoSuchQuestion() from None


@get("/api/presentations/purposes", **may("wallet:ask"))
async def purposes(work: NamedDependency[Work]) -> Purposes:
    """For what my organisation may ask wallets."""
    mine = await service.own_verifier(work)
    if mine is None:
        return Purposes(Text("", ""), [])
    return Purposes(mine.name, [PurposeView(one.code, one.words) for one in mine.purposes])


@post("/api/presentations", **may("wallet:ask"))
async def ask(request: AnyRequest, data: JSONBody[Question], work: NamedDependency[Work]) -> Response[Any]:
    """Ask a wallet for what the purpose says; show `uri` or `page` as a picture."""

    async def make() -> AskedView:
        made = await service.ask(work, data.purpose)
        return AskedView(str(made.id), made.uri, made.page, made.expires_at)

    return await once(request, work, make)


@get("/api/presentations/{asking:str}", **may("wallet:ask"))
async def read(asking: FromPath[str], work: NamedDependency[Work]) -> AnswerView:
    """The answer to a question of the own organisation; for a day."""
    found = await service.read_answer(work, asking_id(asking))
    state = found.result or ("expired" if found.expires_at <= work.now else "waiting")
    return AnswerView(str(found.id), found.purpose, state, found.claims, found.answered_at, found.beyond)


@get("/oid4vp/{asking:str}/request", **may(public=True), include_in_schema=False)
async def request_object(request: AnyRequest, asking: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """The signed request."""
    paced(request)
    async with begin(actor=system("wallet.asking")) as work:
        text = await service.request_object(work, asking_id(asking))
    return Response(text, media_type="application/oauth-authz-req+jwt", headers=NO_STORE)


@post("/oid4vp/{asking:str}/response", status_code=200, **may(public=True), include_in_schema=False)
async def response(
    request: AnyRequest, asking: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """What a wallet brings (direct_post). The refusal names the rule, never the person."""
    try:
        paced(request)
        sent = await request.form()
        said = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        if len(said) != len(list(sent.multi_items())) or not {"vp_token", "state"} <= said.keys():
            raise WalletRefused(error="invalid_request", reason="format")
        onward = await service.answer(begin, ports, asking_id(asking), said["state"], said["vp_token"])
    except Problem as bad:
        return _refused(request, bad)
    return Response({"redirect_uri": onward}, headers=NO_STORE)


def _refused(request: AnyRequest, bad: Problem) -> Response[Any]:
    """A question that is over is a bad request to a wallet, not a page that is missing."""
    over = WalletRefused(error="invalid_request", reason="over") if isinstance(bad, NotFound) else bad
    told = refused(request, over)
    if reason := over.extra.get("reason"):
        told.content["reason"] = reason
    return told


handlers: list[Any] = [purposes, ask, read, request_object, response]
