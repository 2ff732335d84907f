"""What this house keeps on disk so that it can verify with its database stopped: the keys, and a copy of types and status lists."""

import datetime as dt
import os
import threading
import zlib
from pathlib import Path

import msgspec

from onedoor.kernel.ids import dec_hook, enc_hook
from onedoor.kernel.keys import Keys, Ring, rotate, write_whole

from .models import CertType
from .statuslist import Kept, Lists

RING = "wallet"
SAVE_EVERY = dt.timedelta(seconds=60)


class Shelf(msgspec.Struct, frozen=True):
    """What is needed to judge a code: types by code, and the lists with the time at which they were known to be current."""

    types: dict[str, CertType]
    lists: Lists
    documents: dict[str, str] = {}
    """Hashes of the types' texts that certificates hold on to, and the type of each."""


class Copy(msgspec.Struct, frozen=True):
    """The shelf on disk; bodies are packed, since nearly all of their bits are 0."""

    types: list[CertType]
    checked_at: dt.datetime
    lists: list[Kept]
    documents: dict[str, str] = {}


class Vault:
    """Opened once in each process, before anything is issued or verified."""

    def __init__(self, home: Path, issuer: str) -> None:
        self.home, self.issuer = home, issuer.rstrip("/")
        self.keys = Keys(home, self.issuer, RING)
        self.path = home / "wallet" / "shelf.msgpack"
        self._saved: tuple[dt.datetime, tuple[int, ...]] | None = None
        self._saving = threading.Lock()

    @property
    def ring(self) -> Ring:
        return self.keys.ring()

    def worth_saving(self, shelf: Shelf) -> bool:
        """When a list has moved on, or the copy's time has grown old."""
        if self._saved is None:
            return True
        at, seqs = self._saved
        return seqs != _seqs(shelf) or shelf.lists.checked_at - at >= SAVE_EVERY

    def save(self, shelf: Shelf) -> None:
        """Replace the copy, unless another worker's is newer."""
        with self._saving:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            old = self._copy()
            if old is None or old.checked_at <= shelf.lists.checked_at:
                packed = [msgspec.structs.replace(one, body=zlib.compress(one.body, 1)) for one in shelf.lists.by_id.values()]
                copy = Copy(list(shelf.types.values()), shelf.lists.checked_at, packed, shelf.documents)
                write_whole(self.path, msgspec.msgpack.encode(copy, enc_hook=enc_hook))
            self._saved = shelf.lists.checked_at, _seqs(shelf)

    def load(self) -> Shelf | None:
        """The copy on disk; None when there is none that can be read."""
        copy = self._copy()
        if copy is None:
            return None
        try:
            lists = {str(one.id): msgspec.structs.replace(one, body=zlib.decompress(one.body)) for one in copy.lists}
        except zlib.error:
            return None
        return Shelf({kind.code: kind for kind in copy.types}, Lists(copy.checked_at, lists), copy.documents)

    def _copy(self) -> Copy | None:
        try:
            return msgspec.msgpack.decode(self.path.read_bytes(), type=Copy, dec_hook=dec_hook)
        except (OSError, msgspec.MsgspecError, ValueError):
            return None


def _seqs(shelf: Shelf) -> tuple[int, ...]:
    return tuple(one.seq for one in shelf.lists.by_id.values())


def rotate_keys(home: Path) -> str:
    """A new key signs from now on; its name."""
    return rotate(home, RING)


_open: dict[str, Vault] = {}


def open_vault(home: Path, issuer: str) -> Vault:
    """The vault of `home`, made at first use; from now on the one of this process."""
    found = _open.get("")
    if found is None or found.home != home or found.issuer != issuer.rstrip("/"):
        found = _open[""] = Vault(home, issuer)
    return found


def opened() -> Vault | None:
    """The vault of this process, when it has one."""
    return _open.get("")


def vault() -> Vault:
    """The vault of this process; a command that has opened none finds it where its environment says."""
    return opened() or open_vault(Path(os.environ["ONEDOOR_HOME"]), os.environ.get("ONEDOOR_PUBLIC_URL", "http://127.0.0.1:8000"))
