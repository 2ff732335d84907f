"""Fetches the events that a department keeps for us, and hands it ours. Both ways are signed; what comes is opened by the exchange.

A department that pushes does so to `/api/exchange/push/…`; fetching finds what was pushed while nobody listened.
"""

import time
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from connectors.asking import operation, settings_of
from connectors.outgoing import Outgoing, Reply
from onedoor.exchange.models import AskIn, AskOut, Health, Pulled, Push, Receipt, System
from onedoor.exchange.pushed import signature

MOST_ROUNDS, EACH = 50, 100


class Operation(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of event: its type, and where in its data the keys stand. For what we hand over, the type alone."""

    kind: str
    keys: dict[str, str] = {}


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a register of this way says of itself."""

    operations: dict[str, Operation]
    events: str = "/events"
    inbox: str = "/inbox"
    health: str = "/"


class Kept(Struct, frozen=True):
    """One event as a queue keeps it; `mark` is its place there."""

    mark: str
    id: str
    timestamp: str
    signature: str
    body: str


class _Page(Struct, frozen=True):
    items: list[Kept]


class _Taken(Struct, frozen=True):
    number: str


class Queue:
    """Behind the port exchange.Queue."""

    def __init__(self) -> None:
        self._http = Outgoing()

    async def ask(self, system: System, request: AskOut) -> AskIn:
        raise OSError(f"{system.code} tells by itself and cannot be asked")

    async def pull(self, system: System, since: str) -> AsyncGenerator[Pulled]:
        """Everything after the mark, page after page; ConnectionError when a page is not one."""
        settings = settings_of(system, Settings)
        for _ in range(MOST_ROUNDS):
            path = f"{settings.events}?after={quote(since or '0', safe='')}&limit={EACH}"
            reply = await self._http.send(system, "GET", path, self._headers(system, "", b""), b"", system.timeout_ms / 1000)
            page = _decoded(system, reply)
            for kept in page.items:
                yield Pulled(kept.mark, kept.id, msgspec.json.encode(kept))
            if len(page.items) < EACH or page.items[-1].mark == since:
                return
            since = page.items[-1].mark

    async def put(self, system: System, message: Push) -> Receipt:
        """A signed message of our own; the same request_id is taken once."""
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, message.operation)
        body = msgspec.json.encode({"type": asked.kind, "data": message.body})
        headers = {"content-type": "application/json", **self._headers(system, message.request_id, body)}
        reply = await self._http.send(system, "POST", settings.inbox, headers, body, system.timeout_ms / 1000)
        if reply.status not in (200, 201, 202) or reply.long:
            raise OSError(f"{system.code} did not take it: {reply.status}")
        try:
            return Receipt(msgspec.json.decode(reply.body, type=_Taken).number)
        except (msgspec.DecodeError, UnicodeDecodeError) as bad:
            raise ConnectionError(f"{system.code} gave no number") from bad

    async def health(self, system: System) -> Health:
        try:
            reply = await self._http.send(system, "GET", settings_of(system, Settings).health, {}, b"", system.timeout_ms / 1000)
        except OSError as away:
            return Health(False, str(away))
        return Health(reply.status == 200, "" if reply.status == 200 else f"answers {reply.status}")

    async def close(self) -> None:
        await self._http.close()

    @staticmethod
    def _headers(system: System, name: str, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        signed = signature(system.secret, name or stamp, stamp, body)
        return {"webhook-id": name or stamp, "webhook-timestamp": stamp, "webhook-signature": signed}


def _decoded(system: System, reply: Reply) -> _Page:
    if reply.status != 200 or reply.long:
        raise ConnectionError(f"{system.code}: {'too long' if reply.long else reply.status}")
    try:
        return msgspec.json.decode(reply.body, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise ConnectionError(f"{system.code}: no events") from bad


def connect(home: Path) -> Queue:
    """The plugin; it keeps nothing in the home."""
    return Queue()
