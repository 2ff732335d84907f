"""Search answers as pages and programs want them: plain values, in the reader's language."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from onedoor.kernel.i18n import SOURCE, say

from . import service
from .models import Found, Item, Kind, Origin, Strength, Thing, ThingKind, Why
from .search import LONGEST
from .views import HOT, lines, page_number, spoken

PAGE, WITH_SIBLINGS, SIBLINGS = 10, 3, 6
KEPT = {"cache-control": "private, max-age=30"}
"""An answer for programs is the reader's own, by language and district, and good for half a minute."""


def found(locale: str, query: str, answer: service.Answer, district: str, asked: int) -> dict[str, Any]:
    """One page of an answer, and the ways on."""
    folds = service.matters(answer.hits)
    number, last = page_number(len(folds), asked, PAGE), page_number(len(folds), len(folds), PAGE)
    shown = folds[(number - 1) * PAGE : number * PAGE]
    address, there = f"/search?q={quote(query)}&n=", Origin(Kind.SEARCH, query[: LONGEST * 2], number)
    district = answer.area.code if answer.area else district
    return {
        "query": query[: LONGEST * 2], "cut": len(query) > LONGEST, "most": LONGEST, "number": answer.number, "urgent": answer.urgent,
        "hits": [_hit(locale, there, one, district, place < WITH_SIBLINGS) for place, one in enumerate(shown)],
        "called": [_other(locale, one) for one in answer.called] if number == 1 else [],
        "others": [_other(locale, one) for one in answer.others] if number == 1 else [],
        "sure": answer.strength in (Strength.SURE, Strength.FAIR), "total": len(folds), "area": answer.area, "later": "",
        "meant": {"label": answer.meant, "href": f"/search?q={quote(answer.meant)}"} if answer.meant else None,
        "hot": [] if answer.hits else lines(service.hot(district, HOT)),
        "previous": f"{address}{number - 1}" if number > 1 else None, "next": f"{address}{number + 1}" if number < last else None,
    }  # fmt: skip


def _hit(locale: str, there: Origin, fold: service.Matter, district: str, siblings: bool) -> dict[str, Any]:
    """A matter: its best item, its other acts as chips, and neighbours beside them."""
    item = fold.head.item
    near = [one for one in service.family(item) if all(one != other for _, other in fold.acts)] if siblings else []
    acts = [
        {"label": act if locale == SOURCE else spoken(locale, one.short), "href": service.link(one.code, there)} for act, one in fold.acts
    ]
    return {
        "item": item, "by": service.provider_name(item), "why": why(locale, fold.head.why), "href": service.link(item.code, there),
        "category": service.category(item.category), "here": item.in_district(service.known_district(district)), "acts": acts,
        "siblings": [{"label": spoken(locale, one.short), "href": service.link(one.code, there)} for one in near[: SIBLINGS - len(acts)]],
    }  # fmt: skip


def _other(locale: str, found: Found) -> dict[str, str]:
    kinds = {
        ThingKind.CATEGORY: say(locale, "类别"), ThingKind.CERTIFICATE: say(locale, "证照"), ThingKind.DEPARTMENT: say(locale, "部门"),
        ThingKind.NOTICE: say(locale, "公告"), ThingKind.ITEM: say(locale, "事项"), ThingKind.LIFE_EVENT: say(locale, "人生大事"),
        ThingKind.JOURNEY: say(locale, "一件事，一次办"), ThingKind.ARTICLE: say(locale, "文章"),
    }  # fmt: skip
    icons = {
        ThingKind.CATEGORY: "grid", ThingKind.CERTIFICATE: "card", ThingKind.DEPARTMENT: "house", ThingKind.NOTICE: "alert",
        ThingKind.ITEM: "file", ThingKind.LIFE_EVENT: "grid", ThingKind.JOURNEY: "star", ThingKind.ARTICLE: "info",
    }  # fmt: skip
    thing = found.thing
    return {"label": spoken(locale, thing.name), "kind": kinds[thing.kind], "href": thing.href, "icon": icons[thing.kind]}


def why(locale: str, reason: Why | None) -> str:
    """In a few words, when the name does not tell."""
    if reason is None or (locale != SOURCE and not reason.formal.isascii()):  # formal words in Chinese tell others nothing
        return ""
    if reason.how == "also":
        return say(locale, "又叫：{words}", words=reason.said)
    return say(locale, "“{said}”：{formal}", said=reason.said, formal=reason.formal)


def suggested(locale: str, query: str) -> list[dict[str, str]]:
    """Names and addresses for what is being typed."""
    there = Origin(Kind.SEARCH, query[: LONGEST * 2])

    def one(thing: Thing) -> dict[str, str]:
        address = service.link(thing.ref, there) if thing.kind is ThingKind.ITEM else thing.href
        return {"name": thing.name.zh if locale != "en" or not thing.name.en else thing.name.en, "href": address, "kind": thing.kind.value}

    return [one(thing) for thing in service.suggest(query)]


def board(locale: str, found: service.Board) -> list[dict[str, Any]]:
    """Rows of the operator's page: what was typed, how it went, and what it may mean."""
    return [
        {
            "words": row.typed.words, "times": row.typed.times, "opened": row.typed.opened,
            "choices": _choices(locale, row.opened, row.found),
        }
        for row in found.rows
    ]  # fmt: skip


def _choices(locale: str, opened: Sequence[tuple[Item, int]], found: Sequence[Item]) -> list[dict[str, Any]]:
    """What people opened in the end comes first and says so."""
    known = {item.code: {"code": item.code, "name": item.name, "note": say(locale, "{n} 次打开", n=n)} for item, n in opened}
    for item in found:
        known.setdefault(item.code, {"code": item.code, "name": item.name, "note": ""})
    return list(known.values())[:4]


def named(text: str) -> Item | None:
    """The item that somebody means by its code or its name."""
    asked = text.strip()
    exact = [item for item in service.search(asked, 10) if asked in (item.name.zh, item.name.en, item.short.zh)]
    return service.find_item(asked) or next(iter(exact), None)
