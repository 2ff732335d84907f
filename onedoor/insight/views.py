"""Figures as a page wants them: plain words and numbers in the reader's language."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from onedoor.cases.service.loads import COUNTED
from onedoor.kernel.i18n import day, pick, say

from .models import FEWEST, Detail, Line, Moment, Overview, Part, Period, Quality, Share, Span
from .service.loads import Shared

PAGE = 30
SORTS = ("decided", "on-time", "satisfied", "no-trip")


def periods(locale: str, chosen: Period, address: str, more: str = "") -> list[dict[str, Any]]:
    """The three periods as the parts of one list."""
    names = {Period.MONTH: say(locale, "近 30 天"), Period.QUARTER: say(locale, "近三个月"), Period.YEAR: say(locale, "近一年")}
    return [{"label": name, "href": f"{address}?period={one}{more}", "current": one is chosen} for one, name in names.items()]


def percent(locale: str, part: Share) -> str:
    """"98.6%", or that there are too few to say."""
    return say(locale, "不足 {n} 件", n=FEWEST) if part.percent is None else f"{part.percent:g}%"


def counted(locale: str, n: int | None) -> str:
    """A count of people, or that there are fewer than five."""
    return say(locale, "少于 {n}", n=FEWEST) if n is None else f"{n:,}"


def dates(locale: str, span: Span) -> str:
    return say(locale, "{first} 至 {last}", first=day(locale, span.first, year=True), last=day(locale, span.last, year=True))


def front(locale: str, figures: Quality) -> list[dict[str, str]]:
    """The four numbers that matter most."""
    return [
        {"value": percent(locale, figures.on_time), "label": say(locale, "按承诺时限办结")},
        {"value": percent(locale, figures.no_trip), "label": say(locale, "一次都不用跑")},
        {"value": percent(locale, figures.satisfied), "label": say(locale, "评价满意")},
        {"value": f"{figures.decided:,}", "label": say(locale, "办结件数")},
    ]


def rows(locale: str, figures: Quality) -> list[dict[str, str]]:
    """Every share with what it is made of, in words."""
    named = [
        (say(locale, "按承诺时限办结"), figures.on_time), (say(locale, "在法定时限内办结"), figures.in_law),
        (say(locale, "一次都不用跑"), figures.no_trip), (say(locale, "问了部门已经知道的事"), figures.again),
        (say(locale, "要求补过材料"), figures.supplemented), (say(locale, "不予受理"), figures.declined),
        (say(locale, "申请人撤回"), figures.withdrawn), (say(locale, "逾期没补材料而终止"), figures.lapsed),
        (say(locale, "开始填了没有提交"), figures.left),
    ]  # fmt: skip
    facts = [{"label": say(locale, "收到申请"), "value": f"{figures.submitted:,}"}]
    for label, part in named:
        note = say(locale, "{of} 件里有 {n} 件", of=f"{part.of:,}", n=f"{part.n:,}") if part.of is not None else ""
        facts.append({"label": label, "value": percent(locale, part), "note": note})
    return facts


def bars(locale: str, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as bars against the largest of them; what is withheld has no bar."""
    most = max((part.n or 0 for part in parts), default=0) or 1
    return [{"label": part.name, "value": counted(locale, part.n), "width": round(100 * (part.n or 0) / most)} for part in parts]


def trend(locale: str, moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Stretches of time as bars of a hundred."""
    return [
        {
            "label": say(locale, "{first} 至 {last}", first=day(locale, one.first), last=day(locale, one.last)),
            "width": round(one.on_time.percent or 0), "value": percent(locale, one.on_time),
            "note": say(locale, "收到 {received} 件，办结 {decided} 件", received=f"{one.submitted:,}", decided=f"{one.decided:,}"),
        }
        for one in moments
    ]  # fmt: skip


def lines(locale: str, found: Sequence[Line], address: str, period: Period) -> list[dict[str, Any]]:
    """Services or departments, each with its bar, its figures and the way to more."""
    return [
        {
            "label": one.name, "href": f"{address}/{one.code}?period={period}", "width": round(one.quality.on_time.percent or 0),
            "value": percent(locale, one.quality.on_time), "decided": f"{one.quality.decided:,}",
            "no_trip": percent(locale, one.quality.no_trip), "satisfied": percent(locale, one.quality.satisfied),
        }
        for one in found
    ]  # fmt: skip


def ordered(found: Sequence[Line], by: str) -> list[Line]:
    """The most decided first; by a share, the lowest first, because that is where there is something to mend."""

    def low(part: Share) -> float:
        return 1000.0 if part.percent is None else part.percent

    keys: dict[str, Any] = {
        "on-time": lambda line: (low(line.quality.on_time), line.code), "satisfied": lambda line: (low(line.quality.satisfied), line.code),
        "no-trip": lambda line: (low(line.quality.no_trip), line.code),
    }  # fmt: skip
    return sorted(found, key=keys.get(by, lambda line: (-line.quality.decided, line.code)))


def sorts(locale: str, period: Period, chosen: str) -> list[dict[str, Any]]:
    names = (say(locale, "办得最多"), say(locale, "按时率从低到高"), say(locale, "满意率从低到高"), say(locale, "零跑动从低到高"))
    return [
        {"label": name, "href": f"/quality?period={period}&sort={one}#items", "current": one == chosen}
        for one, name in zip(SORTS, names, strict=True)
    ]


def overview(locale: str, seen: Overview, sort: str, number: int) -> dict[str, Any]:
    """All that the first page shows."""
    city, found = seen.city, ordered(seen.items, sort)
    period = city.span.period
    last = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), last)
    here = f"/quality?period={period}&sort={sort}"
    return {
        "seen": city, "dates": dates(locale, city.span), "periods": periods(locale, period, "/quality", f"&sort={sort}"),
        "front": front(locale, city.total), "rows": rows(locale, city.total), "sorts": sorts(locale, period, sort),
        "departments": lines(locale, ordered([d for d in city.departments if d.quality.submitted], ""), "/quality/departments", period),
        "items": lines(locale, found[(number - 1) * PAGE : number * PAGE], "/quality/items", period),
        "previous": f"{here}&n={number - 1}#items" if number > 1 else None,
        "next": f"{here}&n={number + 1}#items" if number < last else None,
        "sheet": f"/quality.csv?period={period}", "api": f"/api/quality?period={period}",
    }  # fmt: skip


def load(locale: str, seen: Shared) -> dict[str, Any]:
    """Each desk with what it has, what nobody has, and how the month went."""
    counts = seen.now.counts
    parts = [
        ("unclaimed", counts.unclaimed, say(locale, "没有人领")), ("soon", counts.soon, say(locale, "将到期")),
        ("overdue", counts.overdue, say(locale, "已逾期")), ("supplementing", counts.supplementing, say(locale, "等补材料")),
    ]  # fmt: skip
    most = max((max(one.submitted, one.decided) for one in seen.moments), default=0) or 1
    return {
        "demo": seen.demo, "front": [{"value": capped(n), "label": label, "href": f"/desk/inbox?tab={tab}"} for tab, n, label in parts],
        "head": [say(locale, "谁"), say(locale, "手上在办"), say(locale, "将到期"), say(locale, "已逾期"), say(locale, "等补材料")],
        "desks": [
            [
                {"html": Markup('<span lang="zh-CN">{}</span>').format(desk.name)},
                *(capped(n) for n in (desk.load.open, desk.load.soon, desk.load.overdue, desk.load.supplementing)),
            ]
            for desk in seen.now.desks
        ],
        "flow": [
            {
                "label": say(locale, "{first} 至 {last}", first=day(locale, one.first), last=day(locale, one.last)),
                "width": round(100 * one.decided / most), "value": f"{one.decided:,}",
                "note": say(locale, "收到 {received} 件，办结 {decided} 件", received=f"{one.submitted:,}", decided=f"{one.decided:,}"),
            }
            for one in seen.moments
        ],
        "item_head": [say(locale, "事项"), say(locale, "收到"), say(locale, "办结")],
        "items": [[pick(locale, one.name), f"{one.received:,}", f"{one.decided:,}"] for one in seen.items[:PAGE]],
        "wide": True,
    }  # fmt: skip


def capped(n: int) -> str:
    """A number that was counted no further than a limit."""
    return f"{COUNTED - 1:,}+" if n >= COUNTED else f"{n:,}"


def detail(locale: str, seen: Detail, kind: str) -> dict[str, Any]:
    """All that the page of one service or one department shows."""
    address, period = f"/quality/{kind}/{seen.code}", seen.span.period
    return {
        "seen": seen, "name": pick(locale, seen.name), "dates": dates(locale, seen.span), "periods": periods(locale, period, address),
        "front": front(locale, seen.quality), "rows": rows(locale, seen.quality), "trend": trend(locale, seen.moments),
        "stars": bars(locale, seen.stars), "reasons": bars(locale, seen.reasons), "again": bars(locale, seen.again),
        "missing": bars(locale, seen.missing), "left": bars(locale, seen.left),
        "rated": seen.quality.rated, "mean": f"{seen.quality.stars:g}" if seen.quality.stars is not None else "",
        "items": lines(locale, seen.items, "/quality/items", period), "kind": kind,
        "sheet": f"{address}.csv?period={period}", "api": f"/api{address}?period={period}",
    }  # fmt: skip
