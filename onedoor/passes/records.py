"""What happens around a colour: who stands in for whom, appeals and their papers, acts of those who keep a scheme, runs, deletions."""

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.ports import Scan
from onedoor.orgs.models import OrgId

from .models import ActId, AppealId, Colour, DecisionId, Declaration, EvidenceId, Standing


class Relation(StrEnum):
    """What somebody is to the one who declares for them."""

    CHILD = "child"
    ELDER = "elder"
    WARD = "ward"


class MandateState(StrEnum):
    """Whether somebody may declare and show for another."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"


class Subject(msgspec.Struct, frozen=True):
    """Somebody who has a pass and no account."""

    citizen_id: PersonId
    name: str
    id_number: str
    birth_on: dt.date


class SmsWish(msgspec.Struct, frozen=True):
    """短信说明: to which phone that was given at a counter, or to whoever stands in, when it is not to the own account; in which
    language, and who wrote it down at a counter.
    """

    phone: str | None
    guardian_id: PersonId | None
    locale: str
    by_name: str | None


class Dependant(msgspec.Struct, frozen=True):
    """代办: whom somebody (`citizen_id`) declares and shows for, and who has confirmed it."""

    citizen_id: PersonId
    person_ref: PersonId
    name: str
    relation: Relation
    state: MandateState
    path: str
    made_at: dt.datetime
    confirmed_by: str | None
    confirmed_at: dt.datetime | None


class AppealState(StrEnum):
    """What came of an appeal."""

    OPEN = "open"
    CHANGED = "changed"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class Appeal(msgspec.Struct, frozen=True):
    """申诉: why a person thinks that a colour is wrong; answered within a day."""

    citizen_id: PersonId
    id: AppealId
    scheme: str
    decision_id: DecisionId
    by_ref: PersonId
    words: str
    made_at: dt.datetime
    due_at: dt.datetime
    state: AppealState
    answer: str | None
    answered_at: dt.datetime | None
    answered_by: str | None


class Evidence(msgspec.Struct, frozen=True):
    """A paper of an appeal; its content is in the vault, by its SHA-256."""

    citizen_id: PersonId
    id: EvidenceId
    appeal_id: AppealId
    sha256: str
    bytes: int
    kind: str
    name: str
    made_at: dt.datetime
    scan: Scan


class Waiting(msgspec.Struct, frozen=True):
    """A line of the list of appeals; nothing in it says why the person objects."""

    org_id: OrgId
    id: AppealId
    citizen_ref: PersonId
    scheme: str
    path: str
    colour: Colour
    made_at: dt.datetime
    due_at: dt.datetime
    state: AppealState
    raised_at: dt.datetime | None
    answered_at: dt.datetime | None


class AppealCount(msgspec.Struct, frozen=True):
    """How appeals of a scheme are answered, for everybody to read."""

    made: int
    open: int
    late: int
    changed: int
    kept: int


class Act(msgspec.Struct, frozen=True):
    """One thing that was done with a scheme, by whom."""

    id: ActId
    scheme: str
    act: str
    at: dt.datetime
    person_ref: PersonId | None
    name: str
    org: str
    detail: dict[str, Any]


class Person(msgspec.Struct, frozen=True):
    """One row of a batch: what holds, and the declaration it comes from."""

    standing: Standing
    said: Declaration


class Run(msgspec.Struct, frozen=True):
    """重算: how far everybody has been worked out again under a later version of the rules."""

    scheme: str
    from_version: int
    to_version: int
    since: dt.datetime
    cursor: UUID
    looked: int
    changes: dict[str, int]
    ended_at: dt.datetime | None


class Deletion(msgspec.Struct, frozen=True):
    """删除证明: what was deleted, and the signature of this house over it."""

    scheme: str
    at: dt.datetime
    body: dict[str, Any]
    jws: str


class DeletionRun(msgspec.Struct, frozen=True):
    """How far one table has been deleted: rows so far, the hash over all batches in turn, and where the next one begins."""

    part: str
    rows: int
    sha256: bytes
    cursor: str
    done: bool
