"""Events that a department pushes or keeps for us: signed as Standard Webhooks has it, the same whether pushed or pulled.

An event twice is one, by its id; one that comes late is history, by the time it says it happened.
"""

import base64
import datetime as dt
import hashlib
import hmac
from typing import Any

import msgspec
from msgspec import Struct

from onedoor.kernel.text import fault

MOST_BYTES, OLDEST, SHORTEST_SECRET = 262_144, 300, 16
AHEAD = dt.timedelta(days=1)
FIRST_YEAR = 1900


class Untrusted(ValueError):
    """Not an event of this register."""


class Event(Struct, frozen=True):
    """One thing that happened at a department."""

    id: str
    kind: str
    occurred_at: dt.datetime
    document: dict[str, Any]


class Envelope(Struct, frozen=True):
    """An event with its signature, as a queue keeps it."""

    id: str
    timestamp: str
    signature: str
    body: str


class _Body(Struct, frozen=True):
    type: str
    timestamp: dt.datetime
    data: dict[str, Any]


def signature(secret: bytes, event_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA-256 over id, time and body."""
    return "v1," + base64.b64encode(hmac.new(secret, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()


def opened(secret: bytes, content: bytes, now: dt.datetime) -> Event:
    """An event out of a queue. How long it lay there says nothing about it."""
    try:
        found = msgspec.json.decode(content, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise Untrusted("no envelope") from bad
    return verified(secret, found.id, found.timestamp, found.signature, found.body.encode(), now, oldest=None)


def trusted(secret: bytes, event_id: str, stamp: str, signatures: str, body: bytes, now: dt.datetime, oldest: int | None = OLDEST) -> None:
    """Untrusted unless the secret's holder signed just this. `oldest`: seconds that it may have been on its way."""
    if len(secret) < SHORTEST_SECRET or len(body) > MOST_BYTES or not 0 < len(event_id) <= 100 or fault(event_id):
        raise Untrusted("no event")
    good = signature(secret, event_id, stamp, body)
    if not any(hmac.compare_digest(good.encode(), one.encode()) for one in signatures.split(" ")[:5]):
        raise Untrusted("the signature is not this register's")
    if oldest is not None and (not stamp.isdecimal() or abs(now.timestamp() - int(stamp[:12])) > oldest):
        raise Untrusted("too old, or of tomorrow")


def verified(
    secret: bytes, event_id: str, stamp: str, signatures: str, body: bytes, now: dt.datetime, oldest: int | None = OLDEST
) -> Event:  # fmt: skip
    """The event behind a request's three headers and its body, or Untrusted."""
    trusted(secret, event_id, stamp, signatures, body, now, oldest)
    try:
        said = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise Untrusted("no event") from bad
    if said.timestamp.tzinfo is None or said.timestamp.year < FIRST_YEAR:
        raise Untrusted("a time without its zone, or before all times")
    return Event(event_id, said.type, min(said.timestamp, now) if said.timestamp > now + AHEAD else said.timestamp, said.data)


def newer(kept: Event | None, event: Event) -> bool:
    """Whether this event takes the other's place as what is shown: the later happening, whichever came first; never itself again."""
    return kept is None or (event.occurred_at, event.id) > (kept.occurred_at, kept.id)
