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
    return close(msgspec.json.encode(record), key, _info(home, at))


def unseal(sealed: bytes, key: X25519PrivateKey, home: str, at: str) -> Record:
    """The record; Malformed for what was sealed to or by another node, or bent."""
    if len(sealed) > MOST:
        raise Malformed("size")
    try:
        return msgspec.json.decode(open_(sealed, key, _info(home, at)), type=Record)
    except msgspec.MsgspecError as bad:
        raise Malformed("sealed") from bad


def close(plain: bytes, key: X25519PublicKey, info: bytes) -> bytes:
    """For whoever holds the key, and only as what `info` says it is."""
    return _SUITE.encrypt(plain, key, info=info)


def open_(sealed: bytes, key: X25519PrivateKey, info: bytes) -> bytes:
    """What was sealed to this key as `info`; Malformed otherwise."""
    try:
        return _SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError) as bad:
        raise Malformed("sealed") from bad
