"""What is written down of asking: asks, answers, consents, corrections and demands, as rows and as what others see of them."""

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Raw
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan
from onedoor.orgs.models import OrgId

from .dictionary import Ground
from .models import AskId, Via


class ConsentId(Id):
    """One thing that a person allowed."""

    prefix = "consent"


class SheetId(Id):
    """The sheet on which somebody has signed a consent."""

    prefix = "sheet"


class ChallengeId(Id):
    """One value that a person says is wrong."""

    prefix = "challenge"


class DemandId(Id):
    """One wish of a department to ask another."""

    prefix = "demand"


class StepId(Id):
    """One thing that happened to a demand."""

    prefix = "happened"


class Ask(Struct, frozen=True):
    """取数, as it is stored."""

    citizen_id: PersonId
    id: AskId
    resource: str
    elements: list[str]
    purpose: str
    item: str
    matter: UUID | None
    agreement: str
    consent_id: ConsentId | None
    asker_ref: OrgId
    actor_ref: PersonId | None
    actor_kind: str
    state: str
    at: dt.datetime
    deadline_at: dt.datetime
    attempts: int


class Standing(Struct, frozen=True):
    """The newest ask by an agreement for somebody, and the newest answer that is still good."""

    agreement: str
    resource: str
    ask_id: AskId
    state: str
    at: dt.datetime
    deadline_at: dt.datetime
    problem: str
    elements: list[str]
    attempts: int
    answer_of: AskId | None
    answered: list[str] | None
    body: Raw | None
    as_of: dt.date | None
    received_at: dt.datetime | None
    via: Via | None
    unmapped: list[str] | None


class Answer(Struct, frozen=True):
    """What a register said, sealed."""

    citizen_id: PersonId
    ask_id: AskId
    resource: str
    agreement: str
    elements: list[str]
    purpose: str
    body: bytes
    as_of: dt.date
    received_at: dt.datetime
    fresh_until: dt.datetime
    delete_on: dt.date
    via: Via
    sha256: bytes
    unmapped: list[str]
    consent_id: ConsentId | None
    held: int


class Channel(StrEnum):
    """How somebody has agreed: on a device of their own, by a code read out at a counter or in a recorded call, or in writing."""

    PHONE = "phone"
    COUNTER = "counter"
    VOICE = "voice"
    PAPER = "paper"


class Witnessed(Struct, frozen=True):
    """Who of which department was there, when and in which language the sheet was shown or read out, what was signed, and under which
    number a call is kept."""

    staff: PersonId
    office: OrgId
    at: dt.datetime
    locale: str
    paper: SheetId | None = None
    recording: str = ""


class Signed(Struct, frozen=True):
    """签字页: the signed sheet, kept encrypted under the hash of its content, with what the scan says of it."""

    citizen_id: PersonId
    id: SheetId
    sha256: str
    size: int
    kind: str
    name: str
    scan: Scan
    at: dt.datetime


class Consent(Struct, frozen=True):
    """授权, in the words that were shown."""

    citizen_id: PersonId
    id: ConsentId
    agreement: str
    elements: list[str]
    purpose: str
    item: str
    matter: UUID | None
    mode: str
    shown: Text
    locale: str
    given_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    channel: Channel = Channel.PHONE
    witness_ref: PersonId | None = None
    office_ref: OrgId | None = None
    paper_id: SheetId | None = None
    revoked_by: PersonId | None = None
    recording: str = ""

    def live(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at and not (self.mode == "once" and self.used_at)


class Challenge(Struct, frozen=True):
    """异议, as its person sees it."""

    citizen_id: PersonId
    id: ChallengeId
    org_ref: OrgId
    element: str
    resource: str
    item: str
    words: str
    state: str
    at: dt.datetime
    due_on: dt.date
    answer: str
    answered_at: dt.datetime | None


class Correction(Struct, frozen=True):
    """校核, a line on the desk of the department that holds the fact."""

    org_id: OrgId
    id: ChallengeId
    citizen_ref: PersonId
    element: str
    resource: str
    holder: str
    state: str
    at: dt.datetime
    due_on: dt.date


class Circuit(Struct, frozen=True):
    """熔断, a register that is left alone until a moment; `told`: stewards have heard of it."""

    register: str
    since: dt.datetime
    until: dt.datetime
    rest_s: int
    failures: int
    by_hand: bool
    note: str
    told: bool = False


class Incident(Struct, frozen=True):
    """An answer that could not be used, without any value."""

    id: UUID
    register: str
    resource: str
    kind: str
    note: str
    at: dt.datetime


class DemandState(StrEnum):
    """Where a demand stands."""

    DRAFTED = "drafted"
    CHECKED = "checked"
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    DISPUTED = "disputed"
    RULED = "ruled"


class Demand(Struct, frozen=True):
    """需求: which facts of which resource a department would like, for which services and why."""

    org_id: OrgId
    id: DemandId
    resource: str
    elements: list[str]
    purpose: str
    items: list[str]
    ground: Ground
    basis: str
    words: str
    supplier: OrgId
    state: DemandState
    due_on: dt.date | None
    prolonged: bool
    reason: str
    ruling: str
    agreement: str
    at: dt.datetime
    changed_at: dt.datetime
    scope: str = ""
    every: str = ""
    """数据回流: rows of this division's people are wanted, `once` or `monthly`."""


class BackflowId(Id):
    """What was given back for one period."""

    prefix = "backflow"


class BackflowState(StrEnum):
    """NOTING: records of its people are being written, nobody has the rows yet. SAME: as the time before, not given again."""

    NOTING = "noting"
    READY = "ready"
    SAME = "same"
    EMPTY = "empty"


class Backflow(Struct, frozen=True):
    """数据回流: rows of one division. `unplaced` were left out; `told` of the rows stand on their people's records."""

    org_id: OrgId
    id: BackflowId
    demand_id: DemandId
    agreement: str
    resource: str
    scope: str
    period: str
    state: BackflowState
    rows: int
    unplaced: int
    told: int
    sha256: bytes
    as_of: dt.date
    taken_at: dt.datetime
    kept: bool


class SealedRow(Struct, frozen=True):
    """One row of a copy, with what it is found by."""

    key_hash: bytes
    body: bytes


class Happened(Struct, frozen=True):
    """One thing that happened to a demand."""

    org_id: OrgId
    id: StepId
    demand_id: DemandId
    kind: str
    actor_ref: PersonId | None
    actor: str
    at: dt.datetime
    note: str


class MappingVersion(Struct, frozen=True):
    """One version of how a resource's answers are read."""

    resource: str
    version: int
    live: bool
    origin: str
    checked_at: dt.datetime | None
    rules: list[dict[str, Any]]
    codes: dict[str, Any]


class Taken(Struct, frozen=True):
    """How far a register's files and events have been taken, and what was in the way the last time."""

    register: str
    mark: str
    at: dt.datetime
    note: str


class Copy(Struct, frozen=True):
    """One row of a copy, sealed."""

    body: bytes
    as_of: dt.date


class WaitingId(Id):
    """One wish of another city that waits for a person's word."""

    prefix = "waiting"


class PresentedId(Id):
    """Facts of one certificate that was shown for a service."""

    prefix = "shown"


class Waiting(Struct, frozen=True):
    """等您同意: what a department of another city would like to know of somebody."""

    citizen_id: PersonId
    id: WaitingId
    node: str
    agreement: str
    elements: list[str]
    purpose: str
    item: str
    title: Text
    asker: Text
    matter: UUID
    at: dt.datetime
    until: dt.datetime
    state: str


class Reply(Struct, frozen=True):
    """What was asked under a name, and what was answered; none while it is being answered, or when it was not for good."""

    meaning: bytes
    reply: str | None


class Presented(Struct, frozen=True):
    """Facts of a certificate, sealed. `cert`: it lies in the wallet here; none: in another city's."""

    id: PresentedId
    elements: list[str]
    source: Text
    body: Raw
    received_at: dt.datetime
    cert: UUID | None
