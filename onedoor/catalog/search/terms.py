"""The terms of a text, told apart by the first letter:

b: two neighbouring characters · u: one character · w: a Latin word or a number
p: two neighbouring syllables · i: three initials · k: four initials
"""

from collections.abc import Sequence

from . import sounds
from .fold import HAN, LATIN
from .words import SMALL

NAME, ALIAS, ALIAS_SOUND, SAID, AROUND = 1.0, 0.8, 0.9, 0.6, 0.3


def stem(word: str) -> str:
    """Forms of an English word that mean the same."""
    for end, put, least in (("ies", "y", 5), ("sses", "ss", 6), ("ing", "", 6), ("ed", "", 5), ("s", "", 4)):
        if word.endswith(end) and len(word) >= least and not word.endswith(("ss", "us", "is")):
            word = word[: -len(end)] + put
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def grams(text: str) -> list[str]:
    """Pairs of characters."""
    return ["b:" + run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)]


def singles(text: str) -> list[str]:
    return ["u:" + char for run in HAN.findall(text) for char in run]


def latin(text: str) -> list[str]:
    """Words of letters, and numbers."""
    return ["w:" + stem(word) for word in LATIN.findall(text) if word not in SMALL]


def heard(text: str) -> list[str]:
    """Pairs of syllables."""
    return ["p:" + pair for pair in sounds.pairs(text)]


def starts(letters: str) -> list[str]:
    """Three and four neighbouring initials."""
    return ["i:" + letters[i : i + 3] for i in range(len(letters) - 2)] + ["k:" + letters[i : i + 4] for i in range(len(letters) - 3)]


def document(name: str, aliases: Sequence[str], said: Sequence[str], around: Sequence[str]) -> dict[str, float]:
    """Weighted terms of a thing: its name counts full, what it is also called nearly so, what residents say for it less,
    what surrounds it a little. All folded."""
    found: dict[str, float] = {}
    for term in grams(name) + singles(name) + latin(name):
        found[term] = found.get(term, 0.0) + NAME
    for term in _sounding(name):
        found[term] = NAME
    for alias in aliases:
        for term in grams(alias) + singles(alias) + latin(alias):
            found.setdefault(term, ALIAS)
        for term in _sounding(alias):
            found.setdefault(term, ALIAS_SOUND)
    for text in said:
        for term in grams(text):
            found.setdefault(term, SAID)
    for text in around:
        for term in grams(text) + latin(text):
            found.setdefault(term, AROUND)
    return found


def _sounding(text: str) -> list[str]:
    return heard(text) + ["i:" + i for i in sounds.initials(text, 3)] + ["k:" + k for k in sounds.initials(text, 4)]
