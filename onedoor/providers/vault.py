"""What this house keeps on disk for providers: the keys that sign ID tokens, and the key that seals webhook secrets."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onedoor.kernel import crypto, jose
from onedoor.kernel.keys import Keys, Ring, rotate

RING = "oauth"


class Vault:
    """Opened once in each process."""

    def __init__(self, home: Path, issuer: str, exempt: frozenset[str]) -> None:
        self.home, self.issuer, self.exempt = home, issuer.rstrip("/"), exempt
        self.keys = Keys(home, self.issuer, RING)
        self._seal = AESGCM(crypto.secret(home, "webhook-secrets"))
        self._people = crypto.secret(home, "provider-imports")

    @property
    def ring(self) -> Ring:
        return self.keys.ring()

    def sign(self, payload: dict[str, object]) -> str:
        """A signed JWT of this house."""
        ring = self.ring
        return jose.sign(ring.signer, {"alg": ring.active.alg, "kid": ring.active.kid, "typ": "JWT"}, payload)

    def seal(self, secret: bytes, label: str) -> bytes:
        """Encrypted for the database, bound to what it belongs to."""
        nonce = secrets.token_bytes(12)
        return nonce + self._seal.encrypt(nonce, secret, label.encode())

    def unseal(self, sealed: bytes, label: str) -> bytes:
        return self._seal.decrypt(sealed[:12], sealed[12:], label.encode())

    def who(self, kind: str, value: str) -> bytes:
        """A phone or an identity number as a keyed hash."""
        return crypto.keyed(self._people, kind, value)


_open: dict[str, Vault] = {}


def open_vault(home: Path, issuer: str, exempt: frozenset[str] = frozenset()) -> Vault:
    """The vault of this process from now on."""
    found = _open.get("")
    if found is None or (found.home, found.issuer, found.exempt) != (home, issuer.rstrip("/"), exempt):
        found = _open[""] = Vault(home, issuer, exempt)
    return found


def vault() -> Vault:
    """The vault of this process; a command that has opened none finds it where its environment says."""
    return _open.get("") or open_vault(Path(os.environ["ONEDOOR_HOME"]), os.environ.get("ONEDOOR_PUBLIC_URL", "http://127.0.0.1:8000"))


def rotate_keys(home: Path) -> str:
    """A new key signs ID tokens from now on; its name."""
    return rotate(home, RING)
