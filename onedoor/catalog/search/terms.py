"""The terms of a text, told apart by the first letter:

b: two neighbouring characters · u: one character · w: a Latin word or a number
p: two neighbouring syllables · i: three initials · k: four initials
"""

from . import sounds
from .fold import HAN, LATIN
from .words import SMALL


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
