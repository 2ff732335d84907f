"""登录 What a resident sees who was sent here by an app.

The way back to the app is a page that moves on by itself, and not a redirect of the form: the content policy lets forms lead to this site
alone, and browsers hold redirects to it too.
"""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity import service as identity
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.providers import service
from onedoor.providers.errors import AskedBack, NoSuchAsking
from onedoor.providers.models import AskId
from onedoor.ui.edge import AnyRequest, form, may, page, see_other


class Ticked(msgspec.Struct, frozen=True):
    """What is given besides what is needed."""

    give: list[str] = []


def ask_id(text: str) -> AskId:
    try:
        return AskId.parse(text)
    except ValueError as unknown:
        raise NoSuchAsking() from unknown


def once_each(locale: str, items: list[tuple[str, Any]]) -> dict[str, str]:
    """Parameters by name; one that comes twice is refused, because two readers might pick different ones."""
    found: dict[str, str] = {}
    for name, value in items:
        if name in found or not isinstance(value, str):
            raise Invalid(errors=[{"pointer": f"/{name[:60]}", "detail": say(locale, "同一个参数出现了两次")}])
        found[name] = value
    return found


async def _asked(request: AnyRequest, work: Work, items: list[tuple[str, Any]]) -> Response[Any]:
    try:
        asked = await service.asked(work.db, work.locale, once_each(work.locale, items))
    except AskedBack as bad:
        return see_other(str(bad.extra["url"]))
    return see_other(await service.begun(work, asked))


@get("/oauth/authorize", **may(public=True), include_in_schema=False)
async def authorize(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """An app sends a browser here (OpenID Connect Core 3.1.2.1)."""
    return await _asked(request, work, list(request.query_params.multi_items()))


@post("/oauth/authorize", **may(public=True), include_in_schema=False)
async def authorize_posted(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """The same as a form of this site's own; another site's is refused, it sends a link."""
    return await _asked(request, work, list((await request.form()).multi_items()))


@get("/oauth/continue/{client:str}/{ask:str}", **may("signed-in"), include_in_schema=False)
async def continued(request: AnyRequest, client: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What is still open: sign in again, prove the real name, decide what to give; else back to the app."""
    return await _staged(request, work, await service.stage(work, client, ask_id(ask)))


async def _staged(request: AnyRequest, work: Work, stage: Any, **more: Any) -> Response[Any]:
    org = await service.org_name(work, stage.app)
    here = f"/oauth/continue/{stage.app.client_id}/{stage.asking.id}"
    if stage.url:
        return page(request, "providers/back.html", app=stage.app, url=stage.url)
    if stage.waits == "consent":
        lines = await service.lines(work, stage.app, stage.asking.scopes)
        return page(request, "providers/consent.html", app=stage.app, org=org, lines=lines, here=here)
    return page(request, "providers/first.html", app=stage.app, org=org, waits=stage.waits, here=here)


@post("/oauth/continue/{client:str}/{ask:str}", **may("signed-in"), include_in_schema=False)
async def agree(request: AnyRequest, client: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Give what was ticked."""
    ticked = await form(request, Ticked)
    await service.agree(work, client, ask_id(ask), ticked.give)
    return see_other(f"/oauth/continue/{client}/{ask}")


@post("/oauth/continue/{client:str}/{ask:str}/refuse", **may("signed-in"), include_in_schema=False)
async def refuse(request: AnyRequest, client: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Give nothing; the app is told that it was refused."""
    return await _staged(request, work, await service.refused(work, client, ask_id(ask)))


@post("/oauth/continue/{client:str}/{ask:str}/again", **may("signed-in"), include_in_schema=False)
async def again(request: AnyRequest, client: FromPath[str], ask: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Sign out here and in again, because the app wants to be sure who sits there now."""
    await service.asking(work, client, ask_id(ask))
    await identity.sign_out(work)
    answer = see_other(f"/login?next=/oauth/continue/{client}/{ask}")
    secure = request.scope["state"]["house"].settings.secure
    answer.cookies.append(
        Cookie(key=request.scope["state"]["cookie"], value="", path="/", max_age=0, httponly=True, samesite="lax", secure=secure)
    )
    return answer


handlers = [authorize, authorize_posted, continued, agree, refuse, again]
