"""Ranking: BM25 over the query's own terms, the best of what its phrases mean, and what a name says that was not asked for."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .field import USUAL as LENGTH
from .field import Doubles, Field, Part, Sought
from .query import SINGLE, Asked
from .segment import LONGEST_NAME, Row, marks
from .terms import grams, latin
from .thesaurus import FADE, Meant
from .words import BEGIN, acts_said

UNASKED, ASKED, ORDINARY = 0.93, 0.05, 1.12
MEANING, BASE, EACH, MOST_SAID, OTHERS = 1.0, 0.6, 0.25, 2.5, 0.3
THERE, BREVITY, EATEN, ALL = 0.8, 0.25, 0.1, 0.999
USUAL, TELLS, POWER = 1.04, 4.0, 2
ASKS = re.compile("办|申请|领|开通")
WISHED, UNWISHED, MORE = 1.2, 0.7, 0.92
SAME, BEGINS, INSIDE = 2.0, 1.15, 1.08
TAIL = 0.2
"""What tells less than this share of the best is not shown."""
KIN, MOST_KIN = 0.4, 12
"""How much of a name its siblings hold, and how many they are at most."""
BUDGET, MOST = 40_000, 400
"""Rows of terms that choose, and rows that are chosen."""
_BRIEF = ((np.arange(LONGEST_NAME + 1) + 10) / (LENGTH + 10)) ** -BREVITY


class Best:
    """One query over the parts of an index: `scores` of the rows of `field`, none of them gone, unless nothing of them was asked for."""

    def __init__(self, asked: Asked, parts: Sequence[Part]) -> None:
        self.asked = asked
        self.formals = {formal: grams(formal) + latin(formal) for meant in asked.meant for formal in (meant.said, *meant.formal)}
        self.sought = Sought([*asked.terms, *(term for terms in self.formals.values() for term in terms)], parts)
        said = [meant.said for meant in asked.meant if meant.weight >= 1]
        self.own = np.zeros(len(self.sought.number))
        for term, weight in asked.terms.items():
            eaten = term[0] == "b" and any(term[2:] in one for one in said)  # a phrase stands for its letters
            self.own[self.sought.number[term]] = weight * (EATEN if eaten else 1.0)
        self.field = self.sought.choose(self._wanted(), BUDGET, MOST)
        self.scores = self._scores()

    def first(self, most: int) -> list[tuple[float, int]]:
        """The best rows of the field, best first; equal ones always in the same order."""
        order = np.lexsort((self.field.refs, -self.scores))[:most]
        least = float(self.scores[order[0]]) * TAIL if len(order) else 0.0
        return [(float(self.scores[at]), int(at)) for at in order if self.scores[at] > least]

    def held(self, at: int) -> set[str]:
        """The query's own terms that a row of the field holds."""
        held = self.field.held(at)
        return {term for term in self.asked.terms if self.sought.number[term] in held}

    def offers(self, meant: Meant) -> bool:
        """Whether a row holds all of any formal word of a phrase, or of the phrase."""
        return any(self._offered[word] for word in (meant.said, *meant.formal))

    def _wanted(self) -> Doubles:
        """What chooses: the query's own terms and the formal words of its phrases, the first more than the last."""
        wanted = np.where(self.own > SINGLE, self.own, 0.0)
        for meant in self.asked.meant:
            for formal, fade in zip(meant.formal, FADE, strict=False):
                for term in self.formals[formal]:
                    number = self.sought.number[term]
                    wanted[number] = max(wanted[number], meant.weight * fade)
        return wanted

    def _scores(self) -> Doubles:
        single = self.own == SINGLE
        sums = self.field.sums(np.where(single, 0.0, self.own))
        place, holds = self._holds()
        for meant in self.asked.meant:
            sums += self._meaning(meant, place, holds)
        sums = np.where(sums > 0, sums + self.field.sums(np.where(single, self.own, 0.0)), 0.0)
        return sums * self._prior()

    def _holds(self) -> tuple[dict[str, int], Doubles]:
        """How much of each formal word stands in each row, 0 to 1, a little more in short names; squared: half of it says little."""
        place = {formal: at for at, formal in enumerate(self.formals)}
        terms = [list(dict.fromkeys(self.sought.number[term] for term in found)) for found in self.formals.values()]
        tells = [np.where(self.sought.counts[some] > 0, self.sought.rarity[some], self.sought.unseen) for some in terms]
        wholes = np.array([float(one.sum()) or 1.0 for one in tells])
        number = np.array([n for some in terms for n in some], np.int64)
        of = np.repeat(np.arange(len(terms)), [len(some) for some in terms])
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(len(self.sought.number) + 1))
        first = starts[self.field.term]
        many = starts[self.field.term.astype(np.int64) + 1] - first
        one = order[np.arange(int(many.sum())) + np.repeat(first - (np.cumsum(many) - many), many)]
        at = np.repeat(self.field.whose, many) * len(terms) + of[one]
        shares = self.sought.rarity[number[one]] / wholes[of[one]]
        held = np.bincount(at, shares, self.field.size * len(terms)).astype(np.float64)
        held = held.reshape(self.field.size, len(terms))
        self._offered = {formal: bool(most >= ALL) for formal, most in zip(self.formals, held.max(0, initial=0.0), strict=True)}
        return place, held**POWER * _BRIEF[self.field.lengths][:, None] * (wholes / (wholes + TELLS))

    def _meaning(self, meant: Meant, place: dict[str, int], holds: Doubles) -> Doubles:
        """The best of a phrase's formal words in each row, and a little of the others; a longer phrase says more.

        Formal words that nothing is called by take no place. The phrase itself is one of its words.
        """
        columns = holds[:, [place[formal] for formal in meant.formal]]
        fades, at = [], 0
        for most in columns.max(0, initial=0.0):
            fades.append(FADE[at])
            at = min(at + (most >= THERE), len(FADE) - 1)
        columns = columns * np.array(fades)
        best = np.maximum(holds[:, place[meant.said]], columns.max(1, initial=0.0))
        strength = meant.weight * MEANING * self.sought.unseen * min(MOST_SAID, BASE + EACH * len(meant.said))
        return (best + OTHERS * (columns.sum(1) - best)) * strength

    def _prior(self) -> Doubles:
        said = " ".join([self.asked.text, *(meant.formal[0] for meant in self.asked.meant)])
        named = np.bitwise_count(self.field.special & np.array(marks(said), np.uint64)).sum(1)
        unasked = np.bitwise_count(self.field.special).sum(1) - named
        first = ORDINARY if not any(marks(self.asked.text)) and ASKS.search(self.asked.text) else USUAL
        usual = UNASKED ** np.minimum(unasked, 4) * (1 + ASKED * np.minimum(named, 2)) * np.where(self.field.plain, first, 1.0)
        return usual * self._acts()

    def _acts(self) -> Doubles:
        """What a name does that was asked for counts more, something else less."""
        wished, acts = np.uint16(acts_said(self.asked.text)), self.field.acts
        if wished:
            return np.where(acts & wished, WISHED, np.where(acts > 0, UNWISHED, 1.0))
        return np.where(acts & np.uint16(BEGIN - 1), MORE, 1.0)


def fit(row: Row, core: str) -> float:
    """Being called exactly so, or beginning so, says more than sharing pairs."""
    if core == row.name or core in row.also:
        return SAME
    if len(core) > 1 and core in row.name:
        return BEGINS if row.name.startswith(core) else INSIDE
    return 1.0


def kin(name: str, parts: Sequence[Part]) -> tuple[Field, NDArray[np.int64]]:
    """Rows that hold much of a name, the nearest first."""
    sought = Sought(grams(name) + latin(name), parts)
    even = np.ones(len(sought.number))
    field = sought.choose(even, BUDGET, MOST)
    shares = field.sums(even) / (float(sought.rarity.sum()) or 1.0)
    order = np.lexsort((field.refs, -shares))
    return field, order[shares[order] >= KIN][: MOST_KIN + 1]
