"""Addresses on this site that somebody is led back to."""

from typing import Any
from urllib.parse import urlunsplit

from litestar.connection import ASGIConnection

from onedoor.kernel import text

LONGEST_PATH = 2000
"""Characters of an address on this site that is returned to: a search for a long sentence is written with nine for each Chinese one."""


def safe_path(given: str | None, otherwise: str = "/") -> str:
    """A return address on this site only: `/…`, never `//host`, `/\\host` or one with control characters."""
    if not given or not given.startswith("/") or given[1:2] in ("/", "\\") or len(given) > LONGEST_PATH or text.fault(given):
        return otherwise
    return given


def place(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The page on which somebody is: this address, or, when they sent a form, the page of this site on which it stood."""
    path = str(request.scope["state"]["path"])
    if request.scope.get("method") in ("GET", "HEAD"):
        return path
    came = text.address(request.headers.get("referer", ""))
    return safe_path(urlunsplit(("", "", came.path, came.query, "")), path) if came and came.netloc == request.headers.get("host") else path
