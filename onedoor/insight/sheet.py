"""Figures for machines as CSV (RFC 4180): one figure a line, UTF-8, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from onedoor.kernel.i18n import pick
from onedoor.kernel.text import cell

from .models import Detail, Line, Overview, Part, Quality, Share, Span

HEAD = ("from", "to", "scope", "code", "name", "figure", "part", "part_name", "count", "of", "percent")
SHARES = ("on_time", "in_law", "no_trip", "again", "supplemented", "withdrawn", "declined", "lapsed", "left", "satisfied")
Cells = Sequence[object]


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula; numbers are ours and stay numbers."""
    return cell(value) if isinstance(value, str) else "" if value is None else str(value)


def written(rows: Iterable[Cells]) -> str:
    """The whole sheet with its head, lines ending as RFC 4180 says."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(HEAD)
    sheet.writerows([safe(one) for one in row] for row in rows)
    return out.getvalue()


def overview(locale: str, seen: Overview) -> str:
    city = seen.city
    rows = list(_figures(city.span, ("city", "", ""), city.total))
    rows += [row for line in city.departments for row in _line(locale, city.span, "department", line)]
    return written(rows + [row for line in seen.items for row in _line(locale, city.span, "item", line)])


def detail(locale: str, seen: Detail, scope: str) -> str:
    who = (scope, seen.code, pick(locale, seen.name))
    rows = list(_figures(seen.span, who, seen.quality))
    for figure in ("stars", "reasons", "again", "missing", "left"):
        rows += _parts(locale, seen.span, who, figure, getattr(seen, figure))
    for one in seen.moments:
        span = Span(seen.span.period, one.first, one.last)
        rows += [(*_head(span, who), "submitted_then", "", "", one.submitted, None, None)]
        rows += [_share(span, who, "on_time_then", one.on_time)]
    return written(rows + [row for line in seen.items for row in _line(locale, seen.span, "item", line)])


def _line(locale: str, span: Span, scope: str, line: Line) -> Iterator[Cells]:
    yield from _figures(span, (scope, line.code, pick(locale, line.name)), line.quality)


def _head(span: Span, who: tuple[str, str, str]) -> tuple[str, ...]:
    return (span.first.isoformat(), span.last.isoformat(), *who)


def _figures(span: Span, who: tuple[str, str, str], figures: Quality) -> Iterator[Cells]:
    for name in ("submitted", "decided", "rated"):
        yield (*_head(span, who), name, "", "", getattr(figures, name), None, None)
    yield (*_head(span, who), "stars_mean", "", "", figures.stars, None, None)
    for name in SHARES:
        yield _share(span, who, name, getattr(figures, name))


def _share(span: Span, who: tuple[str, str, str], name: str, part: Share) -> Cells:
    return (*_head(span, who), name, "", "", part.n, part.of, part.percent)


def _parts(locale: str, span: Span, who: tuple[str, str, str], figure: str, parts: Sequence[Part]) -> Iterator[Cells]:
    for part in parts:
        yield (*_head(span, who), figure, part.code, pick(locale, part.name), part.n, None, None)
