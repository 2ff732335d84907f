"""报送 One thing of a case that goes to another department's system. Pure: how long to wait, and when a person is needed."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import CaseId

GIVES_UP = timedelta(days=3)
ANSWERS = timedelta(days=3)
LONGEST = timedelta(hours=1)


class HandState(StrEnum):
    """How far it has got: `sent` where their number comes later."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    PERSON = "for_a_person"


class Handing(Struct, frozen=True):
    """One hand-over and how it stands."""

    citizen_id: PersonId
    case_id: CaseId
    register: str
    operation: str
    state: HandState
    their_number: str
    attempts: int
    began_at: datetime
    next_at: datetime
    problem: str


def wait(attempts: int) -> timedelta:
    """Ten seconds, then twice as long each time, an hour at most."""
    return min(timedelta(seconds=10) * 2 ** min(attempts, 9), LONGEST)


def named(number: str, operation: str) -> str:
    """The name under which it counts once: the case's number and what is done."""
    return f"{number}-{operation}"
