"""What may be shown: the city, one service, one department, over the last month, quarter or year. Nobody can be found in it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from onedoor.cases.service import open_form
from onedoor.cases.service.rating import GRADES, REASONS, grade_name, reason_name
from onedoor.catalog import service as catalog
from onedoor.catalog.models import Standing
from onedoor.insight import store
from onedoor.insight.errors import NothingCounted
from onedoor.insight.models import (
    City,
    Detail,
    Line,
    Moment,
    Named,
    Overview,
    Part,
    Period,
    Span,
    Stretch,
    Sum,
    What,
    grouped,
    quality,
    share,
    shown,
    shown_of_whole,
    span_of,
)
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

KEPT_SECONDS = 60
MOST_PARTS = 12


class Kept(Struct):
    """The overview of each period as read last; a minute old at the most, so that a crowd of readers costs one look."""

    at: dict[Period, dt.datetime] = {}
    found: dict[Period, Overview] = {}


_kept = Kept()


async def overview(work: Work, period: Period) -> Overview:
    """The city, its departments, and each service that was asked for."""
    at, found = _kept.at.get(period), _kept.found.get(period)
    if found is not None and at is not None and (work.now - at).total_seconds() < KEPT_SECONDS and found.city.span.last == work.today:
        return found
    span = span_of(period, work.today)
    fresh = await _overview(work, span)
    _kept.at[period], _kept.found[period] = work.now, fresh
    return fresh


def forget_kept() -> None:
    """The next look asks the database."""
    _kept.at.clear()


async def _overview(work: Work, span: Span) -> Overview:
    sums = await store.whole(work.db, span.first, span.last)
    known = (await orgs.snapshot(work.db)).by_id
    names = {str(org): (found.code, found.name) for org, found in known.items()}
    departments = [Line(*names[org], quality(counts)) for org, counts in grouped(sums, "org_ref").items() if org in names]
    items = [Line(code, item_name(code), quality(counts)) for code, counts in grouped(sums, "item").items()]
    departments.sort(key=lambda line: line.code)
    city = City(span, any(one.demo for one in sums), quality(_together(sums)), departments)
    return Overview(city, sorted(items, key=lambda line: line.code))


def _together(sums: Iterable[Sum]) -> dict[tuple[What, str], int]:
    """Counts whatever their item and department."""
    counts: dict[tuple[What, str], int] = {}
    for one in sums:
        counts[one.what, one.part] = counts.get((one.what, one.part), 0) + one.n
    return counts


def item_name(code: str) -> Text:
    """As the catalogue calls it; one that is no longer offered goes by its code."""
    found = catalog.find_item(code)
    return found.name if found else Text(code, code)


async def lines_after(work: Work, period: Period, after: str, most: int) -> list[Line]:
    """The next services by code, for programs that read all of them."""
    return [line for line in (await overview(work, period)).items if line.code > after][:most]


async def item(work: Work, code: str, period: Period) -> Detail:
    """One service, taken apart by question, paper, grade and reason."""
    span = span_of(period, work.today)
    sums = await store.of_item(work.db, code, span.first, span.last)
    if not sums and catalog.find_item(code) is None:
        raise NothingCounted(item=code[:64])
    counts = _together(sums)
    past = moments(span, await store.stretches_of_item(work.db, code, span.first, span.last, period.stretch))
    names = await _names(work, code)
    offered = catalog.find_item(code)
    office = (await orgs.snapshot(work.db)).departments.get(offered.department) if offered else None
    return Detail(
        span, any(one.demo for one in sums), code, item_name(code), quality(counts), past, _stars(counts), _reasons(counts),
        _parts(counts, What.AGAIN, names), _parts(counts, What.MISSING, names), _parts(counts, What.LEFT, names), [],
        Named(office.code, office.name) if office else None,
    )  # fmt: skip


async def department(work: Work, code: str, period: Period) -> Detail:
    """One department and each of its services."""
    span = span_of(period, work.today)
    office = (await orgs.snapshot(work.db)).departments.get(code)
    if office is None:
        raise NothingCounted(department=code[:64])
    sums = await store.of_org(work.db, office.id, span.first, span.last)
    counts = _together(sums)
    past = moments(span, await store.stretches_of_org(work.db, office.id, span.first, span.last, period.stretch))
    lines = [Line(one, item_name(one), quality(parts)) for one, parts in grouped(sums, "item").items()]
    return Detail(
        span, any(one.demo for one in sums), code, office.name, quality(counts), past, _stars(counts), _reasons(counts), [], [], [],
        sorted(lines, key=lambda line: (-line.quality.submitted, line.code)), None,
    )  # fmt: skip


def moments(span: Span, found: Sequence[Stretch]) -> list[Moment]:
    """The period from its first stretch to its last."""
    counts = {(one.back, one.what): one.n for one in found}
    made: list[Moment] = []
    for back in range(-(-span.period.days // span.period.stretch) - 1, -1, -1):
        last = span.last - dt.timedelta(back * span.period.stretch)
        decided = counts.get((back, What.DECIDED), 0)
        made.append(Moment(
            max(span.first, last - dt.timedelta(span.period.stretch - 1)), last, counts.get((back, What.SUBMITTED), 0), decided,
            share(counts.get((back, What.ON_TIME), 0), decided),
        ))  # fmt: skip
    return made


def _stars(counts: Mapping[tuple[What, str], int]) -> list[Part]:
    """The five grades, best first, or none when too few have spoken."""
    grades = {grade: counts.get((What.STARS, grade), 0) for grade in GRADES}
    if not any(grades.values()):
        return []
    return [Part(grade, grade_name(grade), n) for grade, n in shown_of_whole(grades).items()]


def _reasons(counts: Mapping[tuple[What, str], int]) -> list[Part]:
    said = shown({reason: counts.get((What.REASON, reason), 0) for reason in REASONS})
    return sorted([Part(reason, reason_name(reason), n) for reason, n in said.items() if n != 0], key=lambda part: -(part.n or 0))


def _parts(counts: Mapping[tuple[What, str], int], what: What, names: Mapping[str, Text]) -> list[Part]:
    """The most frequent parts of one kind, those of fewer than five last and without a number."""
    found = {part: n for (one, part), n in counts.items() if one is what and part}
    said = shown(dict(sorted(found.items(), key=lambda pair: -pair[1])[:MOST_PARTS]))
    return [Part(code, names.get(code, Text(code, code)), n) for code, n in said.items()]


async def _names(work: Work, item: str) -> dict[str, Text]:
    """What questions, pages and papers of an item are called today."""
    form = await open_form(work, item)
    fixed = {"other": text("表单以外的材料"), "check": text("核对并提交"), "retired": text("事项已下线")}
    if form is None:
        return fixed
    pages = {page.id: page.title for page in form.pages}
    papers = {code: document.name for document in form.documents for code in (document.code, document.page)}
    return {**pages, **{name: question.label for name, question in form.questions.items()}, **papers, **fixed}


async def publish(work: Work) -> int:
    """Hand the catalogue one line for each service and department: the last quarter. How many lines are new or different."""
    seen = await _overview(work, span_of(Period.QUARTER, work.today))
    lines = [_standing("item", line) for line in seen.items] + [_standing("department", line) for line in seen.city.departments]
    return await catalog.put_standings(work, lines)


def _standing(kind: str, line: Line) -> Standing:
    figures = line.quality
    return Standing(kind, line.code, figures.decided, figures.on_time.percent, figures.satisfied.percent, figures.no_trip.percent)
