"""The rows that a query is about: the terms that it looks for choose some hundred, of which every term is then looked at.

What stands in one segment or in several gives the same sums: how rare a term is, and which rows are chosen, is asked of all together.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .documents import Numbers
from .keys import Keys, key
from .segment import LONGEST_NAME, Segment

K1, B, USUAL, LONGEST = 1.2, 0.6, 13.5, 30
"""Of BM25: how fast a term that stands there often tells no more, how much a long name loses, how long a name usually is
(fixed, so that one more name changes no other's worth); a longer one than LONGEST loses no more."""

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]

_LENGTHS = np.minimum(np.arange(LONGEST_NAME + 1), LONGEST)
_TENTHS = np.arange(256)[:, None] / 10
SHARES = (_TENTHS * (K1 + 1) / (_TENTHS + K1 * (1 - B + B * _LENGTHS[None, :] / USUAL))).astype(np.float32)
"""What is counted of a term's rarity, by the tenths that a row holds of it and the length of the row's name."""
_USUAL = SHARES[:, int(USUAL)].copy()
_LENGTH = SHARES[10] / SHARES[10, int(USUAL)]


class Part(NamedTuple):
    """A segment, without those of its rows that are gone; `held` are left; `lost` says for some of its terms how many rows of them are."""

    segment: Segment
    gone: NDArray[np.bool_]
    held: int
    lost: tuple[NDArray[np.int64], NDArray[np.int64]]

    def counts(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many rows the terms stand that stand there."""
        terms, many = self.lost
        place = np.minimum(np.searchsorted(terms, at), max(0, len(terms) - 1))
        lost = np.where(terms[place] == at, many[place], 0) if len(terms) else 0
        return self.segment.sizes(at) - lost


def whole(segment: Segment) -> Part:
    """All of it."""
    return without(segment, np.zeros(segment.held, bool))


def without(segment: Segment, gone: NDArray[np.bool_]) -> Part:
    held, _ = segment.held_by(np.flatnonzero(gone).astype(np.int32))
    lost, many = np.unique(segment.by_row.terms[held], return_counts=True)
    return Part(segment, gone, segment.held - int(gone.sum()), (lost.astype(np.int64), many))


class Sought:
    """The terms of a query: where each stands in each part, and how much it tells."""

    def __init__(self, terms: Iterable[str], parts: Sequence[Part]) -> None:
        ordered = sorted((key(term), term) for term in dict.fromkeys(terms))
        self.number = {term: number for number, (_, term) in enumerate(ordered)}
        keys: Keys = np.array([one for one, _ in ordered], np.uint64)
        self.initials = any(term[0] in "ik" for term in self.number)
        self.parts, self.places = parts, [part.segment.find(keys) for part in parts]
        self.held = sum(part.held for part in parts)
        counts = [part.counts(at) for part, at in zip(parts, self.places, strict=True)]
        self.counts: NDArray[np.int64] = np.sum(counts, 0) if counts else np.zeros(len(keys), np.int64)
        self.rarity: Doubles = np.where(self.counts > 0, np.log1p((self.held - self.counts + 0.5) / (self.counts + 0.5)), 0.0)

    @property
    def unseen(self) -> float:
        """How much a term would tell that nothing holds."""
        return float(np.log1p(2.0 * self.held + 1))

    def choose(self, weights: Doubles, budget: int, most: int) -> "Field":
        """The best rows by the rarest terms, as many rows of terms as the budget allows."""
        wanted = np.flatnonzero((weights > 0) & (self.counts > 0))
        wanted = wanted[np.lexsort((wanted, self.counts[wanted]))]
        allowed = max(1, int(np.searchsorted(np.cumsum(self.counts[wanted]), budget, side="right")))
        worth = (weights * self.rarity).astype(np.float32)
        found = [self._touched(at, wanted[:allowed], worth, budget) for at in range(len(self.parts))]
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in found)])
        ends = np.cumsum([0, *(len(rows) for rows, _ in found)])
        kept = self._most(values, [rows for rows, _ in found], ends, most)
        return Field(self, [rows[kept[first:last]] for (rows, _), first, last in zip(found, ends, ends[1:], strict=False)])

    def _most(self, values: Singles, rows: Sequence[Numbers], ends: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
        """Which are the greatest; of equal ones at the end always the same."""
        if len(values) <= most:
            return np.ones(len(values), bool)
        least = np.partition(values, len(values) - most)[len(values) - most]
        kept, equal = values > least, np.flatnonzero(values == least)
        refs = [
            part.segment.facts.refs[some[equal[(equal >= first) & (equal < last)] - first]]
            for part, some, first, last in zip(self.parts, rows, ends, ends[1:], strict=False)
        ]
        room = most - int(kept.sum())
        kept[equal[np.argpartition(np.concatenate(refs), room - 1)[:room]]] = True
        return kept

    def _touched(self, part: int, wanted: NDArray[np.int64], worth: Singles, budget: int) -> tuple[Numbers, Singles]:
        """The rows that hold any of the terms, and their sums."""
        segment, gone, held, _ = self.parts[part]
        wanted = wanted[self.places[part][wanted] >= 0]
        at = self.places[part][wanted]
        first, many = segment.starts[at], np.minimum(segment.sizes(at), budget)
        place = np.arange(int(many.sum()))
        entries = place + np.repeat(first - (np.cumsum(many) - many), many)
        every, spare = segment.rows.take(entries), segment.borrow()
        np.add.at(spare.sums, every, _USUAL.take(segment.tenths.take(entries)) * np.repeat(worth[wanted], many))
        spare.last[every] = place
        rows = every[spare.last.take(every) == place]
        values = spare.sums.take(rows) * _LENGTH.take(segment.facts.lengths.take(rows))
        spare.sums[rows] = 0
        segment.give_back(spare)
        if held == segment.held:
            return rows, values
        there = ~gone[rows]
        return rows[there], values[there]


class Field:
    """The chosen rows, and what of the query each holds: `whose` says which row, `term` which term, `tenths` how much of it."""

    def __init__(self, sought: Sought, rows: Sequence[Numbers]) -> None:
        self.parts, held = sought.parts, [len(some) for some in rows]
        self.part = np.repeat(np.arange(len(rows)), held)
        self.row = np.concatenate([np.zeros(0, np.int32), *rows])
        self.size = len(self.row)
        found = [self._held(sought, at, some) for at, some in enumerate(rows)]
        firsts = np.cumsum([0, *held])
        self.whose: Numbers = np.concatenate(
            [np.zeros(0, np.int32), *(whose + np.int32(first) for (whose, _, _), first in zip(found, firsts, strict=False))]
        )
        self.term = np.concatenate([np.zeros(0, np.int16), *(term for _, term, _ in found)])
        self.tenths = np.concatenate([np.zeros(0, np.uint8), *(tenths for _, _, tenths in found)])
        facts = [part.segment.facts for part in self.parts]
        self.refs = np.concatenate([np.zeros(0, np.uint64), *(f.refs[some] for f, some in zip(facts, rows, strict=True))])
        self.lengths = np.concatenate([np.zeros(0, np.uint8), *(f.lengths[some] for f, some in zip(facts, rows, strict=True))])
        self.special = np.concatenate([np.zeros((0, 2), np.uint64), *(f.special[some] for f, some in zip(facts, rows, strict=True))])
        self.plain = np.concatenate([np.zeros(0, bool), *(f.plain[some] for f, some in zip(facts, rows, strict=True))])
        self.acts = np.concatenate([np.zeros(0, np.uint16), *(f.acts[some] for f, some in zip(facts, rows, strict=True))])
        self.counted: Doubles = sought.rarity[self.term] * SHARES[self.tenths, self.lengths[self.whose]]

    def _held(self, sought: Sought, part: int, rows: Numbers) -> tuple[Numbers, NDArray[np.int16], NDArray[np.uint8]]:
        segment, places = self.parts[part].segment, sought.places[part]
        held, ends = segment.held_by(rows, sought.initials)
        known, spare = np.flatnonzero(places >= 0), segment.borrow()
        spare.numbers[places[known]] = known
        term = spare.numbers.take(segment.by_row.terms.take(held))
        spare.numbers[places[known]] = -1
        segment.give_back(spare)
        kept = np.flatnonzero(term >= 0)
        whose = np.searchsorted(ends, kept, side="right").astype(np.int32)
        return whose, term.take(kept), segment.by_row.tenths.take(held.take(kept))

    def sums(self, weights: Doubles) -> Doubles:
        """BM25 of each row over the terms, each with its weight."""
        return np.bincount(self.whose, self.counted * weights[self.term], self.size).astype(np.float64)

    def held(self, at: int) -> set[int]:
        """The terms of one row."""
        return set(self.term[self.whose == at].tolist())
