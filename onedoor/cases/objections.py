"""公示异议 What somebody says against a case that is posted. Pure."""
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import CaseId

LONGEST, SHORTEST = 2000, 5
OBJECTED = "objected"
"""The mark of a line that has one without an answer."""


class ObjectionId(Id):
    """Names one objection."""

    prefix = "objection"


class ObjectionState(StrEnum):
    """Where it stands: `ended` when the case ended before it was answered."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ENDED = "ended"


class Objection(Struct, frozen=True):
    """异议, as whoever made it sees it."""

    citizen_id: PersonId
    id: ObjectionId
    number: str
    title: Text
    org_ref: OrgId
    words: str
    state: ObjectionState
    at: datetime
    answer: str
    answered_at: datetime | None


class Objected(Struct, frozen=True):
    """The same before the department. Without an account it is a name, a way to reach them, and their words."""

    org_id: OrgId
    id: ObjectionId
    case_ref: CaseId
    citizen_ref: PersonId | None
    name: str
    contact: str
    words: str
    state: ObjectionState
    at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
