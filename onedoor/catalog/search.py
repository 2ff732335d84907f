"""搜索 Finding items by what people call them: character pairs for Chinese, words for English, and a glossary between the two worlds.

Pure functions over an immutable index; a query costs well under a millisecond for a few thousand items and asks the database nothing.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from .models import Item, Term

LONGEST = 64
"""Characters of a query that are looked at."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_FILLER = re.compile(
    "需要什么材料|要什么手续|什么时候|怎么办理|可不可以|需要什么|怎么办|怎么弄|要什么|有哪些|是什么|在哪儿|能不能|怎么|如何|怎样|哪里|在哪"
    "|去哪|哪儿|请问|我要|我想|想要|什么|多少|可以|办理|一下|流程|手续|吗|呢|啊|了|的|我|要|办"
)
_SMALL = frozenset({
    "a", "an", "the", "of", "for", "to", "in", "on", "at", "and", "or", "my", "i", "me", "how", "do", "can", "is", "with", "get", "need",
    "want", "please",
})  # fmt: skip
_K1, _B = 1.2, 0.6
_ALIAS, _AROUND, _MEANT = 0.85, 0.3, 0.8
_REST = "\x00"


def normal(text: str) -> str:
    """One spelling of the same words: width and case folded, what cannot be read left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded).strip()


def query_text(text: str) -> str:
    """What of a typed query is looked at."""
    return normal(text[: LONGEST * 2])[:LONGEST]


def _stem(word: str) -> str:
    """English plurals count as the same word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _pairs(text: str) -> list[str]:
    return [run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1)]


def _singles(text: str) -> list[str]:
    return [char for run in _HAN.findall(text) for char in run]


def _words(text: str) -> list[str]:
    return ["w:" + _stem(word) for word in _LATIN.findall(text) if word not in _SMALL]


def _document(item: Item, around: Sequence[str]) -> dict[str, float]:
    """Weighted terms of an item: its names count full, what people call it nearly so, what surrounds it a little."""
    name = f"{normal(item.name.zh)} {normal(item.name.en)}"
    found: dict[str, float] = {t: float(n) for t, n in Counter(_pairs(name) + _singles(name) + _words(name)).items()}
    for alias in (item.short.zh, item.short.en, *item.aliases):
        text = normal(alias)
        for term in _pairs(text) + _singles(text) + _words(text):
            found[term] = max(found.get(term, 0.0), _ALIAS)
    for words in (*around, *item.path, *item.life_events):
        text = normal(words)
        for term in _pairs(text) + _words(text):
            found.setdefault(term, _AROUND)
    return found


class Index:
    """Every item's terms, turned round: for each term the items that hold it and how much it tells of them."""

    def __init__(self, items: Sequence[Item], around: Callable[[Item], Sequence[str]], terms: Iterable[Term] = ()) -> None:
        self.items = items
        self.names = [normal(item.name.zh) for item in items]
        self.also = [{normal(a) for a in (item.name.en, item.short.zh, item.short.en, *item.aliases) if a} for item in items]
        self.terms = [_Said(say, means) for say, means in sorted(((normal(t.say), t.means) for t in terms), key=lambda t: -len(t[0]))]
        self.postings = self._turned([_document(item, around(item)) for item in items])

    def _turned(self, documents: list[dict[str, float]]) -> dict[str, list[tuple[int, float]]]:
        raw: dict[str, list[tuple[int, float]]] = {}
        for row, document in enumerate(documents):
            for term, weight in document.items():
                raw.setdefault(term, []).append((row, weight))
        lengths = [min(len(name), 30) for name in self.names]
        mean = sum(lengths) / len(lengths) if lengths else 1
        norm = [_K1 * (1 - _B + _B * length / (mean or 1)) for length in lengths]
        count = len(documents)
        return {
            term: [(row, _rarity(count, len(rows)) * weight * (_K1 + 1) / (weight + norm[row])) for row, weight in rows]
            for term, rows in raw.items()
        }

    def wanted(self, text: str) -> dict[str, float]:
        """Weighted terms of a query; where two rules give one term, the larger weight stands."""
        bare = _FILLER.sub("", text)
        core = bare if len(bare) >= 2 else text
        found: dict[str, float] = {}
        _add(found, core, 1.0)
        rest = text
        for said in self.terms:
            if said.say in rest and (said.word is None or said.word.search(rest)):
                rest = rest.replace(said.say, _REST)
                for formal in said.means:
                    _add(found, formal, _MEANT)
        return found

    def search(self, query: str, limit: int) -> list[Item]:
        """The best items first; nothing when no pair or word of the query is found anywhere."""
        text = query_text(query)
        wanted = self.wanted(text)
        telling = any(_tells(term) for term in wanted)
        score: dict[int, float] = {}
        sure: set[int] = set()
        for term, weight in wanted.items():
            rows = self.postings.get(term, ())
            for row, value in rows:
                score[row] = score.get(row, 0.0) + weight * value
            if _tells(term) or not telling:
                sure.update(row for row, _ in rows)
        ranked = sorted((-score[row] * self._fit(row, text), row) for row in sure)
        return [self.items[row] for _, row in ranked[:limit]]

    def _fit(self, row: int, text: str) -> float:
        """Being called exactly so, or beginning so, says more than sharing pairs."""
        name, item = self.names[row], self.items[row]
        known = 1 + 0.02 * min(item.popular, 10)
        if text == name or text in self.also[row]:
            return 2.0 * known
        if name.startswith(text):
            return 1.3 * known
        return 1.15 * known if len(text) > 1 and text in name else known


def _rarity(count: int, holding: int) -> float:
    return math.log1p((count - holding + 0.5) / (holding + 0.5))


def _tells(term: str) -> bool:
    """A single character alone says too little."""
    return len(term) > 1


def _add(found: dict[str, float], text: str, weight: float) -> None:
    for term in _pairs(text) + _words(text):
        found[term] = max(found.get(term, 0.0), weight)
    for term in _singles(text):
        found[term] = max(found.get(term, 0.0), 0.25 * weight)


class _Said:
    """A term of the glossary, ready to be looked for: English ones as whole words."""

    __slots__ = ("means", "say", "word")

    def __init__(self, say: str, means: Sequence[str]) -> None:
        self.say, self.means = say, [normal(formal) for formal in means]
        self.word = re.compile(rf"\b{re.escape(say)}s?\b") if say.isascii() else None
