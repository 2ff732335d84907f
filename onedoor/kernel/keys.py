"""Signing keys: P-256 for ES256, in files that only this house can read, one active and any number retired.

`keys.json` names every key with its public half; `<kid>.pem` is the private half of the active one. Rotation writes the new key first,
switches `keys.json` in one rename, and then destroys the retired private half: nobody can sign with it again, and all it has signed stays
verifiable. A file lock makes several workers that start at once agree on one key. Running workers notice the rename and read again.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from . import jose

SHORT = 8
LEEWAY = 120
"""Seconds that the clocks of two workers may differ around a rotation."""


class KeyEntry(msgspec.Struct, frozen=True):
    """One key as `keys.json` holds it. Times are unix seconds."""

    kid: str
    jwk: dict[str, str]
    created_at: int
    retired_at: int | None = None


class KeyFile(msgspec.Struct, frozen=True):
    """`keys.json`. `issuers` are the addresses under which this house has signed, newest last."""

    keys: list[KeyEntry] = []
    issuers: list[str] = []


class Key(msgspec.Struct, frozen=True):
    """A key with its objects made once: loading a point costs more than verifying with it."""

    entry: KeyEntry
    public: ec.EllipticCurvePublicKey
    private: ec.EllipticCurvePrivateKey | None = None
    alg: str = "ES256"
    only: frozenset[str] = frozenset()
    """The types that it may sign, by their addresses; none named: each that its house has."""

    @property
    def kid(self) -> str:
        return self.entry.kid

    @property
    def short(self) -> bytes:
        """The first bytes of the thumbprint: enough to find the key, not to trust it."""
        return jose.unb64(self.entry.kid)[:SHORT]

    def signs(self, code: str) -> bool:
        """Whether it may sign what is of this type, by the last part of the type's address."""
        return not self.only or any(one.rpartition("/")[2] == code for one in self.only)

    def held_at(self, moment: int) -> bool:
        """Whether the key was in use then; what a retired key signs afterwards is not ours."""
        retired = self.entry.retired_at
        return self.entry.created_at - LEEWAY <= moment and (retired is None or moment <= retired + LEEWAY)


class Signers:
    """Keys that are believed, by name, and the addresses under which they sign: this house's, or another's."""

    def __init__(self, keys: list[Key], issuers: frozenset[str]) -> None:
        self.issuers, self.all = issuers, keys
        self.by_kid = {key.kid: key for key in keys}
        self.by_short: dict[bytes, list[Key]] = {}
        for key in keys:
            self.by_short.setdefault(key.short, []).append(key)


class Ring(Signers):
    """Every key of the house; one of them signs."""

    def __init__(self, file: KeyFile, folder: Path) -> None:
        keys = [Key(entry, jose.key_of(entry.jwk), _private(folder, entry)) for entry in file.keys]
        super().__init__(keys, frozenset(file.issuers))
        self.active = next(key for key in reversed(keys) if key.private is not None)

    @property
    def signer(self) -> ec.EllipticCurvePrivateKey:
        assert self.active.private is not None
        return self.active.private

    def jwks(self) -> dict[str, Any]:
        """The public halves, newest first (RFC 7517)."""
        return {"keys": [{**key.entry.jwk, "kid": key.kid, "alg": key.alg, "use": "sig"} for key in reversed(self.all)]}


def _private(folder: Path, entry: KeyEntry) -> ec.EllipticCurvePrivateKey | None:
    if entry.retired_at is not None:
        return None
    key = load_pem_private_key((folder / f"{entry.kid}.pem").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or jose.jwk_of(key.public_key()) != entry.jwk:
        raise ValueError(f"the private key of {entry.kid} is another one")
    return key


def folder_of(home: Path, name: str) -> Path:
    return home / "keys" / name


@contextlib.contextmanager
def locked(folder: Path, how: int) -> Generator[None]:
    """A kernel lock, which dies with its holder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def write_whole(path: Path, body: bytes) -> None:
    """Either the old file or the new one is there, never half of it; readable by its owner alone."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(folder: Path) -> KeyFile:
    try:
        return msgspec.json.decode((folder / "keys.json").read_bytes(), type=KeyFile)
    except FileNotFoundError:
        return KeyFile()


def _write(folder: Path, file: KeyFile) -> None:
    write_whole(folder / "keys.json", msgspec.json.format(msgspec.json.encode(file), indent=2))


def _make(folder: Path) -> KeyEntry:
    """A new private key on disk, not yet named in `keys.json`. Its age is that of its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = jose.jwk_of(key.public_key())
    kid = jose.b64(hashlib.sha256(jose.compact(jwk)).digest())
    path = folder / f"{kid}.pem"
    write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return KeyEntry(kid, jwk, int(path.stat().st_mtime))


def ensure(home: Path, name: str, issuer: str) -> None:
    """At start: the first key is made, and the address of this house is among the known ones."""
    folder = folder_of(home, name)
    with locked(folder, fcntl.LOCK_EX):
        file = _read(folder)
        made = file.keys or [_make(folder)]
        if not file.keys or issuer not in file.issuers:
            _write(folder, KeyFile(made, [*file.issuers, issuer] if issuer not in file.issuers else file.issuers))


def rotate(home: Path, name: str) -> str:
    """A new active key; its kid. The old one verifies on, but can never sign again."""
    folder = folder_of(home, name)
    with locked(folder, fcntl.LOCK_EX):
        file = _read(folder)
        fresh = _make(folder)
        now = fresh.created_at
        old = [key if key.retired_at is not None else msgspec.structs.replace(key, retired_at=now) for key in file.keys]
        _write(folder, KeyFile([*old, fresh], file.issuers))
        for entry in old:
            (folder / f"{entry.kid}.pem").unlink(missing_ok=True)
    return fresh.kid


class Keys:
    """One ring of this process, by its name: read again when the file on disk is another one."""

    def __init__(self, home: Path, issuer: str, name: str) -> None:
        self.folder, self.issuer = folder_of(home, name), issuer
        ensure(home, name, issuer)
        self._seen: tuple[int, int] | None = None
        self._ring: Ring | None = None
        self._reading = threading.Lock()

    def _mark(self) -> tuple[int, int]:
        found = (self.folder / "keys.json").stat()
        return found.st_mtime_ns, found.st_ino

    def ring(self) -> Ring:
        """All keys as of now. A folder that has gone away leaves the last ring in use."""
        try:
            mark = self._mark()
        except FileNotFoundError:
            mark = self._seen
        if self._ring is None or mark != self._seen:
            with self._reading, locked(self.folder, fcntl.LOCK_SH):
                self._seen, self._ring = self._mark(), Ring(_read(self.folder), self.folder)
        return self._ring
