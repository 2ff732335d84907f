"""Around every request: its id, its person, its language and look, safe headers, packing, forged-form refusal, and the clock of /metrics.

Pure ASGI, one layer: no wrapping per concern, because each costs every request.
"""

import functools
import secrets
import string
import time
from typing import Any
from urllib.parse import quote_from_bytes

import structlog
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from onedoor.identity import service as identity
from onedoor.kernel import text
from onedoor.kernel.db import unavailable
from onedoor.kernel.i18n import ENGLISH, SOURCE
from onedoor.kernel.log import NAME
from onedoor.kernel.problems import Problem, Unavailable
from onedoor.kernel.work import ANONYMOUS, Actor
from onedoor.mandates import service as mandates
from onedoor.mandates.models import Standing
from onedoor.orgs import service as orgs
from onedoor.providers import service as providers

from . import metrics
from .house import House
from .packing import accepts, bodiless, packing

log = structlog.get_logger(NAME)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    b"default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=()"),
]  # fmt: skip
FILES = ("/static/", "/looks.css", "/sw.js", "/manifest.webmanifest")
"""The same for everybody: nobody is looked up, so they come while the database is away."""
PROGRAMS = ("/api/provider/", "/oauth/userinfo")
"""Where an app's own token opens anything; everywhere else it is nobody's."""


def cookies_of(headers: dict[bytes, bytes]) -> dict[str, str]:
    """The request's cookies; malformed ones are left out, never an error."""
    found: dict[str, str] = {}
    for part in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, sep, value = part.strip().partition("=")
        if sep and len(value) < 500:
            found.setdefault(name, value)
    return found


def token_of(headers: dict[bytes, bytes], cookies: dict[str, str], name: str) -> tuple[str, bool]:
    """The session's token, and whether a browser sent it by itself (cookie) or a program on purpose (bearer)."""
    bearer = headers.get(b"authorization", b"").decode("latin-1")
    if bearer[:7].lower() == "bearer ":
        return bearer[7:].strip(), False
    return cookies.get(name, ""), True


def locale_of(cookies: dict[str, str], headers: dict[bytes, bytes]) -> str:
    """The chosen language, else the browser's first one that is Chinese or English."""
    if (chosen := cookies.get("lang")) in (SOURCE, ENGLISH):
        return chosen
    for part in headers.get(b"accept-language", b"").decode("latin-1").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return SOURCE
        if tag.startswith("en"):
            return ENGLISH
    return SOURCE


def forged(method: str, headers: dict[bytes, bytes]) -> bool:
    """Whether another site's page sent this: Sec-Fetch-Site says so, or Origin is not this host. Programs send neither."""
    if method in SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if origin is None:
        return False
    parts = text.address(origin.decode("latin-1"))
    return parts is None or parts.netloc.encode() != headers.get(b"host", b"")


class Front:
    """The layer; `house` is known once the application has started."""

    def __init__(self, app: ASGIApp, house: House, methods: dict[str, set[str]]) -> None:
        self.app, self.house, self.methods = app, house, methods
        self.cookie = "__Host-onedoor" if house.settings.secure else "onedoor"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request=request_id)
        began, status, method = time.perf_counter(), 500, scope["method"]
        state = await self._state(scope, headers)
        out = bodiless(send) if method == "HEAD" else send
        if self.house.settings.compress and accepts(headers.get(b"accept-encoding", b"")):
            out = packing(out, not state["actor"].signed_in)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS, (b"x-request-id", request_id.encode())]
                if not any(name == b"cache-control" for name, _ in message["headers"]):
                    message["headers"].append((b"cache-control", b"private, no-store"))
                message["headers"].append((b"vary", b"Cookie, Accept-Language, Accept, Accept-Encoding"))
                if method == "OPTIONS" and status == 204:  # the framework names those of the first handler alone
                    allowed = ", ".join(sorted(self.methods.get(scope.get("path_template", ""), set()))).encode()
                    message["headers"] = [(b"allow", allowed) if k == b"allow" else (k, v) for k, v in message["headers"]]
            await out(message)

        if method == "HEAD":  # what GET would answer, without its body
            scope["method"] = "GET"
        scope["state"] = state  # type: ignore[typeddict-item]
        try:
            await self.app(scope, receive, sending)
        finally:
            took = time.perf_counter() - began
            metrics.observe(scope, status, took)
            log.info("request", method=method, path=scope["path"], status=status, ms=round(took * 1000, 1))
            structlog.contextvars.unbind_contextvars("request")

    async def _state(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> dict[str, Any]:
        cookies = cookies_of(headers)
        token, by_cookie = token_of(headers, cookies, self.cookie)
        if not scope["query_string"].isascii():  # typed without percent signs: the bytes are meant as they are
            scope["query_string"] = quote_from_bytes(scope["query_string"], safe=string.printable).encode()
        query = scope["query_string"].decode("ascii")
        state: dict[str, Any] = {
            **scope.get("state", {}), "actor": ANONYMOUS, "standing": None, "session_error": None, "token": token,
            "forged": by_cookie and forged(scope["method"], headers), "cookie": self.cookie,
            "locale": locale_of(cookies, headers), "care": cookies.get("care") == "1", "district": cookies.get("district", ""),
            "theme": cookies["theme"] if cookies.get("theme") in ("light", "dark") else "", "ip": self._ip(scope, headers),
            "path": scope["path"] + (f"?{query}" if query else ""), "house": self.house,
        }  # fmt: skip
        if token and not scope["path"].startswith(FILES):
            state["actor"], state["session_error"] = await self._actor(token, scope["path"])
            if state["actor"].turned_to:
                state["standing"], state["session_error"] = await self._standing(state["actor"], state["locale"])
        return state

    def _ip(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> str:
        """The caller's network address: of the connection, or as our own proxy tells it."""
        told = headers.get(b"x-forwarded-for", b"").decode("latin-1").rsplit(",", 1)[-1].strip()
        if self.house.settings.behind_proxy and told:
            return told[:45]
        client = scope.get("client")
        return client[0] if client else ""

    async def _actor(self, token: str, path: str) -> tuple[Actor, Problem | None]:
        """Who holds this token; with the database away, nobody, and why (public pages go on)."""
        try:
            if providers.is_token(token):
                return await providers.actor_of(self.house.database.reference, token) if path.startswith(PROGRAMS) else ANONYMOUS, None
            actor = await identity.actor_of(self.house.database.reference, token)
            if actor.id is None:
                return actor, None
            return await orgs.with_grants(self.house.database.reference, actor), None
        except Problem as refusal:
            return ANONYMOUS, refusal
        except Exception as bad:
            log.warning("session_lookup", error=repr(bad))
            return ANONYMOUS, unavailable(bad) or Unavailable(retry_after=2)

    async def _standing(self, actor: Actor, locale: str) -> tuple[Standing | None, Problem | None]:
        """For whom this device acts, as it stands at this moment; nobody knows while the database is away."""
        try:
            return await mandates.stands_in(functools.partial(self.house.begin, locale=locale), actor), None
        except Exception as bad:
            log.warning("standing_lookup", error=repr(bad))
            return None, bad if isinstance(bad, Problem) else unavailable(bad) or Unavailable(retry_after=2)
