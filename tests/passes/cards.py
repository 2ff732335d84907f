"""Health certificates of made-up states, signed with keys made here: by the `cwt` library where it can, by hand where it refuses."""

import base64
import datetime as dt
import hashlib
import json
import zlib
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from onedoor.kernel import base45, jose

NOW = 1_790_000_000
DAY = 86_400
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def when(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


class Signer:
    """A document signer of state XA, with a certificate of its own."""

    def __init__(self, country: str = "XA", key: Private | None = None, usage: str = "", until: int = NOW + 400 * DAY) -> None:
        self.country, self.key = country, key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"DSC {country}")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        builder = builder.serial_number(7).not_valid_before(when(NOW - 100 * DAY)).not_valid_after(when(until))
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(usage)]), critical=False)
        self.der = builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)
        self.kid = hashlib.sha256(self.der).digest()[:8]

    def row(self, **other: Any) -> dict[str, Any]:
        return {
            "certificateType": "DSC", "country": self.country, "kid": base64.b64encode(self.kid).decode(),
            "rawData": base64.b64encode(self.der).decode(), **other,
        }  # fmt: skip


def claims(kind: str = "v", issued: int = NOW - DAY, until: int = NOW + DAY, **other: Any) -> dict[int, Any]:
    """A certificate's claims. The person is nobody."""
    entry = {"tg": "840539006", "co": "XA", "is": "Ministry of XA", "ci": "URN:UVCI:01:XA:1234567#8", "dt": "2026-09-01", **other}
    person = {"fn": "Testmann", "gn": "Eva", "fnt": "TESTMANN", "gnt": "EVA"}
    return {1: "XA", 6: issued, 4: until, -260: {1: {"ver": "1.3.0", "nam": person, "dob": "1964-08-12", kind: [entry]}}}


def signature(key: Private, alg: int, protected: bytes, payload: bytes) -> bytes:
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def cose(signer: Signer, said: Any, *, alg: int = -7, protected: Any = None, loose: Any = None, payload: bytes | None = None) -> list[Any]:
    head = cbor2.dumps({1: alg, 4: signer.kid} if protected is None else protected)
    body = cbor2.dumps(said) if payload is None else payload
    return [head, {} if loose is None else loose, body, signature(signer.key, alg, head, body)]


def hc1(value: Any, *, raw: bytes | None = None) -> str:
    """The text of a COSE value (or of any bytes)."""
    return "HC1:" + base45.encode(zlib.compress(cbor2.dumps(value) if raw is None else raw, 9))


def card(signer: Signer, said: Any = None, **how: Any) -> str:
    return hc1(cbor2.CBORTag(18, cose(signer, said or claims(), **how)))


class Issuer:
    """An issuer of SMART Health Cards."""

    def __init__(self, iss: str = "https://cards.example/issuer") -> None:
        self.iss, self.key = iss, ec.generate_private_key(ec.SECP256R1())
        self.jwk = jose.jwk_of(self.key.public_key())
        self.kid = jose.b64(hashlib.sha256(jose.compact(self.jwk)).digest())

    def entry(self, **other: Any) -> dict[str, Any]:
        key = {**self.jwk, "kid": self.kid, "use": "sig", "alg": "ES256"}
        return {"issuer": {"iss": self.iss, "name": "Cards"}, "keys": [key], **other}


def bundle(issuer: Issuer, **other: Any) -> dict[str, Any]:
    patient = {"resourceType": "Patient", "name": [{"family": "Anyperson", "given": ["John", "B."]}], "birthDate": "1951-01-20"}
    shot = {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"coding": [{"system": "cvx", "code": "207"}]}}
    entries = [{"fullUrl": f"resource:{n}", "resource": r} for n, r in enumerate((patient, shot))]
    subject = {"fhirVersion": "4.0.1", "fhirBundle": {"resourceType": "Bundle", "type": "collection", "entry": entries}}
    types = ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"]
    vc = {"type": types, "credentialSubject": subject, **other.pop("vc", {})}
    return {"iss": issuer.iss, "nbf": NOW - DAY, "vc": vc, **other}


def deflated(raw: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(raw) + packer.flush()


def jws(issuer: Issuer, payload: Any, header: dict[str, Any] | None = None, packed: bytes | None = None) -> str:
    head = jose.b64(jose.compact({"zip": "DEF", "alg": "ES256", "kid": issuer.kid} if header is None else header))
    body = jose.b64(deflated(json.dumps(payload).encode()) if packed is None else packed)
    return f"{head}.{body}.{jose.b64(jose.sign_raw(issuer.key, f'{head}.{body}'.encode()))}"


def numeric(text: str) -> str:
    return "".join(f"{ord(char) - 45:02}" for char in text)


def shc(text: str) -> str:
    return "shc:/" + numeric(text)


def pieces(text: str, of: int) -> list[str]:
    """One code in several, as older cards had them."""
    size = -(-len(text) // of)
    return [f"shc:/{n + 1}/{of}/{numeric(text[n * size : (n + 1) * size])}" for n in range(of)]
