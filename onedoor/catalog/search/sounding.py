"""Phrases by what is left of them when they are written otherwise: their syllables, their initials, their pairs of characters.

Flat arrays over the number of each phrase, made at one go for all: a process starts with tens of thousands, and keeps them for good.
"""

import functools
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from . import sounds
from .fold import FILLER, HAN

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int32]

STEP = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.cumprod(np.full(64, STEP, np.uint64))
LETTERS = 12
"""Initials that fit a key, five bits each."""


UNHEARD = 0.5
"""How much a pair tells that no phrase holds, beside one that a single phrase holds."""
RARE = 1.5
"""The power of how much a pair tells: by its rarity among all phrases."""


ENOUGH = 1.75
"""So many of the rarest pairs are a matter: what else is asked makes a phrase no less likely."""


class Lookup:
    """The phrases of each key, in their order."""

    def __init__(self, keys: Keys, phrases: Numbers) -> None:
        order = np.lexsort((phrases, keys))
        self._keys, self._phrases = keys[order], phrases[order].astype(np.int32)

    def of(self, key: int) -> list[int]:
        asked = np.uint64(key)
        first, last = (int(self._keys.searchsorted(asked, side=side)) for side in ("left", "right"))
        return list(dict.fromkeys(self._phrases[first:last].tolist()))

    def first(self, keys: Keys) -> Numbers:
        """The first phrase of each key; -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int32)
        at = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._phrases[at], np.int32(-1)).astype(np.int32)


class Sounds:
    """Phrases by their syllables and by their initials, with a few second readings."""

    def __init__(self, phrases: Sequence[str]) -> None:
        chars, phrase = _characters(phrases)
        known, where = np.unique(chars, return_inverse=True)
        read = [sounds.readings(chr(int(char))) for char in known]
        self._number = {syllable: at for at, syllable in enumerate(dict.fromkeys(s for r in read for s in r), 1)}
        first, second = (np.array([self._number[r[min(n, len(r) - 1)]] if r else 0 for r in read], np.int64)[where] for n in (0, 1))
        said = first > 0
        keys, letters, numbers = _spelt(first[said], second[said], phrase[said], self._initials())
        self._whole, self.longest = Lookup(keys, numbers), int(np.bincount(phrase[said]).max(initial=0))
        short = letters > 0
        self._starts = Lookup(letters[short], numbers[short])

    def _initials(self) -> NDArray[np.uint64]:
        return np.array([0, *(max(0, ord(syllable[0]) - 96) for syllable in self._number)], np.uint64)

    def stretches(self, syllables: Sequence[str], least: int) -> Iterable[tuple[int, int, int]]:
        """Where, how long and which: phrases that sound like a stretch of the syllables, the longest first."""
        heard = np.array([*(self._number.get(one, 0) for one in syllables), 0], np.uint64)
        starts, sizes, windows, powers = _windows(len(syllables), min(self.longest, len(syllables), len(_POWERS)), least)
        found = self._whole.first((heard[windows] * powers).sum(1, dtype=np.uint64))
        yield from ((int(starts[at]), int(sizes[at]), int(found[at])) for at in np.flatnonzero(found >= 0))

    def started(self, letters: str) -> list[int]:
        """The phrases that have just these initials."""
        return self._starts.of(sum(ord(one) - 96 << 5 * at for at, one in enumerate(letters[:LETTERS])))


@functools.lru_cache(256)
def _windows(held: int, longest: int, least: int) -> tuple[Numbers, Numbers, NDArray[np.int64], Keys]:
    """Every stretch of so many syllables, the longest first: where it starts, how long it is, which syllables it has (behind its end the
    empty one at `held`), and the power of each."""
    spans = [(at, size) for size in range(longest, least - 1, -1) for at in range(held - size + 1)]
    starts, sizes = (np.array([span[n] for span in spans], np.int32) for n in (0, 1))
    place = np.arange(max(longest, 0))
    inside = place[None, :] < sizes[:, None]
    return starts, sizes, np.where(inside, starts[:, None] + place, held), np.where(inside, _POWERS[place][None, :], np.uint64(0))


class Parts:
    """Phrases by the parts that carry their matter; a rare part says more of its phrase. `keys` are the parts, `of` their phrases."""

    def __init__(self, keys: Keys, of: Numbers, phrases: int) -> None:
        one = np.unique(keys << np.uint64(32) | of.astype(np.uint64))
        key, number = one >> np.uint64(32), (one & np.uint64(0xFFFFFFFF)).astype(np.int32)
        enough = np.bincount(number, minlength=phrases) >= 2
        _, place, times = np.unique(key, return_inverse=True, return_counts=True)
        self._held = phrases
        tells = self._tells(times)[place]
        whole = np.bincount(number, tells, minlength=phrases)
        kept = enough[number]
        self._keys, starts = np.unique(key[kept], return_index=True)
        self._starts = np.append(starts, np.count_nonzero(kept))
        self._numbers, self._shares = number[kept], (tells / np.maximum(whole[number], 1e-9))[kept].astype(np.float32)

    def _tells(self, times: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log1p(self._held / (1.0 + times)) ** RARE

    def nearly(self, parts: Mapping[int, float], read: Container[int], least: float) -> list[tuple[int, float]]:
        """Phrases of which so much is there, and something that was not read: with how much, in the measure of what they tell of all
        that was asked. Of each part that is asked: how well it holds together, 1 at best."""
        if not parts or not len(self._keys):
            return []
        close, keys = np.fromiter(parts.values(), np.float32, len(parts)), np.fromiter(parts, np.uint64, len(parts))
        at = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        sizes = np.where(self._keys[at] == keys, self._starts[at + 1] - self._starts[at], 0)
        tells = (self._tells(sizes) * np.where(sizes > 0, 1.0, UNHEARD)).astype(np.float32)
        where = np.repeat(self._starts[at] - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
        held, new = self._numbers[where], np.fromiter((part not in read for part in parts), bool, len(parts))
        cover = np.bincount(held, self._shares[where] * np.repeat(close, sizes), self._held)
        answers = np.bincount(held, np.repeat(tells * close, sizes), self._held)
        fresh = np.bincount(held, np.repeat(new, sizes), self._held) > 0
        asked = min(float(tells[close == 1].sum()), ENOUGH * float(self._tells(np.zeros(1, np.int64))[0]))
        near = np.flatnonzero((cover >= least) & fresh)
        return [(int(at), min(1.0, float(cover[at])) ** 2 * min(1.0, float(answers[at]) / asked)) for at in near]


def pairs_of(phrases: Sequence[str]) -> Parts:
    """Chinese phrases by their pairs of characters."""
    chars, phrase = _characters(_bare(phrases))
    kept = (phrase[:-1] == phrase[1:]) & _han(chars[:-1]) & _han(chars[1:])
    return Parts(_ends(chars[:-1], chars[1:])[kept], phrase[:-1][kept], len(phrases))


def pair(one: str, other: str) -> int:
    """The key of two characters."""
    return ord(one) << 16 | ord(other)


def words_of(phrases: Sequence[str], small: Container[str]) -> Parts:
    """English phrases by their words."""
    words = [[word(one) for one in phrase.split() if one not in small] for phrase in phrases]
    number = np.repeat(np.arange(len(words), dtype=np.int32), list(map(len, words)))
    return Parts(np.array(list(chain(*words)), np.uint64), number, len(words))


def word(one: str) -> int:
    """The key of a word."""
    return crc32(one.encode())


def _characters(phrases: Sequence[str]) -> tuple[NDArray[np.uint32], Numbers]:
    """Every character of every phrase, and the number of its phrase."""
    chars = np.frombuffer("".join(phrases).encode("utf-32-le"), np.uint32)
    return chars, np.repeat(np.arange(len(phrases), dtype=np.int32), list(map(len, phrases)))


def _han(chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return ((chars >= 0x3400) & (chars <= 0x9FFF)) | ((chars >= 0xF900) & (chars <= 0xFAFF))


def _ends(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> Keys:
    return one.astype(np.uint64) << np.uint64(16) | other.astype(np.uint64)


def _bare(phrases: Sequence[str]) -> list[str]:
    """The matter of each without the asking, as `fold.bare`; all of it when nothing would be left."""
    kept = FILLER.sub(" ", "\n".join(phrases)).split("\n") if phrases else []
    return [new if sum(map(len, HAN.findall(new))) >= 2 else old for new, old in zip(kept, phrases, strict=True)]


def _spelt(
    first: NDArray[np.int64], second: NDArray[np.int64], phrase: Numbers, initials: NDArray[np.uint64]
) -> tuple[Keys, Keys, Numbers]:
    """The keys of each phrase for its syllables and for its initials: 0 when it has too many. The last two characters that are read in two
    ways are read in both."""
    if not len(phrase):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.int32)
    numbers, starts, sizes = np.unique(phrase, return_index=True, return_counts=True)
    place = np.arange(len(phrase)) - np.repeat(starts, sizes)
    twice = (first != second).astype(np.int64)
    behind = np.cumsum(twice)
    left = np.repeat(behind[starts + sizes - 1], sizes) - behind  # how many such characters follow in the phrase
    ways = np.add.reduceat(twice, starts)
    keys, letters, of = [], [], []
    for variant in range(sounds.VARIANTS):
        has = ways >= variant.bit_length()
        other = (twice > 0) & (left < 2) & (variant >> np.minimum(left, 1) & 1 > 0)
        read = np.where(other, second, first)
        keys.append(np.add.reduceat(read.astype(np.uint64) * _POWERS[np.minimum(place, 63)], starts)[has])
        bits = initials[read] << (np.uint64(5) * np.minimum(place, LETTERS - 1).astype(np.uint64))
        letters.append(np.where(sizes <= LETTERS, np.add.reduceat(bits, starts), np.uint64(0))[has])
        of.append(numbers[has])
    return np.concatenate(keys), np.concatenate(letters), np.concatenate(of)
