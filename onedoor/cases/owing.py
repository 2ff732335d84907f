"""容缺受理 and 告知承诺: papers that are given later, and promises that stand for one. Pure: no database, no clock, no language."""
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import CaseId

CHECK_AFTER = 30
"""Days after which a promise is checked."""
BARRED = 365
"""Days for which nobody may promise again who has broken one."""
OWED = "owed"
"""Why a clock stands still: a paper that is owed is late."""


class PromiseId(Id):
    """Names one promise 承诺书."""

    prefix = "promise"


class Before(StrEnum):
    """By when an owed paper must be there: before the decision, or before what was granted is handed over."""

    DECISION = "decision"
    DELIVERY = "delivery"


class OwedState(StrEnum):
    """How an owed paper stands."""

    OWED = "owed"
    LATE = "late"
    GIVEN = "given"


class Owed(Struct, frozen=True):
    """容缺材料: one paper that the case was taken on without."""

    citizen_id: PersonId
    case_id: CaseId
    document: str
    label: Text
    before: Before
    due_on: date
    state: OwedState
    given_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it still has to be given."""
        return self.state is not OwedState.GIVEN


class Result(StrEnum):
    """What the check of a promise found; nothing before it."""

    UNKNOWN = ""
    KEPT = "kept"
    BROKEN = "broken"


class Appeal(StrEnum):
    """申诉 against having broken a promise: none, waiting, the finding stays, the finding is taken back."""

    NONE = ""
    OPEN = "open"
    UPHELD = "upheld"
    LIFTED = "lifted"


class Promise(Struct, frozen=True):
    """承诺书: what somebody has promised instead of a paper, in the very words that were signed."""

    citizen_id: PersonId
    id: PromiseId
    case_id: CaseId
    org_ref: OrgId
    document: str
    label: Text
    words: Text
    signed_at: datetime
    check_on: date
    result: Result
    checked_at: datetime | None
    checked_by: str
    why: str
    barred_until: date | None
    appeal: str
    appealed_at: datetime | None
    appeal_state: Appeal
    appeal_answer: str


class Owing(Struct, frozen=True):
    """What a case rests on that was not there when it was handed in."""

    owed: list[Owed]
    promises: list[Promise]

    def open(self, before: Before | None = None) -> list[Owed]:
        """Papers that still have to be given, of all or of one kind."""
        return [o for o in self.owed if o.open and before in (None, o.before)]

    @property
    def late(self) -> list[Owed]:
        return [o for o in self.owed if o.state is OwedState.LATE]
