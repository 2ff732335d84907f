"""不重复填报 In the open: how much of what forms ask arrives filled, by department, in the last thirty days; nobody can be found in it."""

import csv
import datetime as dt
import io
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from onedoor.insight import service as insight
from onedoor.insight.models import Period
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.ui.edge import AnyRequest, may, page

from .coverage import coverage

FEWEST = 10
"""Counts below this are not shown: somebody could be found in them."""
KEPT_SECONDS = 600
HEAD = ("department", "name", "form_fields", "known_fields", "asked", "filled", "filled_percent", "cases_asked_again")


class Office(Struct, frozen=True):
    """One department. `fields` its forms have, `known` of them somebody holds; `asked` of registers, `came`; `again`: cases in which
    something was asked that was known. None: too few to say."""

    code: str
    name: Text
    fields: int
    known: int
    asked: int | None
    came: int | None
    again: int | None

    @property
    def percent(self) -> float | None:
        return round(100 * (self.came or 0) / self.asked, 1) if self.asked else None


class Kept(Struct):
    """As read last; ten minutes old at the most, so that a crowd of readers costs one look."""

    at: dt.datetime | None = None
    found: list[Office] = []


_kept = Kept()


def counted(n: int) -> int | None:
    """A count that may be shown."""
    return n if n >= FEWEST or n == 0 else None


async def offices(work: Work, begin: Begin) -> list[Office]:
    """Every department with an open form, the lowest share first: there is something to mend. Counted as a job counts: whoever reads it may
    see nobody's row."""
    if _kept.at is None or (work.now - _kept.at).total_seconds() >= KEPT_SECONDS:
        async with begin(actor=system("web.asked_once")) as counting:
            _kept.found, _kept.at = await _offices(counting), work.now
    return _kept.found


async def _offices(work: Work) -> list[Office]:
    sums: dict[OrgId, list[int]] = {}
    for one in await coverage(work):
        row = sums.setdefault(one.org, [0, 0, 0, 0])
        sums[one.org] = [a + b for a, b in zip(row, (one.fields, one.held, one.asked, one.came), strict=True)]
    again = {line.code: line.quality.again for line in (await insight.overview(work, Period.MONTH)).city.departments}
    names, found = (await orgs.snapshot(work.db)).by_id, list[Office]()
    for org, (fields, known, asked, came) in sums.items():
        if (office := names.get(org)) is not None:
            seen, told = again.get(office.code), asked >= FEWEST
            times = seen.n if seen is not None and seen.of is not None and seen.of >= FEWEST else None
            found.append(Office(
                office.code, office.name, fields, known, asked if told or asked == 0 else None, came if told else None,
                counted(times) if times is not None else None,
            ))  # fmt: skip
    return sorted(found, key=lambda one: (one.percent is None, one.percent or 0, one.code))


def rows(locale: str, found: list[Office]) -> list[dict[str, Any]]:
    """Bars against a hundred, each with its numbers beside it."""
    few = say(locale, "少于 {n}", n=FEWEST)
    return [
        {
            "label": one.name, "href": f"/quality/departments/{one.code}?period=30d", "width": round(one.percent or 0),
            "value": f"{one.percent:g}%" if one.percent is not None else say(locale, "太少，不显示"),
            "note": "" if one.percent is None else say(
                locale, "问了 {asked} 项，取到 {came} 项；{again} 件又问了一遍", asked=f"{one.asked:,}", came=f"{one.came:,}",
                again=few if one.again is None else f"{one.again:,}",
            ),
        }
        for one in found if one.asked != 0
    ]  # fmt: skip


@get("/about/asked-once", **may(public=True), include_in_schema=False)
async def asked_once(request: AnyRequest, work: NamedDependency[Work], begin: NamedDependency[Begin]) -> Response[str]:
    """The city in three numbers, and its departments as bars."""
    found, locale = await offices(work, begin), work.locale
    asked, came = sum(one.asked or 0 for one in found), sum(one.came or 0 for one in found)
    fields, known = sum(one.fields for one in found), sum(one.known for one in found)
    front = [
        {"value": f"{round(100 * came / asked):g}%" if asked else "–", "label": say(locale, "自动填好的")},
        {"value": f"{known:,}", "label": say(locale, "部门已经知道的项")}, {"value": f"{fields:,}", "label": say(locale, "表里一共的项")},
    ]  # fmt: skip
    return page(request, "web/asked_once.html", front=front, rows=rows(locale, found))


@get("/about/asked-once.csv", **may(public=True), include_in_schema=False)
async def sheet(work: NamedDependency[Work], begin: NamedDependency[Begin]) -> Response[str]:
    """The same for machines; an empty cell is too few to say."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(HEAD)
    for one in await offices(work, begin):
        counts = (one.fields, one.known, one.asked, one.came, one.percent, one.again)
        lines.writerow([one.code, pick(work.locale, one.name), *("" if n is None else n for n in counts)])
    headers = {"content-disposition": f'attachment; filename="asked-once-{work.today}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8; header=present", headers=headers)


handlers = [asked_once, sheet]
