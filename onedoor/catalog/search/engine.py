"""An index over things of all kinds, and the answer to a query."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from onedoor.catalog.models import Answer, Found, Strength, Thing, ThingKind

from .documents import Documents, Numbers
from .explain import FAIR, SURE, explained, why
from .field import Part, whole, without
from .query import analyse, sounding
from .rank import SAME, Best, fit, kin
from .segment import Facts, Row, Segment, joined, ref, seal, segment
from .thesaurus import Thesaurus, lines_of

DEEP, HEARD, FEWEST = 50, 5, 2
"""Rows that are looked at for the best fit, and for the best sound; pairs of syllables that say something by their sound alone."""
USED = 0.02
"""What is used more comes first of what fits alike."""
MOST_FIT = SAME * (1 + 10 * USED)
LEAST_MERGED, SHARE_MERGED = 64, 16
"""Rows that were put in since may be so many, or one in so many of all, before they are worth merging."""
_STRENGTHS = ((SURE, Strength.SURE), (FAIR, Strength.FAIR), (0.0, Strength.WEAK))


class Index:
    """Everything that can be found, immutable: a large segment, and a small one of what was put in since; what is gone of the large one is
    marked. A change makes another index that shares the large segment."""

    def __init__(self, parts: Sequence[Part], thesaurus: Thesaurus) -> None:
        self.parts, self.thesaurus = tuple(parts), thesaurus
        self._kin: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return sum(part.held for part in self.parts)

    @property
    def nbytes(self) -> int:
        return sum(part.segment.nbytes + part.gone.nbytes for part in self.parts)

    def seals(self) -> dict[int, int]:
        """What each thing is made of, by the number that says which thing it is."""
        facts = [(part.segment.facts, ~part.gone) for part in self.parts]
        return dict(pair for one, there in facts for pair in zip(one.refs[there].tolist(), one.seals[there].tolist(), strict=True))

    def changed(self, put: Sequence[Thing], drop: Iterable[int] = ()) -> "Index":
        """With these put in, in the place of what they were, and those gone; what is not named is not looked at."""
        large, *small = self.parts
        refs = np.array([*(ref(one.kind, one.ref) for one in put), *drop], np.uint64)
        places = large.segment.places(refs)
        gone = large.gone.copy()
        gone[places[places >= 0]] = True
        known = set(refs.tolist())
        kept = (row.thing for part in small for row in map(part.segment.row, range(part.segment.held)))
        since = [*(one for one in kept if ref(one.kind, one.ref) not in known), *put]
        parts = [large if not (places >= 0).any() else without(large.segment, gone)]
        return Index([*parts, whole(segment(since, self.thesaurus))] if since else parts, self.thesaurus)

    @property
    def unmerged(self) -> bool:
        """Whether so much has been put in that queries would notice."""
        large, *small = self.parts
        changed = large.segment.held - large.held + sum(part.segment.held for part in small)
        return changed > max(LEAST_MERGED, large.segment.held // SHARE_MERGED)

    def merged(self) -> "Index":
        """The same in one segment; nothing is analysed again."""
        kept = [(part.segment, np.flatnonzero(~part.gone).astype(np.int32)) for part in self.parts]
        facts = Facts(*(np.concatenate([column[rows] for column, rows in some]) for some in zip(
            *([(column, rows) for column in one.facts] for one, rows in kept), strict=True
        )))  # fmt: skip
        packed = b"".join(one.packed if len(rows) == one.held else b"".join(map(one.bytes_of, rows.tolist())) for one, rows in kept)
        return Index([whole(Segment(facts, packed, joined([_only(one, rows) for one, rows in kept])))], self.thesaurus)

    def search(self, query: str, limit: int) -> Answer:
        """The best things first, and how sure the first is."""
        asked = analyse(query, self.thesaurus)
        best = Best(asked, self.parts)
        fitting = sorted(self._fitting(best, limit), key=lambda one: (-one[0], one[2].thing.ref))[:limit]
        if not fitting:
            return Answer(asked.text, Strength.NONE, ())
        share = explained(asked, fitting[0][2].name, best.held(fitting[0][1]), best.offers)
        found = tuple(Found(row.thing, score, why(asked, row)) for score, _, row in fitting)
        return Answer(asked.text, next(s for least, s in _STRENGTHS if share >= least), found)

    def _fitting(self, best: Best, limit: int) -> Iterator[tuple[float, int, Row]]:
        """The best rows as they fit what was typed, as long as one of them may still come among the first."""
        scores: list[float] = []
        for score, at in best.first(max(DEEP, limit)):
            if len(scores) >= limit and score * MOST_FIT < min(scores[:limit]):
                return
            row = self._row(best, at)
            scores.append(score * fit(row, best.asked.core) * (1 + USED * min(row.thing.popular, 10)))
            yield scores[-1], at, row

    def sounding(self, query: str) -> str | None:
        """What the query sounds like, though it is written otherwise: a phrase that residents say, or the name of what holds most of it."""
        meant = sounding(query, self.thesaurus)
        if meant.phrase or len(meant.pairs) < FEWEST:
            return meant.phrase
        best = Best(meant.asked, self.parts)
        heard = ((sum(not pair.isdisjoint(best.held(at)) for pair in meant.pairs), at) for _, at in best.first(HEARD))
        most, at = max(heard, key=lambda one: one[0], default=(0, 0))
        return self._row(best, at).name if most and most >= SURE * len(meant.pairs) else None

    def kin(self, code: str) -> tuple[str, ...]:
        """Items with nearly the same name, the nearest first; worked out once."""
        if code not in self._kin:
            row = self._find(ref(ThingKind.ITEM, code))
            self._kin[code] = tuple(self._near(row)) if row else ()
        return self._kin[code]

    def _near(self, row: Row) -> Iterator[str]:
        field, order = kin(row.name, self.parts)
        near = (self.parts[field.part[at]].segment.row(int(field.row[at])).thing.ref for at in order)
        return (code for code in near if code != row.thing.ref)

    def _find(self, asked: int) -> Row | None:
        for part in self.parts:
            at = int(part.segment.places(np.array([asked], np.uint64))[0])
            if at >= 0 and not part.gone[at]:
                return part.segment.row(at)
        return None

    def _row(self, best: Best, at: int) -> Row:
        return self.parts[best.field.part[at]].segment.row(int(best.field.row[at]))


def indexed(things: Iterable[Thing], thesaurus: Thesaurus, before: Index | None = None) -> Index:
    """An index over just these. Of an older one with the same thesaurus only what differs is analysed."""
    if before is None or before.thesaurus is not thesaurus:
        return Index([whole(segment(things, thesaurus))], thesaurus)
    wanted, known = {ref(one.kind, one.ref): one for one in things}, before.seals()
    put = [one for number, one in wanted.items() if known.get(number) != seal(one)]
    gone = known.keys() - wanted.keys()
    return before.changed(put, gone) if put or gone else before


def index_of(things: Iterable[Thing], rows: Iterable[tuple[str, Sequence[str]]]) -> Index:
    """An index with a thesaurus of its own."""
    return indexed(things, Thesaurus(lines_of(rows)))


def _only(part: Segment, rows: Numbers) -> Documents:
    """The terms of some of its rows, over all its keys."""
    if len(rows) == part.held:
        return part.by_row
    held, ends = part.held_by(rows)
    return Documents(part.keys, np.append(0, ends), part.by_row.terms[held], part.by_row.tenths[held])

