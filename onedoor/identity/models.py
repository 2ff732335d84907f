"""What identity knows: persons, sessions, one-time codes, and who looked at what."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id


class PersonId(Id):
    """自然人: the key of everything that belongs to one citizen."""

    prefix = "person"


class SessionId(Id):
    """One signed-in device or API client; names it in lists, opens nothing."""

    prefix = "session"


class AccessId(Id):
    """One look of a member of staff at a person's data."""

    prefix = "access"


class Assurance:
    """可信等级: how surely the city knows who this is."""

    PHONE = 1
    REAL_NAME = 2


class SessionKind(StrEnum):
    """A browser carries a cookie, a program a bearer token."""

    WEB = "web"
    API = "api"


class Sex(StrEnum):
    """As the population register writes it."""

    MALE = "male"
    FEMALE = "female"


class Named(msgspec.Struct, frozen=True):
    """A proven name."""

    citizen_id: PersonId
    name: str


class Firm(msgspec.Struct, frozen=True):
    """单位: an organisation as the company register knows it: code, name, who represents it by law, where it is and what it may do."""

    uscc: str
    name: str
    legal_name: str
    address: str = ""
    scope: str = ""
    founded_on: dt.date | None = None


class Person(msgspec.Struct, frozen=True):
    """自然人: what the city knows about one citizen; empty until the real-name check has been passed."""

    citizen_id: PersonId
    phone: str
    assurance: int
    name: str | None
    id_number: str | None
    sex: Sex | None
    birth_on: dt.date | None
    nation: Text | None
    household_address: str | None
    address: str | None
    district: str | None
    checked_on: dt.date | None
    firm: Firm | None = None
    """What it is when it is no person at all: it has no account, and people act for it."""


class Session(msgspec.Struct, frozen=True):
    """A signed-in device, as its owner sees it in the list."""

    id: SessionId
    kind: SessionKind
    device: str
    begun_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


class Bearer(msgspec.Struct, frozen=True):
    """What one request needs to know of its session, read in one statement."""

    id: SessionId
    citizen_ref: PersonId
    assurance: int
    name: str
    stale: bool
    rev: int
    acting_for: PersonId | None = None
    power: Id | None = None


class Ward(msgspec.Struct, frozen=True):
    """被代办人: somebody of the population register without a phone of their own, for whom others act."""

    citizen_id: PersonId
    name: str
    id_number: str
    district: str | None


class Claim(msgspec.Struct, frozen=True):
    """Which account a phone belongs to."""

    tel: str
    citizen_id: PersonId


class IdClaim(msgspec.Struct, frozen=True):
    """Which account an identity number belongs to; the number is there only as a keyed hash."""

    id_hash: bytes
    citizen_id: PersonId


class Opened(msgspec.Struct, frozen=True):
    """A session just begun: the only moment when its token is known."""

    token: str
    id: SessionId
    person: PersonId
    expires_at: dt.datetime


class CodeId(Id):
    """One one-time code on its way; with the secret of this house it gives the code."""

    prefix = "code"


class Tried(msgspec.Struct, frozen=True):
    """A one-time code after one more try has been counted."""

    id: CodeId
    tries: int


class CodeAsked(msgspec.Struct, frozen=True):
    """The answer to a request for a code, the same for every phone."""

    phone: str
    resend_after: int
    expires_in: int


class Me(msgspec.Struct, frozen=True):
    """My own profile, masked."""

    id: PersonId
    phone: str
    name: str | None
    id_number: str | None
    assurance: int
    real_name: bool
    district: str | None
    checked_on: dt.date | None


class Fact(msgspec.Struct, frozen=True):
    """One thing the city knows about a person, where it comes from and when it was last confirmed."""

    value: str | int | list[str]
    source: Text
    as_of: dt.date | None
    shown: Text | None = None


class ReaderKind(StrEnum):
    """Who it was: the person, one of the staff, somebody the person has given a mandate, or a program."""

    SELF = "self"
    CLERK = "clerk"
    AGENT = "agent"
    SYSTEM = "system"


class Action(StrEnum):
    """What was done with somebody's data."""

    ASK = "ask"
    READ = "read"
    SEARCH = "search"
    EXPORT = "export"
    SCAN = "scan"
    PRINT = "print"
    SEND = "send"
    CORRECT = "correct"
    REFUSED = "refused"
    SECOND = "second"
    """A colleague was asked to allow a look, allowed it, or did not: `outcome` says which."""


class Link(msgspec.Struct, frozen=True):
    """One row of a person's chain as it is stored; an empty body is one whose time is over."""

    seq: int
    at: dt.datetime
    id: AccessId
    body: bytes
    hash: bytes


class Chained(msgspec.Struct, frozen=True):
    """A row together with whose it is, and with the end that their chain is said to have."""

    citizen_id: PersonId
    seq: int
    at: dt.datetime
    id: AccessId
    body: bytes
    hash: bytes
    head_seq: int | None
    head_hash: bytes | None

    @property
    def link(self) -> Link:
        return Link(self.seq, self.at, self.id, self.body, self.hash)


class Span(msgspec.Struct, frozen=True):
    """From when to when somebody was looked at."""

    first: dt.datetime | None
    last: dt.datetime | None


class Head(msgspec.Struct, frozen=True):
    """The last row of a person's chain."""

    citizen_id: PersonId
    seq: int
    hash: bytes


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """访问记录: who looked at which of my data, for which department and why."""

    id: AccessId
    seq: int
    at: dt.datetime
    staff_name: str
    org: str
    org_title: str
    purpose: Text
    fields: list[str]
    case_ref: str | None
    action: Action
    kind: ReaderKind
    basis: str
    outcome: str
    of: int | None
    """The row that this one completes."""
    expired: bool
    """Older than the city keeps it: that there was a look is all that is left."""


class Guarded(msgspec.Struct, frozen=True):
    """重点保护: somebody whose cases staff read only when a colleague has allowed it; who said so, why, and the last day."""

    citizen_ref: PersonId
    reason: str
    by_ref: PersonId
    by_name: str
    at: dt.datetime
    until_on: dt.date


class Sought(msgspec.Struct, frozen=True):
    """Which of my records are asked for: before a row, of one organisation, action or purpose. What is empty narrows nothing."""

    before: int = 0
    org: str = ""
    action: str = ""
    purpose: str = ""

    @property
    def narrow(self) -> bool:
        return bool(self.org or self.action or self.purpose)


class Reading(msgspec.Struct, frozen=True):
    """What one member of staff looked at on one day, counted. A page of a list is one look at many people."""

    actor: str
    org: str
    name: str
    looks: int
    people: int
    bare: int
    """Looks that name neither a case nor what they rest on."""
    late: int
    """Looks outside of office hours."""
    named: int
    """People of the reader's own family name, without a case."""
    colleagues: int
    refused: int
    exported: int
    kin: int = 0
    """People of the reader's own family name who are registered in the reader's household, with a case or without."""


class RegisterEntry(msgspec.Struct, frozen=True):
    """A row of the population register about one person who is alive and not struck off."""

    id_number: str
    name: str
    sex: Sex
    birth_on: dt.date
    nation: Text
    household_address: str
    address: str


class Life(StrEnum):
    """What happens in a life that others must know of: 死亡, 行为能力受限 as a court has found, 恢复 when it was an error or is over."""

    DIED = "died"
    INCAPABLE = "incapable"
    RESTORED = "restored"


class LifeEvent(msgspec.Struct, frozen=True):
    """One line of the population register's news."""

    number: int
    id_number: str
    kind: Life
    on: dt.date


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person the city brings along when it is loaded: demo residents and members of staff."""

    phone: str
    name: str | None = None
    id_number: str | None = None
    real_name: bool = False
    district: str | None = None
    nation: Text | None = None
    household_address: str | None = None
    address: str | None = None
