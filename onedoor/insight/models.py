"""What is counted, over which days, and what of it may be shown."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId

FEWEST = 5
"""What fewer people than this have done or said is not shown: somebody could be found in it."""


class What(StrEnum):
    """One thing that is counted."""

    SUBMITTED = "submit"
    TRIPS_KNOWN = "trips_known"
    NO_TRIP = "no_trip"
    BY_DRAFT = "by_draft"
    AGAIN = "again"
    DECIDED = "decide"
    ON_TIME = "on_time"
    IN_LAW = "in_law"
    GRANTED = "granted"
    DECLINED = "decline"
    WITHDRAWN = "withdraw"
    LAPSED = "lapse"
    ASKED = "ask"
    SUPPLEMENTED = "supplemented"
    MISSING = "missing"
    RATED = "rated"
    STARS = "stars"
    REASON = "reason"
    LEFT = "left"


class Source(StrEnum):
    """Whether it happened, or was put there so that a demo shows something."""

    CASES = "cases"
    DEMO = "demo"


class Period(StrEnum):
    """The last days that a page looks back over, and into how long stretches they are cut for a chart."""

    MONTH = "30d"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def days(self) -> int:
        return {Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 364}[self]

    @property
    def stretch(self) -> int:
        return {Period.MONTH: 6, Period.QUARTER: 7, Period.YEAR: 28}[self]


class Span(msgspec.Struct, frozen=True):
    """The days of a period, both included."""

    period: Period
    first: dt.date
    last: dt.date


def span_of(period: Period, today: dt.date) -> Span:
    """The period that ends today."""
    return Span(period, today - dt.timedelta(period.days - 1), today)


class Row(msgspec.Struct, frozen=True):
    """A line of the table of tallies."""

    day: dt.date
    item: str
    org_ref: OrgId
    what: What
    part: str
    n: int


def row_of(row: Row) -> dict[str, object]:
    """The line as the statement that adds takes it."""
    return {
        "day": row.day.isoformat(), "item": row.item, "org_ref": str(row.org_ref.uuid), "what": str(row.what), "part": row.part, "n": row.n,
    }  # fmt: skip


class Sum(msgspec.Struct, frozen=True):
    """What was counted over some days for an item in one department."""

    item: str
    org_ref: OrgId
    what: What
    part: str
    n: int
    demo: bool


class Stretch(msgspec.Struct, frozen=True):
    """What was counted in one stretch of a period, the latest stretch being 0."""

    back: int
    what: What
    n: int


class Share(msgspec.Struct, frozen=True):
    """`n` of `of`, and in percent; all null while they are fewer than five, which tells too little."""

    n: int | None
    of: int | None
    percent: float | None


WITHHELD = Share(None, None, None)


def share(n: int, of: int) -> Share:
    """A share of at least five. What began in one period may end in the next, so more than all is all."""
    return Share(min(n, of), of, round(100 * min(n, of) / of, 1)) if of >= FEWEST else WITHHELD


class Quality(msgspec.Struct, frozen=True):
    """质量 How a service or a department does. `stars` is the mean of one to five."""

    submitted: int
    decided: int
    on_time: Share
    in_law: Share
    no_trip: Share
    again: Share
    supplemented: Share
    withdrawn: Share
    declined: Share
    lapsed: Share
    left: Share
    rated: int | None
    satisfied: Share
    stars: float | None


def quality(counts: Mapping[tuple[What, str], int]) -> Quality:
    """The figures of what was counted."""

    def n(what: What, part: str = "") -> int:
        return counts.get((what, part), 0)

    submitted, decided, rated = n(What.SUBMITTED), n(What.DECIDED), n(What.RATED)
    grades = {grade: n(What.STARS, str(grade)) for grade in range(1, 6)}
    sum_of = sum(grade * times for grade, times in grades.items())
    begun = n(What.BY_DRAFT) + n(What.LEFT)
    return Quality(
        submitted, decided, share(n(What.ON_TIME), decided), share(n(What.IN_LAW), decided), share(n(What.NO_TRIP), n(What.TRIPS_KNOWN)),
        share(n(What.AGAIN), submitted), share(n(What.SUPPLEMENTED), submitted), share(n(What.WITHDRAWN), submitted),
        share(n(What.DECLINED), submitted), share(n(What.LAPSED), submitted), share(n(What.LEFT), begun),
        rated if rated >= FEWEST else None, share(grades[4] + grades[5], rated), round(sum_of / rated, 1) if rated >= FEWEST else None,
    )  # fmt: skip


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts of people by part, those of fewer than five withheld."""
    return {part: n if n >= FEWEST or n == 0 else None for part, n in counts.items()}


def shown_of_whole(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The same where the parts add up to a known whole: one more is withheld when the hidden ones could be worked out from the rest."""
    if sum(counts.values()) < FEWEST:
        return dict.fromkeys(counts)
    found = shown(counts)
    hidden = [part for part, n in found.items() if n is None]
    if hidden and (len(hidden) == 1 or sum(counts[part] for part in hidden) < FEWEST):
        rest = [part for part, n in found.items() if n]
        if rest:
            found[min(rest, key=lambda part: counts[part])] = None
    return found


class Part(msgspec.Struct, frozen=True):
    """One question, paper, grade or reason, and how often; null stands for fewer than five."""

    code: str
    name: Text
    n: int | None


class Moment(msgspec.Struct, frozen=True):
    """One stretch of a period on its way through time."""

    first: dt.date
    last: dt.date
    submitted: int
    decided: int
    on_time: Share


class Named(msgspec.Struct, frozen=True):
    """A code and what it is called."""

    code: str
    name: Text


class Line(msgspec.Struct, frozen=True):
    """A service or a department among others, with its figures."""

    code: str
    name: Text
    quality: Quality


class City(msgspec.Struct, frozen=True):
    """The city and its departments over one period. `demo`: a demo's made-up history is in it."""

    span: Span
    demo: bool
    total: Quality
    departments: list[Line]


class Overview(msgspec.Struct, frozen=True):
    """The city, its departments, and each service that was asked for."""

    city: City
    items: list[Line]


class Detail(msgspec.Struct, frozen=True):
    """One service or one department over one period, taken apart."""

    span: Span
    demo: bool
    code: str
    name: Text
    quality: Quality
    moments: list[Moment]
    stars: list[Part]
    reasons: list[Part]
    again: list[Part]
    missing: list[Part]
    left: list[Part]
    items: list[Line]
    department: Named | None


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of demo/history.jsonl: how an item has been doing, so that a demo has something to show. Shares are of a hundred."""

    item: str
    per_week: int
    on_time: int = 96
    in_law: int = 100
    granted: int = 94
    declined: int = 2
    withdrawn: int = 2
    lapsed: int = 1
    rated: int = 40
    stars: tuple[int, ...] = (1, 1, 4, 24, 70)
    reasons: dict[str, int] = {}
    again: dict[str, int] = {}
    missing: dict[str, int] = {}
    left: dict[str, int] = {}


def grouped(sums: Iterable[Sum], key: str) -> dict[str, dict[tuple[What, str], int]]:
    """Counts by item, or by department."""
    found: dict[str, dict[tuple[What, str], int]] = {}
    for one in sums:
        counts = found.setdefault(str(getattr(one, key)), {})
        counts[one.what, one.part] = counts.get((one.what, one.part), 0) + one.n
    return found
