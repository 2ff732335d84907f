"""输身份证号 without a network: whom a gate asks about, as marks that name nobody by themselves.

A number falls into one of 2^bits classes, so that people who are well share the class of whoever is not; what is listed is a mark of the
class under the day's key. The class never depends on the day: lists of many days laid over each other tell no more than one of them.
"""

import hashlib
import hmac
import math
from collections.abc import Iterable

DOMAIN = b"OD1i"
LEAST = 0.01
"""Of those who are not meant, so many are asked about at least."""
SPREAD = 3
"""Bits of a mark beyond those of its class: two classes seldom share a mark."""
MOST_BITS = 29
MOST = 1_000_000


class Unreadable(ValueError):
    """Not a list of marks."""


def bits_for(meant: int, people: int) -> int:
    """How fine the classes may be: of others one in a hundred, or the share of those meant, falls into a listed class at least."""
    if not meant:
        return MOST_BITS
    share = min(max(LEAST, meant / max(people, meant)), 0.99)
    alone = -math.expm1(math.log1p(-share) / meant)  # the part of all classes that one listed class must be
    return max(0, min(MOST_BITS, math.floor(-math.log2(alone))))


def mistaken(meant: int, bits: int) -> float:
    """The share of others who fall into a listed class."""
    return -math.expm1(meant * math.log1p(-(2.0**-bits))) if bits else float(meant > 0)


def mark_of(key: bytes, scheme: str, number: str, bits: int) -> int:
    """The mark of a number under a day's key; `number` in its eighteen characters, X in capitals."""
    first = hashlib.sha256(DOMAIN + scheme.encode() + b"\0" + number.encode()).digest()
    kind = int.from_bytes(first[:4], "big") >> 32 - bits
    second = hmac.digest(key, DOMAIN + bytes([bits]) + kind.to_bytes(4, "big"), "sha256")
    return int.from_bytes(second[:4], "big") >> 32 - bits - SPREAD


def packed(marks: Iterable[int]) -> bytes:
    """In order, each as its distance from the one before, seven bits in a byte."""
    out, before = bytearray(), -1
    for mark in sorted(set(marks)):
        gap, before = mark - before, mark
        while gap > 127:
            out.append(gap & 127 | 128)
            gap >>= 7
        out.append(gap)
    return bytes(out)


def unpacked(raw: bytes) -> frozenset[int]:
    """The marks of a list; Unreadable when its bytes are none."""
    found: set[int] = set()
    mark, gap, shift = -1, 0, 0
    for byte in raw:
        gap |= (byte & 127) << shift
        shift += 7
        if byte > 127:
            if shift > 28:
                raise Unreadable("gap")
            continue
        mark += gap
        if not gap or mark >> 32:
            raise Unreadable("mark")
        found.add(mark)
        gap = shift = 0
    if shift:
        raise Unreadable("end")
    return frozenset(found)
