"""How this device likes its pages: language, text size, colours, district. Cookies set by plain forms, so they work signed out."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from onedoor.identity import service as identity
from onedoor.kernel.i18n import LOCALES, pick, say
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Level
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other

YEAR = 365 * 24 * 3600
Word = Annotated[str, msgspec.Meta(max_length=40)]


class Choice(msgspec.Struct, frozen=True):
    """A posted choice and where to return to."""

    value: Word = ""
    next: str = "/"


async def _set(request: AnyRequest, cookie: str, allowed: tuple[str, ...] | None) -> Response[Any]:
    chosen = await form(request, Choice)
    answer = see_other(safe_path(chosen.next))
    value = chosen.value if allowed is None or chosen.value in allowed else ""
    secure = request.scope["state"]["house"].settings.secure
    if value:
        answer.set_cookie(cookie, value, max_age=YEAR, path="/", httponly=False, samesite="lax", secure=secure)
    else:
        answer.delete_cookie(cookie, path="/")
    return answer


@post("/settings/language", **may(public=True), include_in_schema=False)
async def language(request: AnyRequest) -> Response[Any]:
    """zh-CN or en; anything else returns to what the browser asks for."""
    return await _set(request, "lang", LOCALES)


@post("/settings/care", **may(public=True), include_in_schema=False)
async def care(request: AnyRequest) -> Response[Any]:
    """关怀版: larger text, fewer things at once; the same addresses."""
    chosen = await form(request, Choice)
    answer = see_other(safe_path(chosen.next))
    secure = request.scope["state"]["house"].settings.secure
    if chosen.value in ("on", "1"):
        answer.set_cookie("care", "1", max_age=YEAR, path="/", samesite="lax", secure=secure)
    else:
        answer.delete_cookie("care", path="/")
    return answer


@post("/settings/theme", **may(public=True), include_in_schema=False)
async def theme(request: AnyRequest) -> Response[Any]:
    """light, dark, or as the system says."""
    return await _set(request, "theme", ("light", "dark"))


@post("/settings/district", **may(public=True), include_in_schema=False)
async def district(request: AnyRequest) -> Response[Any]:
    """The district whose notices and offices come first."""
    state = request.scope["state"]
    chosen, known = await form(request, Choice), tuple(d.code for d in orgs.districts())
    if state["actor"].signed_in and chosen.value in known:
        async with state["house"].begin(state["actor"]) as work:
            await identity.set_district(work, chosen.value)
    return await _set(request, "district", known)


@get("/districts", **may(public=True), include_in_schema=False)
async def districts(request: AnyRequest, next: FromQuery[str] = "/") -> Response[str]:
    """Choose where in the city you are."""
    locale = request.scope["state"]["locale"]
    options = [{"value": "", "label": say(locale, "全市")}]
    options += [{"value": d.code, "label": pick(locale, d.name)} for d in orgs.districts() if d.level == Level.DISTRICT]
    return page(request, "web/districts.html", options=options, next=safe_path(next))


handlers = [language, care, theme, district, districts]
