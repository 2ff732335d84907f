"""Rows of an index, immutable: the things themselves, packed; what ranking asks of their names; their terms, by row and by term.

No Python object is kept for a row, so that a million rows cost the collector nothing, and a query takes no lock.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from onedoor.catalog.models import Thing, ThingKind

from . import keys
from .documents import Documents, Numbers, Tenths, Words, documents
from .fold import BRACKETS, normals
from .keys import Keys
from .thesaurus import Thesaurus
from .within import Within
from .words import PLAIN, SPECIAL, acts_named

Floats = NDArray[np.float32]
CHUNK, LONGEST_NAME = 8192, 40


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A thing, its folded name, and the folded names it has besides."""

    thing: Thing
    name: str
    also: tuple[str, ...]


class Facts(NamedTuple):
    """What is known of each row beside its terms: which thing it is, what it was made of, and what of its name matters for ranking."""

    refs: Keys
    seals: Keys
    lengths: NDArray[np.uint8]
    special: Keys
    plain: NDArray[np.bool_]
    acts: NDArray[np.uint16]
    sizes: NDArray[np.int64]


class Spare(NamedTuple):
    """Room for one query: a sum of each row, all 0; a place of each row, as it was left; and a number for each term, all -1."""

    sums: Floats
    last: Numbers
    numbers: NDArray[np.int16]


_SPECIAL, _BITS = Within(SPECIAL), {word: 1 << at for at, word in enumerate(SPECIAL)}
_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Row)


class Segment:
    """See above. `by term` says for each key where its rows start, which they are, and how much each holds of it."""

    def __init__(self, facts: Facts, packed: bytes, by_row: Documents) -> None:
        self.facts, self.packed, self.by_row = facts, packed, by_row
        self.held, self.keys = len(facts.refs), by_row.keys
        self._ends = np.cumsum(facts.sizes)
        self._order = np.argsort(facts.refs).astype(np.int32)
        self.starts, self.rows, self.tenths = _by_term(by_row, self.held)
        self._spoken = _below(by_row, self.held, int(np.searchsorted(self.keys, np.uint64(keys.THREE))))
        self._spare: list[Spare] = []

    @property
    def nbytes(self) -> int:
        """Of everything it keeps."""
        arrays = (*self.facts, *self.by_row, self._ends, self._order, self._spoken, self.starts, self.rows, self.tenths)
        return sum(a.nbytes for a in arrays) + len(self.packed)

    def row(self, at: int) -> Row:
        return _unpack.decode(self.bytes_of(at))

    def bytes_of(self, at: int) -> bytes:
        end = int(self._ends[at])
        return self.packed[end - int(self.facts.sizes[at]) : end]

    def places(self, refs: Keys) -> Numbers:
        """The row of each thing; -1 where there is none."""
        if not self.held:
            return np.full(len(refs), -1, np.int32)
        known = self.facts.refs[self._order]
        at = np.minimum(np.searchsorted(known, refs), self.held - 1)
        return np.where(known[at] == refs, self._order[at], np.int32(-1)).astype(np.int32)

    def find(self, asked: Keys) -> NDArray[np.int64]:
        """Where each key stands among this segment's; -1 where it does not."""
        if not len(self.keys):
            return np.full(len(asked), -1, np.int64)
        at = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        return np.where(self.keys[at] == asked, at, -1)

    def sizes(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many rows the term stands; none where there is no such term."""
        return np.where(at >= 0, self.starts[at + 1] - self.starts[at], 0)

    def of(self, at: int) -> tuple[Numbers, Tenths]:
        """The rows of the term that stands there, in order, and how much each holds of it."""
        span = slice(self.starts[at], self.starts[at + 1])
        return self.rows[span], self.tenths[span]

    def held_by(self, rows: Numbers, initials: bool = True) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the terms of these rows stand among those of all rows, and where each row's end. Initials stand behind all others."""
        first = self.by_row.starts[rows]
        many = self.by_row.starts[rows + 1] - first if initials else self._spoken[rows].astype(np.int64)
        ends = np.cumsum(many)
        return np.arange(int(many.sum())) + np.repeat(first - (ends - many), many), ends

    def borrow(self) -> Spare:
        """Given back as it was, so that no query has to make its own."""
        try:
            return self._spare.pop()
        except IndexError:
            held = self.held
            return Spare(np.zeros(held, np.float32), np.zeros(held, np.int32), np.full(len(self.keys), -1, np.int16))

    def give_back(self, spare: Spare) -> None:
        self._spare.append(spare)


def ref(kind: ThingKind, code: str) -> int:
    """Which thing it is, in one number."""
    return keys.digest(f"{kind} {code}".encode("utf-8", "replace"))


def seal(thing: Thing) -> int:
    """What it is made of, in one number."""
    return keys.digest(_pack.encode(thing))


def segment(things: Iterable[Thing], thesaurus: Thesaurus) -> Segment:
    """Things analysed, some thousand at a time."""
    columns, packed, parts = [_NOTHING], list[bytes](), list[Documents]()
    for facts, some, by_row in _analysed(things, thesaurus):
        columns.append(facts)
        packed.append(some)
        parts.append(by_row)
    facts = Facts(*map(np.concatenate, zip(*columns, strict=True)))
    return Segment(facts, b"".join(packed), joined(parts))


def joined(parts: list[Documents]) -> Documents:
    """Documents one behind the other, over the keys of all; each part is let go as soon as it is taken in."""
    known = np.unique(np.concatenate([np.zeros(0, np.uint64), *(part.keys for part in parts)]))
    ends = np.cumsum([0, *(part.starts[-1] for part in parts)], dtype=np.int64)
    starts = np.concatenate([*(part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)), ends[-1:]])
    terms, tenths = np.empty(int(ends[-1]), np.int32), np.empty(int(ends[-1]), np.uint8)
    for first, last in pairwise(ends):
        part = parts.pop(0)
        terms[first:last] = np.searchsorted(known, part.keys).astype(np.int32)[part.terms]
        tenths[first:last] = part.tenths
    return Documents(known, starts, terms, tenths)


def _analysed(things: Iterable[Thing], thesaurus: Thesaurus) -> Iterator[tuple[Facts, bytes, Documents]]:
    chunk: list[Thing] = []
    for thing in things:
        chunk.append(thing)
        if len(chunk) == CHUNK:
            yield _chunk(chunk, thesaurus)
            chunk = []
    if chunk:
        yield _chunk(chunk, thesaurus)


def _chunk(things: Sequence[Thing], thesaurus: Thesaurus) -> tuple[Facts, bytes, Documents]:
    texts = dict.fromkeys(text for one in things for text in (one.name.zh, one.name.en, *one.also, *one.around))
    plain = dict(zip(texts, normals(list(texts)), strict=True))
    rows, words = [], []
    for one in things:
        name = plain[one.name.zh] or plain[one.name.en]
        also = tuple(a for a in (plain[one.name.en], *(plain[text] for text in one.also)) if a and a != name)
        rows.append(Row(one, name, tuple(dict.fromkeys(also))))
        bare = BRACKETS.sub("", name)
        around = [plain[text] for text in one.around]
        words.append(Words(name, (bare, *also) if bare != name else also, thesaurus.called(name), around))
    packed = [_pack.encode(row) for row in rows]
    facts = Facts(
        np.array([ref(one.kind, one.ref) for one in things], np.uint64), np.array([seal(one) for one in things], np.uint64),
        np.array([min(len(row.name), LONGEST_NAME) for row in rows], np.uint8),
        np.array([marks(row.name) for row in rows], np.uint64).reshape(-1, 2),
        np.array([any(word in row.name for word in PLAIN) for row in rows], bool),
        np.array([acts_named(row.name) for row in rows], np.uint16), np.array([len(one) for one in packed], np.int64),
    )  # fmt: skip
    return facts, b"".join(packed), documents(words)


def marks(text: str) -> tuple[int, int]:
    """Which special words stand in a text, one bit each."""
    found = 0
    for _, word in _SPECIAL.found(text):
        found |= _BITS[word]
    return found & (1 << 64) - 1, found >> 64


def _stretches(by_row: Documents, held: int) -> Iterator[tuple[int, int, slice]]:
    """Some thousand rows at a time, and where their terms stand: what is worked out of them never takes much room."""
    for first in range(0, held, CHUNK):
        last = min(held, first + CHUNK)
        yield first, last, slice(int(by_row.starts[first]), int(by_row.starts[last]))


def _below(by_row: Documents, held: int, place: int) -> NDArray[np.int16]:
    """How many terms of each row stand before a place among the keys."""
    found = np.zeros(held, np.int16)
    for first, last, span in _stretches(by_row, held):
        sums = np.append(0, np.cumsum(by_row.terms[span] < place))
        found[first:last] = np.diff(sums[by_row.starts[first : last + 1] - by_row.starts[first]])
    return found


def _by_term(by_row: Documents, held: int) -> tuple[NDArray[np.int64], Numbers, Tenths]:
    """The same by term: rows are put in their places a stretch at a time, each sorted, so that little more than the result is held."""
    many = np.zeros(len(by_row.keys), np.int64)
    for _, _, span in _stretches(by_row, held):
        many += np.bincount(by_row.terms[span], minlength=len(many))
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(many)))
    rows, tenths, following = np.empty(len(by_row.terms), np.int32), np.empty(len(by_row.terms), np.uint8), starts[:-1].copy()
    for first, last, span in _stretches(by_row, held):
        row = np.repeat(np.arange(first, last, dtype=np.uint64), np.diff(by_row.starts[first : last + 1]))
        packed = by_row.terms[span].astype(np.uint64) << np.uint64(36) | row << np.uint64(8) | by_row.tenths[span]
        packed.sort()
        term = (packed >> np.uint64(36)).astype(np.int64)
        begins = np.flatnonzero(np.append(True, term[1:] != term[:-1])) if len(term) else np.zeros(0, np.int64)
        many = np.diff(np.append(begins, len(term)))
        to = np.repeat(following[term[begins]] - begins, many) + np.arange(len(term))
        following[term[begins]] += many
        rows[to] = (packed >> np.uint64(8) & np.uint64(0xFFFFFFF)).astype(np.int32)
        tenths[to] = (packed & np.uint64(255)).astype(np.uint8)
    return starts, rows, tenths


_NOTHING = Facts(
    np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.uint8), np.zeros((0, 2), np.uint64), np.zeros(0, bool),
    np.zeros(0, np.uint16), np.zeros(0, np.int64),
)  # fmt: skip
