"""What this house keeps on disk for passes: the keys that sign, and the keys that close who a code is about.

A folder for each scheme: when it is destroyed, what gates and backups still hold of the scheme tells nobody anything. Codes and lists are
verified with public halves alone, so both work with the database stopped.
"""

import fcntl
import os
import secrets
import shutil
import threading
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from onedoor.kernel.keys import folder_of, locked, write_whole

from .od1.checking import Verifier
from .od1.layout import DAY, PAPER_DAYS, PAPER_PERIOD, kid_of, period_of
from .od1.minting import Minter, Own
from .od1.pid import PidKey

RING = "passes"
LISTS = "_lists"
"""The ring that signs colour lists; no scheme may have this name."""
PAPERS_HELD = PAPER_DAYS * DAY // PAPER_PERIOD + 1
AHEAD = 25 * 3600
"""How far ahead a phone may ask for tickets: a retired key stays good for what was minted before."""


class Entry(Struct, frozen=True):
    """One key on disk; a retired one has lost its private half. Times are unix seconds."""

    public: bytes
    created_at: int
    private: bytes | None = None
    retired_at: int | None = None

    @property
    def kid(self) -> str:
        return kid_of(self.public).hex()

    @property
    def not_after(self) -> int | None:
        return None if self.retired_at is None else self.retired_at + AHEAD

    def verifier(self) -> Verifier:
        if self.private is not None:
            return Own(Ed25519PrivateKey.from_private_bytes(self.private))
        return Ed25519PublicKey.from_public_bytes(self.public)


class Held(Struct, frozen=True):
    """The file of one scheme: signing keys, the newest last, and pid keys by `day.N` and `paper.N`."""

    keys: list[Entry]
    pids: dict[str, bytes] = {}


class Ring:
    """The keys of one scheme, in this process."""

    def __init__(self, held: Held) -> None:
        self.entries = held.keys
        self.pids = {name: PidKey(raw) for name, raw in held.pids.items()}
        newest = held.keys[-1]
        assert newest.private is not None
        self.key = Ed25519PrivateKey.from_private_bytes(newest.private)
        self.minter, self.kid = Minter(self.key), newest.kid
        self.verifiers: dict[str, Verifier] = {one.kid: one.verifier() for one in held.keys}

    @property
    def public(self) -> dict[str, Ed25519PublicKey]:
        return {one.kid: Ed25519PublicKey.from_public_bytes(one.public) for one in self.entries}


def _made(now: int) -> Entry:
    key = Ed25519PrivateKey.generate()
    return Entry(key.public_key().public_bytes_raw(), now, key.private_bytes_raw())


def pid_name(paper: bool, period: int) -> str:
    return f"{'paper' if paper else 'day'}.{period}"


def _wanted(now: int) -> list[str]:
    """The pid keys that gates may need: yesterday to tomorrow, and four periods of paper."""
    days = [pid_name(False, period_of(False, now) + n) for n in (-1, 0, 1, 2)]
    return days + [pid_name(True, period_of(True, now) - n) for n in range(PAPERS_HELD)]


class Vault:
    """Opened once in each process, before anything is minted or signed."""

    def __init__(self, home: Path, issuer: str) -> None:
        self.home, self.issuer = home, issuer.rstrip("/")
        self.folder = folder_of(home, RING)
        self._rings: dict[str, tuple[tuple[int, int], Ring]] = {}
        self._reading = threading.Lock()

    def _path(self, scheme: str) -> Path:
        return self.folder / scheme / "keys.msgpack"

    def ring(self, scheme: str, now: int) -> Ring:
        """The keys of a scheme, made at first use; those of the day that has begun are added."""
        with self._reading:
            path = self._path(scheme)
            try:
                found = path.stat()
                mark = found.st_mtime_ns, found.st_ino
            except FileNotFoundError:
                mark = (0, 0)
            known = self._rings.get(scheme)
            if known is None or known[0] != mark or any(name not in known[1].pids for name in _wanted(now)):
                known = self._rings[scheme] = self._read(scheme, now)
            return known[1]

    def _read(self, scheme: str, now: int) -> tuple[tuple[int, int], Ring]:
        """Under the lock of the scheme's folder, so that workers that start together agree."""
        path = self._path(scheme)
        with locked(path.parent, fcntl.LOCK_EX):
            held = msgspec.msgpack.decode(path.read_bytes(), type=Held) if path.exists() else Held([_made(now)])
            missing = {name: secrets.token_bytes(16) for name in _wanted(now) if name not in held.pids}
            if missing or not path.exists():
                held = Held(held.keys, held.pids | missing)
                write_whole(path, msgspec.msgpack.encode(held))
            found = path.stat()
        return (found.st_mtime_ns, found.st_ino), Ring(held)

    def rotate(self, scheme: str, now: int) -> str:
        """A new key signs from now on; the old one has no private half any more. Its kid."""
        self.ring(scheme, now)
        path = self._path(scheme)
        with locked(path.parent, fcntl.LOCK_EX):
            held = msgspec.msgpack.decode(path.read_bytes(), type=Held)
            old = [one if one.retired_at else msgspec.structs.replace(one, private=None, retired_at=now) for one in held.keys]
            fresh = _made(now)
            write_whole(path, msgspec.msgpack.encode(Held([*old, fresh], held.pids)))
        return fresh.kid

    def forget_days(self, scheme: str, before: int) -> int:
        """Destroy the day keys before this day; how many. Scans of those days name nobody from now on, in backups too."""
        path = self._path(scheme)
        if not path.exists():
            return 0
        with locked(path.parent, fcntl.LOCK_EX):
            held = msgspec.msgpack.decode(path.read_bytes(), type=Held)
            old = [name for name in held.pids if name.startswith("day.") and int(name[4:]) < before]
            if old:
                kept = {name: raw for name, raw in held.pids.items() if name not in old}
                write_whole(path, msgspec.msgpack.encode(Held(held.keys, kept)))
        return len(old)

    def shred(self, scheme: str) -> bool:
        """Destroy every key of a scheme."""
        with self._reading:
            self._rings.pop(scheme, None)
            there = self._path(scheme).exists()
            shutil.rmtree(self._path(scheme).parent, ignore_errors=True)
            return there


_open: dict[str, Vault] = {}


def open_vault(home: Path, issuer: str) -> Vault:
    """The vault of this process from now on."""
    found = _open.get("")
    if found is None or (found.home, found.issuer) != (home, issuer.rstrip("/")):
        found = _open[""] = Vault(home, issuer)
    return found


def vault() -> Vault:
    """The vault of this process; a command that has opened none finds it where its environment says."""
    return _open.get("") or open_vault(Path(os.environ["ONEDOOR_HOME"]), os.environ.get("ONEDOOR_PUBLIC_URL", "http://127.0.0.1:8000"))
