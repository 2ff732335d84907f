"""How much of what was typed an answer explains, and in what words it was found."""

from collections.abc import Callable, Iterator, Sequence

from onedoor.catalog.models import Why

from . import terms
from .fold import FILLER, HAN
from .query import Asked
from .segment import Row
from .thesaurus import Meant

SURE, FAIR, PHRASE, NEAR = 0.6, 0.5, 3, 0.35
"""Shares of a query that its first answer explains; a phrase of that many characters that it answers is a fair share, and so is one
that stands there nearly, when it counts that much."""


def explained(asked: Asked, name: str, held: set[str], offers: Callable[[Meant], bool]) -> float:
    """The share of what was typed that a row of this name accounts for, by its own words or by what a phrase means. `offers` says whether
    anything is called by what a phrase means."""
    said = [meant for meant in asked.meant if meant.weight >= 0.9 and _means(meant, name)]
    elsewhere = [meant.said for meant in asked.meant if meant.weight >= 1 and not offers(meant)]
    if asked.spelt == "han":
        held = {term for term in held if not elsewhere or term[2:] in name}
        near = [meant for meant in asked.meant if NEAR <= meant.weight < 0.9 and _means(meant, name)]
        fair = not elsewhere and (near or any(len(meant.said) >= PHRASE for meant in said))
        return max(_covered(asked, held, said, elsewhere), FAIR if fair else 0.0)
    words = [term for term in asked.terms if term[0] == "w"]
    if words and held.issuperset(words):
        return 1.0
    if asked.spelt == "english":
        meant = {word for one in said for word in one.said.split()}
        return sum(term in held or term[2:] in meant for term in words) / ((len(words) or 1) + len(elsewhere))
    sounding = [term for term in asked.terms if term[0] in "pik"]
    heard = sum(term in held for term in sounding) / (len(sounding) or 1)
    return max(heard, SURE if said else 0.0)


def why(asked: Asked, row: Row) -> Why | None:
    """In what words it was found, when they are not those of its name."""
    if asked.core in row.also:
        return Why("also", asked.core)
    for meant in asked.meant:
        if meant.weight >= 1 and meant.said not in row.name and (formal := next((f for f in meant.formal if f in row.name), None)):
            return Why("means", meant.said, formal)
    return None


def _means(meant: Meant, name: str) -> bool:
    return any(formal in name or set(terms.grams(formal)) <= set(terms.grams(name)) for formal in meant.formal)


def _covered(asked: Asked, held: set[str], said: Sequence[Meant], elsewhere: Sequence[str]) -> float:
    """The share of the characters that carry the matter; those of a phrase for what nobody here does count twice."""
    text = asked.text
    counted = [bool(HAN.match(char)) or (char.isascii() and char.isalnum()) for char in text]
    for match in FILLER.finditer(text):
        counted[match.start() : match.end()] = [False] * len(match[0])
    if not any(counted):
        counted = [not char.isspace() for char in text]
    seen = [False] * len(text)
    for start, size in _places(text, held, said):
        seen[start : start + size] = [True] * size
    found = [(text.find(word), len(word)) for word in elsewhere if word in text]
    twice = sum(not seen[at] for start, size in found for at in range(start, start + size))
    return sum(a and b for a, b in zip(counted, seen, strict=True)) / (sum(counted) + twice or 1)


def _places(text: str, held: set[str], said: Sequence[Meant]) -> Iterator[tuple[int, int]]:
    for at in range(len(text) - 1):
        pair = text[at : at + 2]
        if "b:" + pair in held or any(term in held for term in terms.heard(pair)):
            yield at, 2
    for word in [term[2:] for term in held if term[0] == "w"] + [meant.said for meant in said]:
        at = text.find(word)
        while at >= 0:
            yield at, len(word)
            at = text.find(word, at + 1)
    if len(text) == 1 and "u:" + text in held:
        yield 0, 1
