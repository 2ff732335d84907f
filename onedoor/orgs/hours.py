"""办公时间 Opening hours: pure functions from what a city writes down and its calendar to "open now" and "opens at".

A make-up working day is a working day whatever the weekday; a public holiday is one even on a Saturday.
"""

from datetime import date, datetime, time, timedelta

from onedoor.kernel.calendar import Calendar

from .models import DayKind, Hours, OpenDay, Opening, minutes

AHEAD = 21
"""Days looked ahead for the next opening: longer than any holiday."""


def kind_of(calendar: Calendar, day: date) -> DayKind:
    if calendar.is_working(day):
        return DayKind.WORKING
    if day in calendar.off:
        return DayKind.HOLIDAY
    return DayKind.SATURDAY if day.weekday() == 5 else DayKind.SUNDAY


def spans_on(hours: Hours, calendar: Calendar, day: date) -> tuple[str, ...]:
    return getattr(hours, kind_of(calendar, day))


def opening(hours: Hours, calendar: Calendar, now: datetime) -> Opening:
    """Open or closed at a local time, and until or from when. Spans that touch at midnight are one."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    until: datetime | None = None
    for ahead in range(AHEAD + 1):
        day = midnight + timedelta(ahead)
        for span in spans_on(hours, calendar, day.date()):
            first, last = (day + timedelta(minutes=minutes(clock)) for clock in span.split("-"))
            if until is not None and first > until:
                return Opening(True, until=until)
            if last <= now:
                continue
            if until is None and first > now:
                return Opening(False, opens_at=first)
            until = last
        if until is not None and until < day + timedelta(1):
            return Opening(True, until=until)
    return Opening(until is not None)


def week(hours: Hours, calendar: Calendar, today: date) -> list[OpenDay]:
    """Today and the six days after it."""
    days = (today + timedelta(n) for n in range(7))
    return [OpenDay(day, kind_of(calendar, day), spans_on(hours, calendar, day)) for day in days]
