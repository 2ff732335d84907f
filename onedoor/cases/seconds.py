"""重点保护 Whoever is specially protected is read by two: one asks to see the case, a colleague allows it for a day. Pure."""
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import CaseId

LONGEST, SHORTEST = 200, 5
ALLOWED = timedelta(hours=24)
"""How long one case is open to one reader."""


class SecondId(Id):
    """Names one request to a colleague."""

    prefix = "second"


class SecondState(StrEnum):
    """Where it stands. One that was allowed runs out by itself."""

    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"


class Second(Struct, frozen=True):
    """请同事同意: who wants to see which case and why, and what which colleague said to it."""

    org_id: OrgId
    id: SecondId
    case_ref: CaseId
    citizen_ref: PersonId
    number: str
    title: Text
    asked_by: PersonId
    asked_name: str
    reason: str
    asked_at: datetime
    state: SecondState = SecondState.ASKED
    answered_by: PersonId | None = None
    answered_name: str = ""
    words: str = ""
    answered_at: datetime | None = None
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the case is open to whoever asked."""
        return self.until is not None and now < self.until
