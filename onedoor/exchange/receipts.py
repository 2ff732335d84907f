"""授权凭证 What a person allowed, as a file that proves itself: the words that were shown and what the city has signed. Needs no server."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.i18n import Text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Ring
from onedoor.kernel.trust import fingerprint

from .records import Consent

TYP = "onedoor-consent+jwt"
MOST = 64 * 1024


class Receipt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. `key` is the city's public key as it was then; its fingerprint is compared with what the city reads out."""

    v: int
    city: str
    words: Text
    signed: str
    key: dict[str, str]


def written(ring: Ring, city: str, one: Consent, now: int) -> bytes:
    """A consent as it stands now; one that was taken back says so."""
    said: dict[str, Any] = {
        "v": 1, "iss": city, "iat": now, "id": str(one.id), "agreement": one.agreement, "elements": one.elements, "purpose": one.purpose,
        "item": one.item, "mode": one.mode, "locale": one.locale, "channel": str(one.channel), "text_sha256": digest(one.shown),
        "given_at": int(one.given_at.timestamp()), "expires_at": int(one.expires_at.timestamp()),
        "revoked_at": int(one.revoked_at.timestamp()) if one.revoked_at else None, "recording": one.recording,
    }  # fmt: skip
    signed = jose.sign(ring.signer, {"alg": "ES256", "typ": TYP, "kid": ring.active.kid}, said)
    made = Receipt(v=1, city=city, words=one.shown, signed=signed, key=ring.active.entry.jwk)
    return msgspec.json.format(msgspec.json.encode(made), indent=1)


def digest(shown: Text) -> str:
    """The words in both languages, as one hash."""
    return hashlib.sha256(jose.compact([shown.zh, shown.en])).hexdigest()


def read(raw: bytes) -> Receipt:
    """ValueError when it is no such file."""
    if len(raw) > MOST:
        raise ValueError("it is too long")
    return msgspec.json.decode(raw, type=Receipt)


class Checked(Struct, frozen=True):
    """What the file proves: which consent, by the city of which fingerprint, whether it was taken back, and what does not fit."""

    consent: str
    fingerprint: str
    revoked: bool
    faults: list[str]


def check(one: Receipt) -> Checked:
    """Worked out again, believing only the key in the file: whose key it is, its reader compares."""
    try:
        key, jws = jose.key_of(one.key), jose.Jws(one.signed)
    except Malformed as bad:
        return Checked("", "", False, [f"it cannot be read: {bad}"])
    said, faults = jws.payload, list[str]()
    if jws.header.get("alg") != "ES256" or jws.header.get("typ") != TYP or not jws.by(key):
        faults.append("the signature is not by the key in the file")
    if said.get("text_sha256") != digest(one.words):
        faults.append("the words are not those that were signed")
    if said.get("iss") != one.city:
        faults.append("it was signed for another city")
    return Checked(str(said.get("id", "")), fingerprint(one.key), said.get("revoked_at") is not None, faults)
