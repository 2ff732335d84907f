"""OC1: the code on the screen. A small signed statement that whoever shows it held this certificate minutes ago.

`OC1:` + base45 of an 8 byte nonce, a msgpack list and a 64 byte signature: half the modules of a signed JWT. It carries a masked face
and the place in the status list, no key of any person: a checker learns the certificate's state, never a number to track. Version, order
and check order are part of the format; a change makes it OC2.
"""

import hashlib
import secrets
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from onedoor.kernel import base45, jose
from onedoor.kernel.keys import Key, Ring, Signers

from .models import ListId

PREFIX = "OC1:"
DOMAIN = b"OC1\0"
NONCE = 8
LIMIT = 400
ON_SCREEN = 300
ON_DEVICE = 24 * 3600
EPOCH = date(1970, 1, 1)


class Ticket(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is signed, in this order. Times are unix seconds, days are counted from 1970-01-01, 0 = no end."""

    version: int
    kid: bytes
    type: str
    number: str
    holder: str
    valid_to: int
    list: bytes
    idx: int
    issued_at: int
    lifetime: int

    @property
    def expires_at(self) -> int:
        return self.issued_at + self.lifetime

    @property
    def ends_on(self) -> date | None:
        return EPOCH + timedelta(days=self.valid_to) if self.valid_to else None


AGENT = "\x1f代"
"""Between the masked name of a holder and that of whoever shows it for them: no name holds a separator, and an older reader reads on."""


def parted(holder: str) -> tuple[str, str]:
    """Whose it is, and who shows it in their stead; nobody when it is the holder."""
    name, _, agent = holder.partition(AGENT)
    return name, agent


class Unreadable(ValueError):
    """`foreign`: another system's code; `damaged`: ours in shape, but not whole; `forged`: whole, but not signed by this house."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _short(words: str, size: int) -> str:
    """At most `size` bytes of UTF-8, so that a long name cannot make the code unscannable."""
    return words.encode()[:size].decode(errors="ignore")


def mint(
    ring: Ring, *, type: str, number: str, holder: str, ends_on: date | None, list: ListId, idx: int, now: int, lifetime: int,
    agent: str = "",
) -> str:  # fmt: skip
    """The text of a code that is good for `lifetime` seconds. `agent` is whoever shows it for its holder, masked.

    A page or a message swallows the second of two blanks, and base45 has blanks: so a nonce is drawn again until there are none. The
    list is whitened with the nonce, because what stays the same between two tries would keep its blanks for ever.
    """
    days = (ends_on - EPOCH).days if ends_on else 0
    whose = _short(holder, 24) + (AGENT + _short(agent, 18) if agent else "")
    ticket = Ticket(1, ring.active.short, type, _short(number, 24), whose, days, list.uuid.bytes, idx, now, lifetime)
    packed = msgspec.msgpack.encode(ticket)
    while True:
        nonce = secrets.token_bytes(NONCE)
        signature = jose.sign_raw(ring.signer, DOMAIN + nonce + packed)
        words = PREFIX + base45.encode(nonce + _whitened(nonce, packed) + signature)
        if "  " not in words and not words.endswith(" "):
            return words


def _whitened(nonce: bytes, packed: bytes) -> bytes:
    """The list, or back again: exclusive or with a stream made of the nonce. It hides nothing, and is not meant to."""
    stream = hashlib.shake_128(nonce).digest(len(packed))
    return bytes(a ^ b for a, b in zip(packed, stream, strict=True))


def read(text: str, ring: Signers) -> Ticket:
    """The ticket, proven to be signed by this house; nothing is said about whether it is still good."""
    if not text.startswith(PREFIX):
        raise Unreadable("foreign")
    if len(text) > LIMIT:
        raise Unreadable("damaged")
    try:
        raw = base45.decode(text[len(PREFIX) :])
        nonce, signature = raw[:NONCE], raw[-64:]
        packed = _whitened(nonce, raw[NONCE:-64])
        ticket = msgspec.msgpack.decode(packed, type=Ticket)
    except (ValueError, msgspec.MsgspecError) as bad:
        raise Unreadable("damaged") from bad
    keys = ring.by_short.get(ticket.kid, [])
    if not any(_signed(key, ticket, nonce + packed, signature) for key in keys):
        raise Unreadable("forged")
    return ticket


def _signed(key: Key, ticket: Ticket, body: bytes, signature: bytes) -> bool:
    low = int.from_bytes(signature[32:], "big") <= jose.HALF
    fits = ticket.version == 1 and low and key.held_at(ticket.issued_at) and key.signs(ticket.type)
    return fits and jose.verify_raw(key.public, DOMAIN + body, signature)
