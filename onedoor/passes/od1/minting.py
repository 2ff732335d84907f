"""Tickets and paper codes, signed by the issuer of a scheme."""

import secrets
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .layout import DOMAIN, PAPER, PHONE, kid_of
from .pid import Pid, PidKey


class Minter:
    """The private half of an issuer's key, with what is the same in every ticket made once."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key, self.kid = key, kid_of(key.public_key().public_bytes_raw())
        self._phone, self._paper = bytes([PHONE]) + self.kid, bytes([PAPER]) + self.kid

    def ticket(self, pid_key: PidKey, pid: Pid, flags: int, t0: int, anchor: bytes, salt: bytes = b"") -> bytes:
        """105 bytes; the phone adds step and reveal."""
        body = self._phone + t0.to_bytes(4, "big") + bytes([flags]) + pid_key.close(pid, salt or secrets.token_bytes(8)) + anchor
        return body + self.key.sign(DOMAIN + body)

    def paper(self, pid_key: PidKey, pid: Pid, flags: int, day: int, salt: bytes = b"") -> bytes:
        """89 bytes to print: without anchor, step and reveal; `day` is the second at which the day of printing began."""
        body = self._paper + day.to_bytes(4, "big") + bytes([flags]) + pid_key.close(pid, salt or secrets.token_bytes(8))
        return body + self.key.sign(DOMAIN + body)


class Own:
    """Verifies what this house has signed itself. Ed25519 gives a message one signature (RFC 8032, 5.1.6), so whoever holds the key makes
    it again and compares, at a third of what verifying costs; nothing of what was made leaves here."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key, self._public = key, key.public_key().public_bytes_raw()

    def public_bytes_raw(self) -> bytes:
        return self._public

    def verify(self, signature: bytes, data: bytes) -> None:
        """InvalidSignature unless it is the one."""
        if not compare_digest(self._key.sign(data), signature):
            raise InvalidSignature


def shown(ticket: bytes, step: int, reveal: bytes) -> bytes:
    """The 122 bytes of one step."""
    return ticket + bytes([step]) + reveal
