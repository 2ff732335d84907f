"""HC1, the printable health certificate (EU DCC, WHO): text to verdict.

`HC1:` + base45(zlib(COSE_Sign1 over a CWT)). In this order: whole, known signer, signature, what the signer may sign, its days, the
certificate's days, revocation. The signature is checked over the bytes as they came; the payload is read only after it.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from onedoor.kernel.cose import ES256, PS256, Damaged, Foreign, Sign1, apart, mapping, unpacked

from .models import Bad, Result, Verdict, damaged
from .trust import Key, TrustList

SYSTEM = "hc1"
PREFIX = "HC1:"
_ECDSA = ec.ECDSA(SHA256())
_PSS = padding.PSS(padding.MGF1(SHA256()), 32)
_SHA256 = SHA256()


def _by(key: Key, one: Sign1, signed: bytes) -> bool:
    """Whether this key signed it. The algorithm must be the key's own: an elliptic key with PS256 is no signature."""
    public, signature = key.public, one.signature
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            if one.alg != ES256 or len(signature) != 64:
                return False
            halves = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            public.verify(encode_dss_signature(*halves), signed, _ECDSA)
        elif one.alg == PS256:
            public.verify(signature, signed, _PSS, _SHA256)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _signer(keys: Sequence[Key], one: Sign1) -> Key:
    signed = one.signed
    for key in keys:
        if _by(key, one, signed):
            return key
    raise Bad(Result.FORGED, "signature")


def _moment(value: Any) -> int | None:
    """Seconds since 1970; None when absent."""
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value < 1 << 40:
        raise damaged("time")
    return int(value)


def _entry(claims: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The kind (t, v, r), its one entry and the whole certificate."""
    held = claims.get(-260)
    dcc = held.get(1) if type(held) is dict else None
    if type(dcc) is not dict:
        raise damaged("no certificate inside")
    for kind in ("v", "t", "r"):
        entries = dcc.get(kind)
        if type(entries) is list and len(entries) == 1 and type(entries[0]) is dict:
            return kind, entries[0], dcc
    raise damaged("no entry")


def _in_force(key: Key, claims: dict[Any, Any], kind: str, now: int) -> int | None:
    """The instant up to which it is good. One second too late is too late."""
    issued, until = _moment(claims.get(6)), _moment(claims.get(4))
    if key.kinds and kind not in key.kinds:
        raise Bad(Result.WRONG_KEY, "key usage")
    if (issued or 0) > now or key.not_before > now:
        raise Bad(Result.NOT_YET, "not yet")
    ends = min((end for end in (until, key.not_after) if end is not None), default=None)
    if ends is not None and ends <= now:
        raise Bad(Result.EXPIRED, "expired")
    return ends


def _words(held: dict[str, Any], name: str) -> str:
    found = held.get(name)
    return found if type(found) is str else ""


def _hash(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()[:16]


def _revoked(trust: TrustList, one: Sign1, entry: dict[str, Any]) -> bool:
    """By signature, by certificate identifier, by country and identifier: the three hashes of the gateway's lists."""
    if not trust.revoked:
        return False
    uci, country = _words(entry, "ci"), _words(entry, "co")
    signature = one.signature[:32] if one.alg == ES256 else one.signature
    return not trust.revoked.isdisjoint((_hash(signature), _hash(uci.encode()), _hash((country + uci).encode())))


def masked(name: str) -> str:
    """The first letter of each part."""
    return " ".join(part[0] + "*" * min(len(part) - 1, 3) for part in name[:80].replace("<", " ").split())


def _holder(dcc: dict[str, Any]) -> tuple[str, str]:
    name = dcc.get("nam")
    given = name if type(name) is dict else {}
    return masked(f"{_words(given, 'fnt')} {_words(given, 'gnt')}"), _words(dcc, "dob")[:4]


def check(text: str, trust: TrustList, now: int) -> Verdict:
    """The verdict; never an exception, whatever the text."""
    try:
        one = apart(unpacked(text, PREFIX))
        keys = trust.hcert.get(one.kid)
        if not keys:
            raise Bad(Result.UNKNOWN_ISSUER, "key id")
        key = _signer(keys, one)
        claims = mapping(one.payload)
        kind, entry, dcc = _entry(claims)
        until = _in_force(key, claims, kind, now)
        if _revoked(trust, one, entry):
            raise Bad(Result.REVOKED, "revoked")
    except Bad as bad:
        return Verdict(bad.result, SYSTEM, bad.why)
    except Foreign as other:
        return Verdict(Result.FOREIGN, SYSTEM, str(other))
    except Damaged as broken:
        return Verdict(Result.DAMAGED, SYSTEM, str(broken))
    return Verdict(Result.VALID, SYSTEM, "", key.issuer, kind, *_holder(dcc), until)
