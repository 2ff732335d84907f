"""The one guard, on the application: a handler that does not say who may is refused to everybody."""

from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers.base import BaseRouteHandler

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden, Unauthorized
from onedoor.mandates.errors import ActingForAnother, MandateEnded, NotInMandate, OnlyThePerson
from onedoor.ui.edge import place


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Runs before any transaction begins. Asynchronous although it waits for nothing: a plain function would be sent to a thread."""
    state = connection.scope["state"]
    if state["forged"]:
        raise Forbidden("the form came from another site")
    if connection.scope.get("method") == "OPTIONS":  # answered by the framework with the methods there are, and nothing else
        return
    _readable(connection, handler)
    if handler.opt.get("public"):
        return
    if state["session_error"] is not None:
        raise state["session_error"]
    needs, actor = handler.opt.get("needs"), state["actor"]
    if needs is None:
        raise Forbidden("this route declares no permission")
    if not actor.signed_in:
        raise Unauthorized(sign_in=f"/login?next={quote(place(connection), safe='')}")
    if state["standing"] is not None:
        _stand_in(state, str(handler.opt.get("acting", "")))
    elif needs != "signed-in" and needs not in actor.grants:
        raise Forbidden(needs=needs)


def _stand_in(state: dict[str, Any], acting: str) -> None:
    """A device that has turned to somebody: it is that person's where the route and the mandate say so, and nobody's own elsewhere."""
    standing, words = state["standing"], set(acting.split())
    if "self" in words:
        return
    if standing.actor is None:
        raise MandateEnded(turn_back=True)
    if not words:
        raise ActingForAnother(turn_back=True)
    behalf = standing.actor.behalf
    if words == {"whole"} and not behalf.whole:
        raise OnlyThePerson()
    if not behalf.whole and not words & behalf.acts:
        raise NotInMandate()
    state["actor"] = standing.actor


def _readable(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A body that is read as JSON must say that it is; a page of another site cannot send one without asking first."""
    if handler.parsed_data_field is None:
        return
    sent = connection.headers.get("content-type", "").split(";")[0].strip().lower()
    if sent and sent != "application/json" and not sent.endswith("+json"):
        locale = connection.scope["state"]["locale"]
        raise HTTPException(status_code=415, detail=say(locale, "请用 JSON 发送内容（Content-Type: application/json）"))
