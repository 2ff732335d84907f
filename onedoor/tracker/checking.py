"""Chains worked out again, against where they are said to end and against what was sealed. Pure."""

import itertools
from collections.abc import Callable, Iterable

from msgspec import Struct

from onedoor.identity.models import Chained, Head, PersonId
from onedoor.identity.service import chain

from . import merkle
from .models import Fault, Leaf


class Flaw(Struct, frozen=True):
    """What does not fit, of whom, at which row, and the first seal that covers that row."""

    fault: Fault
    citizen: PersonId
    seq: int
    seal: int | None = None


def flaws(
    heads: Iterable[Head], leaves: Iterable[Leaf], links: Iterable[Chained], tag: Callable[[PersonId], bytes],
    tree: dict[tuple[int, int], bytes],
) -> list[Flaw]:  # fmt: skip
    """One for each chain that does not fit. Ends and leaves were read before the rows, so each of them has its row by now."""
    ends = {head.citizen_id: head for head in heads}
    sealed: dict[PersonId, list[Leaf]] = {}
    for leaf in sorted(leaves, key=lambda leaf: leaf.seal):
        sealed.setdefault(leaf.citizen_id, []).append(leaf)
    rows = {citizen: list(some) for citizen, some in itertools.groupby(links, key=lambda link: link.citizen_id)}
    found: list[Flaw] = []
    for citizen in dict.fromkeys([*ends, *sealed, *rows]):
        flaw = _of(citizen, ends.get(citizen), sealed.get(citizen, []), rows.get(citizen, []), tag(citizen), tree)
        if flaw is not None:
            found.append(flaw)
    return found


def _of(
    citizen: PersonId, head: Head | None, leaves: list[Leaf], rows: list[Chained], tag: bytes, tree: dict[tuple[int, int], bytes]
) -> Flaw | None:
    def flaw(fault: Fault, seq: int) -> Flaw:
        return Flaw(fault, citizen, seq, next((leaf.seal for leaf in leaves if leaf.seq >= seq), None))

    links = [row.link for row in rows]
    if broken := chain.broken_at(links):
        return flaw(Fault.CHAIN, broken)
    if moved := next((link.seq for link in links if chain.misdated(link)), None):
        return flaw(Fault.MOMENT, moved)
    for leaf in leaves:
        if tree.get((leaf.seal, leaf.place)) != merkle.leaf(tag, leaf.seq, leaf.hash):
            return Flaw(Fault.TREE, citizen, leaf.seq, leaf.seal)
        if leaf.seq > len(rows) or rows[leaf.seq - 1].hash != leaf.hash:
            return Flaw(Fault.SEAL, citizen, leaf.seq, leaf.seal)
    last = rows[-1] if rows else None
    said = (last.head_seq, last.head_hash) if last else (0, b"")
    if (last is None and head is not None) or (last is not None and said != (last.seq, last.hash)):
        return flaw(Fault.HEAD, last.seq if last else 1)
    if head is not None and last is not None and (head.seq > last.seq or rows[head.seq - 1].hash != head.hash):
        return flaw(Fault.HEAD, head.seq)
    return None
