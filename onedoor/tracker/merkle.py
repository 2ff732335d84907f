"""Trees of hashes: leaves, levels, the path from a leaf to the root. Pure.

A leaf and a node begin with different bytes, so that neither can be passed for the other. An odd last node is carried up, not doubled:
doubling lets two different lists have one root.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf(tag: bytes, seq: int, end: bytes) -> bytes:
    """The end of one person's chain; `tag` names the person to nobody but this house and themselves."""
    return sha256(b"\0" + tag + seq.to_bytes(8, "big") + end).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """From the leaves to the one root."""
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        row = tree[-1]
        up = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        tree.append(up + row[-1:] if len(row) % 2 else up)
    return tree


def widths(leaves: int) -> list[int]:
    """How many hashes each level of a tree has."""
    found = [leaves]
    while found[-1] > 1:
        found.append((found[-1] + 1) // 2)
    return found


def beside(place: int, leaves: int) -> list[tuple[int, int]]:
    """The level and place of each hash that a leaf needs on its way to the root."""
    found: list[tuple[int, int]] = []
    for level, width in enumerate(widths(leaves)[:-1]):
        if (other := place ^ 1) < width:
            found.append((level, other))
        place //= 2
    return found


def root_of(leaf: bytes, place: int, leaves: int, path: Sequence[bytes]) -> bytes:
    """Where a leaf leads with these hashes beside its way. ValueError when they are too many or too few."""
    needed = beside(place, leaves)
    if len(needed) != len(path) or not 0 <= place < leaves:
        raise ValueError("the path does not fit the tree")
    found, here, above = leaf, place, 0
    for (level, other), hashed in zip(needed, path, strict=True):
        here >>= level - above
        above = level
        found = sha256(b"\1" + (found + hashed if other > here else hashed + found)).digest()
    return found
