"""俗称表 What residents say, and the words that the names of services use for it: as data of the city.

A phrase that stands in a query is taken out of it, the longest first, and its formal words are looked for instead; a phrase that stands
there nearly, its words in another order or some left out, counts in the measure of what is there.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from . import sounds
from .fold import HAN, LATIN, bare, normal
from .terms import stem

FADE = (1.0, 0.85, 0.72, 0.62, 0.55, 0.5, 0.45, 0.4)
"""What each further formal word of a phrase counts."""
NEARLY, MOST_NEAR = 0.7, 1
"""How much of a phrase must be there, and how many such phrases count."""


class Meant(msgspec.Struct, frozen=True):
    """What a phrase of the query stands for; any of the formal words will do, the first sooner than the last."""

    said: str
    formal: tuple[str, ...]
    weight: float


class Thesaurus:
    """Phrases by their text, their sound and their pairs of characters."""

    def __init__(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        self.of = hash(tuple((said, tuple(means)) for said, means in rows))
        self.zh: dict[str, tuple[str, ...]] = {}
        self.en: dict[tuple[str, ...], tuple[str, ...]] = {}
        folded = functools.cache(normal)
        for spoken, formal in rows:
            key, means = normal(spoken), tuple(dict.fromkeys(map(folded, formal)))
            if HAN.search(key):
                self.zh[key] = _joined(self.zh.get(key), means)
            elif tokens := tuple(stem(word) for word in LATIN.findall(key)):
                self.en[tokens] = _joined(self.en.get(tokens), means)
        self._longest = max(map(len, self.zh), default=0)
        self._longest_en = max(map(len, self.en), default=0)
        self._sounds: dict[tuple[str, ...], str] = {}
        self._starts: dict[str, dict[str, None]] = {}
        self._pairs: dict[str, list[tuple[str, float]]] = {}
        self._turn()

    def _turn(self) -> None:
        held = {said: _pairs(bare(said)) for said in self.zh}
        count: dict[str, int] = {}
        for pairs in held.values():
            for pair in pairs:
                count[pair] = count.get(pair, 0) + 1
        for said, pairs in held.items():
            for heard in sounds.variants(said) if len(said) > 1 else ():
                self._sounds.setdefault(heard, said)
                self._starts.setdefault("".join(s[0] for s in heard), {})[said] = None
            if len(pairs) >= 2:
                rare = {pair: 1 / (1 + count[pair]) ** 0.8 for pair in pairs}
                whole = sum(rare.values())
                for pair, value in rare.items():
                    self._pairs.setdefault(pair, []).append((said, value / whole))
        self._longest_sound = max(map(len, self._sounds), default=0)

    def read(self, text: str) -> tuple[list[Meant], str]:
        """The phrases in a Chinese text, and the text without them."""
        found, left = [], text
        for said in _longest_first(text, self.zh, self._longest):
            if said in left:
                left = left.replace(said, " ")
                found.append(Meant(said, self.zh[said], 1.0))
        return found, left

    def nearly(self, text: str, known: Iterable[Meant]) -> list[Meant]:
        """Phrases of which most is there, in any order."""
        read = {pair for meant in known for pair in _pairs(meant.said)}
        cover: dict[str, float] = {}
        fresh: set[str] = set()
        for pair in _pairs(text):
            for said, value in self._pairs.get(pair, ()):
                cover[said] = cover.get(said, 0.0) + value
                if pair not in read:
                    fresh.add(said)
        near = sorted((-value, said) for said, value in cover.items() if value >= NEARLY and said in fresh)
        return [Meant(said, self.zh[said], value * value) for minus, said in near[:MOST_NEAR] if (value := -minus)]

    def english(self, text: str) -> list[Meant]:
        """The phrases in a text of Latin letters."""
        tokens = tuple(stem(word) for word in LATIN.findall(text))
        found, taken = [], [False] * len(tokens)
        for size in range(min(self._longest_en, len(tokens)), 0, -1):
            for at in range(len(tokens) - size + 1):
                said = tokens[at : at + size]
                if said in self.en and not any(taken[at : at + size]):
                    taken[at : at + size] = [True] * size
                    found.append(Meant(" ".join(said), self.en[said], 1.0))
        return found

    def heard(self, syllables: tuple[str, ...], least: int = 2) -> list[Meant]:
        """The phrases that sound like a stretch of the syllables."""
        found, taken = [], [False] * len(syllables)
        for size in range(min(self._longest_sound, len(syllables)), least - 1, -1):
            for at in range(len(syllables) - size + 1):
                said = self._sounds.get(syllables[at : at + size])
                if said and not any(taken[at : at + size]):
                    taken[at : at + size] = [True] * size
                    found.append(Meant(said, self.zh[said], 1.0))
        return found

    def started(self, letters: str) -> list[Meant]:
        """The phrases whose initials are the letters, or the most of them."""
        for size in range(len(letters), max(2, len(letters) // 2), -1):
            says = [said for at in (0, len(letters) - size) for said in self._starts.get(letters[at : at + size], ())]
            if says:
                return [Meant(said, self.zh[said], 0.8 * (size / len(letters)) ** 2) for said in dict.fromkeys(says)][:4]
        return []


def _joined(one: tuple[str, ...] | None, two: tuple[str, ...]) -> tuple[str, ...]:
    """Two rows for one phrase: in turn, so that the first words of both stay in front."""
    if not one:
        return two
    longest = max(len(one), len(two))
    return tuple(dict.fromkeys(word for at in range(longest) for row in (one, two) for word in row[at : at + 1]))[: len(FADE)]


def _pairs(text: str) -> set[str]:
    return {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}


def _longest_first(text: str, known: dict[str, tuple[str, ...]], longest: int) -> Iterator[str]:
    for size in range(min(longest, len(text)), 1, -1):
        for at in range(len(text) - size + 1):
            if text[at : at + size] in known:
                yield text[at : at + size]
