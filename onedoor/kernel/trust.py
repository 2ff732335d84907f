"""The trust document at `/.well-known/onedoor-trust`: a JWS by a node's root key, a week long at most.

An unknown field or curve is skipped, an absent key is distrusted, a sequence never goes back; a node speaks for its own divisions alone.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.keys import Ring

TYP = "onedoor-trust+jwt"
RING, ENC = "federation", "federation-enc"
"""The root keys of a house, and the secret of the key to which messages for it are sealed."""
WHERE = "/.well-known/onedoor-trust"
LONGEST = 7 * 86_400
CLOCK = 60
MOST = 256 * 1024
DEPTH = 6


class TrustKey(Struct, frozen=True, omit_defaults=True):
    """One key: what it may sign (`use`: pass, credential, status, scan, federation), and when."""

    kid: str
    alg: str
    use: str
    jwk: dict[str, str]
    nbf: int = 0
    exp: int | None = None
    scheme: str = ""
    vct: tuple[str, ...] = ()

    def stands(self, at: int) -> bool:
        return self.nbf <= at and (self.exp is None or at < self.exp)


class Status(Struct, frozen=True):
    """Where a list of colours is."""

    shard: int
    uri: str


class Said(Struct, frozen=True):
    """One level of the node's own, in its words: `ttl` is how many seconds it is good for."""

    code: str
    meaning: str
    ttl: int


class Policy(Struct, frozen=True, omit_defaults=True):
    """What the node does with what it is told."""

    fields: tuple[str, ...] = ()
    retention_days: int = 0
    purpose: str = ""


class Document(Struct, frozen=True, omit_defaults=True):
    """What a node says of itself."""

    v: int
    node: str
    divisions: tuple[str, ...]
    seq: int
    iat: int
    exp: int
    keys: tuple[TrustKey, ...] = ()
    status: tuple[Status, ...] = ()
    levels: tuple[Said, ...] = ()
    enc: dict[str, str] = {}
    endpoints: dict[str, str] = {}
    policy: Policy = Policy()
    name: dict[str, str] = {}
    more: dict[str, Any] = {}
    """What else rooms say, each under a name of its own; whoever does not know the name passes over it."""


class Pinned(Struct, frozen=True):
    """What is known of a node before anything is read: its name, its root key's fingerprint, and the divisions it may speak for."""

    node: str
    fingerprint: str
    divisions: tuple[str, ...]


def fingerprint(jwk: dict[str, str]) -> str:
    """RFC 7638, as it is read out over the telephone."""
    return jose.b64(hashlib.sha256(jose.compact(jose.jwk_of(jose.key_of(jwk)))).digest())


def covered(divisions: Iterable[str], by: Iterable[str]) -> bool:
    """Whether each division is one of `by`, or lies in one. Codes are prefixes of what they hold; trailing pairs of zeros say nothing."""
    held = [bare(code) for code in by]
    return all(any(bare(code).startswith(outer) for outer in held) for code in divisions)


def bare(code: str) -> str:
    """"990100000000" → "9901": a division's code without the levels that are all zeros (province 2, city 4, district 6, street 9, 12)."""
    for end, outer in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(code) == end and not code[outer:].strip("0"):
            code = code[:outer]
    return code


def sign(ring: Ring, document: Document) -> str:
    """The text to publish. The root key travels inside; whoever reads it compares its fingerprint, never the key's name."""
    header = {"alg": "ES256", "typ": TYP, "kid": ring.active.kid, "jwk": ring.active.entry.jwk}
    return jose.sign(ring.signer, header, msgspec.to_builtins(document))


def read(text: str, pinned: Pinned, newest: int, now: int) -> Document:
    """The document; Malformed with one word for whatever must not be believed. `newest` is the highest sequence seen so far."""
    document = _believed(text, pinned)
    if document.node != pinned.node or document.v != 1:
        raise Malformed("node")
    if document.seq < newest:
        raise Malformed("seq")
    if not document.divisions or not covered(document.divisions, pinned.divisions):
        raise Malformed("divisions")
    if document.iat > now + CLOCK or document.exp - document.iat > LONGEST:
        raise Malformed("time")
    if document.exp <= now:
        raise Malformed("expired")
    return document


def _believed(text: str, pinned: Pinned) -> Document:
    if len(text) > MOST:
        raise Malformed("size")
    jws = Jws(text)
    jwk = jws.header.get("jwk")
    if jws.header.get("alg") != "ES256" or jws.header.get("typ") != TYP or "crit" in jws.header or not isinstance(jwk, dict):
        raise Malformed("typ")
    if fingerprint(jwk) != pinned.fingerprint:
        raise Malformed("fingerprint")
    if not jws.by(jose.key_of(jwk)):
        raise Malformed("signature")
    said = dict(jws.payload)
    for name, kind in (("keys", TrustKey), ("status", Status), ("levels", Said)):
        said[name] = _readable(said.get(name), kind)
    try:
        return msgspec.convert(said, Document)
    except msgspec.ValidationError as bad:
        raise Malformed("shape") from bad


def _readable(rows: Any, kind: type[Struct]) -> list[Any]:
    """Those entries that can be read: what a newer node says in a new way is not ours to judge."""
    found: list[Any] = []
    for row in rows if isinstance(rows, list) else []:
        try:
            found.append(msgspec.convert(row, kind))
        except msgspec.ValidationError:
            continue
    return found


def public(key: TrustKey) -> Any:
    """The key's object: Ed25519 or P-256; None for a curve we do not know."""
    try:
        if key.jwk.get("kty") == "OKP" and key.jwk.get("crv") == "Ed25519" and "d" not in key.jwk:
            return Ed25519PublicKey.from_public_bytes(jose.unb64(key.jwk["x"]))
        return jose.key_of(key.jwk)
    except (ValueError, KeyError, TypeError):
        return None


def keys_for(document: Document, use: str, at: int, kid: str | None = None) -> list[tuple[TrustKey, Any]]:
    """Every key of this use that stands then; more than one may have the same name, and all are tried."""
    fit = [key for key in document.keys if key.use == use and key.stands(at) and kid in (None, key.kid)]
    return [(key, found) for key in fit if (found := public(key)) is not None]


def signed(text: str, document: Document, typ: str, now: int) -> dict[str, Any]:
    """The payload of a JWS by one of a node's federation keys. A document that has expired vouches for nothing any more."""
    if document.exp <= now:
        raise Malformed("document expired")
    jws = Jws(text)
    if jws.header.get("alg") != "ES256" or jws.header.get("typ") != typ or "crit" in jws.header:
        raise Malformed("typ")
    if not any(jws.by(key) for _, key in keys_for(document, "federation", now, str(jws.header.get("kid"))) if hasattr(key, "curve")):
        raise Malformed("signature")
    return jws.payload


class Question(Protocol):
    """What every question or assertion of one node to another says of itself: who speaks to whom, when, and how long it stands."""

    @property
    def iss(self) -> str: ...
    @property
    def aud(self) -> str: ...
    @property
    def iat(self) -> int: ...
    @property
    def exp(self) -> int: ...


Q = TypeVar("Q", bound=Question)


def sender(text: str, most: int) -> str:
    """Who says to have signed it; nothing is believed yet. Malformed beyond `most` characters."""
    if len(text) > most:
        raise Malformed("size")
    return str(Jws(text).payload.get("iss"))


def question(text: str, document: Document, typ: str, shape: type[Q], *, here: str, now: int, lives: int) -> Q:
    """The question or assertion of `document`'s node to this one, of at most `lives` seconds; Malformed with one word otherwise."""
    try:
        found = msgspec.convert(signed(text, document, typ, now), shape)
    except msgspec.ValidationError as bad:
        raise Malformed("shape") from bad
    if found.iss != document.node or found.aud != here:
        raise Malformed("audience")
    if found.iat > now + CLOCK or found.exp <= now or found.exp - found.iat > lives:
        raise Malformed("expired")
    return found


def sealing_key(document: Document) -> X25519PublicKey:
    """The key to which records for this node are sealed."""
    try:
        if document.enc.get("kty") != "OKP" or document.enc.get("crv") != "X25519":
            raise Malformed("enc")
        return X25519PublicKey.from_public_bytes(jose.unb64(document.enc["x"]))
    except (KeyError, ValueError) as bad:
        raise Malformed("enc") from bad
