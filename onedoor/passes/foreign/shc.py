"""SMART Health Cards: numeric QR or its pieces to verdict. Read, never made.

A JWS ES256 whose payload is raw deflate; the key is the issuer's, named by its thumbprint. Strict where a quick verifier is not: one
spelling of the prefix, digits in pairs up to 77, an issuer without a slash at the end, no second encoding of anything.
"""

import re
import zlib
from typing import Any

from onedoor.kernel import jose
from onedoor.kernel.jose import Malformed

from .hcert import masked
from .models import Bad, Result, Verdict, damaged
from .trust import TrustList, issuer_fits

SYSTEM = "shc"
PREFIX = "shc:/"
MAX_PIECE = 4_000
MAX_PIECES = 20
MAX_BYTES = 64 * 1024
_PIECE = re.compile(r"shc:/(?:([1-9][0-9]?)/([1-9][0-9]?)/)?([0-9]+)", re.ASCII)
_KINDS = {
    "https://smarthealth.cards#immunization": "v", "https://smarthealth.cards#laboratory": "t",
    "https://smarthealth.cards#health-card": "other",
}  # fmt: skip


def joined(text: str) -> str:
    """The JWS behind one code, or behind all pieces of one, a line each, in any order."""
    pieces: dict[int, str] = {}
    lines = text.strip("\r\n").splitlines()
    if not lines or not lines[0].startswith(PREFIX):
        raise Bad(Result.FOREIGN, "prefix")
    for line in lines[: MAX_PIECES + 1]:
        found = _PIECE.fullmatch(line)
        if found is None or len(line) > MAX_PIECE:
            raise damaged("not a code of this kind")
        at, of = int(found[1] or 1), int(found[2] or 1)
        if of != len(lines) or at > of or at in pieces:
            raise damaged("pieces")
        pieces[at] = found[3]
    return _letters("".join(pieces[at] for at in sorted(pieces)))


def _letters(digits: str) -> str:
    """Each pair of digits is a character's code less 45."""
    if len(digits) % 2:
        raise damaged("odd number of digits")
    values = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    if max(values) > 77:
        raise damaged("pair out of range")
    return "".join(chr(value + 45) for value in values)


def _inflated(raw: bytes) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = inflate.decompress(raw, MAX_BYTES)
    except zlib.error as bad:
        raise damaged("deflate") from bad
    if not inflate.eof or inflate.unconsumed_tail or inflate.unused_data:
        raise damaged("deflate")
    return body


def _apart(text: str) -> tuple[str, str, dict[str, Any], bytes, bytes]:
    """Issuer, key id, payload, what was signed, and the signature."""
    parts = text.split(".")
    if len(parts) != 3:
        raise damaged("three parts")
    try:
        header = jose.parse(jose.unb64(parts[0]))
        payload = jose.parse(_inflated(jose.unb64(parts[1])), depth=DEPTH)
        signature = jose.unb64(parts[2])
    except Malformed as bad:
        raise damaged(str(bad)) from bad
    if not isinstance(header, dict) or header.get("alg") != "ES256" or header.get("zip") != "DEF" or "crit" in header:
        raise damaged("header")
    if not isinstance(header.get("kid"), str) or not isinstance(payload, dict):
        raise damaged("header")
    if not issuer_fits(payload.get("iss")):
        raise damaged("issuer")
    return payload["iss"], header["kid"], payload, f"{parts[0]}.{parts[1]}".encode(), signature


DEPTH = 24
"""A card holds a FHIR bundle, which is deep."""


def _in_force(payload: dict[str, Any], now: int) -> int | None:
    begins, until = payload.get("nbf"), payload.get("exp")
    for moment in (begins, until):
        if moment is not None and (isinstance(moment, bool) or not isinstance(moment, int | float) or not 0 <= moment < 1 << 40):
            raise damaged("time")
    if begins is None:
        raise damaged("no nbf")
    if begins > now:
        raise Bad(Result.NOT_YET, "not yet")
    if until is not None and until <= now:
        raise Bad(Result.EXPIRED, "expired")
    return None if until is None else int(until)


def _revoked(trust: TrustList, kid: str, vc: dict[str, Any], issued: float) -> bool:
    rid = vc.get("rid")
    held = trust.rids.get(kid, {})
    if not isinstance(rid, str) or rid not in held:
        return False
    until = held[rid]
    return until is None or issued < until


def _subject(vc: dict[str, Any]) -> tuple[str, str]:
    """Masked name and year of birth of the bundle's patient."""
    try:
        entries = vc["credentialSubject"]["fhirBundle"]["entry"]
        patient = next(e["resource"] for e in entries if e["resource"].get("resourceType") == "Patient")
        name = patient["name"][0]
        words = " ".join([str(name.get("family", "")), *map(str, name.get("given", []))])
        return masked(words), str(patient.get("birthDate", ""))[:4]
    except (KeyError, TypeError, IndexError, StopIteration, AttributeError) as bad:
        raise damaged("bundle") from bad


def _kind(vc: dict[str, Any]) -> str:
    said = vc.get("type")
    kinds = [_KINDS[word] for word in said if isinstance(word, str) and word in _KINDS] if isinstance(said, list) else []
    if not kinds:
        raise damaged("type")
    return next((kind for kind in kinds if kind != "other"), "other")


def check(text: str, trust: TrustList, now: int) -> Verdict:
    """The verdict; never an exception, whatever the text."""
    try:
        issuer, kid, payload, signed, signature = _apart(joined(text))
        keys = trust.shc.get((issuer, kid))
        if not keys:
            raise Bad(Result.UNKNOWN_ISSUER, "issuer or key id")
        if not any(jose.verify_raw(key.public, signed, signature) for key in keys):  # type: ignore[arg-type]
            raise Bad(Result.FORGED, "signature")
        vc = payload.get("vc")
        if not isinstance(vc, dict):
            raise damaged("no card inside")
        kind = _kind(vc)
        until = _in_force(payload, now)
        if _revoked(trust, kid, vc, payload["nbf"]):
            raise Bad(Result.REVOKED, "revoked")
        return Verdict(Result.VALID, SYSTEM, "", issuer, kind, *_subject(vc), until)
    except Bad as bad:
        return Verdict(bad.result, SYSTEM, bad.why)
