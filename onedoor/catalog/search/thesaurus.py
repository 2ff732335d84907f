"""俗称表 What residents say, and the words that the names of services use for it: as data of the city.

A phrase that stands in a query is taken out of it, the longest first, and its formal words are looked for instead; a phrase that stands
there nearly, its words in another order or some left out, counts in the measure of what is there.
"""

import functools
import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from .fold import HAN, LATIN, folded
from .sounding import Parts, Sounds, pair, pairs_of, word, words_of
from .terms import stem
from .within import Within
from .words import BEGIN, SMALL, acts_said

FADE = (1.0, 0.85, 0.72, 0.62, 0.55, 0.5, 0.45, 0.4)
"""What each further formal word of a phrase counts."""
NEARLY, MOST_NEAR = 0.6, 3
"""How much of a phrase must be there, and how many such meanings count."""
APART = (1.0, 0.9, 0.8, 0.7)
"""How well two characters hold together that stand side by side, or with one, two or three others between."""
UNSURE = 0.89
"""What a phrase that stands there nearly counts at the most: less than what explains a query."""
OTHER_ACT = 0.6
"""What a phrase counts that stands there nearly, but says to do something else."""
MUCH, MOST_CALLED = 0.4, 20
"""How much of a name a phrase's first formal word must be for the phrase to lead to it, and how many phrases a name keeps."""
_LINE = re.compile(r"([^\t\n]+)\t([^\n]+)")


class Meant(msgspec.Struct, frozen=True):
    """What a phrase of the query stands for; any of the formal words will do, the first sooner than the last."""

    said: str
    formal: tuple[str, ...]
    weight: float


class Thesaurus:
    """Phrases by their text, their sound and their pairs of characters. Made of lines: a phrase, a tab, formal words with spaces between.

    Many phrases mean the same: each meaning is kept once, and cut into words when it is asked for.
    """

    def __init__(self, lines: str) -> None:
        self.seal = seal_of(lines)
        self.zh: dict[str, str] = {}
        self.en: dict[str, str] = {}
        alike: dict[str, str] = {}
        for line in _LINE.finditer(folded(lines)):
            said, means = line.groups()
            known, said = (self.zh, said) if HAN.search(said) else (self.en, _stemmed(said))
            means = alike.setdefault(means, means)
            known[said] = _joined(known[said], means) if said in known else means
        self._firsts: dict[str, list[str]] = {}
        for said, means in self.zh.items():
            kept = self._firsts.setdefault(means.partition(" ")[0], [])
            if len(kept) < MOST_CALLED:
                kept.append(said)
        self._formal = Within(self._firsts)
        self._says = list(self.zh)
        self._longest = max(map(len, self.zh), default=0)
        self._longest_en = max((said.count(" ") + 1 for said in self.en), default=0)
        self._sounds, self._near = Sounds(self._says), pairs_of(self._says)

    def __len__(self) -> int:
        return len(self.zh) + len(self.en)

    def _meant(self, said: str, weight: float = 1.0) -> Meant:
        means = self.zh[said] if said in self.zh else self.en[said]
        return Meant(said, tuple(dict.fromkeys(means.split())), weight)

    def read(self, text: str) -> tuple[list[Meant], str]:
        """The phrases in a Chinese text, and the text without them."""
        found, left = [], text
        for said in _longest_first(text, self.zh, self._longest):
            if said in left:
                left = left.replace(said, " ")
                found.append(self._meant(said))
        return found, left

    def nearly(self, text: str, known: Iterable[Meant]) -> list[Meant]:
        """Phrases of which most is there, in any order."""
        read = {part for meant in known for part in _apart(meant.said, APART[:1])}
        near = self._near.nearly(_apart(text, APART), read, NEARLY)
        return self._best(text, [(self._says[at], value) for at, value in near], self.zh)

    def nearly_english(self, text: str, known: Iterable[Meant]) -> list[Meant]:
        """The same of a text of Latin letters."""
        read = {word(one) for meant in known for one in meant.said.split()}
        says, parts = self._english
        near = parts.nearly(dict.fromkeys((word(one) for one in _stemmed(text).split() if one not in SMALL), 1.0), read, NEARLY)
        return self._best(text, [(says[at], value) for at, value in near], self.en)

    @functools.cached_property
    def _english(self) -> tuple[list[str], Parts]:
        says = list(self.en)
        return says, words_of(says, SMALL)

    def _best(self, text: str, near: list[tuple[str, float]], of: Mapping[str, str]) -> list[Meant]:
        """One phrase of each meaning, and a few of all."""
        asked = acts_said(text) | BEGIN
        best: dict[str, tuple[float, str]] = {}
        for said, value in sorted(near, key=lambda one: -one[1])[: MOST_NEAR * 4]:
            value = min(UNSURE, value * (OTHER_ACT if acts_said(said) & ~asked else 1))
            best[of[said]] = max(best.get(of[said], (0.0, "")), (value, said))
        return [self._meant(said, value) for value, said in sorted(best.values(), reverse=True)[:MOST_NEAR]]

    def called(self, name: str) -> list[str]:
        """What residents call a thing of this name: phrases whose first formal word is much of it, those of the longest word first."""
        least = max(2, math.ceil(len(name) * MUCH))
        words = [(-len(word), at, word) for at, word in self._formal.found(name, least)]
        return [said for _, _, word in sorted(words) for said in self._firsts[word]][:MOST_CALLED]

    def english(self, text: str) -> list[Meant]:
        """The phrases in a text of Latin letters."""
        tokens = _stemmed(text).split()
        found, taken = [], [False] * len(tokens)
        for size in range(min(self._longest_en, len(tokens)), 0, -1):
            for at in range(len(tokens) - size + 1):
                said = " ".join(tokens[at : at + size])
                if said in self.en and not any(taken[at : at + size]):
                    taken[at : at + size] = [True] * size
                    found.append(self._meant(said))
        return found

    def heard(self, syllables: tuple[str, ...], least: int = 2) -> list[Meant]:
        """The phrases that sound like a stretch of the syllables."""
        found, taken = [], [False] * len(syllables)
        for at, size, number in self._sounds.stretches(syllables, least):
            if not any(taken[at : at + size]):
                taken[at : at + size] = [True] * size
                found.append(self._meant(self._says[number]))
        return found

    def started(self, letters: str) -> list[Meant]:
        """The phrases whose initials are the letters, or the most of them."""
        for size in range(len(letters), max(2, len(letters) // 2), -1):
            says = [said for at in (0, len(letters) - size) for said in self._sounds.started(letters[at : at + size])]
            if says:
                return [self._meant(self._says[said], 0.8 * (size / len(letters)) ** 2) for said in dict.fromkeys(says)][:4]
        return []


def lines_of(rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Phrases with their formal words, as a thesaurus reads them."""
    return "\n".join(f"{said}\t{' '.join(means)}" for said, means in rows)


def seal_of(lines: str) -> str:
    """By what they are known, whoever has them."""
    return hashlib.sha256(lines.encode()).hexdigest()


@functools.lru_cache(4096)
def _stem(word: str) -> str:
    return stem(word)


def _stemmed(text: str) -> str:
    return " ".join(map(_stem, LATIN.findall(text)))


def _joined(one: str, two: str) -> str:
    """Two rows for one phrase: in turn, so that the first words of both stay in front."""
    rows = one.split(), two.split()
    longest = max(map(len, rows))
    return " ".join(list(dict.fromkeys(word for at in range(longest) for row in rows for word in row[at : at + 1]))[: len(FADE)])


def _apart(text: str, apart: Sequence[float]) -> dict[int, float]:
    """Pairs of characters that stand together or nearly so, and how well they hold together."""
    found: dict[int, float] = {}
    for between, close in enumerate(apart, 1):
        for run in HAN.findall(text):
            for at in range(len(run) - between):
                found.setdefault(pair(run[at], run[at + between]), close)
    return found


def _longest_first(text: str, known: Mapping[str, str], longest: int) -> Iterator[str]:
    for size in range(min(longest, len(text)), 1, -1):
        for at in range(len(text) - size + 1):
            if text[at : at + size] in known:
                yield text[at : at + size]
