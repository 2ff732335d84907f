"""One spelling of the same words: width, case, script and what cannot be read; and the words that carry the asking, not the matter."""

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from .words import ASKING

LONGEST = 64
"""Characters of a query that are looked at."""

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
LATIN = re.compile(r"[a-z0-9]+")
_FIRST = "".join(sorted({word[0] for word in ASKING} | {"办", "要"}))
BRACKETS = re.compile(r"[(（].*?[)）]|[《》]")
FILLER = re.compile(f"(?=[{_FIRST}])(?:{'|'.join(sorted(ASKING, key=len, reverse=True))}|(?<![补代督创举开经交新])办|(?<![重主必需])要)")


@functools.cache
def _simplified() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def normal(text: str) -> str:
    """Width, case and script folded; what cannot be read left out."""
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    return _script(plain.casefold().strip())


def normals(texts: Sequence[str]) -> list[str]:
    """The same of many, at one go."""
    odd = {at: normal(text) for at, text in enumerate(texts) if not text.isprintable()}
    lines = "\n".join("" if at in odd else text for at, text in enumerate(texts))
    plain = lines if unicodedata.is_normalized("NFKC", lines) else unicodedata.normalize("NFKC", lines)
    done = [one.strip() for one in _script(plain.casefold()).split("\n")] if texts else []
    return [odd.get(at, one) for at, one in enumerate(done)]


def folded(lines: str) -> str:
    """The same for a table of many lines, by its few different characters; tabs and ends of lines stay."""
    for char in () if unicodedata.is_normalized("NFKC", lines) else set(lines):
        if (plain := unicodedata.normalize("NFKC", char)) != char:
            lines = lines.replace(char, plain)
    return _script(lines.casefold())


def _script(text: str) -> str:
    return _simplified()(text) if HAN.search(text) else text


def query_text(text: str) -> str:
    """What of a typed query is looked at."""
    return normal(text[: LONGEST * 2])[:LONGEST].rstrip()


def bare(text: str) -> str:
    """The matter without the asking; all of it when nothing would be left."""
    kept = FILLER.sub(" ", text).strip()
    return kept if sum(map(len, HAN.findall(kept))) + sum(map(len, LATIN.findall(kept))) >= 2 else text
