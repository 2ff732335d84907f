"""跨地区流调: what two nodes say to each other of an order to trace. The node of the gates names its sealed scan records; the home node of
those people, and nobody else, can say whose they are.

The order travels whole: case, law, purpose, days, and the two people who stand behind it. What is found is sealed to whoever asked. Pure:
rings, documents and the time come in.
"""

import hashlib
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct

from onedoor.kernel import jose, trust
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Ring
from onedoor.kernel.text import fault as unreadable
from onedoor.kernel.trust import CLOCK, Document
from onedoor.passes.tracing import LIFETIME

from . import sealing

ASK_TYP, FOUND_TYP = "onedoor-trace+jwt", "onedoor-traced+jwt"
LIVES = 600
MOST = 64 * 1024
MOST_SCANS = 500
USE = "tracing"
"""The one use to which scan records of another region's people may be put."""
_DAY = 86_400


class Wants(StrEnum):
    """Which records belong together, without names; or the names of some of these people."""

    PEOPLE = "people"
    NAMES = "names"


class Hand(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two who stand behind an order: a mark that is another one at every node, and the name that the people concerned read."""

    mark: str
    name: str


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """An order as it travels. Times are unix seconds; `scheme` is the home node's, `scans` are ids of sealed records in hexadecimal,
    `delay` is the reason for which the people concerned are told later."""

    iss: str
    aud: str
    jti: str
    iat: int
    exp: int
    use: str
    wants: Wants
    order: str
    scheme: str
    case_no: str
    disease: str
    basis: str
    purpose: str
    asked: Hand
    approved: Hand | None
    begins: int
    ends: int
    until: int
    delay: str
    scans: tuple[str, ...]


class Traced(Struct, frozen=True, forbid_unknown_fields=True):
    """One person under this order alone: a pseudonym, their records; name and telephone number when these were asked for."""

    mark: str
    scans: tuple[str, ...]
    name: str = ""
    phone: str = ""


class Found(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to exactly one question: `of` is the digest of its text."""

    iss: str
    aud: str
    jti: str
    iat: int
    of: str
    people: tuple[Traced, ...]


def sign(ring: Ring, said: Asked) -> str:
    return jose.sign(ring.signer, {"alg": "ES256", "typ": ASK_TYP, "kid": ring.active.kid}, msgspec.to_builtins(said))


def sender(text: str) -> str:
    """Who says to have signed it; nothing is believed yet."""
    return trust.sender(text, MOST)


def read(text: str, document: Document, here: str, now: int) -> Asked:
    """The question of `document`'s node to this one; Malformed with one word otherwise."""
    found = trust.question(text, document, ASK_TYP, Asked, here=here, now=now, lives=LIVES)
    if not 0 < len(found.scans) <= MOST_SCANS or any(len(one) != 32 or not _hex(one) for one in found.scans):
        raise Malformed("shape")
    return found


def _hex(given: str) -> bool:
    return all(one in "0123456789abcdef" for one in given)


def fault(said: Asked, most_days: int, now: int) -> str | None:
    """Why nothing may be told under this order, in one word; None for one that is good. `most_days` is the home scheme's limit."""
    if said.use != USE:
        return "purpose"
    if said.approved is None or not said.approved.mark or not said.asked.mark or said.approved.mark == said.asked.mark:
        return "approval"
    parts = ((said.asked.name, 1, 60), (said.approved.name, 1, 60), (said.case_no, 3, 40), (said.disease, 1, 60), (said.basis, 4, 200),
             (said.purpose, 4, 200), (said.order, 1, 60))  # fmt: skip
    if any(not least <= len(text.strip()) <= most or unreadable(text, lines=True) for text, least, most in parts):
        return "incomplete"
    if said.delay and (not 4 <= len(said.delay.strip()) <= 200 or unreadable(said.delay, lines=True)):
        return "delay"
    if not said.begins < said.ends or said.ends - said.begins > most_days * _DAY or said.begins > now:
        return "window"
    if said.until <= now or said.until > now + LIFETIME.total_seconds() + CLOCK:
        return "over"
    return None


def digest(text: str) -> str:
    return jose.b64(hashlib.sha256(text.encode()).digest())


def _about(home: str, asker: str) -> bytes:
    return f"onedoor-traced-1|{home}|{asker}".encode()


def answer(ring: Ring, told: Found, asker: Document) -> str:
    """Signed, then sealed to the node that asked."""
    signed = jose.sign(ring.signer, {"alg": "ES256", "typ": FOUND_TYP, "kid": ring.active.kid}, msgspec.to_builtins(told))
    return jose.b64(sealing.close(signed.encode(), trust.sealing_key(asker), _about(told.iss, told.aud)))


def open_answer(text: str, opener: X25519PrivateKey, document: Document, asked: Asked, question: str, now: int) -> Found:
    """The answer of `document`'s node to the text `question` and to nothing else; Malformed otherwise."""
    try:
        signed = sealing.open_(jose.unb64(text.strip()), opener, _about(document.node, asked.iss)).decode()
        found = msgspec.convert(trust.signed(signed, document, FOUND_TYP, now), Found)
    except (UnicodeDecodeError, msgspec.ValidationError) as bad:
        raise Malformed("sealed") from bad
    if (found.iss, found.aud, found.jti, found.of) != (document.node, asked.iss, asked.jti, digest(question)):
        raise Malformed("another question")
    if found.iat > now + CLOCK or not {scan for one in found.people for scan in one.scans} <= set(asked.scans):
        raise Malformed("not asked")
    return found
