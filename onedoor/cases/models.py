"""What a case is made of, and which moves it allows. Pure: no database, no clock, no language."""
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from onedoor.identity.models import PersonId
from onedoor.kernel.calendar import Calendar
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan as Scan
from onedoor.orgs.models import OrgId

from .applicants import Applicant as Applicant
from .instant import Instant as Instant
from .outside import AssessedBy, Hand
from .specials import MOST_EXTENDED as MOST_EXTENDED
from .specials import MOST_SPECIAL_DAYS as MOST_SPECIAL_DAYS
from .specials import Kind as Kind
from .specials import Special as Special


class CaseId(Id):
    """Names one case 办件."""

    prefix = "case"


class DraftId(Id):
    """Names one draft 草稿."""

    prefix = "draft"


class AttachmentId(Id):
    """Names one uploaded file."""

    prefix = "file"


class StepId(Id):
    """Names one step 环节 of a case."""

    prefix = "step"


class Grants(StrEnum):
    """What staff may be allowed to do with cases."""

    HANDLE = "cases:handle"
    SUPERVISE = "cases:supervise"
    LEAD = "cases:lead"
    ARBITRATE = "cases:arbitrate"
    AUDIT = "cases:audit"


class Status(StrEnum):
    """状态: where a case stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SUPPLEMENTING = "supplementing"
    PAUSED = "paused"
    DECIDED = "decided"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OPEN = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.SUPPLEMENTING, Status.PAUSED})


class Outcome(StrEnum):
    """办理结果: how a decided case ended."""

    GRANTED = "granted"
    REFUSED = "refused"


class Move(StrEnum):
    """What can happen to a case; each writes exactly one step."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    DEEM = "deem"
    DECLINE = "decline"
    ASK = "ask"
    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    TRANSFER = "transfer"
    BOUNCE = "bounce"
    CONSULT = "consult"
    OPINE = "opine"
    RECALL = "recall"
    REOPEN = "reopen"
    NOTE = "note"
    GIVE = "give"
    CHECK = "check"
    DELIVER = "deliver"
    REVOKE = "revoke"
    REISSUE = "reissue"
    RECOUNT = "recount"


MOVES: dict[Move, frozenset[Status]] = {
    Move.ACCEPT: frozenset({Status.SUBMITTED}),
    Move.DEEM: frozenset({Status.SUBMITTED}),
    Move.DECLINE: frozenset({Status.SUBMITTED}),
    Move.ASK: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Move.ANSWER: frozenset({Status.SUPPLEMENTING}),
    Move.PAUSE: frozenset({Status.ACCEPTED}),
    Move.RESUME: frozenset({Status.PAUSED}),
    Move.EXTEND: frozenset({Status.ACCEPTED}),
    Move.DECIDE: frozenset({Status.ACCEPTED}),
    Move.WITHDRAW: OPEN,
    Move.LAPSE: frozenset({Status.SUPPLEMENTING}),
    Move.TRANSFER: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Move.BOUNCE: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Move.CONSULT: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Move.OPINE: frozenset(Status),
    Move.RECALL: frozenset(Status),
    Move.REOPEN: frozenset({Status.DECIDED}),
    Move.NOTE: frozenset(Status),
    Move.GIVE: OPEN | {Status.DECIDED},
    Move.CHECK: frozenset(Status),
    **dict.fromkeys((Move.DELIVER, Move.REVOKE, Move.REISSUE), frozenset({Status.DECIDED})),
    Move.RECOUNT: OPEN,
}


def allows(status: Status, move: Move) -> bool:
    """Whether a case that stands at `status` may make this move."""
    return status in MOVES.get(move, frozenset())


class Light(StrEnum):
    """灯: how near the promised day is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class By(StrEnum):
    """Who made a step."""

    APPLICANT = "applicant"
    STAFF = "staff"
    SYSTEM = "system"


class AskedKind(StrEnum):
    """Whether a supplement asks for a file or for words."""

    FILE = "file"
    WORDS = "words"


class Asked(Struct, frozen=True):
    """补正材料: one thing that a supplement request names. `ref` is a document code or an answer's pointer, unique in the request."""

    ref: str
    label: Text
    kind: AskedKind = AskedKind.FILE
    note: str = ""


class Evidence(Struct, frozen=True):
    """出处: which register vouched for an answer, and as of when. The hash proves later what was read without keeping a second copy.

    `state` is "held" when the register gave it; else why the person typed it, or, after a later look, "agreed" or "differs".
    """

    pointer: str
    element: str
    source: Text
    as_of: date | None
    sha256: str
    state: str = "held"
    via: str = ""


class Case(Struct, frozen=True):
    """办件: one application on its way to a decision, without its answers."""

    citizen_id: PersonId
    id: CaseId
    number: str
    item: str
    title: Text
    form_version: int
    process_version: int
    org_ref: OrgId
    district: str
    street: str
    status: Status
    submitted_at: datetime
    received_on: date
    accepted_on: date | None
    due_on: date
    legal_due_on: date
    paused_on: date | None
    pause_kind: str
    answer_by: date | None
    supplements: int
    asked: list[Asked]
    decided_at: datetime | None
    outcome: Outcome | None
    letter: str
    certificate_ref: str
    rev: int

    @property
    def open(self) -> bool:
        """Whether anything can still be decided."""
        return self.status in OPEN


class Filed(Struct, frozen=True):
    """What the applicant handed in: the answers at submission and where the held ones came from."""

    answers: dict[str, Any]
    evidence: list[Evidence]


class Step(Struct, frozen=True):
    """环节: one move of one case. Append only; the timeline is read from here."""

    citizen_id: PersonId
    id: StepId
    case_id: CaseId
    kind: Move
    at: datetime
    by: By
    actor_ref: Id | None
    org_ref: OrgId | None
    from_status: Status | None
    to_status: Status
    due_before: date | None
    due_after: date | None
    note: str = ""
    inner_only: bool = False
    detail: dict[str, Any] = field(default_factory=dict[str, Any])


class How(StrEnum):
    """Instead of a paper: it is given later 容缺, or a promise stands for it 告知承诺."""

    OWE = "owe"
    PROMISE = "promise"


class Later(Struct, frozen=True):
    """How a paper is made good that is not there now, and when the person said so."""

    how: How
    at: datetime


class Draft(Struct, frozen=True):
    """草稿: answers on their way to a case; the applicant's alone until submitted."""

    citizen_id: PersonId
    id: DraftId
    item: str
    title: Text
    form_version: int
    answers: dict[str, Any]
    prefilled: dict[str, str]
    page: str
    rev: int
    moved: list[str]
    later: dict[str, Later]
    """How papers that are not uploaded now are made good, by their code."""
    changed_at: datetime
    expires_at: datetime


class Attachment(Struct, frozen=True):
    """附件: one file, kept encrypted under the hash of its content, with what the scan says of it."""

    citizen_id: PersonId
    id: AttachmentId
    draft_id: DraftId | None
    case_id: CaseId | None
    document: str
    sha256: str
    size: int
    kind: str
    name: str
    scan: Scan
    at: datetime


class InboxRow(Struct, frozen=True):
    """待办: what a clerk's list shows of a case; the only thing a list reads."""

    org_id: OrgId
    case_id: CaseId
    citizen_ref: PersonId
    number: str
    item: str
    title: Text
    holder: str
    district: str
    street: str
    status: Status
    due_on: date
    legal_due_on: date
    light: Light
    assignee_ref: PersonId | None
    since: datetime
    flags: list[str]


class FormVersion(Struct, frozen=True):
    """表单: what one version of an item's form asks."""

    item: str
    version: int
    definition: dict[str, Any]
    sha256: str


class ProcessVersion(Struct, frozen=True):
    """流程参数: how one version of an item is handled, in days and names."""

    item: str
    version: int
    title: Text
    org_ref: OrgId
    prefix: str
    accept_days: int
    promised_days: int
    statutory_days: int
    supplement_days: int
    cert_type: str | None
    valid_days: int
    claims: dict[str, str]
    rating: bool
    min_assurance: int
    day_ends: str
    zone: str
    decline_to: Text | None
    back_office: str
    silence: bool
    assessment: AssessedBy | None = None
    report: list[Hand] = []
    specials: list[Special] = []
    extend_days: int = MOST_EXTENDED
    applicant: Applicant = Applicant.PERSON
    instant: Instant | None = None


class Trial(Struct, frozen=True):
    """试办: a service before it is published, for the people named and the editors of its department."""

    item: str
    people: list[PersonId]
    until: datetime


class TrialCase(Struct, frozen=True):
    """One try: its number, the version it was made with, and how it stands."""

    number: str
    form_version: int
    status: Status
    submitted_at: datetime


def act_by(case: Case, process: ProcessVersion, calendar: Calendar) -> date:
    """The day by which staff must act: until acceptance the acceptance's own deadline, then the promise."""
    return calendar.after(case.received_on, process.accept_days) if case.status is Status.SUBMITTED else case.due_on


def light(today: date, due_on: date, promised_days: int, calendar: Calendar) -> Light:
    """Red once overdue; yellow from two working days, or a quarter of the promise, before."""
    if today > due_on:
        return Light.RED
    return Light.YELLOW if calendar.working_days_between(today, due_on) <= max(2, promised_days // 4) else Light.GREEN


class PublishedItem(Struct, frozen=True):
    """One item as the city publishes it: `process` and `form` are the tables of its file, days come from its guide."""

    item: str
    title: Text
    org: OrgId
    promised_days: int
    statutory_days: int
    process: dict[str, Any]
    form: dict[str, Any]
