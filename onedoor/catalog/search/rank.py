"""Ranking: BM25 over the query's own terms, the best of what its phrases mean, and what a name says that was not asked for."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .postings import Chosen, Everyone, Floats, Postings, chosen
from .query import SINGLE, Asked
from .terms import grams, latin
from .thesaurus import FADE, Meant
from .words import PLAIN, SPECIAL

UNASKED, ASKED, ORDINARY = 0.94, 0.05, 1.12
MEANING, BASE, EACH, MOST_SAID, OTHERS = 0.9, 0.6, 0.25, 2.5, 0.4
THERE, BREVITY, EATEN = 0.8, 0.25, 0.0
FIRSTS, USUAL, TELLS, POWER = 1, 1.04, 4.0, 2
ASKS = re.compile("办|申请|领|开通")
SAME, BEGINS, INSIDE = 2.0, 1.15, 1.08
TAIL = 0.2
"""What tells less than this share of the best is not shown."""
KIN, MOST_KIN = 0.4, 12
"""How much of a name its siblings hold, and how many they are at most."""
DENSE, BUDGET, MOST = 50_000, 150_000, 800


class Ranker:
    """Scores the rows of one index. `names` are folded; `also` is what else each thing is called."""

    def __init__(self, names: Sequence[str], also: Sequence[frozenset[str]], postings: Postings) -> None:
        self.names, self.also, self.postings = names, also, postings
        self.special = np.array([_marks(name) for name in names], dtype=np.uint64).reshape(len(names), 2)
        self.special_count = np.bitwise_count(self.special).sum(1)
        size = np.minimum(np.array([len(name) for name in names], dtype=np.float32), 40)
        self.brevity: Floats = ((size + 10) / ((size.mean() if len(names) else 1) + 10)).astype(np.float32) ** np.float32(-BREVITY)
        self._formals: dict[str, tuple[tuple[int, ...], float]] = {}
        self.plain = np.array([any(word in name for word in PLAIN) for name in names], dtype=bool)

    def best(self, asked: Asked, most: int) -> list[tuple[float, int]]:
        """The best rows, best first; equal ones in the order of the catalogue."""
        said = [meant.said for meant in asked.meant if meant.weight >= 1]
        own = {
            at: asked.terms[term] * (EATEN if term[0] == "b" and any(term[2:] in one for one in said) else 1.0)
            for term, at in self.postings.find(asked.terms).items()
        }
        field = self._field(asked, own)
        sums = field.zeros()
        for at, weight in own.items():
            if weight != SINGLE:
                field.add(sums, at, weight)
        for meant in asked.meant:
            sums += self._meaning(field, meant)
        telling = sums > 0
        for at, weight in own.items():
            if weight == SINGLE:
                field.add(sums, at, weight)
        sums *= telling
        self._prior(field.rows, asked, sums)
        return self._top(field, sums, asked.core, min(most, len(sums)))

    def _top(self, field: Everyone | Chosen, sums: Floats, core: str, most: int) -> list[tuple[float, int]]:
        if not most:
            return []
        top = np.argpartition(-sums, most - 1)[:most]
        least = float(sums[top].max()) * TAIL
        found = [(float(sums[at]) * self._fit(int(field.rows[at]), core), int(field.rows[at])) for at in top if sums[at] > least]
        return sorted(found, key=lambda one: (-one[0], one[1]))

    def kin(self, row: int) -> list[int]:
        """Other rows that hold much of this one's name."""
        name = self.names[row]
        own = dict.fromkeys(self.postings.find(grams(name) + latin(name)).values(), 1.0)
        field = chosen(self.postings, own, BUDGET, MOST)
        sums = field.zeros()
        for at in own:
            field.add(sums, at, 1.0)
        whole = sum(float(self.postings.rarity[at]) for at in own) or 1.0
        near = [(float(share), int(other)) for share, other in zip(sums / whole, field.rows, strict=True) if share >= KIN and other != row]
        return [other for _, other in sorted(near, key=lambda one: (-one[0], one[1]))[:MOST_KIN]]

    def _field(self, asked: Asked, own: dict[int, float]) -> Everyone | Chosen:
        if self.postings.held <= DENSE:
            return Everyone(self.postings)
        meant = {t: m.weight for m in asked.meant for formal in m.formal[:3] for t in grams(formal) + latin(formal)}
        wanted = {at: meant[term] for term, at in self.postings.find(meant).items()} | own
        return chosen(self.postings, wanted, BUDGET, MOST)

    def _meaning(self, field: Everyone | Chosen, meant: Meant) -> Floats:
        """The best of a phrase's formal words in each row, and a little of the others; a longer phrase says more.

        Formal words that nothing is called by take no place. The phrase itself is one of its words.
        """
        best, every, place = self._formal(field, meant.said), field.zeros(), 0
        for formal in meant.formal:
            one = self._formal(field, formal)
            if float(one.max(initial=0.0)) < THERE:
                one *= np.float32(FADE[place])
            else:
                one *= np.float32(FADE[place])
                place = min(place + 1, len(FADE) - 1)
            every += one
            np.maximum(best, one, out=best)
        strength = meant.weight * MEANING * self.postings.unseen * min(MOST_SAID, BASE + EACH * len(meant.said))
        best += np.float32(OTHERS) * (every - best)
        return best * np.float32(strength)

    def _formal(self, field: Everyone | Chosen, formal: str) -> Floats:
        """How much of a formal word stands in each row, 0 to 1, a little more in short names; squared, so that half of it says little."""
        sums = field.zeros()
        places, whole = self._places(formal)
        for at in places:
            field.mark(sums, at, float(self.postings.rarity[at]) / whole)
        sums **= np.float32(POWER)
        return sums * self.brevity[field.rows] * np.float32(whole / (whole + TELLS))

    def _places(self, formal: str) -> tuple[tuple[int, ...], float]:
        """Where the terms of a formal word stand, and how much they tell together; found once."""
        if formal not in self._formals:
            wanted = dict.fromkeys(grams(formal) + latin(formal))
            places = tuple(self.postings.find(wanted).values())
            whole = sum(float(self.postings.rarity[at]) for at in places) + self.postings.unseen * (len(wanted) - len(places))
            self._formals[formal] = places, whole or 1.0
        return self._formals[formal]

    def _prior(self, rows: NDArray[np.int32], asked: Asked, sums: Floats) -> None:
        said = " ".join([asked.text, *(meant.formal[0] for meant in asked.meant if FIRSTS)])
        named = np.bitwise_count(self.special[rows] & np.array(_marks(said), dtype=np.uint64)).sum(1)
        sums *= np.power(np.float32(UNASKED), np.minimum(self.special_count[rows] - named, 4))
        sums *= 1 + np.float32(ASKED) * np.minimum(named, 2)
        first = ORDINARY if not any(_marks(asked.text)) and ASKS.search(asked.text) else USUAL
        sums[self.plain[rows]] *= np.float32(first)

    def _fit(self, row: int, core: str) -> float:
        """Being called exactly so, or beginning so, says more than sharing pairs."""
        name = self.names[row]
        if core == name or core in self.also[row]:
            return SAME
        if len(core) > 1 and core in name:
            return BEGINS if name.startswith(core) else INSIDE
        return 1.0


def _marks(text: str) -> tuple[int, int]:
    """Which special words stand in a text, one bit each."""
    marks = sum(1 << at for at, word in enumerate(SPECIAL) if word in text)
    return marks & (1 << 64) - 1, marks >> 64
