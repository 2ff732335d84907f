"""COSE_Sign1 (RFC 9052) around a CWT, packed for a QR code: base45 of zlib of CBOR behind a prefix. Read strictly, written shortly.

One item and nothing after it; a size that cannot grow without end; the signature over the bytes as they came. What a signed map says is for
whoever asked: nothing in here believes anything.
"""

import functools
import io
import zlib
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from . import base45, jose

ES256, PS256 = -7, -37
MAX_TEXT = 6_000
MAX_BYTES = 64 * 1024
FAULTS = (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError, ArithmeticError, LookupError)
_CWT, _SIGN1 = 61, 18


class Damaged(ValueError):
    """Not whole, or not of this form."""


class Foreign(ValueError):
    """Another system's text."""


def item(raw: bytes) -> Any:
    """The one item in `raw`. It may be of any kind the decoder knows: whoever reads a part looks at its type first."""
    stream = io.BytesIO(raw)
    try:
        value = cbor2.CBORDecoder(stream).decode()
    except FAULTS as bad:
        raise Damaged("cbor") from bad
    if stream.tell() != len(raw):
        raise Damaged("bytes after the end")
    return value


def mapping(raw: bytes) -> dict[Any, Any]:
    """The map that a known signer has signed, or that its signature covers: what may stand after it is the signer's matter."""
    try:
        value = cbor2.loads(raw)
    except FAULTS as bad:
        raise Damaged("cbor") from bad
    if type(value) is not dict:
        raise Damaged("not a map")
    return value


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


def unpacked(text: str, prefix: str) -> bytes:
    """The bytes behind the text, never more than 64 KiB of them."""
    text = text.strip("\r\n")
    if not text.startswith(prefix):
        raise Foreign("prefix")
    if len(text) > MAX_TEXT:
        raise Damaged("too long")
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(base45.decode(text[len(prefix) :]), MAX_BYTES)
    except (ValueError, zlib.error) as bad:
        raise Damaged("base45 or zlib") from bad
    if not inflate.eof or inflate.unconsumed_tail or inflate.unused_data:
        raise Damaged("zlib")
    return raw


def apart(raw: bytes) -> Sign1:
    """Tags 61 and 18, or none; the protected key id wins over the other."""
    value = item(raw)
    for tag in (_CWT, _SIGN1):
        if type(value) is cbor2.CBORTag and value.tag == tag:
            value = value.value
    if type(value) is not list or len(value) != 4:
        raise Damaged("not a COSE_Sign1")
    protected, loose, payload, signature = value
    if not (type(protected) is type(payload) is type(signature) is bytes and type(loose) is dict):
        raise Damaged("not a COSE_Sign1")
    alg, kid = _header(protected)
    kid = loose.get(4) if kid is None else kid
    if type(kid) is not bytes:
        raise Damaged("no key id")
    return Sign1(alg, kid, protected, payload, signature)


@functools.lru_cache(1024)
def _header(protected: bytes) -> tuple[int, Any]:
    """Algorithm and key id of a protected header; all that one signer signs has the same."""
    header = mapping(protected) if len(protected) <= 200 else {}
    if type(header.get(1)) is not int or 2 in header:
        raise Damaged("header")
    return header[1], header.get(4)


def sign(key: ec.EllipticCurvePrivateKey, kid: bytes, payload: dict[int, Any], prefix: str) -> str:
    """The text of a signed map, ES256, as short as it gets."""
    protected, body = cbor2.dumps({1: ES256, 4: kid}), cbor2.dumps(payload)
    signature = jose.sign_raw(key, Sign1(ES256, kid, protected, body, b"").signed)
    raw = cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, body, signature]))
    return prefix + base45.encode(zlib.compress(raw, 9))
