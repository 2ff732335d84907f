"""Reading the catalogue: by code, category, department, and by search. From memory, without a statement."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from urllib.parse import urlsplit

from onedoor.catalog.articles import Article
from onedoor.catalog.errors import NoSuchArticle, NoSuchCategory, NoSuchItem, NoSuchLifeEvent, NoSuchProvider
from onedoor.catalog.models import Audience, Category, Item, LifeEvent, Provider, Source, Thing, ThingKind
from onedoor.kernel.i18n import Text
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, Office

from .memory import Hall, edition, hall, scores

MOST = 50
"""Items of one answer at the most."""


def item(code: str) -> Item:
    """The item of this public code."""
    found = hall().by_code.get(code)
    if found is None:
        raise NoSuchItem(item=code[:64])
    return found


def outside(item: Item, allowed: Sequence[str]) -> str:
    """The host of the site where it is done; empty when it is done here, or when the city does not know that host."""
    host = urlsplit(item.site).hostname or ""
    return host if item.site.startswith("https://") and host in allowed else ""


def find_item(code: str) -> Item | None:
    """The item, or None when it is not (or no longer) offered."""
    return hall().by_code.get(code)


def categories() -> Sequence[Category]:
    """The city's own categories that hold at least one item, in the city's order."""
    known = hall()
    return [c for c in known.categories if c.source is Source.CITY and known.by_category.get(c.code)]


def own_categories() -> Sequence[Category]:
    """All of the city's own, those that hold nothing yet too."""
    return [c for c in hall().categories if c.source is Source.CITY]


def listed_categories() -> Sequence[Category]:
    """Categories that only imported lists name."""
    known = hall()
    return [c for c in known.categories if c.source is Source.IMPORT and known.by_category.get(c.code)]


def category(code: str) -> Category:
    for found in hall().categories:
        if found.code == code:
            return found
    raise NoSuchCategory(category=code[:64])


def in_category(code: str, district: str = "") -> Sequence[Item]:
    """Items of a category that are offered in the district, the most used first."""
    return _by_use(item for item in hall().by_category.get(code, ()) if item.in_district(district))


def life_events() -> Sequence[LifeEvent]:
    """Events of a life that at least one item belongs to, in the city's order."""
    known = hall()
    return [e for e in known.events if known.by_event.get(e.name.zh)]


def life_event(code: str) -> LifeEvent:
    for found in hall().events:
        if found.code == code:
            return found
    raise NoSuchLifeEvent(event=code[:64])


def of_life_event(event: LifeEvent, district: str = "") -> Sequence[Item]:
    return _by_use(item for item in hall().by_event.get(event.name.zh, ()) if item.in_district(district))


def journeys(words: Text | None = None) -> Sequence[Thing]:
    """一件事: several services at one go. With the name of a life event or an item, those it is part of."""
    return [t for t in hall().others if t.kind is ThingKind.JOURNEY and (words is None or words.zh in t.around)]


def of_audience(audience: Audience, district: str = "") -> Sequence[Item]:
    """What people, or what businesses, may apply for; the city's own items."""
    fit = (audience, Audience.BOTH)
    return _by_use(i for i in hall().items if i.audience in fit and i.source is Source.CITY and i.in_district(district))


def providers() -> Sequence[Provider]:
    """Departments that offer something, and the city's own that do not yet."""
    return hall().providers


def provider(code: str) -> Provider:
    for found in hall().providers:
        if found.code == code:
            return found
    raise NoSuchProvider(department=code[:64])


def of_provider(code: str, district: str = "") -> Sequence[Item]:
    return _by_use(item for item in hall().by_department.get(code, ()) if item.in_district(district))


def office(code: str) -> Department | None:
    """Where a department of the city is found; None for one that only a list names."""
    return hall().departments.get(code)


def articles() -> Sequence[Article]:
    """What the departments explain, the latest first."""
    return hall().articles


def article(code: str) -> Article:
    for found in hall().articles:
        if found.code == code:
            return found
    raise NoSuchArticle(article=code[:64])


def articles_on(item: str) -> Sequence[Article]:
    """Those that are about an item."""
    return [one for one in hall().articles if item in one.items]


def articles_by(department: str) -> Sequence[Article]:
    return [one for one in hall().articles if one.department == department]


def place(code: str) -> Office:
    """One of the city's offices."""
    return orgs.office(code)


def has_offices() -> bool:
    return bool(orgs.offices())


def offices_of(item: Item) -> Sequence[Office]:
    """Where one can go for it: offices that do it, in the districts where it is offered."""
    return [o for o in orgs.offices() if o.does(item.department, item.code) and item.in_district(o.district)]


def done_at(office: Office) -> tuple[Sequence[Provider], Sequence[Item]]:
    """What an office does: everything of these departments, and these items beside."""
    known = hall()
    whole = [p for p in known.providers if p.code in office.departments and p.items]
    single = (known.by_code[code] for code in office.items if code in known.by_code)
    return whole, _by_use(item for item in single if item.department not in office.departments)


def provider_name(item: Item) -> Text:
    """Who does it, in short."""
    found = hall().departments.get(item.department)
    return found.short if found else item.department_name or Text(item.department)


def place_names(codes: Iterable[str]) -> Sequence[Text]:
    """Names of districts, unknown ones left out."""
    known = hall().districts
    return [known[code].name for code in codes if code in known]


def items_after(after: str, limit: int, category: str = "", department: str = "", event: str = "") -> Sequence[Item]:
    """The next `limit` items by code, for programs that read everything."""
    found = sorted(
        (
            item
            for item in hall().items
            if item.code > after and category in ("", item.category) and department in ("", item.department)
            and (not event or event in item.life_events)
        ),
        key=lambda item: item.code,
    )
    return found[: max(1, limit)]


def known_district(code: str) -> str:
    """The district, or nothing when the city has none of this code."""
    return code if code in hall().districts else ""


def hot(district: str, n: int) -> Sequence[Item]:
    """What everybody uses: the most used items of late that are offered in the district; the city's own estimate breaks ties."""
    return _hottest(known_district(district))[:n]


def _hottest(district: str) -> Sequence[Item]:
    """Worked out once for each edition of the catalogue and its use."""
    now = edition()
    if _hot.of is None or any(one is not other for one, other in zip(_hot.of, now, strict=True)):
        _hot.of, _hot.by_district = now, {}
    if district not in _hot.by_district:
        offered = (item for item in now[0].items if item.in_district(district))
        _hot.by_district[district] = nsmallest(MOST, offered, key=lambda i: (-now[1].get(i.code, 0.0), i.source.value, -i.popular))
    return _hot.by_district[district]


class _Hot:
    """The hot lists of one edition."""

    def __init__(self) -> None:
        self.of: tuple[Hall, dict[str, float]] | None = None
        self.by_district: dict[str, Sequence[Item]] = {}


_hot = _Hot()


def siblings(item: Item, n: int) -> Sequence[Item]:
    """Others of the same category, those of its own path first."""
    known = scores()
    others = (other for other in hall().by_category.get(item.category, ()) if other.code != item.code)
    return nsmallest(n, others, key=lambda i: (i.path != item.path, -known.get(i.code, 0.0), -i.popular))


def _by_use(items: Iterable[Item]) -> list[Item]:
    known = scores()
    return sorted(items, key=lambda i: (i.source.value, -known.get(i.code, 0.0), -i.popular))
