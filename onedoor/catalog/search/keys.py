"""A number for each term: its kind in the top bits, its letters below, so that numpy makes them for a whole catalogue at one go.

Only Latin words are hashed; every other term fits a number whole, and two terms never share one.
"""

import functools
import hashlib

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

BOTH, SINGLE, WORD, HEARD, THREE, FOUR = (kind << 60 for kind in range(1, 7))
CHAR, LETTER, SYLLABLE = 21, 5, 30
"""Bits of a character, of a letter, of a syllable."""
COUNTED = WORD
"""Kinds up to this one say more when a name holds the term twice."""


def syllable(letters: str) -> int:
    """Up to six letters."""
    return functools.reduce(lambda sum_, letter: sum_ << LETTER | ord(letter) & 31, letters[:6], 0)


@functools.lru_cache(1 << 17)
def key(term: str) -> int:
    """The number of a term as `terms` writes it."""
    kind, text = term[0], term[2:]
    match kind:
        case "b":
            return BOTH | ord(text[0]) << CHAR | ord(text[1])
        case "u":
            return SINGLE | ord(text)
        case "p":
            one, _, two = text.partition("_")
            return HEARD | syllable(one) << SYLLABLE | syllable(two)
        case "i" | "k":
            return (THREE if kind == "i" else FOUR) | syllable(text)
        case _:
            return word(text)


def word(text: str) -> int:
    """A Latin word or a number, by its digest."""
    return WORD | int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little") >> 4


def digest(data: bytes) -> int:
    """What tells two things, or two names of things, apart."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
