"""One spelling of the same words: width, case, script and what cannot be read; and the words that carry the asking, not the matter."""

import functools
import re
import unicodedata
from collections.abc import Callable

from .words import ASKING

LONGEST = 64
"""Characters of a query that are looked at."""

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
LATIN = re.compile(r"[a-z0-9]+")
FILLER = re.compile("|".join(sorted(ASKING, key=len, reverse=True)) + "|(?<![补代督创举开经交新])办|(?<![重主必需])要")


@functools.cache
def _simplified() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def normal(text: str) -> str:
    """Width, case and script folded; what cannot be read left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isprintable():
        folded = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded)
    clean = folded.strip()
    return _simplified()(clean) if HAN.search(clean) else clean


def query_text(text: str) -> str:
    """What of a typed query is looked at."""
    return normal(text[: LONGEST * 2])[:LONGEST]


def bare(text: str) -> str:
    """The matter without the asking; all of it when nothing would be left."""
    kept = FILLER.sub(" ", text).strip()
    return kept if sum(map(len, HAN.findall(kept))) + sum(map(len, LATIN.findall(kept))) >= 2 else text
