"""What a mandate is made of. Pure: no database, no clock, no language."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan
from onedoor.kernel.work import Actor
from onedoor.orgs.models import OrgId


class MandateId(Id):
    """Names one mandate 委托."""

    prefix = "mandate"


class UseId(Id):
    """One use of a mandate."""

    prefix = "use"


class PaperId(Id):
    """The paper on which a mandate was signed at a counter."""

    prefix = "paper"


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    CONFIRM = "mandates:confirm"


class Kind(StrEnum):
    """Why somebody acts for another."""

    GUARDIAN = "guardian"
    FAMILY = "family"
    CARER = "carer"
    GRID_WORKER = "grid_worker"
    LEGAL = "legal"
    COMPANY_STAFF = "company_staff"
    ONCE = "once"


BY_LAW = frozenset({Kind.GUARDIAN, Kind.LEGAL})
"""Who acts because a register says so, in everything."""


class Act(StrEnum):
    """What an agent may be allowed to do."""

    SEE = "see_status"
    FILL = "fill"
    SUBMIT = "submit"
    SUPPLEMENT = "supplement"
    COLLECT = "collect"
    SHOW = "show"
    COPY = "copy"
    CONSENT = "consent"


PAPERS = frozenset({Act.SHOW, Act.COPY, Act.CONSENT})
"""What is done with certificates, of the kinds that the mandate names; the others are done in services."""


class State(StrEnum):
    """Where a mandate stands. A past last day counts as expired, whatever is written."""

    ASKED = "asked"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"
    USED_UP = "used_up"
    EXPIRED = "expired"


LIVING = frozenset({State.ASKED, State.ACTIVE})


class Ground(StrEnum):
    """What a mandate rests on."""

    REGISTER = "register"
    COURT = "court"
    PAPER = "paper"
    VOICE = "voice"
    SIGN_IN = "sign_in"


class Side(StrEnum):
    """One of the two people, or staff at a counter."""

    PRINCIPAL = "principal"
    AGENT = "agent"
    STAFF = "staff"


class Via(StrEnum):
    """By which way something was said."""

    PAGE = "page"
    CODE = "code"
    COUNTER = "counter"
    REGISTER = "register"
    SMS = "sms"
    LEFT = "left"
    CLOCK = "clock"


class Terms(msgspec.Struct, frozen=True):
    """What is agreed: the services, the kinds of certificates, what may be done, what stays hidden, how often, and until when."""

    kind: Kind
    items: list[str]
    acts: list[Act]
    hide: list[str]
    uses_left: int | None
    from_on: dt.date
    until_on: dt.date
    types: list[str] = []


class Mandate(msgspec.Struct, frozen=True):
    """委托: one person's leave for another to act for them. A guardian without services named acts in all of them."""

    citizen_id: PersonId
    id: MandateId
    agent_ref: PersonId
    principal_name: str
    agent_name: str
    kind: Kind
    items: list[str]
    acts: list[Act]
    hide: list[str]
    uses_left: int | None
    from_on: dt.date
    until_on: dt.date
    ground: Ground
    state: State
    asked_by: Side
    confirmed_via: Via | None
    confirmed_by: str
    ended_via: Via | None
    org_ref: OrgId | None
    asked_at: dt.datetime
    changed_at: dt.datetime
    types: list[str] = []

    def holds(self, today: dt.date) -> bool:
        """Whether it may be used today."""
        return self.state is State.ACTIVE and self.from_on <= today <= self.until_on and self.uses_left != 0

    @property
    def whole(self) -> bool:
        """A guardian decides as well what else only the person decides, and a legal representative what only the firm does; not a guardian
        of a child who has an account, whose certificates alone lie in the guardian's hands."""
        return self.kind in BY_LAW and Act.SUBMIT in self.acts

    @property
    def firm(self) -> bool:
        """Whether it is an organisation's matters that are done under it."""
        return self.kind in (Kind.LEGAL, Kind.COMPANY_STAFF)

    @property
    def papers(self) -> bool:
        """Whether it opens certificates at all."""
        return self.kind in BY_LAW or bool(self.types)


class Use(msgspec.Struct, frozen=True):
    """One thing an agent did under a mandate."""

    id: UseId
    at: dt.datetime
    act: Act
    item: str
    title: Text
    ref: str


class Paper(msgspec.Struct, frozen=True):
    """委托书: the signed paper, kept encrypted under the hash of its content, with what the scan says of it."""

    citizen_id: PersonId
    id: PaperId
    mandate_id: MandateId
    sha256: str
    size: int
    kind: str
    name: str
    scan: Scan
    at: dt.datetime


class Standing(msgspec.Struct, frozen=True):
    """Whom a session has turned to: the actor who stands in, or None when that has ended, with whom it was for."""

    actor: Actor | None
    name: str
    principal: PersonId
    mandate: MandateId


class Kinship(msgspec.Struct, frozen=True):
    """What the population register says of two people: the elder one cares for the younger one by law."""

    relation: str
    until: dt.date | None = None


class Warded(msgspec.Struct, frozen=True):
    """Somebody whom another cares for by law, as the population register names them."""

    name: str
    id_number: str


class Company(msgspec.Struct, frozen=True):
    """单位: an organisation as the register of companies knows it."""

    uscc: str
    name: str
    legal_name: str
    legal_id_number: str
    address: str = ""
    scope: str = ""
    founded_on: dt.date | None = None


class Reply(msgspec.Struct, frozen=True):
    """A text message that somebody sent to the city."""

    number: int
    phone: str
    text: str
