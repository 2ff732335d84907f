"""Pages of identity: signing in and out, my profile and devices, the real-name step."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid, Problem
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other

from . import service
from .errors import NoSuchSession
from .models import SessionId, SessionKind
from .ports import PopulationRegister, Secrets

Word = Annotated[str, msgspec.Meta(max_length=20_000)]
Back = Annotated[str, msgspec.Meta(max_length=2_000)]
PHONE = "signing-in"
YEAR = 365 * 86400


class PhoneForm(msgspec.Struct, frozen=True):
    """Where the code goes, and where to return to afterwards."""

    phone: Word
    next: Back = "/"


class CodeForm(msgspec.Struct, frozen=True):
    """The code, and the phone it was sent to."""

    phone: Word
    code: Word
    next: Back = "/"


class RealNameForm(msgspec.Struct, frozen=True):
    """What stands on the identity card."""

    name: Word
    id_number: Word
    next: Back = "/me"


def _cookie(request: AnyRequest, name: str, value: str, seconds: int) -> Cookie:
    secure = request.scope["state"]["house"].settings.secure
    return Cookie(key=name, value=value, path="/", max_age=seconds, httponly=True, samesite="lax", secure=secure)


def _again(request: AnyRequest, template: str, bad: Problem, **data: Any) -> Response[str]:
    """The form once more with everything typed in it, and what was wrong."""
    answer = page(request, template, bad.status, problem=bad, errors=bad.errors if isinstance(bad, Invalid) else [], **data)
    if "retry_after" in bad.extra:
        answer.headers["Retry-After"] = str(bad.extra["retry_after"])
    return answer


@get("/login", **may(public=True), include_in_schema=False)
async def login(request: AnyRequest, next: FromQuery[str] = "/") -> Response[Any]:
    """Type the phone."""
    if request.scope["state"]["actor"].signed_in:
        return see_other(safe_path(next))
    return page(request, "identity/login.html", values={"phone": "", "next": safe_path(next)}, errors=[], problem=None)


@post("/login", **may(public=True), include_in_schema=False)
async def ask_code(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Send the code, and go where it is typed in."""
    sent: dict[str, Any] = {"phone": "", "next": "/"}
    try:
        asked = await form(request, PhoneForm)
        sent = {"phone": asked.phone, "next": safe_path(asked.next)}
        async with begin() as work:
            told = await service.request_code(work, asked.phone)
    except Problem as bad:
        return _again(request, "identity/login.html", bad, values=sent | bad.extra.get("values", {}))  # type: ignore[operator]
    answer = see_other(service.code_address(safe_path(asked.next), told))
    answer.cookies.append(_cookie(request, PHONE, service.stored_phone(asked.phone), 900))
    return answer


@get("/login/code", **may(public=True), include_in_schema=False)
async def code(request: AnyRequest, next: FromQuery[str] = "/", wait: FromQuery[int] = 0) -> Response[Any]:
    """Type the code."""
    phone = service.stored_phone(request.cookies.get(PHONE, ""))
    if not phone:
        return see_other("/login")
    values = {"phone": phone, "next": safe_path(next)}
    return page(
        request, "identity/code.html", values=values, shown=service.phone_shown(phone), errors=[], problem=None,
        wait=min(max(wait, 0), 60),
    )  # fmt: skip


@post("/login/code", **may(public=True), include_in_schema=False)
async def enter(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Begin the session of this device."""
    sent: dict[str, Any] = {"phone": service.stored_phone(request.cookies.get(PHONE, "")), "next": "/", "code": ""}
    try:
        given = await form(request, CodeForm)
        sent = {"phone": given.phone, "next": safe_path(given.next), "code": given.code}
        opened = await service.sign_in(begin, ports.get(Secrets), given.phone, given.code, SessionKind.WEB, _agent(request))
    except Problem as bad:
        values = sent | bad.extra.get("values", {})  # type: ignore[operator]
        shown = service.phone_shown(service.stored_phone(str(values["phone"])))
        return _again(request, "identity/code.html", bad, values=values, shown=shown, wait=0)
    answer = see_other(safe_path(given.next))
    answer.cookies += [_cookie(request, request.scope["state"]["cookie"], opened.token, 30 * 86400), _cookie(request, PHONE, "", 0)]
    if not request.scope["state"]["district"] and (district := await service.district_of(begin, opened.person)):
        answer.cookies.append(_cookie(request, "district", district, YEAR))
    return answer


def _agent(request: AnyRequest) -> str:
    return request.headers.get("user-agent", "")[:500]


@get("/logout", **may(public=True), include_in_schema=False)
async def leaving(request: AnyRequest) -> Response[Any]:
    """Ask before signing out: a link alone must not do it."""
    return page(request, "identity/logout.html") if request.scope["state"]["actor"].signed_in else see_other("/login")


@post("/logout", **may(public=True), include_in_schema=False)
async def leave(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Sign this device out."""
    await service.sign_out(work)
    answer = see_other("/")
    answer.cookies.append(_cookie(request, request.scope["state"]["cookie"], "", 0))
    return answer


@get("/me", **may("signed-in"), include_in_schema=False)
async def profile(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """My profile, masked, and what belongs to me."""
    return page(request, "identity/me.html", me=await service.me(work))


@get("/me/devices", **may("signed-in"), include_in_schema=False)
async def devices(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Where I am signed in."""
    return page(request, "identity/devices.html", sessions=await service.sessions(work), this=work.actor.session)


@post("/me/devices/{session:str}/end", **may("signed-in"), include_in_schema=False)
async def end_device(session: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Sign one device out."""
    try:
        which = SessionId.parse(session)
    except ValueError as unknown:
        raise NoSuchSession() from unknown
    await service.end_session(work, which)
    return see_other("/me/devices")


@post("/me/devices/end", **may("signed-in"), include_in_schema=False)
async def end_all(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Sign out everywhere, here too."""
    await service.end_everywhere(work)
    answer = see_other("/login")
    answer.cookies.append(_cookie(request, request.scope["state"]["cookie"], "", 0))
    return answer


@get("/identity/real-name", **may("signed-in"), include_in_schema=False)
async def real_name(request: AnyRequest, work: NamedDependency[Work], next: FromQuery[str] = "/me") -> Response[str]:
    """The real-name step, or what it has given."""
    values = {"name": "", "id_number": "", "next": safe_path(next, "/me")}
    return page(request, "identity/real_name.html", me=await service.me(work), values=values, errors=[], problem=None)


@post("/identity/real-name", **may("signed-in"), include_in_schema=False)
async def prove(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Check name and number against the register; whatever comes of it, nothing typed is lost."""
    sent: dict[str, Any] = {"name": "", "id_number": "", "next": "/me"}
    try:
        given = await form(request, RealNameForm)
        sent = {"name": given.name, "id_number": given.id_number, "next": safe_path(given.next, "/me")}
        await service.prove(begin, ports.get(PopulationRegister), ports.get(Secrets), given.name, given.id_number)
    except Problem as bad:
        async with begin() as work:
            me = await service.me(work)
        values = sent | bad.extra.get("values", {})  # type: ignore[operator]
        return _again(request, "identity/real_name.html", bad, values=values, me=me)
    return see_other(sent["next"])


handlers = [login, ask_code, code, enter, leaving, leave, profile, devices, end_device, end_all, real_name, prove]
