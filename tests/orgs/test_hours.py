"""Open or not: by the clock, by the calendar with its holidays and make-up working days, and across midnight."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from onedoor.kernel import config
from onedoor.kernel.calendar import Calendar
from onedoor.orgs.hours import opening, week
from onedoor.orgs.models import DayKind, Hours
from tests.conftest import CITY

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = config.calendar_of(CITY)
OFFICE = Hours(working=("09:00-12:00", "13:30-17:00"), saturday=("09:00-12:00",))
ALWAYS = Hours(*[("00:00-24:00",)] * 4)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "until", "opens_at"),
    [
        ("2026-11-25 08:59", None, "2026-11-25 09:00"),  # a Wednesday
        ("2026-11-25 09:00", "2026-11-25 12:00", None),
        ("2026-11-25 11:59", "2026-11-25 12:00", None),
        ("2026-11-25 12:00", None, "2026-11-25 13:30"),
        ("2026-11-25 17:00", None, "2026-11-26 09:00"),
        ("2026-11-28 10:00", "2026-11-28 12:00", None),  # a Saturday
        ("2026-11-28 12:30", None, "2026-11-30 09:00"),
        ("2026-10-01 10:00", None, "2026-10-08 09:00"),  # a Thursday, but a holiday for a week
        ("2026-10-03 10:00", None, "2026-10-08 09:00"),  # a Saturday inside the holiday is one too
        ("2026-10-10 14:00", "2026-10-10 17:00", None),  # a Saturday that is worked in place of a holiday: the hours of a working day
        ("2026-01-04 09:30", "2026-01-04 12:00", None),  # a Sunday that is worked
    ],
)
def test_open_until_or_opens_at(now: str, until: str | None, opens_at: str | None) -> None:
    found = opening(OFFICE, CALENDAR, at(now))
    assert found.open is (until is not None)
    assert (found.until, found.opens_at) == (until and at(until), opens_at and at(opens_at))


def test_never_closed_never_open_and_across_midnight() -> None:
    assert opening(ALWAYS, CALENDAR, at("2026-10-01 03:00")).until is None
    assert opening(ALWAYS, CALENDAR, at("2026-10-01 03:00")).open
    closed = opening(Hours(), CALENDAR, at("2026-11-25 10:00"))
    assert (closed.open, closed.opens_at) == (False, None)
    night = Hours(working=("00:00-02:00", "20:00-24:00"))
    assert opening(night, CALENDAR, at("2026-11-25 23:00")).until == at("2026-11-26 02:00"), "spans that touch at midnight are one"
    assert opening(night, CALENDAR, at("2026-11-27 23:00")).until == at("2026-11-28 00:00"), "Saturday is free"


def test_the_week_names_holidays_and_make_up_days() -> None:
    days = {one.on: one for one in week(OFFICE, CALENDAR, date(2026, 10, 6))}
    assert len(days) == 7
    assert (days[date(2026, 10, 7)].kind, days[date(2026, 10, 7)].spans) == (DayKind.HOLIDAY, ())
    assert (days[date(2026, 10, 10)].kind, days[date(2026, 10, 10)].spans) == (DayKind.WORKING, OFFICE.working)
    assert week(OFFICE, Calendar(), date(2026, 11, 28))[0].kind is DayKind.SATURDAY
