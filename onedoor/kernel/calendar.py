"""工作日 Working days: weekdays, minus public holidays, plus make-up working weekends. The days are the city's data."""

from datetime import date, timedelta


class Calendar:
    """`off` are holidays on weekdays, `on` the make-up working days on weekends."""

    def __init__(self, off: frozenset[date] = frozenset(), on: frozenset[date] = frozenset()) -> None:
        self.off, self.on = off, on

    def is_working(self, day: date) -> bool:
        return day in self.on or (day.weekday() < 5 and day not in self.off)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.is_working(start + timedelta(n)) for n in range(1, (end - start).days + 1))

    def after(self, day: date, days: int) -> date:
        """The day on which `days` working days have passed since `day`."""
        if days < 0:
            raise ValueError("a promise never moves backwards")
        while days:
            day += timedelta(1)
            days -= self.is_working(day)
        return day

    def next_working(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one."""
        while not self.is_working(day):
            day += timedelta(1)
        return day
