"""Scan records of another node's people, sealed to that node (HPKE, RFC 9180): the gate's house keeps what it cannot read."""

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Struct

from onedoor.kernel.jose import Malformed

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
MOST = 2_048


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """One reading of a code: enough for the home node to check it again and to tell the person where it was. Times are unix seconds."""

    scan_id: str
    code: str
    at: int
    place: str
    division: str
    direction: str


def _info(home: str, at: str) -> bytes:
    return f"onedoor-scan-1|{home}|{at}".encode()


def seal(record: Record, key: X25519PublicKey, home: str, at: str) -> bytes:
    """For node `home` alone, and only as coming from node `at`."""
    return _SUITE.encrypt(msgspec.json.encode(record), key, info=_info(home, at))


def unseal(sealed: bytes, key: X25519PrivateKey, home: str, at: str) -> Record:
    """The record; Malformed for what was sealed to or by another node, or bent."""
    if len(sealed) > MOST:
        raise Malformed("size")
    try:
        return msgspec.json.decode(_SUITE.decrypt(sealed, key, info=_info(home, at)), type=Record)
    except (InvalidTag, ValueError, msgspec.MsgspecError) as bad:
        raise Malformed("sealed") from bad
