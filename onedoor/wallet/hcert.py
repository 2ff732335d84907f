"""HC1: a certificate that fits on paper. Text for a QR code, signed with the house's key, read without any connection.

`HC1:` + base45(zlib(COSE_Sign1 over a CWT)); the map -260 holds under 9, which is ours, the type and the few fields that are printed beside
it, with the place in the status list. Any reader of EU DCC takes it apart; whoever does not know this house says "unknown issuer".
"""

import datetime as dt
from typing import Any

from msgspec import Struct

from onedoor.kernel import cose, jose
from onedoor.kernel.keys import Ring, Signers

from .models import Cert

PREFIX = "HC1:"
HELD, OURS = -260, 9
MOST_TEXT = 60
"""Longer fields stand beside the code, not in it: a code that nobody can scan proves nothing."""


class Unreadable(ValueError):
    """`foreign`: another system's or house's; `damaged`: not whole; `forged`: whole, but not signed by this house; `expired`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Paper(Struct, frozen=True):
    """What stands in a code, proven to be ours."""

    type: str
    claims: dict[str, Any]
    list: bytes
    idx: int
    issued_at: int
    expires_at: int


def mint(ring: Ring, issuer: str, cert: Cert, names: tuple[str, ...], now: int, expires_at: int) -> str:
    """The text of a code for this certificate, with the fields that are printed beside it."""
    claims = {"holder": cert.holder.name, "number": cert.number}
    claims |= {name: cert.claims[name] for name in names if name in cert.claims and len(str(cert.claims[name])) <= MOST_TEXT}
    if cert.valid_to:
        claims["valid_to"] = cert.valid_to.isoformat()
    held = {"vct": cert.type, "claims": claims, "list": cert.list_ref.uuid.bytes, "idx": cert.idx}
    payload = {1: issuer, 4: expires_at, 6: now, HELD: {OURS: held}}
    return cose.sign(ring.signer, ring.active.short, payload, PREFIX)


def read(text: str, ring: Signers, now: int) -> Paper:
    """The fields of one of our codes; Unreadable with the reason for anything else."""
    try:
        one = cose.apart(cose.unpacked(text, PREFIX))
    except cose.Foreign as bad:
        raise Unreadable("foreign") from bad
    except cose.Damaged as bad:
        raise Unreadable("damaged") from bad
    keys = ring.by_short.get(one.kid)
    if not keys:
        raise Unreadable("foreign")
    key = next((key for key in keys if one.alg == cose.ES256 and jose.verify_raw(key.public, one.signed, one.signature)), None)
    if key is None:
        raise Unreadable("forged")
    try:
        paper = _paper(cose.mapping(one.payload))
    except (cose.Damaged, KeyError, TypeError) as bad:
        raise Unreadable("damaged") from bad
    if not key.held_at(paper.issued_at) or not key.signs(paper.type):
        raise Unreadable("forged")
    if paper.expires_at <= now:
        raise Unreadable("expired")
    return paper


def _paper(said: dict[Any, Any]) -> Paper:
    held = said[HELD][OURS]
    found = Paper(held["vct"], held["claims"], held["list"], held["idx"], said[6], said[4])
    kinds = (
        (found.type, str), (found.claims, dict), (found.list, bytes), (found.idx, int), (found.issued_at, int), (found.expires_at, int),
    )  # fmt: skip
    if any(type(value) is not kind for value, kind in kinds) or len(found.list) != 16 or found.idx < 0:
        raise cose.Damaged("not a certificate")
    return found


def lives_until(cert: Cert, now: dt.datetime, longest: dt.timedelta) -> int:
    """To the end of its last day, and not longer than a signature may live."""
    end = dt.datetime.combine(cert.valid_to, dt.time(), dt.UTC) + dt.timedelta(days=2) if cert.valid_to else now + longest
    return int(min(end, now + longest).timestamp())
