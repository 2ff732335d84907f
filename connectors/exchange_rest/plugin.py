"""Asks registers that speak JSON over HTTP, each as its settings say: paths, bodies, envelope, pages, token and signature.

A household of several pages is asked page after page within one deadline. A page that does not come takes the whole list with it: a
shorter family is never shown as a whole one.
"""

import hashlib
import hmac
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors.asking import MOST_BYTES, Reading, at, filled, operation, settings_of, understood, wrong
from connectors.outgoing import Outgoing, Reply
from onedoor.exchange.models import AskIn, AskOut, Health, Pulled, Push, Receipt, State, System

MOST_PAGES = 20
RENEWED_BEFORE = 30.0
TAKEN = (200, 201, 202)


class Pages(Struct, frozen=True, forbid_unknown_fields=True):
    """A list that comes in parts: where it lies, where its whole length is said, and the body's field for the page's number."""

    list: str
    total: str
    field: str


class Operation(Reading, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question or message; `number` is where a receipt's number lies in the answer."""

    path: str
    method: str = "POST"
    body: Any = None
    pages: Pages | None = None
    number: str = ""


class Token(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a token is had against an HMAC of our name, for as long as the answer's `expires_in` says."""

    path: str
    client: str


class Sign(Struct, frozen=True, forbid_unknown_fields=True):
    """The headers that carry the time and the HMAC-SHA-256 over method, path, time and the body's SHA-256."""

    header: str = "X-Signature"
    time: str = "X-Timestamp"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a register of this way says of itself."""

    operations: dict[str, Operation]
    health: str = "/"
    token: Token | None = None
    sign: Sign | None = None


class Rest:
    """Behind the port exchange.Rest."""

    def __init__(self) -> None:
        self._http = Outgoing()
        self._tokens: dict[str, tuple[str, float]] = {}

    async def ask(self, system: System, request: AskOut) -> AskIn:
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, request.operation)
        body, until = filled(asked.body, request.keys), time.monotonic() + request.timeout_ms / 1000
        first = self._answer(await self._sent(system, settings, asked, body, until), asked)
        if asked.pages is None or first.state is not State.HELD:
            return first
        return await self._whole(system, settings, asked, body, until, first)

    @staticmethod
    def _answer(reply: Reply, asked: Operation, well: tuple[int, ...] = (200,)) -> AskIn:
        if reply.long:
            return wrong(f"longer than {MOST_BYTES} bytes")
        if reply.status == 404 and not asked.code:
            return AskIn(State.NOT_HELD, problem="404", sha256=hashlib.sha256(reply.body).digest())
        if reply.status in (401, 403):
            return AskIn(State.REFUSED, problem=str(reply.status), sha256=hashlib.sha256(reply.body).digest())
        if reply.status not in well:
            return AskIn(State.DOWN, problem=str(reply.status), sha256=hashlib.sha256(reply.body).digest())
        try:
            tree = msgspec.json.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return wrong("no JSON", reply.body)
        return understood(tree, asked, reply.body)

    async def _whole(
        self, system: System, settings: Settings, asked: Operation, body: Any, until: float, first: AskIn
    ) -> AskIn:  # fmt: skip
        """The first page with what the others add; without the list when one of them is missing."""
        assert asked.pages is not None
        entries, total = at(first.document, asked.pages.list), at(first.document, asked.pages.total)
        if not isinstance(entries, list) or not isinstance(total, int):
            return wrong("no pages")
        for number in range(2, MOST_PAGES + 1):
            if len(entries) >= total:
                break
            try:
                reply = await self._sent(system, settings, asked, {**body, asked.pages.field: number}, until)
            except OSError:
                break
            page = self._answer(reply, asked)
            more = at(page.document, asked.pages.list)
            if page.echoed != first.echoed or not isinstance(more, list) or not more:
                break
            entries += more
        if len(entries) == total:
            return first
        return msgspec.structs.replace(first, late=(asked.pages.list,), problem=f"{len(entries)} of {total}")

    async def put(self, system: System, message: Push) -> Receipt:
        """Handed over under its own name: the same request_id again is answered by the same number."""
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, message.operation)
        body = message.body if asked.body is None else filled(asked.body, message.body)
        until = time.monotonic() + system.timeout_ms / 1000
        reply = await self._sent(system, settings, asked, body, until, {"Idempotency-Key": message.request_id})
        told = self._answer(reply, asked, TAKEN)
        number = at(told.document, asked.number)
        if told.state is not State.HELD or not isinstance(number, str | int):
            raise OSError(f"{system.code} did not take it: {told.state} {told.problem}")
        return Receipt(str(number))

    async def pull(self, system: System, since: str) -> AsyncGenerator[Pulled]:
        raise OSError(f"{system.code} is asked, not pulled")
        yield

    async def health(self, system: System) -> Health:
        settings = settings_of(system, Settings)
        try:
            reply = await self._http.send(system, "GET", settings.health, {}, b"", system.timeout_ms / 1000)
        except OSError as away:
            return Health(False, str(away))
        return Health(reply.status == 200, "" if reply.status == 200 else f"answers {reply.status}")

    async def close(self) -> None:
        await self._http.close()

    # ── sending ──────────────────────────────────────────────────────────────────────────────────
    async def _sent(
        self, system: System, settings: Settings, asked: Operation, body: Any, until: float, more: dict[str, str] | None = None
    ) -> Reply:  # fmt: skip
        """Once more with a new token when the register no longer knows the one we have."""
        raw = b"" if body is None else msgspec.json.encode(body)
        for attempt in (1, 2):
            headers = {"content-type": "application/json", **(more or {}), **_signed(system, settings, asked, raw)}
            if settings.token is not None:
                headers["authorization"] = f"Bearer {await self._token(system, settings.token, until)}"
            reply = await self._http.send(system, asked.method, asked.path, headers, raw, until - time.monotonic())
            if reply.status != 401 or settings.token is None or attempt == 2:
                return reply
            self._tokens.pop(system.code, None)
        raise AssertionError

    async def _token(self, system: System, token: Token, until: float) -> str:
        held, expires = self._tokens.get(system.code, ("", 0.0))
        if time.monotonic() < expires:
            return held
        stamp = str(int(time.time()))
        proof = hmac.new(system.secret, f"{token.client}\n{stamp}".encode(), hashlib.sha256).hexdigest()
        body = msgspec.json.encode({"client_id": token.client, "timestamp": stamp, "proof": proof})
        headers = {"content-type": "application/json"}
        reply = await self._http.send(system, "POST", token.path, headers, body, until - time.monotonic())
        try:
            said = msgspec.json.decode(reply.body, type=dict[str, Any])
            held, lasts = str(said["access_token"]), float(said["expires_in"])
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as bad:
            raise ConnectionError(f"{system.code} gave no token ({reply.status})") from bad
        self._tokens[system.code] = held, time.monotonic() + lasts - RENEWED_BEFORE
        return held


def _signed(system: System, settings: Settings, asked: Operation, raw: bytes) -> dict[str, str]:
    if settings.sign is None:
        return {}
    stamp = str(int(time.time()))
    words = f"{asked.method}\n{asked.path}\n{stamp}\n{hashlib.sha256(raw).hexdigest()}"
    return {settings.sign.time: stamp, settings.sign.header: hmac.new(system.secret, words.encode(), hashlib.sha256).hexdigest()}


def connect(home: Path) -> Rest:
    """The plugin; it keeps nothing in the home."""
    return Rest()
