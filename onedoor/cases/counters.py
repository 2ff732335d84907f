"""窗口代办 A person at a counter with a ticket: staff fill in one draft for them, while the ticket is open. Pure."""
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import CaseId, DraftId

CODE_LIFE = timedelta(minutes=10)
TRIES = 5
HANDOVER = timedelta(minutes=10)
LONGEST = timedelta(hours=2)
"""A ticket that nobody closes is closed by itself."""
SIGNED = "signed-summary"
"""The paper that a person has signed at the counter, among the files of the draft."""


class CounterId(Id):
    """Names one person's turn at a counter."""

    prefix = "counter"


class Confirmed(StrEnum):
    """How the person has agreed to what is handed in for them: a one-time code, or a signature on the printed summary."""

    NOT = ""
    CODE = "code"
    PAPER = "paper"


class Counter(Struct, frozen=True):
    """窗口: who serves whom with which draft."""

    org_id: OrgId
    id: CounterId
    staff_ref: PersonId
    citizen_ref: PersonId
    ticket: str
    item: str
    draft_id: DraftId
    opened_at: datetime
    closed_at: datetime | None
    code_no: int
    code_until: datetime | None
    tries: int
    confirmed: Confirmed
    case_ref: CaseId | None


class Asked(Struct, frozen=True):
    """授权单: which facts (by agreement) the person is asked to let registers tell, for how long, in which language it is shown, and the
    code by which they agree. Another choice makes another code."""

    org_id: OrgId
    counter_id: CounterId
    chosen: dict[str, list[str]]
    mode: str
    locale: str
    at: datetime
    code_no: int
    code_until: datetime | None
    tries: int
