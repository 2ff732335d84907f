"""俗称表 What residents say, and the words that the names of services use for it: as data of the city.

A phrase that stands in a query is taken out of it, the longest first, and its formal words are looked for instead; a phrase that stands
there nearly, its words in another order or some left out, counts in the measure of what is there.
"""

import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from .fold import HAN, LATIN, folded
from .sounding import Pairs, Sounds
from .terms import stem
from .within import Within

FADE = (1.0, 0.85, 0.72, 0.62, 0.55, 0.5, 0.45, 0.4)
"""What each further formal word of a phrase counts."""
NEARLY, MOST_NEAR = 0.6, 3
"""How much of a phrase must be there, and how many such meanings count."""
UNSURE = 0.89
"""What a phrase that stands there nearly counts at the most: less than what explains a query."""
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
        self.of = hash(lines)
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
        self._sounds, self._near = Sounds(self._says), Pairs(self._says)

    def __len__(self) -> int:
        return len(self.zh) + len(self.en)

    def _meant(self, said: str, weight: float = 1.0) -> Meant:
        return Meant(said, tuple(dict.fromkeys(self.zh[said].split())), weight)

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
        read = {pair for meant in known for pair in _pairs(meant.said)}
        near = [(-value, self._says[at]) for at, value in self._near.nearly(_pairs(text), read, NEARLY)]
        best: dict[str, tuple[str, float]] = {}
        for value, said in sorted(near):
            best.setdefault(self.zh[said], (said, min(UNSURE, -value)))
        return [self._meant(said, value) for said, value in list(best.values())[:MOST_NEAR]]

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
                    found.append(Meant(said, tuple(dict.fromkeys(self.en[said].split())), 1.0))
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


def _pairs(text: str) -> set[str]:
    return {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}


def _longest_first(text: str, known: Mapping[str, str], longest: int) -> Iterator[str]:
    for size in range(min(longest, len(text)), 1, -1):
        for at in range(len(text) - size + 1):
            if text[at : at + size] in known:
                yield text[at : at + size]
