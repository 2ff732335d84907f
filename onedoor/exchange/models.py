"""What an exchange knows: elements, registers, resources, agreements, and the values that are had through them."""

import datetime as dt
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.trust import Document
from onedoor.orgs.models import OrgId


class Grants(StrEnum):
    """What staff may do with the exchange: steward the city's directory, speak for the own department's data, read what registers tell for
    a case without a mask, or receive for the own district or street what registers hold about its people."""

    STEWARD = "exchange:steward"
    SUPPLY = "exchange:supply"
    UNMASK = "exchange:unmask"
    BACKFLOW = "exchange:backflow"


class Clocks(Struct, frozen=True, forbid_unknown_fields=True):
    """期限 Working days of what departments owe each other; what a city does not say is as here.

    check: the data authority looks at a demand. answer: the supplier answers it; answer_shared: what is shared with somebody already.
    prolong: how much longer the supplier may take, once. rule: a dispute is ruled on. escalate: until the authority is told once more of
    what stays silent. correct: a department looks again at a fact that somebody says is wrong.
    """

    check: int = 2
    answer: int = 10
    answer_shared: int = 5
    prolong: int = 10
    rule: int = 10
    escalate: int = 2
    correct: int = 10


class Transport(StrEnum):
    """How a register is spoken to."""

    REST = "rest"
    SOAP = "soap"
    SQL = "sql"
    FILE = "file"
    QUEUE = "queue"
    CITY = "city"


class State(StrEnum):
    """What became of one element that was asked."""

    HELD = "held"
    NOT_HELD = "not_held"
    LATE = "late"
    DOWN = "down"
    REFUSED = "refused"
    WRONG = "wrong"
    UNMAPPED = "unmapped"


class Via(StrEnum):
    """How a value was had: from the register now, from an earlier answer, from last night's copy, from another city's certificate that
    was shown, or from one's own wallet here."""

    LIVE = "live"
    KEPT = "kept"
    REPLICA = "replica"
    PRESENTED = "presented"
    WALLET = "wallet"


class System(Struct, frozen=True):
    """数源系统, one outside system as a connector needs it. Settings are the register's own words; secrets stay in the home, by name."""

    code: str
    transport: Transport
    address: str
    settings: dict[str, Any] = {}
    secret: bytes = b""
    timeout_ms: int = 700


class AskOut(Struct, frozen=True):
    """One question about one person: which resource, by which keys (element → value), under which name it may be repeated."""

    request_id: str
    operation: str
    keys: dict[str, str]
    timeout_ms: int = 700


class AskIn(Struct, frozen=True):
    """What a register said, as a tree of plain values whatever it was written in.

    state: HELD with a document; NOT_HELD, REFUSED, DOWN, WRONG without. LATE is the caller's to say.
    echoed: the keys as the register gave them back; a caller compares them before it believes anything.
    late: JSON pointers at which a part had not come in time, as the second page of a household; nothing below them is to be believed.
    """

    state: State
    document: Any = None
    echoed: dict[str, str] = {}
    as_of: dt.date | None = None
    problem: str = ""
    sha256: bytes = b""
    late: tuple[str, ...] = ()


class Pulled(Struct, frozen=True):
    """One file of a drop or one event of a queue, as it was laid down. Asking again with its mark gives what came after it."""

    mark: str
    name: str
    content: bytes


class Push(Struct, frozen=True):
    """Something for a register to keep: a registration, a correction. The same request_id twice is one."""

    request_id: str
    operation: str
    body: dict[str, Any]


class Receipt(Struct, frozen=True):
    """Their number for what was put; `waiting` when it comes later, as with files."""

    number: str
    waiting: bool = False


class Health(Struct, frozen=True):
    """Whether a system answers, and what it says of itself."""

    well: bool
    note: str = ""


class AskId(Id):
    """One question to one register about one person."""

    prefix = "look"


class FieldState(StrEnum):
    """How one element stands for somebody: from what an ask came to, to why it was not asked at all."""

    HELD = "held"
    NOT_HELD = "not_held"
    PENDING = "pending"
    LATE = "late"
    DOWN = "down"
    REFUSED = "refused"
    WRONG = "wrong"
    UNMAPPED = "unmapped"
    CONSENT = "consent"
    NONE = "none"


TROUBLE = frozenset({FieldState.LATE, FieldState.DOWN, FieldState.REFUSED, FieldState.WRONG, FieldState.UNMAPPED})
"""A register holds it by agreement, and it did not come."""
MISSED = TROUBLE | {FieldState.CONSENT}
"""The same, or its person has not allowed it: what a form offers instead is its ladder."""


class Question(Struct, frozen=True):
    """What a form needs to know about one person: which elements, for which service of which organisation, for which matter."""

    elements: tuple[str, ...]
    item: str
    title: Text
    asker: OrgId
    purpose: str = "apply"
    matter: UUID | None = None
    actor_kind: Literal["self", "clerk", "agent", "system"] = "self"
    again: bool = False
    """Ask once more what did not come."""
    abroad: Text | None = None
    """The department that asks, as its own city names it, when it is not of this one."""
    reason: str = ""
    case: str = ""
    """Why a clerk asks, and for which case by its number: the person reads both."""


class Field(Struct, frozen=True):
    """One element as a form shows it, always with its origin."""

    element: str
    state: FieldState
    value: Any = None
    source: Text = Text("")
    resource: str = ""
    as_of: dt.date | None = None
    received_at: dt.datetime | None = None
    via: Via | None = None
    ask: AskId | None = None
    problem: str = ""


class Said(Struct, frozen=True):
    """For what another city is asked: it writes this down for the person before it answers."""

    elements: tuple[str, ...]
    purpose: str
    item: str
    title: Text
    asker: Text
    matter: UUID


class Sheet(Struct, frozen=True):
    """知情同意 What is put before a person: who asks, which facts of whom, for what and until when."""

    agreement: str
    asker: Text
    source: Text
    purpose: Text
    basis: str
    elements: dict[str, Text]
    item: str
    title: Text


class Arrived(Struct, frozen=True):
    """Of one service, how many facts were asked of registers that hold them, and how many came."""

    item: str
    asked: int
    came: int


class City(Struct, frozen=True):
    """互认城市 Another city that is believed: its root key's fingerprint, the divisions it may speak for, and what it said last."""

    node: str
    id: OrgId
    fingerprint: str
    divisions: list[str]
    state: str
    seq: int
    document: str
    fetched_at: dt.datetime
    fault: str
    added_by: str
    added_at: dt.datetime


class Trusted(Struct, frozen=True):
    """Every city that is known, by its address, and the documents of those that are switched on."""

    cities: dict[str, City]
    documents: dict[str, Document]

    def standing(self, node: str, now: int) -> Document | None:
        """The document by which a city is believed now: none when it is off, or when it has not been heard of for a week."""
        found = self.documents.get(node)
        return found if found is not None and found.exp > now else None

    def title(self, node: str) -> Text:
        """As the city calls itself; its address when it says nothing."""
        said = self.documents[node].name if node in self.documents else {}
        plain = node.partition("://")[2]
        return Text(said.get("zh", "")[:40] or plain, said.get("en", "")[:60] or said.get("zh", "")[:40] or plain)

    def by_id(self, which: Id) -> City | None:
        return next((one for one in self.cities.values() if one.id.uuid == which.uuid), None)


class Beheld(Struct, frozen=True):
    """见证 One seal of another city as it was first seen here; `broken_at`: since when it is another one there, or none."""

    node: str
    n: int
    sha256: bytes
    seen_at: dt.datetime
    broken_at: dt.datetime | None = None
