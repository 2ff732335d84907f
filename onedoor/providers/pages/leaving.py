"""退出 An app signs somebody out (OpenID Connect RP-Initiated Logout 1.0): the person is asked, and comes back to the app."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from onedoor.identity import service as identity
from onedoor.kernel.work import Work
from onedoor.providers import service
from onedoor.ui.edge import AnyRequest, form, may, page

from .signing import once_each


class Leaving(msgspec.Struct, frozen=True):
    """Which app asks, and where it wants the person back."""

    client_id: str = ""
    id_token_hint: str = ""
    post_logout_redirect_uri: str = ""
    state: str = ""


@get("/oauth/logout", **may(public=True), include_in_schema=False)
async def asked(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Ask first: a link alone must not sign anybody out."""
    given = once_each(work.locale, list(request.query_params.multi_items()))
    fields = {name: given.get(name, "")[:4000] for name in Leaving.__struct_fields__}
    app = await service.leaving(work, fields["client_id"], fields["id_token_hint"])
    return page(request, "providers/leaving.html", fields=fields, app=app)


@post("/oauth/logout", **may(public=True), include_in_schema=False)
async def leave(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Sign this device out, and go back to the app when it has registered the address."""
    given = await form(request, Leaving)
    app = await service.leaving(work, given.client_id, given.id_token_hint)
    await identity.sign_out(work)
    url = "/"
    if app is not None and given.post_logout_redirect_uri in app.logouts:
        more = urlencode({"state": given.state}) if given.state else ""
        url = given.post_logout_redirect_uri + ("?" if more and "?" not in given.post_logout_redirect_uri else "&" if more else "") + more
    answer = page(request, "providers/back.html", app=app, url=url)
    secure = request.scope["state"]["house"].settings.secure
    answer.cookies.append(
        Cookie(key=request.scope["state"]["cookie"], value="", path="/", max_age=0, httponly=True, samesite="lax", secure=secure)
    )
    return answer


handlers = [asked, leave]
