"""My consents and corrections for programs; and where departments tell of events: signed, as Standard Webhooks has it."""

from datetime import date, datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.throttle import Throttle
from onedoor.kernel.work import Work, system
from onedoor.ui.edge import AnyRequest, begin_of, may, once

from . import between
from .errors import CityNotBelieved, NoSuchConsent
from .pushed import MOST_BYTES
from .records import Challenge, Channel, Consent, ConsentId
from .service import answering, beholding, consenting, contesting, copying, office_of, receipting


class Told(Struct, frozen=True):
    """`taken`, or `known` for an event that was told before or is older than what is known."""

    status: str


@post("/api/exchange/push/{register:str}", **may(public=True), tags=["exchange"], request_max_body_size=MOST_BYTES)
async def push(request: AnyRequest, register: FromPath[str], ports: NamedDependency[Ports]) -> Response[Told]:
    """One event of a department, under its own name in `webhook-id`; the same one again changes nothing."""
    body, headers = await request.body(), {name.lower(): value for name, value in request.headers.items()}
    async with begin_of(request)(actor=system("exchange.push")) as work:
        fresh = await copying.pushed(work, ports, register, headers, body)
    return Response(Told("taken" if fresh else "known"), status_code=202)


paces = Throttle(120, 4)
"""For other cities, and whoever compares what they have signed: so many at once from one address, then four a second."""


@post("/api/exchange/evidence", **may(public=True), include_in_schema=False, request_max_body_size=between.MOST, status_code=200)
async def evidence(request: AnyRequest, ports: NamedDependency[Ports]) -> Response[str]:
    """Another city's signed question about one person; the reply is sealed to that city."""
    paces.need(request.scope["state"]["ip"])
    try:
        given = (await request.body()).decode("ascii")
    except UnicodeDecodeError as bad:
        raise CityNotBelieved(why="shape") from bad
    return Response(await answering.answer(begin_of(request), ports, given), media_type="text/plain", headers={"cache-control": "no-store"})


class SealSeen(Struct, frozen=True):
    """A seal of another city as it was first seen here. `broken_at`: since when that city shows another one under this number, or none."""

    node: str
    n: int
    sha256: str
    seen_at: datetime
    broken_at: datetime | None


class SealsSeen(Struct, frozen=True):
    items: list[SealSeen]


@get("/.well-known/onedoor/witnessed", **may(public=True), tags=["exchange"])
async def witnessed(request: AnyRequest) -> SealsSeen:
    """What this city has seen of other cities' seals, the latest first: `sha256` is of the text that was signed, in hex."""
    paces.need(request.scope["state"]["ip"])
    async with begin_of(request)() as work:
        found = await beholding.shown(work)
    return SealsSeen([SealSeen(one.node, one.n, one.sha256.hex(), one.seen_at, one.broken_at) for one in found])


class ConsentShown(Struct, frozen=True):
    """A consent in the words that were shown."""

    id: str
    words: Text
    elements: list[str]
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    channel: Channel
    """`counter` and `paper`: at the counter of `office`; `voice`: in a call that it has recorded."""
    office: Text
    recording: str
    """The number of that recording; empty otherwise."""


class CorrectionShown(Struct, frozen=True):
    """What I said is wrong, and what became of it."""

    id: str
    element: str
    words: str
    state: str
    due_on: date
    answer: str


class NewCorrection(Struct, frozen=True, forbid_unknown_fields=True):
    """Which fact of a register is wrong, and what it should be."""

    element: Annotated[str, Meta(max_length=60)]
    words: Annotated[str, Meta(min_length=2, max_length=1000)]
    item: Annotated[str, Meta(max_length=40)] = ""


class Consents(Struct, frozen=True):
    """One page; `next` is the `before` of the following one."""

    items: list[ConsentShown]
    next: str | None


class Corrections(Struct, frozen=True):
    items: list[CorrectionShown]


async def _consent(work: Work, one: Consent) -> ConsentShown:
    office = await office_of(work, one.office_ref)
    return ConsentShown(
        str(one.id), one.shown, one.elements, one.given_at, one.expires_at, one.revoked_at, one.channel, office, one.recording
    )


def _correction(one: Challenge) -> CorrectionShown:
    return CorrectionShown(str(one.id), one.element, one.words, one.state, one.due_on, one.answer)


def _consent_id(given: str) -> ConsentId:
    try:
        return ConsentId.parse(given)
    except ValueError:
        raise NoSuchConsent() from None


@get("/api/exchange/consents", **may("signed-in"), tags=["exchange"])
async def consents(work: NamedDependency[Work], before: FromQuery[str] = "") -> Consents:
    """What I allowed, the latest first."""
    rows, following = await consenting.mine(work, _consent_id(before) if before else None)
    return Consents([await _consent(work, one) for one in rows], str(following) if following else None)


@post("/api/exchange/consents/{consent:str}/revocations", **may("signed-in"), tags=["exchange"])
async def revoke(request: AnyRequest, consent: FromPath[str], work: NamedDependency[Work]) -> Response[ConsentShown]:
    """Take one back: what it brought is deleted."""

    async def act() -> ConsentShown:
        return await _consent(work, await consenting.revoke(work, _consent_id(consent)))

    return await once(request, work, act, 200)


@get("/api/exchange/consents/{consent:str}/receipt", **may("signed-in"), tags=["exchange"])
async def receipt(consent: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """A consent signed by the city: the words that were shown, and a JWS over their hash and over what was allowed."""
    made = await receipting.receipt(work, _consent_id(consent))
    return Response(made, media_type="application/json", headers={"cache-control": "private, no-store"})


@get("/api/exchange/corrections", **may("signed-in"), tags=["exchange"])
async def corrections(work: NamedDependency[Work]) -> Corrections:
    """What I said is wrong."""
    return Corrections([_correction(one) for one in await contesting.my_challenges(work)])


@post("/api/exchange/corrections", **may("signed-in"), tags=["exchange"])
async def contest(request: AnyRequest, data: JSONBody[NewCorrection], work: NamedDependency[Work]) -> Response[CorrectionShown]:
    """Say that a fact a register told is wrong; its department answers."""
    if text.fault(data.words, lines=True) or not data.words.strip():
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "有不能使用的字符，请删去看不见的符号后再试")}])

    async def act() -> CorrectionShown:
        return _correction(await contesting.contest(work, data.element, data.item, data.words))

    return await once(request, work, act)


handlers = [push, evidence, witnessed, consents, receipt, revoke, corrections, contest]
