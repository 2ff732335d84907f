"""好差评: what an applicant says of how a case was handled, and what the department does about it. Pure."""
from datetime import date, datetime

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId

from .models import CaseId

BAD = 2
"""Up to so many stars somebody was not content."""
CALL_DAYS, MEND_DAYS = 1, 15
"""Working days until whoever was not content is called, and until the department has answered."""
LONGEST = 1000


class Rating(Struct, frozen=True):
    """好差评: one judgement of one stage of one case."""

    citizen_id: PersonId
    case_id: CaseId
    stage: str
    stars: int
    tags: list[str]
    words: str
    at: datetime
    answer: str = ""
    """What the department says to whoever was not content."""
    answered_at: datetime | None = None


class CallBack(Struct, frozen=True):
    """差评回访: a case that somebody was not content with. They are called, and read what follows."""

    org_id: OrgId
    case_id: CaseId
    citizen_ref: PersonId
    number: str
    title: Text
    district: str
    street: str
    stars: int
    at: datetime
    call_by: date
    mend_by: date
    called_at: datetime | None = None
    called_by: str = ""
    heard: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""

    @property
    def next_by(self) -> date:
        """The day by which something has to happen."""
        return self.mend_by if self.called_at else self.call_by
