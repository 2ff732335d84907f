"""What people ask about looks at their data, who stands out among readers, and seals."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.identity.models import Access, PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId


class ChallengeId(Id):
    """Names one question about one look."""

    prefix = "challenge"


class FindingId(Id):
    """Names one thing that does not fit."""

    prefix = "finding"


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    ANSWER = "tracker:answer"
    SUPERVISE = "tracker:supervise"
    AUDIT = "tracker:audit"


class Kind(StrEnum):
    """What a person asks: the reason, that something is wrong, or that it was somebody else."""

    WHY = "why"
    WRONG = "wrong"
    NOT_ME = "not_me"


class State(StrEnum):
    """Where a question stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    CONTESTED = "contested"
    RULED = "ruled"


class Challenge(msgspec.Struct, frozen=True):
    """为什么查我: a question about one look, with everything that was said to it."""

    citizen_id: PersonId
    id: ChallengeId
    access_seq: int
    org_ref: OrgId | None
    kind: Kind
    words: str
    state: State
    asked_at: dt.datetime
    due_on: dt.date
    escalated_at: dt.datetime | None
    basis: str
    answer: str
    answered_at: dt.datetime | None
    contest: str
    contested_at: dt.datetime | None
    ruling: str
    ruled_at: dt.datetime | None


class Question(msgspec.Struct, frozen=True):
    """A department's line of a question: which look it is about, and by when it is answered."""

    org_id: OrgId
    id: ChallengeId
    citizen_ref: PersonId
    access_seq: int
    kind: Kind
    words: str
    looked_at: dt.datetime
    reader: str
    purpose: Text
    elements: list[str]
    case_ref: str | None
    state: State
    asked_at: dt.datetime
    due_on: dt.date
    escalated: bool
    answered_on: dt.date | None


class Figure(msgspec.Struct, frozen=True):
    """How a department answers its questions, for everybody to see."""

    org_id: OrgId
    asked: int
    in_time: int
    late: int
    waiting: int


class Look(msgspec.Struct, frozen=True):
    """One of my records with the department's name of today and what I asked about it."""

    access: Access
    org: Text | None
    what: str
    challenge: State | None


class Choices(msgspec.Struct, frozen=True):
    """What my latest records may be narrowed to."""

    orgs: list[tuple[str, Text]]
    actions: list[str]
    purposes: list[Text]


class ReaderDay(msgspec.Struct, frozen=True):
    """What one member of staff looked at on one day, and how much is usual for them."""

    day: dt.date
    actor: str
    org: str
    name: str
    looks: int
    people: int
    bare: int
    late: int
    named: int
    colleagues: int
    refused: int
    exported: int
    usual: int
    rank: int
    kin: int = 0


class DayLooks(msgspec.Struct, frozen=True):
    """All looks of one day, and how many of their readers stand out."""

    day: dt.date
    looks: int
    readers: int
    flagged: int


class OrgLooks(msgspec.Struct, frozen=True):
    """All looks of one organisation over some days."""

    org: str
    looks: int
    people: int


class Seal(msgspec.Struct, frozen=True):
    """封签: one signed root."""

    n: int
    at: dt.datetime
    heads: int
    root: bytes
    body: bytes
    kid: str
    signature: bytes


class Leaf(msgspec.Struct, frozen=True):
    """Where the end of a person's chain stands in a seal."""

    citizen_id: PersonId
    seal: int
    place: int
    seq: int
    hash: bytes


class Node(msgspec.Struct, frozen=True):
    """One hash of a tree."""

    seal: int
    level: int
    place: int
    hash: bytes


class Checked(msgspec.Struct, frozen=True):
    """When chains were last worked out again, and how many."""

    kind: str
    at: dt.datetime
    people: int
    looks: int
    after: PersonId | None
    """Where the next sample goes on."""


class Fault(StrEnum):
    """What may be wrong."""

    CHAIN = "chain"
    """A row does not follow from the one before it: it was changed, swapped, or one before it is gone."""
    HEAD = "head"
    """The chain does not end where it is said to end."""
    MOMENT = "moment"
    """The moment beside a row is not the one in it."""
    SEAL = "seal"
    """A row is not the one that was sealed: the chain was made anew, or its end is gone."""
    TREE = "tree"
    """A seal's tree does not give its root."""
    SIGNATURE = "signature"
    """A seal is not signed by a key of this house."""
    ORDER = "order"
    """A seal does not follow from the one before it, or is missing."""
    NOTED = "noted"
    """A seal is not the one that was noted on disk when it was made."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that does not fit; `day` is the day of the seal that names it, or of the row itself."""

    id: FindingId
    fault: Fault
    citizen_ref: PersonId | None
    seq: int | None
    seal: int | None
    day: dt.date | None
    found_at: dt.datetime
