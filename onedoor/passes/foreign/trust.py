"""Whose signatures are believed: keys by system and key id, and what has been revoked. Made from an imported file, held in memory.

A row that cannot be read (an unknown curve, a broken certificate) is skipped and counted, never a reason to refuse the list. Two keys may
share an id: all of them are kept.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct

from onedoor.kernel import jose

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
USES = {f"1.3.6.1.4.1.{arc}1847.2021.1.{at}": kind for arc in ("", "0.") for at, kind in ((1, "t"), (2, "v"), (3, "r"))}
"""Extended key usages that narrow a signer to tests, vaccinations or recoveries; some states write an arc too many."""
RSA_BITS = 2048
MOST = 20_000


class Key(Struct, frozen=True):
    """One signer's key: for whom it speaks, from when to when, and for what (empty: everything)."""

    public: PublicKey
    issuer: str
    not_before: int = 0
    not_after: int | None = None
    kinds: frozenset[str] = frozenset()


class TrustList(Struct, frozen=True):
    """Read-only; replaced as a whole. `hcert` by key id, `shc` by issuer and key id, `skipped` what could not be read."""

    hcert: dict[bytes, list[Key]] = {}
    shc: dict[tuple[str, str], list[Key]] = {}
    revoked: frozenset[bytes] = frozenset()
    rids: dict[str, dict[str, int | None]] = {}
    """SMART Health Cards: by key id, what is revoked, and up to which issue (None: for good)."""
    skipped: int = 0

    @property
    def size(self) -> int:
        return sum(map(len, self.hcert.values())) + sum(map(len, self.shc.values()))


def kinds_of(cert: x509.Certificate) -> frozenset[str]:
    """What a certificate narrows its key to. An extension that cannot be parsed narrows nothing."""
    try:
        extended = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    named = [oid.dotted_string for oid in extended]
    found = frozenset(USES[oid] for oid in named if oid in USES)
    return found or (frozenset({"none"}) if named else frozenset())


def usable(key: object) -> PublicKey:
    """P-256 or RSA of at least 2,048 bits; ValueError for anything else."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS:
        return key
    raise ValueError("not a key of this list")


def signer(row: dict[str, Any]) -> tuple[bytes, Key]:
    """A row {kid, country, rawData} of a national trust list: a certificate whose hash begins with its key id."""
    der = base64.b64decode(row["rawData"], validate=True)
    kid = base64.b64decode(row["kid"], validate=True)
    if hashlib.sha256(der).digest()[:8] != kid:
        raise ValueError("another certificate's key id")
    cert = x509.load_der_x509_certificate(der)
    span = int(cert.not_valid_before_utc.timestamp()), int(cert.not_valid_after_utc.timestamp())
    return kid, Key(usable(cert.public_key()), str(row["country"])[:2].upper(), *span, kinds_of(cert))


def hcert_keys(rows: Iterable[Any]) -> tuple[dict[bytes, list[Key]], int]:
    """The document signers of a list, and how many rows were skipped."""
    keys: dict[bytes, list[Key]] = {}
    skipped = 0
    for at, row in enumerate(rows):
        try:
            if at >= MOST or row.get("certificateType", "DSC") != "DSC":
                raise ValueError("not a signer")
            kid, key = signer(row)
            keys.setdefault(kid, []).append(key)
        except (ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm):
            skipped += 1
    return keys, skipped


def issuer_fits(issuer: object) -> bool:
    """https, no slash at the end, nothing after the path: one spelling, because keys are found by it."""
    if not isinstance(issuer, str) or not issuer.startswith("https://") or issuer.endswith("/") or len(issuer) > 300:
        return False
    return issuer.isascii() and issuer.isprintable() and not any(char in issuer[8:] for char in " ?#@\\") and len(issuer) > 8


def shc_keys(rows: Iterable[Any]) -> tuple[dict[tuple[str, str], list[Key]], dict[str, dict[str, int | None]], int]:
    """Issuers {issuer: {iss}, keys: [jwk], crls: [{kid, rids}]} of a directory's snapshot."""
    keys: dict[tuple[str, str], list[Key]] = {}
    rids: dict[str, dict[str, int | None]] = {}
    skipped = 0
    for row in rows:
        try:
            issuer = row["issuer"]["iss"]
            if not issuer_fits(issuer):
                raise ValueError("issuer")
            held = list(row["keys"])
        except (ValueError, KeyError, TypeError):
            skipped += 1
            continue
        for jwk in held:
            try:
                key = jose.key_of(jwk)
                kid = jose.b64(hashlib.sha256(jose.compact(jose.jwk_of(key))).digest())
                if jwk.get("kid") != kid:
                    raise ValueError("kid")
                keys.setdefault((issuer, kid), []).append(Key(key, issuer))
            except (ValueError, AttributeError):
                skipped += 1
        for crl in row.get("crls") or []:
            skipped += not _revoke(rids, {kid for iss, kid in keys if iss == issuer}, crl)
    return keys, rids, skipped


def _revoke(rids: dict[str, dict[str, int | None]], own: set[str], crl: Any) -> bool:
    """Adds a revocation list {kid, rids: ["rid" or "rid.unix seconds"]}; false when it is not of an own key or cannot be read."""
    if not isinstance(crl, dict) or crl.get("kid") not in own or not isinstance(crl.get("rids"), list):
        return False
    found = rids.setdefault(crl["kid"], {})
    for entry in crl["rids"]:
        rid, dot, until = str(entry).partition(".")
        if dot and not until.isdigit():
            return False
        found[rid] = None if not dot or found.get(rid, 0) is None else max(int(until), found.get(rid) or 0)
    return True


def read(document: Any) -> TrustList:
    """The file an operator imports: {"certificates": […], "issuerInfo": […], "revoked": [base64 of 16 bytes, …]}; each may be left out."""
    if not isinstance(document, dict):
        raise ValueError("a trust list is an object")
    keys, skipped = hcert_keys(document.get("certificates") or [])
    issuers, rids, more = shc_keys(document.get("issuerInfo") or [])
    revoked = frozenset(base64.b64decode(str(entry), validate=True) for entry in document.get("revoked") or [])
    if any(len(entry) != 16 for entry in revoked):
        raise ValueError("a revoked entry is 16 bytes")
    return TrustList(keys, issuers, revoked, rids, skipped + more)
