"""Token Status List with two bits a certificate: 0 valid, 1 revoked, 2 suspended, 3 ask the issuer.

A list is as long as it will ever be from its first day, and places in it are drawn at random: its length and order tell nothing about how
many certificates a department has issued, or when.
"""

import datetime as dt
import hashlib
import zlib
from enum import IntEnum
from typing import Any

from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.keys import Ring, Signers
from onedoor.orgs.models import OrgId

from .models import ListId

BITS = 2
SIZE = 1 << 20
TTL = 300
LIFETIME = 24 * 3600
TYP = "statuslist+jwt"


class Status(IntEnum):
    """What two bits can say. The values are the standard's, so any client reads them."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    ASK = 3


def at(body: bytes, idx: int) -> Status:
    """The entry at `idx`; four to a byte, the first in the lowest bits."""
    return Status(body[idx >> 2] >> ((idx & 3) * 2) & 3)


class Kept(Struct, frozen=True):
    """One list as a process keeps it."""

    id: ListId
    org: OrgId
    seq: int
    changed_at: dt.datetime
    size: int
    body: bytes


class Lists(Struct, frozen=True):
    """Every list this house keeps, and when it was last known that nothing newer exists."""

    checked_at: dt.datetime
    by_id: dict[str, Kept] = {}
    ages: dict[str, dt.datetime] = {}
    """When each was signed, of lists that another city keeps."""

    def known_at(self, key: str) -> dt.datetime:
        """When it was last known that nothing newer exists."""
        return self.ages.get(key, self.checked_at)


def uri_of(issuer: str, list_id: ListId) -> str:
    return f"{issuer}/status/{list_id}"


def aggregation_of(issuer: str) -> str:
    """Where all lists of an issuer are named."""
    return f"{issuer}/status/aggregation"


def token(ring: Ring, issuer: str, kept: Kept, made: int) -> str:
    """The signed list. `made` is when it was last known to be current, not when somebody asked."""
    lst = jose.b64(zlib.compress(kept.body, 9))
    payload = {
        "sub": uri_of(issuer, kept.id), "iss": issuer, "iat": made, "exp": made + LIFETIME, "ttl": TTL,
        "status_list": {"bits": BITS, "lst": lst, "aggregation_uri": aggregation_of(issuer)},
    }  # fmt: skip
    return jose.sign(ring.signer, {"alg": "ES256", "typ": TYP, "kid": ring.active.kid}, payload)


def read(text: str, ring: Signers, uri: str, now: int) -> bytes:
    """The entries of a signed list; Malformed with the reason for a token that must not be believed."""
    token = Jws(text)
    key = ring.by_kid.get(str(token.header.get("kid")))
    if token.header.get("typ") != TYP or token.header.get("alg") != "ES256" or "crit" in token.header:
        raise Malformed("typ")
    if key is None or not token.by(key.public):
        raise Malformed("issuer")
    said = token.payload
    if said.get("sub") != uri:
        raise Malformed("sub")
    if not jose.whole(said.get("iat")) or not jose.whole(said.get("exp")) or said["exp"] <= now or said["iat"] > now + 60:
        raise Malformed("exp")
    inner: Any = said.get("status_list")
    if not isinstance(inner, dict) or inner.get("bits") != BITS or not isinstance(inner.get("lst"), str):
        raise Malformed("status_list")
    return _inflated(jose.unb64(inner["lst"]))


def _inflated(raw: bytes) -> bytes:
    """Unpacked with a limit: a small token may not fill the memory."""
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(raw, SIZE)
    except zlib.error as bad:
        raise Malformed("zlib") from bad
    if not inflate.eof or inflate.unconsumed_tail or inflate.unused_data:
        raise Malformed("zlib")
    return body


def etag(kept: Kept, kid: str, made: int) -> str:
    """Changes when the list, the key or the signing time does."""
    return '"' + hashlib.sha256(f"{kept.id}.{kept.seq}.{kid}.{made}".encode()).hexdigest()[:32] + '"'
