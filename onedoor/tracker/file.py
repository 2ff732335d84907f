"""A person's own records as a file that proves itself: rows, seals, and the way from each sealed row to its root. Needs no server."""

from hashlib import sha256

import msgspec

from onedoor.identity.service import chain

from . import merkle
from .vault import kid_of, signed


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One look as it was hashed. A body that is not there is too old, or may not be shown yet; the chain goes on from its hash."""

    seq: int
    at: str
    hash: str
    body: str = ""
    withheld: str = ""


class SealText(msgspec.Struct, frozen=True, kw_only=True):
    """A seal as it was signed."""

    n: int
    body: str
    signature: str
    kid: str


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """From the row that was the last one, when a seal was made, to the seal's root."""

    n: int
    seq: int
    place: int
    path: list[str]


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    v: int
    city: str
    made_at: str
    tag: str
    rows: list[Row]
    seals: list[SealText]
    ways: list[Way]
    keys: dict[str, str]


class Verdict(msgspec.Struct, frozen=True):
    """What the file proves: how many rows follow from one another, up to which row they are sealed, and what does not fit."""

    rows: int
    sealed: int
    expired: int
    faults: list[str]
    keys: list[str]


class _Root(msgspec.Struct, frozen=True):
    n: int
    heads: int
    root: str


def read(raw: bytes) -> Proofs:
    """The file; ValueError when it is none."""
    return msgspec.json.decode(raw, type=Proofs)


def check(given: Proofs, believed: set[str] | None = None) -> Verdict:
    """Work everything out again. With `believed`, only these keys (by their short names) count; else those in the file, for comparing."""
    faults = _rows(given.rows)
    keys = {kid: bytes.fromhex(key) for kid, key in given.keys.items()}
    faults += [f"key {kid} is not the key of that name" for kid, key in keys.items() if kid_of(key) != kid]
    keys = {kid: key for kid, key in keys.items() if believed is None or kid in believed}
    roots: dict[int, _Root] = {}
    for seal in given.seals:
        body = seal.body.encode()
        if seal.kid in keys and signed(keys[seal.kid], body, bytes.fromhex(seal.signature)):
            root = msgspec.json.decode(body, type=_Root)
            roots[seal.n] = root
            if root.n != seal.n:
                faults.append(f"seal {seal.n} names itself {root.n}")
        else:
            faults.append(f"seal {seal.n} is not signed by a key that is believed")
    sealed = _ways(given, roots, faults)
    expired = sum(not row.body for row in given.rows)
    return Verdict(len(given.rows), sealed, expired, faults, sorted({seal.kid for seal in given.seals}))


def _rows(rows: list[Row]) -> list[str]:
    before = chain.START
    for seq, row in enumerate(rows, 1):
        hashed = bytes.fromhex(row.hash)
        if row.seq != seq:
            return [f"row {seq} is missing"]
        if row.body and sha256(before + row.body.encode()).digest() != hashed:
            return [f"row {seq} ({row.at[:10]}) does not follow from the one before it"]
        before = hashed
    return []


def _ways(given: Proofs, roots: dict[int, _Root], faults: list[str]) -> int:
    """The last row that a seal covers."""
    hashes, tag, sealed = {row.seq: row.hash for row in given.rows}, bytes.fromhex(given.tag), 0
    for way in given.ways:
        root = roots.get(way.n)
        if root is None:
            continue
        hashed = bytes.fromhex(hashes.get(way.seq, ""))
        try:
            found = merkle.root_of(merkle.leaf(tag, way.seq, hashed), way.place, root.heads, [bytes.fromhex(one) for one in way.path])
        except ValueError:
            found = b""
        if found.hex() == root.root:
            sealed = max(sealed, way.seq)
        else:
            faults.append(f"row {way.seq} is not the one in seal {way.n}")
    return sealed
