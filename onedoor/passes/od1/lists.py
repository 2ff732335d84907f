"""Colours of everybody in a shard, two bits a row, as a signed Token Status List that any ordinary client reads.

The values are the standard's, not those of byte 8: 1 must mean invalid to a client that knows nothing of colours.
"""

import hashlib
import zlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import Jws, Malformed

from .layout import DAY, Colour
from .pid import ROWS

BITS = 2
TTL = 300
TYP = "statuslist+jwt"
FROM_LIST = (Colour.GREEN, Colour.RED, Colour.YELLOW, Colour.GREY)
TO_LIST = {Colour.GREEN: 0, Colour.RED: 1, Colour.YELLOW: 2, Colour.GREY: 3, Colour.POPUP: 0}
"""A thing that is due (popup) makes nobody worse than green in a list: the ticket says it."""


class List(Struct, frozen=True):
    """One shard as of one moment. `seq` only ever grows."""

    shard: int
    seq: int
    issued: int
    body: bytes

    @property
    def rows(self) -> int:
        return len(self.body) * 4

    def colour(self, row: int) -> Colour:
        return FROM_LIST[self.body[row >> 2] >> ((row & 3) * 2) & 3]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def empty(rows: int) -> bytes:
    """Everybody green; rounded up to whole bytes."""
    return bytes((min(rows, ROWS) + 3) // 4)


def put(body: bytearray, row: int, value: int) -> None:
    """Set one row's two bits."""
    at, shift = row >> 2, (row & 3) * 2
    body[at] = body[at] & ~(3 << shift) & 0xFF | value << shift


def uri_of(issuer: str, shard: int) -> str:
    return f"{issuer}/passes/lists/{shard}/full"


def packed(body: bytes) -> bytes:
    return zlib.compress(body, 9)


def token(key: Ed25519PrivateKey, kid: str, issuer: str, lst: List, lifetime: int = 7 * DAY, zipped: bytes = b"") -> str:
    """The signed list. It lives longer than gates believe it, so that its age can be told instead of a refusal."""
    payload = {
        "sub": uri_of(issuer, lst.shard), "iss": issuer, "iat": lst.issued, "exp": lst.issued + lifetime, "ttl": TTL,
        "shard": lst.shard, "seq": lst.seq,
        "status_list": {"bits": BITS, "lst": jose.b64(zipped or packed(lst.body))},
    }  # fmt: skip
    body = f"{jose.b64(jose.compact({'alg': 'EdDSA', 'typ': TYP, 'kid': kid}))}.{jose.b64(jose.compact(payload))}"
    return f"{body}.{jose.b64(key.sign(body.encode()))}"


def read(text: str, keys: dict[str, Ed25519PublicKey], now: int, newer_than: int = -1) -> List:
    """The list of a token; Malformed with the reason for one that must not be believed, or is older than the one in hand."""
    jws = Jws(text)
    key = keys.get(str(jws.header.get("kid")))
    if jws.header.get("typ") != TYP or jws.header.get("alg") != "EdDSA" or "crit" in jws.header:
        raise Malformed("typ")
    if key is None or not jws.by(key):
        raise Malformed("issuer")
    said: dict[str, Any] = jws.payload
    if not all(jose.whole(said.get(name)) for name in ("iat", "exp", "shard", "seq")) or said["exp"] <= now:
        raise Malformed("exp")
    if said["seq"] < newer_than:
        raise Malformed("seq")
    inner: Any = said.get("status_list")
    if not isinstance(inner, dict) or inner.get("bits") != BITS or not isinstance(inner.get("lst"), str):
        raise Malformed("status_list")
    return List(said["shard"], said["seq"], said["iat"], inflated(jose.unb64(inner["lst"]), ROWS // 4))


def inflated(raw: bytes, most: int) -> bytes:
    """Unpacked with a limit: a small token may not fill the memory."""
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(raw, most)
    except zlib.error as bad:
        raise Malformed("zlib") from bad
    if not inflate.eof or inflate.unconsumed_tail or inflate.unused_data:
        raise Malformed("zlib")
    return body
