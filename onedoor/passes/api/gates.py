"""What gates and turnstiles speak to. Whoever speaks proves it with each request: by the gate's key, or a turnstile's secret."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.identity.ports import Secrets
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.passes import service
from onedoor.passes.gates import MOST_CHECKS, MOST_LOOKS, Gate, Log, Measured, NewReading, Received, Way
from onedoor.passes.od1 import layout
from onedoor.passes.service import vehicles
from onedoor.passes.vehicles import Verdict
from onedoor.ui.edge import AnyRequest, may, once


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device that follows its link; a guard's device brings the public half of its key."""

    invite: Annotated[str, msgspec.Meta(max_length=100)]
    public_key: Annotated[str, msgspec.Meta(max_length=60)] = ""


class OneCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a code as a scanner reads it, and what the turnstile knows beside it."""

    code: Annotated[str, msgspec.Meta(max_length=2000)]
    direction: Way = Way.IN
    temp: Annotated[int, msgspec.Meta(ge=300, le=430)] | None = None
    companions: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0


class Checks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most fifty codes at once."""

    checks: Annotated[list[OneCheck], msgspec.Meta(min_length=1, max_length=MOST_CHECKS)]


class Verdicts(msgspec.Struct, frozen=True):
    """One answer for each code, in their order."""

    checks: list[service.Checked]


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity number that a guard has typed."""

    id_number: Annotated[str, msgspec.Meta(max_length=30)]


class Looks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Identity numbers that a guard typed without a network, each sealed (HPKE) to the house with the time at which it was."""

    sealed: Annotated[list[Annotated[str, msgspec.Meta(max_length=400)]], msgspec.Meta(min_length=1, max_length=MOST_LOOKS)]


class Noted(msgspec.Struct, frozen=True):
    """How many of them could be read."""

    noted: int


@asynccontextmanager
async def _speaking(request: AnyRequest, begin: Begin, gate: str) -> AsyncGenerator[tuple[Work, Gate]]:
    """A transaction for the gate that signed this request."""
    said = service.Spoken(gate, request.method, request.url.path, request.headers.get("authorization", ""), await request.body())
    async with begin(actor=system("passes.gate")) as work:
        yield work, await service.speaker(work, said)


@post("/api/gates/enrolments", **may(public=True))
async def enrolments(data: JSONBody[Enrolment], begin: NamedDependency[Begin]) -> service.Enrolled:
    """Become the gate that a link was made for. A link works once, for ten minutes."""
    async with begin(actor=system("passes.gate")) as work:
        return await service.enrol(work, data.invite, data.public_key)


@get("/api/gates/{gate:str}/bundle", **may(public=True))
async def bundle(request: AnyRequest, gate: FromPath[str], begin: NamedDependency[Begin]) -> dict[str, Any]:
    """Everything that a gate needs for a day without a network."""
    async with _speaking(request, begin, gate) as (work, found):
        return await service.bundle(work, found)


@post("/api/gates/{gate:str}/scans", **may(public=True), status_code=200)
async def scans(request: AnyRequest, gate: FromPath[str], data: JSONBody[Log], begin: NamedDependency[Begin]) -> Received:
    """A piece of a gate's log. Each check is kept once, however often it comes; the answer says up to where everything is here."""
    async with _speaking(request, begin, gate) as (work, found):
        return await service.receive(work, found, data.scans)


@post("/api/gates/{gate:str}/checks", **may(public=True), status_code=200)
async def checks(request: AnyRequest, gate: FromPath[str], data: JSONBody[Checks], begin: NamedDependency[Begin]) -> Verdicts:
    """Codes before a turnstile, judged now and kept once; asking again after a lost reply changes nothing."""
    asked = [service.Asked(_bytes(one.code), one) for one in data.checks]
    async with _speaking(request, begin, gate) as (work, found):
        return Verdicts(await service.check(work, found, asked))


def _bytes(text: str) -> bytes:
    try:
        return layout.read(text)
    except layout.Unreadable:
        return b""


class OneVehicle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a vehicle's code, and the plate in front of the barrier as its camera or its guard reads it."""

    code: Annotated[str, msgspec.Meta(max_length=2000)]
    plate: Annotated[str, msgspec.Meta(max_length=40)] | None = None


@post("/api/gates/{gate:str}/vehicles", **may(public=True), status_code=200)
async def vehicle(request: AnyRequest, gate: FromPath[str], data: JSONBody[OneVehicle], begin: NamedDependency[Begin]) -> Verdict:
    """A vehicle's pass before a barrier, judged now: days, route, and the plate when it is given. Nothing is kept."""
    async with _speaking(request, begin, gate) as (work, found):
        return await vehicles.at_gate(work, found, data.code, data.plate)


@post("/api/gates/{gate:str}/reading", **may(public=True), status_code=200)
async def reading(request: AnyRequest, gate: FromPath[str], data: JSONBody[NewReading], begin: NamedDependency[Begin]) -> Measured:
    """A temperature measured beside a check, or by itself. Kept once; the answer says whether to measure again in three minutes."""
    async with _speaking(request, begin, gate) as (work, found):
        return await service.measure(work, found, data)


@post("/api/gates/{gate:str}/lookup", **may(public=True), status_code=200)
async def lookup(
    request: AnyRequest, gate: FromPath[str], data: JSONBody[Lookup], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """The colour behind an identity number, with masked name and number; the person reads at /me/data that it was asked."""
    async with _speaking(request, begin, gate) as (work, found):
        return Response(await service.look_up(work, ports.get(Secrets), found, data.id_number))


@get("/api/gates/{gate:str}/numbers/{scheme:str}", **may(public=True), media_type="application/octet-stream")
async def numbers(request: AnyRequest, gate: FromPath[str], scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[bytes]:
    """Marks of a scheme's yellow and red people, for a gate that may go by identity numbers without a network; its bundle names them."""
    async with _speaking(request, begin, gate) as (work, _):
        return Response(await service.number_list(work, scheme), media_type="application/octet-stream")


@post("/api/gates/{gate:str}/looks", **may(public=True))
async def looks(
    request: AnyRequest, gate: FromPath[str], data: JSONBody[Looks], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Whom the guard asked about while there was no network: each reads it at /me/data. With an Idempotency-Key, written down once."""
    async with _speaking(request, begin, gate) as (work, found):

        async def note() -> Noted:
            return Noted(await service.looked_offline(work, ports.get(Secrets), found, data.sealed))

        return await once(request, work, note, who=str(found.id))


handlers = [enrolments, bundle, scans, checks, vehicle, reading, lookup, numbers, looks]
