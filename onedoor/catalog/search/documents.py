"""Many things cut into terms at one go: all their characters stand in one array, and each kind of term is a sum over neighbours.

A name counts full, what it is also called nearly so, what residents say for it less, what surrounds it a little; of several the most
counts. How much is kept in tenths.
"""

import functools
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import keys, sounds
from .fold import LATIN
from .keys import Keys
from .terms import stem
from .words import SMALL

Tenths = NDArray[np.uint8]
Numbers = NDArray[np.int32]
Chars = NDArray[np.uint32]

NAME, ALIAS, ALIAS_SOUND, SAID, AROUND = 10, 8, 9, 6, 3
MOST = 25
"""Times that a term of a name counts at the most."""
_SPAN = 0x10000


class Words(NamedTuple):
    """What is known of one thing, folded: its name, what it is also called, what residents say for it, what surrounds it."""

    name: str
    also: Sequence[str]
    said: Sequence[str]
    around: Sequence[str]


class Documents(NamedTuple):
    """For each row its terms, as places in `keys`, in order, and how much it holds of each."""

    keys: Keys
    starts: NDArray[np.int64]
    terms: Numbers
    tenths: Tenths


class Found:
    """Terms as they are found: row, key, tenths."""

    def __init__(self) -> None:
        self.rows: list[Numbers] = []
        self.keys: list[Keys] = []
        self.tenths: list[Tenths] = []

    def add(self, rows: Numbers, found: Keys, tenths: int) -> None:
        self.rows.append(rows)
        self.keys.append(found)
        self.tenths.append(np.full(len(found), tenths, np.uint8))

    def documents(self, held: int) -> Documents:
        """Each term of a row once: in one sorted number stand its row, its place among the keys, and its tenths."""
        every = np.concatenate([np.zeros(0, np.uint64), *self.keys])
        known, place = np.unique(every, return_inverse=True)
        rows = np.concatenate([np.zeros(0, np.int32), *self.rows])
        tenths = np.concatenate([np.zeros(0, np.uint8), *self.tenths])
        packed = rows.astype(np.uint64) << np.uint64(40) | place.astype(np.uint64) << np.uint64(8) | tenths
        packed.sort()
        whole = packed >> np.uint64(8)
        first = np.flatnonzero(np.append(True, whole[1:] != whole[:-1])) if len(whole) else np.zeros(0, np.int64)
        terms, row = (whole[first] & np.uint64(0xFFFFFFFF)).astype(np.int32), (whole[first] >> np.uint64(32)).astype(np.int64)
        most = (packed[np.append(first[1:], len(packed))[: len(first)] - 1] & np.uint64(255)).astype(np.uint8)
        named = np.add.reduceat((packed & np.uint64(255)) == NAME, first, dtype=np.int32) if len(first) else np.zeros(0, np.int32)
        counted = (known[terms] >> np.uint64(60)) <= np.uint64(keys.COUNTED >> 60)
        times = np.where(counted, np.minimum(named, MOST), 1)
        worth = np.where(most == NAME, times * NAME, most).astype(np.uint8)
        starts = np.searchsorted(row, np.arange(held + 1)).astype(np.int64)
        return Documents(known, starts, terms, worth)


def documents(many: Sequence[Words]) -> Documents:
    """Every thing's terms."""
    found = Found()
    _texts(found, ((at, one.name) for at, one in enumerate(many)), NAME, NAME)
    _texts(found, ((at, text) for at, one in enumerate(many) for text in one.also), ALIAS, ALIAS_SOUND)
    said = _Line((at, text) for at, one in enumerate(many) for text in one.said)
    found.add(*said.pairs(), SAID)
    around = _Line((at, text) for at, one in enumerate(many) for text in one.around)
    found.add(*around.pairs(), AROUND)
    found.add(*around.words(), AROUND)
    return found.documents(len(many))


def _texts(found: Found, texts: Iterable[tuple[int, str]], tenths: int, sound: int) -> None:
    line = _Line(texts)
    for each in (line.pairs(), line.singles(), line.words()):
        found.add(*each, tenths)
    for each in line.sounding():
        found.add(*each, sound)


class _Line:
    """Texts one behind the other, with an end behind each; a row per character."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        self.texts = list(texts)
        joined = "\n".join([*(text for _, text in self.texts), ""])
        self.chars: Chars = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        lengths = [len(text) + 1 for _, text in self.texts]
        self.rows: Numbers = np.repeat(np.array([row for row, _ in self.texts], np.int32), lengths)
        self.han: NDArray[np.bool_] = ((self.chars >= 0x3400) & (self.chars <= 0x9FFF)) | (
            (self.chars >= 0xF900) & (self.chars <= 0xFAFF)
        )

    def singles(self) -> tuple[Numbers, Keys]:
        return self.rows[self.han], self.chars[self.han] | np.uint64(keys.SINGLE)

    def pairs(self) -> tuple[Numbers, Keys]:
        both = np.flatnonzero(self.han[:-1] & self.han[1:])
        one, two = self.chars[both].astype(np.uint64), self.chars[both + 1]
        return self.rows[both], one << np.uint64(keys.CHAR) | two | np.uint64(keys.BOTH)

    def words(self) -> tuple[Numbers, Keys]:
        said = [(row, _word(one)) for row, text in self.texts for one in LATIN.findall(text) if one not in SMALL]
        return np.array([row for row, _ in said], np.int32), np.array([word for _, word in said], np.uint64)

    def sounding(self) -> Iterable[tuple[Numbers, Keys]]:
        """Pairs of syllables, and three and four initials, each reading of each character."""
        at, read = np.where(self.han, self.chars, 0), _readings()
        read.meet(self.chars[self.han])
        syllables, letters = [table[at] for table in read.syllables], [table[at] for table in read.initials]
        yield from self._neighbours(syllables, 2, keys.SYLLABLE, keys.HEARD)
        yield from self._neighbours(letters, 3, keys.LETTER, keys.THREE)
        yield from self._neighbours(letters, 4, keys.LETTER, keys.FOUR)

    def _neighbours(self, read: Sequence[Keys], size: int, bits: int, kind: int) -> Iterable[tuple[Numbers, Keys]]:
        held = len(self.chars) - size + 1
        if held <= 0:
            return
        whole = np.flatnonzero(np.logical_and.reduce([read[0][n : held + n] > 0 for n in range(size)]))
        several = whole[np.logical_or.reduce([read[1][whole + n] > 0 for n in range(size)])]
        for ways in product((0, 1), repeat=size):
            there = whole if not any(ways) else several
            for n in (n for n, way in enumerate(ways) if way):
                there = there[read[1][there + n] > 0]
            sums = np.zeros(len(there), np.uint64)
            for n, way in enumerate(ways):
                sums = sums << np.uint64(bits) | read[way][there + n]
            yield self.rows[there], sums | np.uint64(kind)


@functools.lru_cache(1 << 16)
def _word(text: str) -> int:
    return keys.word(stem(text))


class _Readings:
    """For each character its first and second syllable, and its first and second initial where that is another; 0 for none.
    A character is looked up when it is met first."""

    def __init__(self) -> None:
        self.known = np.zeros(_SPAN, bool)
        self.syllables: tuple[Keys, Keys] = (np.zeros(_SPAN, np.uint64), np.zeros(_SPAN, np.uint64))
        self.initials: tuple[Keys, Keys] = (np.zeros(_SPAN, np.uint64), np.zeros(_SPAN, np.uint64))

    def meet(self, chars: Chars) -> None:
        for code in np.unique(chars[~self.known[chars]]).tolist():
            read = sounds.readings(chr(code))
            for place, one in enumerate(read[:2]):
                self.syllables[place][code] = keys.syllable(one)
                self.initials[place][code] = keys.syllable(one[0]) if not place or one[0] != read[0][0] else 0
            self.known[code] = True


@functools.cache
def _readings() -> _Readings:
    return _Readings()
