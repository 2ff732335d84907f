"""HC1, the printable health certificate (EU DCC, WHO): text to verdict.

`HC1:` + base45(zlib(COSE_Sign1 over a CWT)). In this order: whole, known signer, signature, what the signer may sign, its days, the
certificate's days, revocation. The signature is checked over the bytes as they came; the payload is read only after it.
"""

import functools
import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

from onedoor.kernel import base45

from . import cbor
from .models import Bad, Result, Verdict, damaged
from .trust import Key, TrustList

SYSTEM = "hc1"
PREFIX = "HC1:"
MAX_TEXT = 6_000
MAX_BYTES = 64 * 1024
ES256, PS256 = -7, -37
_ECDSA = ec.ECDSA(SHA256())
_PSS = padding.PSS(padding.MGF1(SHA256()), 32)
_SHA256 = SHA256()
_CWT, _SIGN1 = 61, 18


class Sign1(Struct, frozen=True):
    """A COSE_Sign1 taken apart; nothing is believed yet."""

    alg: int
    kid: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The Sig_structure of RFC 9052."""
        return b"\x84\x6aSignature1" + _bytes(self.protected) + b"\x40" + _bytes(self.payload)


def _bytes(raw: bytes) -> bytes:
    """CBOR byte string."""
    size = len(raw)
    if size < 24:
        return bytes((0x40 + size,)) + raw
    if size < 256:
        return bytes((0x58, size)) + raw
    return b"\x59" + size.to_bytes(2, "big") + raw


def unpacked(text: str) -> bytes:
    """The bytes behind the text, never more than 64 KiB of them."""
    text = text.strip("\r\n")
    if not text.startswith(PREFIX):
        raise Bad(Result.FOREIGN, "prefix")
    if len(text) > MAX_TEXT:
        raise damaged("too long")
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(base45.decode(text[4:]), MAX_BYTES)
    except (ValueError, zlib.error) as bad:
        raise damaged("base45 or zlib") from bad
    if not inflate.eof or inflate.unconsumed_tail or inflate.unused_data:
        raise damaged("zlib")
    return raw


def apart(raw: bytes) -> Sign1:
    """Tags 61 and 18, or none; the protected key id wins over the other."""
    value = cbor.item(raw)
    for tag in (_CWT, _SIGN1):
        if type(value) is cbor2.CBORTag and value.tag == tag:
            value = value.value
    if type(value) is not list or len(value) != 4:
        raise damaged("not a COSE_Sign1")
    protected, loose, payload, signature = value
    if not (type(protected) is type(payload) is type(signature) is bytes and type(loose) is dict):
        raise damaged("not a COSE_Sign1")
    alg, kid = _header(protected)
    kid = loose.get(4) if kid is None else kid
    if type(kid) is not bytes:
        raise damaged("no key id")
    return Sign1(alg, kid, protected, payload, signature)


@functools.lru_cache(1024)
def _header(protected: bytes) -> tuple[int, Any]:
    """Algorithm and key id of a protected header; all that one signer signs has the same."""
    header = cbor.mapping(protected) if len(protected) <= 200 else {}
    if type(header.get(1)) is not int or 2 in header:
        raise damaged("header")
    return header[1], header.get(4)


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
        one = apart(unpacked(text))
        keys = trust.hcert.get(one.kid)
        if not keys:
            raise Bad(Result.UNKNOWN_ISSUER, "key id")
        key = _signer(keys, one)
        claims = cbor.mapping(one.payload)
        kind, entry, dcc = _entry(claims)
        until = _in_force(key, claims, kind, now)
        if _revoked(trust, one, entry):
            raise Bad(Result.REVOKED, "revoked")
    except Bad as bad:
        return Verdict(bad.result, SYSTEM, bad.why)
    return Verdict(Result.VALID, SYSTEM, "", key.issuer, kind, *_holder(dcc), until)
