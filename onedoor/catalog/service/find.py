"""Search: items first, then everything else that is called so; siblings of what is found; and words that need help at once."""

import re
from collections.abc import Sequence

import msgspec

from onedoor.catalog.models import Found, Item, Online, Strength, Thing, ThingKind, Urgent, Why
from onedoor.catalog.search import Index, bare, indexed, normal, query_text
from onedoor.kernel.text import printable
from onedoor.notify import service as notify
from onedoor.notify.models import Notice
from onedoor.orgs.models import District

from .areas import placed
from .browse import known_district
from .memory import Hall, hall

MOST = 50
"""Items of one answer at the most."""
SIBLINGS, OTHERS, NEAR = 6, 6, 0.6
ELSEWHERE, AT_HOME = 0.97, 1.02
"""What is not offered in the reader's district, and what can be done at home: they decide between what fits nearly alike."""
_NUMBER = re.compile(r"\d{15,19}[\dXx]?|(?<!\d)1[3-9]\d{9}(?!\d)")


class Hit(msgspec.Struct, frozen=True):
    """An item that was found, and why."""

    item: Item
    score: float
    why: Why | None


class Answer(msgspec.Struct, frozen=True):
    """What is known for a text: how it was read, how sure the first item is, the items, what else is called so, and help at once."""

    read_as: str
    strength: Strength
    hits: tuple[Hit, ...] = ()
    called: tuple[Found, ...] = ()
    """Categories, departments, certificates and notices that are called by what was typed."""
    others: tuple[Found, ...] = ()
    """Others of them that have to do with it."""
    urgent: tuple[Urgent, ...] = ()
    area: District | None = None
    """The part of the city that was named: what is found is placed there; all of the answer when nothing else was typed."""
    meant: str = ""
    """您是不是找: what sounds so, when nothing that was found is sure."""
    number: bool = False
    """It holds what looks like an identity, card or phone number: not searched and not kept."""

    @property
    def place(self) -> District | None:
        """The part of the city that was named, when nothing else was."""
        return self.area if self.strength is Strength.SURE and not self.hits else None


def answer(query: str, limit: int = 20, district: str = "") -> Answer:
    """The best items for what was typed, best first, and everything else of that name."""
    known = hall()
    if _NUMBER.search(normal(query[:200])):
        return Answer("", Strength.NONE, number=True)
    limit, asked = max(1, min(limit, MOST)), placed(known, printable(query))
    if asked.area and not asked.left:
        return Answer(query_text(query), Strength.SURE, area=asked.area)
    found = known.index.search(asked.left, limit + 10)
    hits = _placed(known, found.found, asked.area.code if asked.area else known_district(district))[:limit]
    called, others = _called(found.read_as, _others(known, asked.left))
    meant = None if found.strength is Strength.SURE or called else known.index.sounding(asked.left)
    meant = meant if meant and meant != found.read_as else ""
    return Answer(found.read_as, found.strength, hits, called, others, _urgent(known, query_text(query)), asked.area, meant)


def search(query: str, limit: int = 20) -> Sequence[Item]:
    """The best items alone."""
    return [hit.item for hit in answer(query, limit).hits]


def suggest(query: str, limit: int = 8) -> Sequence[Thing]:
    """Names for what is being typed: items, then categories, certificates and departments."""
    known = hall()
    if not query_text(query) or _NUMBER.search(normal(query[:200])):
        return []
    found = [one.thing for one in known.index.search(placed(known, query).left or query, limit).found]
    others = [one.thing for one in _others(known, query) if one.thing.kind is not ThingKind.NOTICE][:2]
    return [*found[: limit - len(others)], *others]


def _placed(known: Hall, found: Sequence[Found], district: str) -> tuple[Hit, ...]:
    hits: list[Hit] = []
    for one in found:
        item = known.by_code[one.thing.ref]
        fit = (1.0 if item.in_district(district) else ELSEWHERE) * (AT_HOME if item.online is Online.ONLINE else 1.0)
        hits.append(Hit(item, one.score * fit, one.why))
    return tuple(sorted(hits, key=lambda hit: -hit.score))


class _Beside:
    """The index of everything but items, made anew when the hall or the notices are others."""

    def __init__(self) -> None:
        self.of: tuple[Hall, list[Notice]] | None = None
        self.index: Index | None = None

    def now(self, known: Hall) -> Index:
        notices = notify.notices_known()
        if self.index is None or self.of is None or self.of[0] is not known or self.of[1] is not notices:
            told = (Thing(ThingKind.NOTICE, n.code, n.title, f"/notices/{n.code}", around=(n.detail.zh, n.detail.en)) for n in notices)
            made = indexed([*known.others, *told], known.index.thesaurus, self.index)
            self.index = made.merged() if made.unmerged else made
            self.of = (known, notices)
        return self.index


_beside = _Beside()


def _others(known: Hall, query: str) -> tuple[Found, ...]:
    """What else is called so, when most of what was typed says it."""
    found = _beside.now(known).search(query, OTHERS)
    if found.strength not in (Strength.SURE, Strength.FAIR):
        return ()
    best = found.found[0].score
    order = list(ThingKind)
    return tuple(sorted((one for one in found.found if one.score >= best * NEAR), key=lambda one: order.index(one.thing.kind)))


def _called(text: str, found: Sequence[Found]) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """Those whose name, or another name of theirs, holds what was typed or stands in it; and the rest."""
    core = bare(text)

    def answers(one: Found) -> bool:
        means = one.why.formal if one.why and one.why.said == core else core
        return any(name == means or (len(core) > 1 and core in name) or (len(name) > 1 and name in text) for name in _names(one.thing))

    called = tuple(filter(answers, found))
    return called, tuple(one for one in found if one not in called)


def _names(thing: Thing) -> list[str]:
    return [name for name in map(normal, (thing.name.zh, thing.name.en, *thing.also)) if name]


def _urgent(known: Hall, text: str) -> tuple[Urgent, ...]:
    return tuple(one for one in known.urgent if any(normal(word) in text for word in one.words))


def family(item: Item, limit: int = SIBLINGS) -> Sequence[Item]:
    """Its siblings: what its department or category calls nearly so, then others of its category."""
    known = hall()
    kin = [known.by_code[code] for code in known.index.kin(item.code) if code in known.by_code]
    close = [one for one in kin if one.department == item.department or one.category == item.category]
    rest = (one for one in known.by_category.get(item.category, ()) if one.code != item.code and one not in close)
    return [*close, *rest][:limit] if len(close) < limit else close[:limit]
