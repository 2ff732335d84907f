"""The one guard, on the application: a handler that does not say who may is refused to everybody."""

from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from onedoor.kernel.problems import Forbidden, Unauthorized


def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Runs before any transaction begins."""
    state = connection.scope["state"]
    if state["forged"]:
        raise Forbidden("the form came from another site")
    if handler.opt.get("public"):
        return
    if state["session_error"] is not None:
        raise state["session_error"]
    needs, actor = handler.opt.get("needs"), state["actor"]
    if needs is None:
        raise Forbidden("this route declares no permission")
    if not actor.signed_in:
        raise Unauthorized(sign_in=f"/login?next={quote(state['path'], safe='')}")
    if needs != "signed-in" and needs not in actor.grants:
        raise Forbidden(needs=needs)
