"""Signed text, read strictly: base64url without stray bits, JSON without duplicate keys, ES256 (and Ed25519 to read).

Every leniency of a general library (padding, NaN, the last of two equal keys, DER signatures) is a second spelling of the same token,
and a second spelling is what a forger needs.
"""

import binascii
import json
from typing import Any, cast

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PrivateKey = ec.EllipticCurvePrivateKey
DEPTH = 8
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_+/=", b"+/!!!")
"""To the other alphabet; what is of the first one, or padding, becomes a sign that no alphabet has."""
_PADDING = (b"", b"", b"==", b"=")
_LAST = ("", "", "AQgw", "AEIMQUYcgkosw048")
"""By the number of characters over a multiple of four: what the last one may be, so that its unused bits are nought."""
_ES256, _P256 = ec.ECDSA(SHA256()), ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF = ORDER // 2


class Malformed(ValueError):
    """The text is not what it claims to be."""


def b64(raw: bytes) -> str:
    """base64url without padding."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL, b"=").decode()


def unb64(text: str) -> bytes:
    """The inverse of b64; padding, other alphabets and stray bits in the last character are refused."""
    over = len(text) % 4
    if over and text[-1] not in _LAST[over]:
        raise Malformed("base64url")
    try:
        return binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + _PADDING[over], strict_mode=True)
    except ValueError as bad:
        raise Malformed("base64url") from bad


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("the same key twice")
    return found


def _no_constant(word: str) -> Any:
    raise Malformed(word)


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _proven(value: Any, left: int) -> None:
    """Depth, and text that can be written again (no half surrogate pair)."""
    if left < 0:
        raise Malformed("too deep")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            key.encode()
            _proven(inner, left - 1)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            _proven(inner, left - 1)


def parse(raw: bytes, depth: int = DEPTH) -> Any:
    """JSON in UTF-8: no duplicate keys, no NaN, at most `depth` levels.

    What comes out of a quick reader and is written again as the same bytes has one spelling, so it holds no key twice; only what does not
    is read slowly.
    """
    try:
        value = msgspec.json.decode(raw)
        if msgspec.json.encode(value) == raw and raw.count(b"{") + raw.count(b"[") <= depth:
            return value
    except (ValueError, RecursionError):
        pass  # the slow reader says what is wrong
    try:
        value = _STRICT.decode(raw.decode())
        _proven(value, depth)
    except (ValueError, RecursionError) as bad:
        raise Malformed("json") from bad
    return value


def compact(value: Any) -> bytes:
    """JSON as short as it gets, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sign_raw(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """The 64 bytes r ‖ s with s in the lower half, so that a signature has one spelling."""
    r, s = decode_dss_signature(key.sign(message, _ES256))
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def verify_raw(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is by `key` over `message`."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, _ES256)
    except InvalidSignature:
        return False
    return True


def sign(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], payload: dict[str, Any]) -> str:
    """A compact JWS."""
    body = f"{b64(compact(header))}.{b64(compact(payload))}"
    return f"{body}.{b64(sign_raw(key, body.encode()))}"


class Jws:
    """A compact JWS taken apart; nothing is believed before `by()`."""

    __slots__ = ("_signature", "_signed", "header", "payload")

    def __init__(self, text: str) -> None:
        parts = text.split(".")
        if len(parts) != 3:
            raise Malformed("three parts")
        self.header, self.payload = (self._object(part) for part in parts[:2])
        self._signature = unb64(parts[2])
        self._signed = text[: -1 - len(parts[2])].encode()

    @staticmethod
    def _object(part: str) -> dict[str, Any]:
        value = parse(unb64(part))
        if not isinstance(value, dict):
            raise Malformed("not an object")
        return cast("dict[str, Any]", value)

    def by(self, key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bool:
        if isinstance(key, ec.EllipticCurvePublicKey):
            return verify_raw(key, self._signed, self._signature)
        try:
            key.verify(self._signature, self._signed)
        except InvalidSignature:
            return False
        return True


def whole(value: Any) -> bool:
    """A real integer: not a boolean, not a float, not text."""
    return isinstance(value, int) and not isinstance(value, bool)


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The public key as a JWK, members in the order of RFC 7638."""
    point = key.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}


def key_of(jwk: Any) -> ec.EllipticCurvePublicKey:
    """A P-256 JWK as a key object; Malformed for another curve, a point off the curve, or a private part."""
    if not isinstance(jwk, dict):
        raise Malformed("jwk")
    given = cast("dict[str, Any]", jwk)
    if "d" in given or given.get("kty") != "EC" or given.get("crv") != "P-256":
        raise Malformed("jwk")
    try:
        x, y = unb64(given["x"]), unb64(given["y"])
        if len(x) != 32 or len(y) != 32:
            raise Malformed("jwk")
        return ec.EllipticCurvePublicKey.from_encoded_point(_P256, b"\x04" + x + y)
    except (KeyError, TypeError, ValueError) as bad:
        raise Malformed("jwk") from bad
