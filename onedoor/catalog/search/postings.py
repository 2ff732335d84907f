"""Flat arrays: sorted hashes of terms, where each one's postings start, the rows that hold it, and how much it tells of them.

Immutable, so that a query takes no lock; they hold no Python objects, so that a million rows cost the collector nothing.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

K1, B, LONGEST_NAME = 1.2, 0.6, 30
Floats = NDArray[np.float32]
Rows = NDArray[np.int32]


class Packed(NamedTuple):
    """The terms of one document, as hashes, and how often it holds each."""

    keys: NDArray[np.uint64]
    weights: Floats


@functools.lru_cache(1 << 17)
def key(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def packed(document: Mapping[str, float]) -> Packed:
    return Packed(
        np.fromiter(map(key, document), np.uint64, len(document)), np.fromiter(document.values(), np.float32, len(document))
    )


class Postings:
    """For each term the rows that hold it, with the BM25 weight of the term there."""

    def __init__(self, documents: Sequence[Packed], lengths: Sequence[int]) -> None:
        self.held = len(documents)
        keys = np.concatenate([np.zeros(0, np.uint64), *(d.keys for d in documents)])
        tf = np.concatenate([np.zeros(0, np.float32), *(d.weights for d in documents)])
        row = np.repeat(np.arange(self.held, dtype=np.int32), [len(d.keys) for d in documents])
        order = np.argsort(keys, kind="stable")
        self.keys, counts = np.unique(keys[order], return_counts=True)
        self.starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        self.rarity: Floats = np.log1p((self.held - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        self.rows: Rows = row[order]
        size = np.minimum(np.array(lengths, dtype=np.float32), LONGEST_NAME)
        norm = (K1 * (1 - B + B * size / (size.mean() or 1))).astype(np.float32) if self.held else size
        tf = tf[order]
        self.weights: Floats = np.repeat(self.rarity, counts) * tf * np.float32(K1 + 1) / (tf + norm[self.rows])

    @property
    def nbytes(self) -> int:
        return sum(a.nbytes for a in (self.keys, self.starts, self.rarity, self.rows, self.weights))

    @property
    def unseen(self) -> float:
        """How much a term would tell that nothing holds."""
        return float(np.log1p(2.0 * self.held + 1))

    def find(self, terms: Iterable[str]) -> dict[str, int]:
        """Where each known term stands."""
        asked = list(terms)
        if not asked or not len(self.keys):
            return {}
        keys = np.fromiter(map(key, asked), np.uint64, len(asked))
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return {term: int(i) for term, i, same in zip(asked, at, self.keys[at] == keys, strict=True) if same}

    def size(self, at: int) -> int:
        return int(self.starts[at + 1] - self.starts[at])

    def of(self, at: int) -> tuple[Rows, Floats]:
        """The rows of the term that stands there, in order, and its weights."""
        span = slice(self.starts[at], self.starts[at + 1])
        return self.rows[span], self.weights[span]


class Everyone:
    """Sums over every row: exact, for as many rows as fit a cache."""

    def __init__(self, postings: Postings) -> None:
        self.postings, self.rows = postings, np.arange(postings.held, dtype=np.int32)

    def zeros(self) -> Floats:
        return np.zeros(self.postings.held, np.float32)

    def add(self, sums: Floats, at: int, weight: float) -> None:
        rows, weights = self.postings.of(at)
        sums[rows] += np.float32(weight) * weights

    def mark(self, sums: Floats, at: int, value: float) -> None:
        sums[self.postings.of(at)[0]] += np.float32(value)


class Chosen:
    """Sums over the rows that the rarest terms of a query have found."""

    def __init__(self, postings: Postings, rows: Rows) -> None:
        self.postings, self.rows = postings, rows

    def zeros(self) -> Floats:
        return np.zeros(len(self.rows), np.float32)

    def add(self, sums: Floats, at: int, weight: float) -> None:
        rows, weights = self.postings.of(at)
        place = np.minimum(np.searchsorted(rows, self.rows), len(rows) - 1)
        there = rows[place] == self.rows
        sums[there] += np.float32(weight) * weights[place[there]]

    def mark(self, sums: Floats, at: int, value: float) -> None:
        rows, _ = self.postings.of(at)
        sums[rows[np.minimum(np.searchsorted(rows, self.rows), len(rows) - 1)] == self.rows] += np.float32(value)


def chosen(postings: Postings, wanted: Mapping[int, float], budget: int, most: int) -> Chosen:
    """The best rows by the rarest terms, as many postings as the budget allows; the caller adds what the commoner ones say of them."""
    sums, touched, left = np.zeros(postings.held, np.float32), [np.zeros(0, np.int32)], budget
    for at in sorted(wanted, key=postings.size):
        left -= postings.size(at)
        if left < 0 and len(touched) > 1:
            break
        rows, weights = postings.of(at)
        rows, weights = rows[:budget], weights[:budget]
        sums[rows] += np.float32(wanted[at]) * weights
        touched.append(rows)
    rows = np.concatenate(touched)
    if len(rows) > most:
        rows = rows[np.argpartition(-sums[rows], most - 1)[:most]]
    return Chosen(postings, np.unique(rows))
