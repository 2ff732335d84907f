"""归集 One registration in a department's own system, whatever becomes of the replies. Pure: which step comes next, and when.

    waiting → looking → writing → attaching → done
                 ▲          └ no reply ─► uncertain ─ found ─► attaching
                 └──── nothing found ────────┘             └ a day over ─► for_a_person

What has been done is remembered part by part and never asked for again. After a write whose outcome nobody knows, a system that neither
finds a request by its id nor knows a repetition is not written to again by a machine.
"""
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.calendar import Calendar

from .models import CaseId

GIVES_UP = timedelta(hours=24)
SETTLES = timedelta(minutes=30)
"""How long a write may still be on its way in a system that would not know its repetition."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
OPENS = time(9)
UNREGISTERED = "unregistered"
"""The mark of a line whose case is not in the department's own system."""
ODD = "odd_stage"
"""The mark of a line whose case stands there otherwise than it should."""


class State(StrEnum):
    """How far a registration has got."""

    WAITING = "waiting"
    LOOKING = "looking"
    WRITING = "writing"
    UNCERTAIN = "uncertain"
    ATTACHING = "attaching"
    DONE = "done"
    PERSON = "for_a_person"


class Traits(Struct, frozen=True):
    """What a department's system can do: find a request by its id, and know a request that comes twice."""

    searches: bool
    idempotent: bool


class Found(Struct, frozen=True):
    """What a department's system has under a request: its number, and the contents that hang on it."""

    number: str
    documents: dict[str, str]


class Registration(Struct, frozen=True):
    """归集: how far one case has got into one system. `documents` are contents with the system's own id, `pending` the one under way."""

    citizen_id: PersonId
    case_id: CaseId
    back_office: str
    request_id: UUID
    state: State
    their_number: str
    documents: dict[str, str]
    pending: str
    attempts: int
    began_at: datetime
    wrote_at: datetime | None
    next_at: datetime
    problem: str
    rev: int
    their_stage: str
    """How the matter stands there, in that system's own word, as far as it has gone forward."""
    odd_stage: str
    """Its latest word, where that fits nothing or goes back: kept for a clerk, and nothing else follows from it."""
    asked_at: datetime | None
    told_at: datetime | None = None
    """When that has happened which it told last by itself."""

    @property
    def over(self) -> bool:
        """Whether no machine works on it any more."""
        return self.state in (State.DONE, State.PERSON)


def next_step(reg: Registration, traits: Traits, now: datetime) -> State:
    """What is done now. A state left behind by somebody who did not come back is an unknown outcome."""
    if reg.state is State.ATTACHING:
        if not reg.pending:
            return State.ATTACHING
        return State.LOOKING if traits.searches else State.ATTACHING if traits.idempotent else State.PERSON
    if reg.wrote_at is None:
        return State.WRITING
    return State.LOOKING if traits.searches else State.WRITING if traits.idempotent else State.PERSON


def may_repeat(reg: Registration, traits: Traits, now: datetime) -> bool:
    """Whether what was not found may be written again: at once where a repetition is known, else when nothing can be on its way."""
    return traits.idempotent or reg.wrote_at is None or now - reg.wrote_at >= SETTLES


def wait(attempts: int, now: datetime, calendar: Calendar, zone: ZoneInfo, day_ends: str) -> datetime:
    """When to try again: soon at first, then once an hour while offices are open."""
    if attempts <= len(WAITS):
        return now + WAITS[max(0, attempts - 1)]
    at = (now + timedelta(hours=1)).astimezone(zone)
    if calendar.is_working(at.date()) and at.time() >= OPENS and f"{at:%H:%M}" < day_ends:
        return at
    day = at.date() if at.time() < OPENS else at.date() + timedelta(1)
    return datetime.combine(calendar.next_working(day), OPENS, zone)


class Stage(StrEnum):
    """How far a matter is there, as far as its applicant cares. In this order, and never back."""

    RECEIVED = "received"
    REVIEWING = "reviewing"
    DECIDED = "decided"


class Office(Struct, frozen=True):
    """A department's own system: what each of its words means here. What was decided there is decided here by a clerk."""

    code: str
    stages: dict[str, Stage]

    def stage_of(self, word: str) -> Stage | None:
        """What a word of theirs means; None for one that nobody has explained."""
        return self.stages.get(word.strip().lower())

    def goes_on(self, before: str, word: str) -> bool:
        """Whether a word of theirs is known, and not behind the one before."""
        now, order = self.stage_of(word), list(Stage)
        last = self.stage_of(before)
        return now is not None and (last is None or order.index(now) >= order.index(last))


class Told(StrEnum):
    """What became of an event that a department's system told by itself."""

    TAKEN = "taken"
    KNOWN = "known"
    """It was told before, and changes nothing."""
    LATE = "late"
    """It happened before what is known already: kept as history."""
    ODD = "odd"
    """It goes back, or nobody has explained its word: kept, and before a clerk."""


class BackEvent(Struct, frozen=True):
    """办理进度: that a matter stands otherwise in a department's system since `occurred_at`, in that system's own word."""

    id: str
    number: str
    word: str
    occurred_at: datetime
    request_id: str = ""


class Entry(Struct, frozen=True):
    """What a department's system is given of a case."""

    number: str
    item: str
    title: str
    district: str
    submitted_at: datetime
    answers: dict[str, Any]


class Outcome(Struct, frozen=True):
    """What became of one step: where the registration stands now; `again` when it did not go well and is tried later."""

    state: State
    number: str = ""
    documents: dict[str, str] = {}
    pending: str = ""
    wrote_at: datetime | None = None
    problem: str = ""
    again: bool = False
