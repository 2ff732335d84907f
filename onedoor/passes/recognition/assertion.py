"""What a home node asserts of one of its people to one other node: a level, a masked name, and a pseudonym that is another one everywhere.

With it the other node gives a code of its own, for a day at most.
"""

import hashlib
import hmac

import msgspec
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.keys import Ring
from onedoor.kernel.trust import Document, question

TYP = "onedoor-pass+jwt"
LONGEST = 86_400


class Assertion(Struct, frozen=True):
    """`iss` and `aud` are nodes, `sub` the pseudonym; level is the home node's own word."""

    iss: str
    aud: str
    sub: str
    jti: str
    iat: int
    exp: int
    scheme: str
    level: str
    name: str
    division: str


def pseudonym(secret: bytes, person: str, node: str) -> str:
    """Who it is, for that node alone."""
    return jose.b64(hmac.new(secret, f"{node}\0{person}".encode(), hashlib.sha256).digest()[:16])


def sign(ring: Ring, said: Assertion) -> str:
    return jose.sign(ring.signer, {"alg": "ES256", "typ": TYP, "kid": ring.active.kid}, msgspec.to_builtins(said))


def read(text: str, document: Document, here: str, now: int) -> Assertion:
    """The assertion of `document`'s node for this one; Malformed with one word otherwise."""
    return question(text, document, TYP, Assertion, here=here, now=now, lives=LONGEST)
