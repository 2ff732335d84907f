"""What a query asks for: its own terms with their weights, and what its phrases mean."""

import re
from itertools import islice, pairwise, product

import msgspec

from . import sounds, terms
from .fold import HAN, bare, query_text
from .thesaurus import Meant, Thesaurus

FULL, SINGLE, SOUND = 1.0, 0.25, 0.3
LONGEST_INITIALS = 12
HEARD = 3
"""Syllables of a phrase that may be written otherwise: shorter ones sound alike too often."""
LONGEST_HEARD, MOST_WAYS = 6, 32
"""Syllables of which every way to hear them is tried, and how many ways."""


SKIPPED = re.compile("[个了一着把的给 ]|(?<![国专商农])家(?![里长庭属具人])|过(?![期户世敏路])")
"""What stands between the words of a spoken phrase without changing them: 办个证, 丢了本."""


class Asked(msgspec.Struct, frozen=True):
    """A query, analysed. `core` is the matter without the asking."""

    text: str
    core: str
    terms: dict[str, float]
    meant: list[Meant]
    spelt: str
    """han, english, pinyin, initials or mixed."""


def analyse(typed: str, thesaurus: Thesaurus) -> Asked:
    text = query_text(typed)
    if HAN.search(text):
        return _chinese(text, thesaurus)
    if not re.search("[a-z0-9]", text):
        return Asked(text, text, {f"u:{c}": FULL for c in text if not c.isspace()}, [], "none")
    meant = thesaurus.english(text)
    own = dict.fromkeys(terms.latin(text), FULL)
    meant += thesaurus.nearly_english(text, meant)
    if meant:
        return Asked(text, text, own, meant, "english")
    return _latin(text, own, thesaurus)


def _chinese(text: str, thesaurus: Thesaurus) -> Asked:
    core = bare(text)
    found: dict[str, float] = {}
    for term in terms.grams(core) + terms.latin(core):
        found[term] = FULL
    if not found:
        found = dict.fromkeys(terms.singles(core), FULL)
    for term in terms.singles(core):
        found.setdefault(term, SINGLE)
    for term in terms.heard(core):
        found[term] = SOUND
    meant, left = thesaurus.read(text)
    meant += thesaurus.english(left)
    meant += [one for one in thesaurus.heard(sounds.syllables(core), HEARD) if not any(one.said in m.said for m in meant)]
    meant += thesaurus.nearly(SKIPPED.sub("", core), meant)
    return Asked(text, core, found, meant, "han")


def _latin(text: str, own: dict[str, float], thesaurus: Thesaurus) -> Asked:
    heard = sounds.split(text)
    if heard and len(heard) > 1:
        own |= {f"p:{a}_{b}": FULL for a, b in pairwise(heard)}
        return Asked(text, text, own, thesaurus.heard(heard), "pinyin")
    letters = re.sub("[^a-z]", "", text)
    if 2 <= len(letters) <= LONGEST_INITIALS:
        own |= dict.fromkeys(terms.starts(letters), FULL)
        return Asked(text, text, own, thesaurus.started(letters), "initials")
    return Asked(text, text, own, [], "latin")


class Sounding(msgspec.Struct, frozen=True):
    """What is typed as it may have been meant by its sound: each pair of syllables, with all that it is taken for; and a phrase that sounds
    as the whole of it does."""

    pairs: list[set[str]]
    phrase: str | None

    @property
    def asked(self) -> Asked:
        every = dict.fromkeys((term for pair in self.pairs for term in sorted(pair)), FULL)
        return Asked("", "", every, [], "pinyin")


def sounding(typed: str, thesaurus: Thesaurus) -> Sounding:
    text = query_text(typed)
    heard = [sounds.alike(one) for one in (sounds.syllables(bare(text)) if HAN.search(text) else sounds.split(text) or ())]
    pairs = [{f"p:{a}_{b}" for a in x for b in y} for x, y in pairwise(heard)]
    ways = islice(product(*heard), MOST_WAYS) if HEARD <= len(heard) <= LONGEST_HEARD else ()
    phrases = (meant.said for way in ways for meant in thesaurus.heard(way, len(heard)))
    return Sounding(pairs, next(phrases, None))
