"""核验 One fact of a case that a clerk has a register asked for. Pure: no database, no clock, no language."""
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from onedoor.exchange.models import Field, FieldState, Via
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id

from .models import CaseId, Evidence

OLD = timedelta(days=30)
"""A register's answer of an earlier day than this may be asked for anew."""
UNANSWERED = "unanswered"
"""The mark of a line whose clerk has to find out in another way what a register never told."""
GIVES_UP, LONGEST = timedelta(days=3), timedelta(hours=1)
NOT_LIVE = (Via.KEPT, Via.PRESENTED, Via.WALLET)


class LookupId(Id):
    """Names one look at a register for a case."""

    prefix = "lookup"


class Outcome(StrEnum):
    """How it came out: nothing yet, the register is away, the same, something else, something where nothing stood, nothing there; or the
    register was away for days, and a clerk has it."""

    WAITING = "waiting"
    AWAY = "away"
    AGREED = "agreed"
    DIFFERS = "differs"
    TOLD = "told"
    NOT_HELD = "not_held"
    UNANSWERED = "unanswered"


OPEN = (Outcome.WAITING, Outcome.AWAY)


class Lookup(Struct, frozen=True):
    """What was asked of which register and why. What it said lies with the exchange, sealed and for its days; here is how it came out."""

    citizen_id: PersonId
    id: LookupId
    case_id: CaseId
    element: str
    source: Text
    reason: str
    by_ref: PersonId
    by_name: str
    asked_at: datetime
    state: Outcome
    as_of: date | None
    answered_at: datetime | None


class Askable(Struct, frozen=True):
    """One fact that the department may have looked up for this case, and whose register has it."""

    element: str
    title: Text
    office: Text


def wait(waited: timedelta) -> timedelta:
    """Until a register that is away is asked again: as long as it has been away, ten seconds at least and an hour at most."""
    return max(timedelta(seconds=10), min(waited, LONGEST))


def unsure(evidence: Evidence | None, today: date) -> bool:
    """Whether a fact is worth asking for: nobody has vouched for it, or not lately."""
    if evidence is None or evidence.state not in ("held", "agreed"):
        return True
    return evidence.via in NOT_LIVE or evidence.as_of is None or today - evidence.as_of > OLD


def outcome(field: Field | None, handed: Any) -> Outcome:
    """What a register's answer means beside what stands in the case."""
    if field is None or field.state in (FieldState.PENDING, FieldState.NONE):
        return Outcome.WAITING
    if field.state is FieldState.NOT_HELD:
        return Outcome.NOT_HELD
    if field.state is not FieldState.HELD:
        return Outcome.AWAY
    if handed in (None, "", []):
        return Outcome.TOLD
    return Outcome.AGREED if plain(field.value) == plain(handed) else Outcome.DIFFERS


def plain(value: Any) -> Any:
    """As it is compared: width and spaces do not make a difference, nor does the order of a list."""
    if isinstance(value, list):
        return sorted(str(plain(part)) for part in value)
    return "".join(str(value).split()).upper()
