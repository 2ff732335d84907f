"""The X.509 certificate by which others know this house's key: the name of its host, signed with the key itself."""

import base64
import datetime as dt
import functools

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from onedoor.kernel.keys import Ring

YEARS = dt.timedelta(days=3652)


def certificate(ring: Ring, host: str) -> x509.Certificate:
    """Made once for each key and host."""
    return _made(ring.active.kid, host, ring.signer, ring.active.entry.created_at)


@functools.lru_cache(16)
def _made(kid: str, host: str, key: ec.EllipticCurvePrivateKey, since: int) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    begins = dt.datetime.fromtimestamp(since, dt.UTC) - dt.timedelta(minutes=5)
    return (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(int.from_bytes(kid.encode()[:15], "big")).not_valid_before(begins).not_valid_after(begins + YEARS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, SHA256())
    )  # fmt: skip


def leaf(ring: Ring, host: str) -> str:
    """As an `x5c` header carries it."""
    return base64.b64encode(certificate(ring, host).public_bytes(Encoding.DER)).decode()
