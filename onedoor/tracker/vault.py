"""What this house keeps on disk for seals: the Ed25519 keys that sign them, the secret that names people in them, each seal as made.

A key that is retired keeps its public half, so what it signed stays good. The files of the seals are what to copy to outside witnesses:
whoever owns the database can write the last hours anew, and these show it.
"""

import fcntl
import hashlib
import time
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel import crypto
from onedoor.kernel.keys import folder_of, locked, write_whole

RING = "seals"


class Entry(Struct, frozen=True):
    """One key; a retired one has lost its private half."""

    public: bytes
    created_at: int
    private: bytes | None = None
    retired_at: int | None = None

    @property
    def kid(self) -> str:
        return kid_of(self.public)


def kid_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def signed(public: bytes, body: bytes, signature: bytes) -> bool:
    """Whether this key has signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


class Vault:
    """Opened once in each process."""

    def __init__(self, home: Path) -> None:
        self.folder, self.seals = folder_of(home, RING), home / "seals"
        self._tag = crypto.secret(home, "seal-tag")

    def tag(self, citizen: PersonId) -> bytes:
        """What stands for a person in a seal."""
        return crypto.keyed(self._tag, citizen.hex)

    def entries(self) -> list[Entry]:
        """Every key, the newest last; the first one is made at first use."""
        path = self.folder / "keys.msgpack"
        with locked(self.folder, fcntl.LOCK_EX):
            if path.exists():
                return msgspec.msgpack.decode(path.read_bytes(), type=list[Entry])
            key = Ed25519PrivateKey.generate()
            made = [Entry(key.public_key().public_bytes_raw(), int(time.time_ns() // 1_000_000_000), key.private_bytes_raw())]
            write_whole(path, msgspec.msgpack.encode(made))
            return made

    def keys(self) -> dict[str, bytes]:
        """The public halves by their short names."""
        return {one.kid: one.public for one in self.entries()}

    def sign(self, body: bytes) -> tuple[str, bytes]:
        """(which key, its signature)."""
        entry = self.entries()[-1]
        assert entry.private is not None, "the newest key signs"
        return entry.kid, Ed25519PrivateKey.from_private_bytes(entry.private).sign(body)

    def note(self, n: int, body: bytes) -> None:
        """The seal as it was made; a file that is there already is never written over."""
        self.seals.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.seals / f"{n:09d}.json"
        if not path.exists():
            write_whole(path, body)

    def noted(self, n: int) -> bytes | None:
        """What was written when a seal was made; None on a machine that did not make it."""
        path = self.seals / f"{n:09d}.json"
        return path.read_bytes() if path.exists() else None

    def last_noted(self) -> int:
        """The number of the newest seal on disk; 0 when there is none."""
        names = [int(path.stem) for path in self.seals.glob("*.json") if path.stem.isdigit()] if self.seals.exists() else []
        return max(names, default=0)


_open: dict[str, Vault] = {}


def open_vault(home: Path) -> Vault:
    """The vault of this process from now on."""
    _open[""] = Vault(home)
    return _open[""]


def vault() -> Vault:
    return _open[""]
