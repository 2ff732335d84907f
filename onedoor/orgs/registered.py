"""机构入驻 What a registration is made of, and what an organisation keeps of its people. Pure: no database, no language."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan

from .models import OrgId, Role


class RegistrationId(Id):
    """Names one registration of an organisation."""

    prefix = "reg"


class ProofId(Id):
    """Names one paper that proves who an organisation is."""

    prefix = "proof"


class InvitationId(Id):
    """Names one invitation to an organisation."""

    prefix = "invite"


class Kind(StrEnum):
    """机构类型, as the first places of its code say it."""

    GOVERNMENT = "government"
    INSTITUTION = "institution"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"
    SOCIAL = "social"
    OTHER = "other"


BEGINS = {
    "11": Kind.GOVERNMENT, "12": Kind.INSTITUTION, "91": Kind.ENTERPRISE, "92": Kind.INDIVIDUAL, "51": Kind.SOCIAL, "52": Kind.SOCIAL,
    "53": Kind.SOCIAL,
}  # fmt: skip


class State(StrEnum):
    """Where a registration stands."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({State.SUBMITTED, State.ASKED})


class Stated(msgspec.Struct, frozen=True):
    """What an applicant says of an organisation."""

    uscc: str
    name: str
    kind: Kind
    legal_name: str
    contact_name: str
    contact_phone: str


class Registration(msgspec.Struct, frozen=True):
    """机构入驻: one application to be known as an organisation."""

    citizen_id: PersonId
    id: RegistrationId
    uscc: str
    name: str
    kind: Kind
    legal_name: str
    contact_name: str
    contact_phone: str
    state: State
    reason: str
    rev: int
    submitted_at: dt.datetime
    changed_at: dt.datetime
    org_ref: OrgId | None


class Proof(msgspec.Struct, frozen=True):
    """证明材料: one paper, kept encrypted under the hash of its content, with what the scan says of it."""

    citizen_id: PersonId
    id: ProofId
    registration_id: RegistrationId | None
    sha256: str
    size: int
    kind: str
    name: str
    scan: Scan
    at: dt.datetime


class RegistrationStep(msgspec.Struct, frozen=True):
    """One thing that happened to a registration. Append only."""

    at: dt.datetime
    state: State
    by_staff: bool
    note: str


class Queued(msgspec.Struct, frozen=True):
    """What the operator's list shows of a registration."""

    id: RegistrationId
    citizen_ref: PersonId
    uscc: str
    name: str
    state: State
    since: dt.datetime


class Invitation(msgspec.Struct, frozen=True):
    """邀请: who is asked to join an organisation, by phone."""

    org_id: OrgId
    id: InvitationId
    tel: str
    name: str
    role: Role
    by_name: str
    at: dt.datetime
    expires_at: dt.datetime
    state: str


class Deed(msgspec.Struct, frozen=True):
    """机构记录: what somebody did in an organisation. Append only."""

    at: dt.datetime
    actor_name: str
    act: str
    subject: str
    detail: str
