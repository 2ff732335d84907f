"""复算 A case counted anew from its steps alone: where it stands, and each of its days. Pure: what the database says is compared with it.

Each move does to the days what the room's verbs do, by the city's calendar as it is known today. A calendar that was published after a day
was promised changes it; then the case gets a step of its own (`recount`), and what was told before that is history.
"""
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from onedoor.kernel.calendar import Calendar

from .models import Case, Move, ProcessVersion, Status, Step, allows
from .owing import OWED


class Days(Struct, frozen=True):
    """Where a case stands after a step."""

    status: Status
    received_on: date
    accepted_on: date | None
    due_on: date
    legal_due_on: date
    paused_on: date | None = None
    pause_kind: str = ""
    until: date | None = None
    """The last day of a special procedure."""
    answer_by: date | None = None


class Counted(Struct, frozen=True):
    """One step and what follows from it. `moves`: the step may come after the one before it; `dated`: it wrote the same promised day."""

    step: Step
    days: Days
    moves: bool
    dated: bool

    @property
    def good(self) -> bool:
        return self.moves and self.dated


class Difference(Struct, frozen=True):
    """What the case says, and what its steps say."""

    name: str
    stored: Any
    counted: Any

    @property
    def same(self) -> bool:
        return bool(self.stored == self.counted)


class Recount(Struct, frozen=True):
    """A whole case."""

    steps: list[Counted]
    rows: list[Difference]

    @property
    def days(self) -> Days:
        return self.steps[-1].days

    @property
    def faults(self) -> int:
        """How much does not fit."""
        return sum(not one.good for one in self.steps) + sum(not row.same for row in self.rows)


class Clock(Struct, frozen=True):
    """By what a case is counted: the version of the process it was handed in under, and the city's working days."""

    process: ProcessVersion
    calendar: Calendar

    def day(self, at: datetime) -> date:
        """The day of a moment where the city is."""
        return at.astimezone(ZoneInfo(self.process.zone)).date()

    def received(self, at: datetime) -> date:
        """The working day that something handed in at this moment counts for."""
        late = f"{at.astimezone(ZoneInfo(self.process.zone)):%H:%M}" >= self.process.day_ends
        return self.calendar.after(self.day(at), 1) if late else self.calendar.next_working(self.day(at))

    def first(self, step: Step) -> Days:
        on, after, process = self.received(step.at), self.calendar.after, self.process
        return Days(
            step.to_status, on, None, after(on, process.accept_days + process.promised_days),
            after(on, process.accept_days + process.statutory_days),
        )  # fmt: skip

    def next(self, days: Days, step: Step) -> Days:
        """One step further."""
        on, after = self.day(step.at), self.calendar.after
        match step.kind:
            case Move.ACCEPT | Move.DEEM:
                since = on if step.kind is Move.ACCEPT else days.received_on
                due, legal = after(since, self.process.promised_days), after(since, self.process.statutory_days)
                return replace(days, status=Status.ACCEPTED, accepted_on=since, due_on=due, legal_due_on=legal)
            case Move.ASK:
                by = after(on, self.process.supplement_days)
                return replace(days, status=Status.SUPPLEMENTING, paused_on=days.paused_on or on, answer_by=by)
            case Move.ANSWER:
                return self._answered(days, on)
            case Move.PAUSE:
                until, kind = step.detail.get("until"), str(step.detail.get("kind", ""))
                last = date.fromisoformat(until) if until else None
                return replace(days, status=Status.PAUSED, paused_on=on, pause_kind=kind, until=last)
            case Move.RESUME:
                return self._resumed(days, min(on, days.until or on))
            case Move.GIVE if days.pause_kind == OWED and step.to_status is Status.ACCEPTED:
                return self._resumed(days, on)
            case Move.EXTEND:
                more = int(step.detail.get("days", 0))
                return replace(days, due_on=after(days.due_on, more), legal_due_on=after(days.legal_due_on, more))
            case Move.WITHDRAW | Move.LAPSE | Move.DECLINE | Move.DECIDE:
                return replace(days, status=step.to_status, paused_on=None, pause_kind="", until=None, answer_by=None)
            case _:
                return days

    def _stood(self, days: Days, on: date) -> int:
        return self.calendar.working_days_between(days.paused_on or on, on)

    def _answered(self, days: Days, on: date) -> Days:
        stood, after = self._stood(days, on), self.calendar.after
        return replace(
            days, status=Status.ACCEPTED if days.accepted_on else Status.SUBMITTED, paused_on=None, answer_by=None,
            received_on=days.received_on if days.accepted_on else after(days.received_on, stood), due_on=after(days.due_on, stood),
            legal_due_on=after(days.legal_due_on, stood),
        )  # fmt: skip

    def _resumed(self, days: Days, on: date) -> Days:
        stood, after = self._stood(days, on), self.calendar.after
        return replace(
            days, status=Status.ACCEPTED, paused_on=None, pause_kind="", until=None, due_on=after(days.due_on, stood),
            legal_due_on=after(days.legal_due_on, stood),
        )  # fmt: skip


def recount(case: Case, steps: Sequence[Step], clock: Clock) -> Recount:
    """The case against its steps, which are all there are and in order."""
    found, before = list[Counted](), Days(Status.SUBMITTED, date.min, None, date.min, date.min)
    since = max((n for n, step in enumerate(steps) if step.kind is Move.RECOUNT), default=0)
    for n, step in enumerate(steps):
        days = clock.next(before, step) if n else clock.first(step)
        begins = (step.kind is Move.SUBMIT and step.from_status is None) if not n else step.from_status is before.status
        moves = begins and step.to_status is days.status and (not n or allows(before.status, step.kind))
        found.append(Counted(step, days, moves, n < since or step.due_after == days.due_on))
        before = days
    names = ("status", "received_on", "accepted_on", "due_on", "legal_due_on", "paused_on", "pause_kind", "answer_by")
    rows = [Difference(name, getattr(case, name), getattr(before, name)) for name in names]
    return Recount(found, [*rows, Difference("rev", case.rev, len(steps))])
