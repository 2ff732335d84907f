"""区划 The parts of the city as words of a query: 东湖区公积金 is looked for as 公积金, and placed in 东湖区."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from onedoor.catalog.search import Within, normal, normals, query_text
from onedoor.orgs.models import District, Level

from .memory import Hall

_ENDS = re.compile("(市|区|县|街道|镇|乡)$")
_DEPTH = {Level.CITY: 0, Level.DISTRICT: 1, Level.STREET: 2}
MOST = 4
"""Names of places in one query at the most."""


class Placed(msgspec.Struct, frozen=True):
    """A query without the place that it names; `left` is empty when it names nothing else."""

    left: str
    area: District | None = None


class Areas:
    """The names of the city, its districts and its streets, with and without 市, 区, 街道; and in English."""

    def __init__(self, districts: Iterable[District], known: Iterable[str]) -> None:
        self._by_name: dict[str, list[District]] = {}
        for one in districts:
            if one.level in _DEPTH:
                for name in _names(one):
                    self._by_name.setdefault(name, []).append(one)
        self._words, self._known = Within(self._by_name), "\n".join(known)

    def read(self, typed: str) -> Placed:
        """Every name of a place is taken out, the longest first, unless it is part of what something is called."""
        text, found = query_text(typed), list[District]()
        for _ in range(MOST):
            named = sorted((-len(word), at, word) for at, word in self._words.found(text) if self._is_place(text, at, word))
            if not named or (one := self._which(named[0][2], found)) is None:
                break
            _, at, word = named[0]
            found.append(one)
            text = f"{text[:at]} {text[at + len(word) :]}".strip(" ,，的在")
        return Placed(text, max(found, key=lambda one: len(one.code))) if found else Placed(typed)

    def _is_place(self, text: str, at: int, word: str) -> bool:
        """Not the middle of an English word, and not with a neighbouring character part of a name or of a phrase."""
        before, after = text[at - 1 : at] if at else "", text[at + len(word) :][:1]
        if word.isascii():
            return not (before.isalnum() or after.isalnum())
        longer = (before + word if before.strip() else "", word + after if after.strip() else "")
        return not any(part and part in self._known for part in longer)

    def _which(self, name: str, found: Sequence[District]) -> District | None:
        """The one meant, of several of that name the one in a place named before; else what holds them all is not guessed."""
        some = self._by_name[name]
        inside = [one for one in some if any(one.code.startswith(place.code) for place in found)]
        chosen = inside or some
        return chosen[0] if len(chosen) == 1 or len({one.code for one in chosen}) == 1 else None


def _names(one: District) -> set[str]:
    full, english = normal(one.name.zh), normal(one.name.en)
    short = _ENDS.sub("", full)
    return {name for name in (full, short if len(short) > 1 else "", english) if len(name) > 1}


class _Areas:
    """Those of one edition of the catalogue."""

    def __init__(self) -> None:
        self.of: Hall | None = None
        self.areas = Areas((), ())

    def now(self, known: Hall) -> Areas:
        if self.of is not known:
            names = normals([text for item in known.items for text in (item.name.zh, item.short.zh, *item.aliases)])
            self.areas, self.of = Areas(known.districts.values(), (*names, *known.index.thesaurus.zh)), known
        return self.areas


_areas = _Areas()


def placed(known: Hall, typed: str) -> Placed:
    """A query, and the part of the city that it names."""
    return _areas.now(known).read(typed)
