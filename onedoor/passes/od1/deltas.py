"""What has changed in a list since the one before: about two bytes a change, signed, checked against the whole list's hash after it.

`OD1D`, the header's length (2 B), the header as JSON, the changes, 64 B of signature. A change is a LEB128 number: the gap to the row
before, shifted by two, and the new value.
"""

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from onedoor.kernel.jose import Malformed

from .lists import List, put
from .pid import ROWS

MAGIC = b"OD1D"
LARGEST = 16 << 20


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """From which list to which, and what the new one's bytes must hash to."""

    kid: str
    shard: int
    from_seq: int
    to_seq: int
    issued: int
    sha256_after: str


def packed(changes: dict[int, int]) -> bytes:
    """Rows ascending, each as the gap to the one before."""
    out, last = bytearray(), 0
    for row in sorted(changes):
        number, last = (row - last) << 2 | changes[row], row
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
    return bytes(out)


def unpacked(raw: bytes) -> dict[int, int]:
    """The inverse; Malformed for rows that do not ascend within a shard, a number cut short, or one longer than it must be."""
    changes: dict[int, int] = {}
    number = shift = row = 0
    for byte in raw:
        number |= (byte & 127) << shift
        shift += 7
        if byte > 127:
            if shift > 28:
                raise Malformed("change")
            continue
        row += number >> 2
        if row >= ROWS or (changes and not number >> 2) or (not byte and shift > 7):
            raise Malformed("change")
        changes[row], number, shift = number & 3, 0, 0
    if shift:
        raise Malformed("change")
    return changes


def make(key: Ed25519PrivateKey, kid: str, before: List, after: List, changes: dict[int, int]) -> bytes:
    head = msgspec.json.encode(Head(kid, before.shard, before.seq, after.seq, after.issued, after.sha256))
    body = MAGIC + len(head).to_bytes(2, "big") + head + packed(changes)
    return body + key.sign(body)


def applied(raw: bytes, keys: dict[str, Ed25519PublicKey], held: List) -> List:
    """The next list; Malformed, with the old one still in hand, when anything does not fit: then the whole list is fetched."""
    if len(raw) > LARGEST or raw[:4] != MAGIC or len(raw) < 70:
        raise Malformed("delta")
    start = 6 + int.from_bytes(raw[4:6], "big")
    try:
        head = msgspec.json.decode(raw[6:start], type=Head)
        keys[head.kid].verify(raw[-64:], raw[:-64])
    except (msgspec.MsgspecError, KeyError, InvalidSignature, ValueError) as bad:
        raise Malformed("issuer") from bad
    if head.shard != held.shard or head.from_seq != held.seq or head.to_seq <= held.seq:
        raise Malformed("seq")
    body = bytearray(held.body)
    for row, value in unpacked(raw[start:-64]).items():
        if row >= held.rows:
            raise Malformed("row")
        put(body, row, value)
    after = List(held.shard, head.to_seq, head.issued, bytes(body))
    if after.sha256 != head.sha256_after:
        raise Malformed("hash")
    return after
