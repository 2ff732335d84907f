"""An index over things of all kinds, and the answer to a query."""

import re
from collections.abc import Iterator, Sequence

from onedoor.catalog.models import Answer, Found, Strength, Thing, Why

from . import terms
from .fold import FILLER, HAN, normal
from .postings import Packed, Postings, packed
from .query import Asked, analyse
from .rank import Ranker
from .thesaurus import Meant, Thesaurus, lines_of

SURE, FAIR, PHRASE = 0.6, 0.5, 3
"""Shares of a query that its first answer explains; a phrase of that many characters that it answers is a fair share."""
DEEP = 100
_BRACKETS = re.compile(r"[(（].*?[)）]|[《》]")
_STRENGTHS = ((SURE, Strength.SURE), (FAIR, Strength.FAIR), (0.0, Strength.WEAK))

Analysed = dict[Thing, tuple[str, frozenset[str], Packed]]


class Index:
    """Everything that can be found. What an older index has analysed already is taken from it."""

    def __init__(self, things: Sequence[Thing], thesaurus: Thesaurus, before: "Index | None" = None) -> None:
        known = before.analysed if before and before.thesaurus is thesaurus else {}
        self.things, self.thesaurus = tuple(things), thesaurus
        self.analysed: Analysed = {thing: known.get(thing) or _analysed(thing, thesaurus) for thing in things}
        rows = [self.analysed[thing] for thing in things]
        names = [name for name, _, _ in rows]
        self.postings = Postings([pack for _, _, pack in rows], list(map(len, names)))
        self._rows = {thing.ref: row for row, thing in enumerate(self.things)}
        self._kin: dict[str, tuple[str, ...]] = {}
        self.ranker = Ranker(names, [also for _, also, _ in rows], self.postings)

    def search(self, query: str, limit: int) -> Answer:
        """The best things first, and how sure the first is."""
        asked = analyse(query, self.thesaurus)
        rows = self._ordered(self.ranker.best(asked, max(DEEP, limit)))[:limit]
        if not rows:
            return Answer(asked.text, Strength.NONE, ())
        best = self._explained(asked, rows[0][1])
        found = tuple(Found(self.things[row], score, self._why(asked, row)) for score, row in rows)
        return Answer(asked.text, next(s for least, s in _STRENGTHS if best >= least), found)

    def kin(self, ref: str) -> tuple[str, ...]:
        """Things with nearly the same name, the nearest first; worked out once."""
        if ref not in self._kin:
            row = self._rows.get(ref)
            self._kin[ref] = () if row is None else tuple(self.things[at].ref for at in self.ranker.kin(row))
        return self._kin[ref]

    def _ordered(self, rows: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """What is used more comes first of what fits alike."""
        weighed = ((score * (1 + 0.02 * min(self.things[row].popular, 10)), row) for score, row in rows)
        return sorted(weighed, key=lambda one: (-one[0], one[1]))

    def _explained(self, asked: Asked, row: int) -> float:
        """The share of what was typed that this row accounts for, by its own words or by what a phrase means."""
        name = self.ranker.names[row]
        said = [meant for meant in asked.meant if meant.weight >= 0.9 and self._means(meant, name)]
        held = {term for term, at in self.postings.find(asked.terms).items() if self._holds(at, row)}
        if asked.spelt == "han":
            return max(_covered(asked, held, said), FAIR if any(len(meant.said) >= PHRASE for meant in said) else 0.0)
        words = [term for term in asked.terms if term[0] == "w"]
        if words and held.issuperset(words):
            return 1.0
        if asked.spelt == "english":
            meant = {word for one in said for word in one.said.split()}
            return sum(term in held or term[2:] in meant for term in words) / (len(words) or 1)
        sounding = [term for term in asked.terms if term[0] in "pik"]
        heard = sum(term in held for term in sounding) / (len(sounding) or 1)
        return max(heard, SURE if said else 0.0)

    def _holds(self, at: int, row: int) -> bool:
        rows, _ = self.postings.of(at)
        place = int(rows.searchsorted(row))
        return place < len(rows) and int(rows[place]) == row

    def _means(self, meant: Meant, name: str) -> bool:
        return any(formal in name or set(terms.grams(formal)) <= set(terms.grams(name)) for formal in meant.formal)

    def _why(self, asked: Asked, row: int) -> Why | None:
        """In what words it was found, when they are not those of its name."""
        name = self.ranker.names[row]
        if asked.core in self.ranker.also[row]:
            return Why("also", asked.core)
        for meant in asked.meant:
            if meant.weight >= 1 and meant.said not in name and (formal := next((f for f in meant.formal if f in name), None)):
                return Why("means", meant.said, formal)
        return None


def index_of(things: Sequence[Thing], rows: Sequence[tuple[str, Sequence[str]]]) -> Index:
    """An index with a thesaurus of its own."""
    return Index(things, Thesaurus(lines_of(rows)))


def _analysed(thing: Thing, thesaurus: Thesaurus) -> tuple[str, frozenset[str], Packed]:
    name = normal(thing.name.zh or thing.name.en)
    plain = _BRACKETS.sub("", name)
    also = [a for a in map(normal, (thing.name.en, *thing.also)) if a and a != name]
    called = [plain, *also] if plain != name else also
    document = terms.document(name, called, thesaurus.called(name), list(map(normal, thing.around)))
    return name, frozenset(also), packed(document)


def _covered(asked: Asked, held: set[str], said: Sequence[Meant]) -> float:
    """The share of the characters that carry the matter."""
    text = asked.text
    counted = [bool(HAN.match(char)) or (char.isascii() and char.isalnum()) for char in text]
    for match in FILLER.finditer(text):
        counted[match.start() : match.end()] = [False] * len(match[0])
    if not any(counted):
        counted = [not char.isspace() for char in text]
    seen = [False] * len(text)
    for start, size in _places(text, held, said):
        seen[start : start + size] = [True] * size
    return sum(a and b for a, b in zip(counted, seen, strict=True)) / (sum(counted) or 1)


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
