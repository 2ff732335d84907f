"""JSON API of identity: codes, sessions, me, real name."""

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may

from . import service
from .models import CodeAsked, Me, Opened, Session, SessionKind
from .ports import PopulationRegister, Secrets

Phone = Annotated[str, msgspec.Meta(max_length=40, description="Mobile number, 11 digits", examples=["13900990001"])]


class CodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a one-time code is to be sent."""

    phone: Phone


class SessionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone with the code it received; without a code, one is sent."""

    phone: Phone
    code: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class RealNameRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on the identity card."""

    name: Annotated[str, msgspec.Meta(max_length=20_000)]
    id_number: Annotated[str, msgspec.Meta(max_length=200)]


@post("/api/codes", status_code=202, **may(public=True), tags=["identity"])
async def ask_code(data: JSONBody[CodeRequest], work: NamedDependency[Work]) -> CodeAsked:
    """Send a one-time code to a phone. The answer is the same whether the phone has an account or not."""
    return await service.request_code(work, data.phone)


SENT = ResponseSpec(CodeAsked, description="No code was given, so one was sent.")


@post("/api/sessions", status_code=201, **may(public=True), tags=["identity"], responses={202: SENT})
async def begin_session(
    request: AnyRequest, data: JSONBody[SessionRequest], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Opened | CodeAsked]:
    """Phone and code give a bearer token for 30 days; a phone alone is sent a code (202)."""
    if data.code is None:
        async with begin() as work:
            return Response(await service.request_code(work, data.phone), status_code=202)
    agent = request.headers.get("user-agent", "")[:500]
    opened = await service.sign_in(begin, ports.get(Secrets), data.phone, data.code, SessionKind.API, agent)
    return Response(opened, status_code=201)


class Sessions(msgspec.Struct, frozen=True):
    """My signed-in devices and programs."""

    items: list[Session]


@get("/api/sessions", **may("signed-in"), tags=["identity"])
async def sessions(work: NamedDependency[Work]) -> Sessions:
    """My signed-in devices and programs, the latest used first."""
    return Sessions(await service.sessions(work))


@delete("/api/sessions/current", status_code=204, **may("signed-in"), tags=["identity"])
async def end_session(work: NamedDependency[Work]) -> None:
    """Sign this session out."""
    await service.sign_out(work)


@delete("/api/sessions", status_code=204, **may("signed-in"), tags=["identity"])
async def end_everywhere(work: NamedDependency[Work]) -> None:
    """Sign all of my sessions out, this one too."""
    await service.end_everywhere(work)


@get("/api/me", **may("signed-in"), tags=["identity"])
async def me(work: NamedDependency[Work]) -> Me:
    """My own profile, masked."""
    found = await service.me(work)
    if found is None:
        raise Unauthorized()
    return found


@post("/api/me/real-name", status_code=200, **may("signed-in"), tags=["identity"])
async def prove(data: JSONBody[RealNameRequest], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Me | None:
    """Check name and identity number against the population register; repeating a proof that succeeded changes nothing."""
    await service.prove(begin, ports.get(PopulationRegister), ports.get(Secrets), data.name, data.id_number)
    async with begin() as work:
        return await service.me(work)


handlers = [ask_code, begin_session, sessions, end_session, end_everywhere, me, prove]
