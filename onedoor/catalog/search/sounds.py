"""How characters sound: pinyin syllables, their initials, and letters read back as syllables.

A character is read the same in every word, so a name and a query never differ by their context; the commonest characters with several
readings stand in the index with each.
"""

import functools
import os
import re
import unicodedata
from itertools import pairwise

from .fold import HAN

SEVERAL = frozenset("行重长大乐会调还便乘传藏差朝给降角觉校率模强数系血着种转")
"""Characters that residents and names need with a second reading."""
VARIANTS = 4


@functools.cache
def _table() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # a fifth of the memory: phrases are not asked for
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT


def _plain(reading: str) -> str:
    without = "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c) or c == "\u0308")
    return unicodedata.normalize("NFC", without).replace("ü", "v")


@functools.lru_cache(16384)
def readings(char: str) -> tuple[str, ...]:
    """The plain syllables of a character, the commonest first; more than one only where it matters."""
    found = tuple(dict.fromkeys(_plain(r) for r in _table().get(ord(char), "").split(",") if r))
    return found[: 2 if char in SEVERAL else 1]


def pairs(text: str) -> list[str]:
    """Two neighbouring syllables, each reading of both."""
    out: list[str] = []
    for run in HAN.findall(text):
        out += [f"{a}_{b}" for x, y in pairwise(run) for a in readings(x) for b in readings(y)]
    return out


def syllables(text: str) -> tuple[str, ...]:
    """The commonest reading of each character."""
    return tuple(r[0] for run in HAN.findall(text) for char in run if (r := readings(char)))


ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("h", "f"), ("n", "l"), ("r", "l"))
"""What many people neither hear nor say apart: beginnings, and ends, of syllables."""


@functools.lru_cache(4096)
def alike(syllable: str) -> tuple[str, ...]:
    """The syllable, and those that it is often taken for."""
    found = [syllable]
    for pair in ALIKE:
        for one, other in (pair, pair[::-1]):
            if one[0] in "aei" and syllable.endswith(one):
                found.append(syllable.removesuffix(one) + other)
            elif one[0] not in "aei" and syllable.startswith(one):
                found.append(other + syllable.removeprefix(one))
    return tuple(dict.fromkeys(one for one in found if one in _known()))


@functools.cache
def _known() -> frozenset[str]:
    found = {_plain(r) for line in _table().values() for r in line.split(",")}
    return frozenset(s for s in found if re.fullmatch("[a-z]+", s)) - {"m", "n", "ng", "hm", "hng", "r", "k"}


@functools.lru_cache(4096)
def split(text: str) -> tuple[str, ...] | None:
    """Letters as the fewest syllables that cover all of them; None when they are no pinyin."""
    letters = re.sub(r"[^a-z]", "", text)
    best: list[tuple[str, ...] | None] = [(), *([None] * len(letters))]
    for at in range(len(letters)):
        so_far = best[at]
        if so_far is None:
            continue
        for size in range(1, 7):
            part = letters[at : at + size]
            there = best[at + size] if at + size <= len(letters) else ()
            if len(part) == size and part in _known() and (there is None or len(so_far) + 1 < len(there)):
                best[at + size] = (*so_far, part)
    whole = best[-1]
    return whole if whole and len(whole) <= len(letters) / 2 + 0.5 else None  # more are initials
