"""Certificates, their types, and what is written about each show and check."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.text import check37_36
from onedoor.orgs.models import OrgId

from .kinds import CertType as CertType
from .kinds import Claim as Claim
from .kinds import ClaimKind as ClaimKind
from .kinds import Disclosed as Disclosed
from .kinds import HeldBy as HeldBy
from .kinds import Holder as Holder
from .kinds import Look as Look
from .kinds import Mask as Mask
from .kinds import NewType as NewType
from .kinds import masked as masked

ROOT = "1.2.156.3005.2"


class CertId(Id):
    """证照: one version of one certificate in one wallet."""

    prefix = "cert"


class ListId(Id):
    """A status list of one issuing department."""

    prefix = "list"


class PresentId(Id):
    """One show or check of a certificate."""

    prefix = "present"


class CredentialId(Id):
    """One copy of a certificate, bound to one key of its holder."""

    prefix = "credential"


class OfferId(Id):
    """One transfer of a certificate into another wallet."""

    prefix = "offer"


class Grants(StrEnum):
    """What this room lets a member of staff do, for the certificates of the own department."""

    REVOKE = "wallet:revoke"
    ASK = "wallet:ask"


class State(StrEnum):
    """证照状态, with the values of GB/T 36903. 02 is computed from the last day and never stored."""

    EFFECTIVE = "10"
    REISSUED = "01"
    EXPIRED = "02"
    CANCELLED = "03"
    REVOKED = "04"
    WITHDRAWN = "05"
    OTHER = "09"


class Source(StrEnum):
    """Where a certificate comes from: the end of a case here, the register of the department, or another system that kept it before."""

    ISSUED = "issued"
    REGISTER = "register"
    IMPORTED = "imported"


class Seal(msgspec.Struct, frozen=True):
    """签章: the certificate as its issuer signed it, and with which key."""

    kid: str
    at: dt.datetime
    credential: str


class Cert(msgspec.Struct, frozen=True):
    """证照: one certificate as its holder keeps it."""

    citizen_id: PersonId
    id: CertId
    type: str
    identifier: str
    number: str
    serial: str
    version: int
    holder: Holder
    issuer_ref: OrgId
    issued_on: dt.date
    valid_from: dt.date
    valid_to: dt.date | None
    state: State
    claims: dict[str, Any]
    list_ref: ListId
    idx: int
    source: Source
    decision_ref: str | None
    reason: Text | None
    changed_at: dt.datetime
    sha256: str
    frozen: bool = False
    hidden: bool = False
    """Its holder has taken it out of the wallet; it is as good as before."""

    def state_on(self, today: dt.date) -> State:
        """The state with the last day taken into account, good on that day and expired on the next; a frozen one is good for nothing."""
        if self.frozen and self.state is State.EFFECTIVE:
            return State.OTHER
        ended = self.state is State.EFFECTIVE and self.valid_to is not None and self.valid_to < today
        return State.EXPIRED if ended else self.state


class Credential(msgspec.Struct, frozen=True):
    """A certificate bound to a key: whoever shows it proves that they hold that key."""

    citizen_id: PersonId
    id: CredentialId
    cert_id: CertId
    holder_key: str
    list_ref: ListId
    idx: int
    issued_at: dt.datetime
    expires_at: dt.datetime


class Elsewhere(msgspec.Struct, frozen=True):
    """A certificate in another wallet, as its holder sees it: since when, until when, in how many pieces."""

    id: OfferId
    since: dt.datetime
    expires_at: dt.datetime
    pieces: int


class Front(msgspec.Struct, frozen=True):
    """What a home page needs of a certificate that is good today; `total` counts all of them."""

    id: CertId
    type: str
    number: str
    holder_name: str
    total: int


class Claimed(msgspec.Struct, frozen=True):
    """Whose a certificate is, as its issuer finds it."""

    citizen_ref: PersonId
    cert_ref: CertId
    list_ref: ListId
    idx: int


class Present(msgspec.Struct, frozen=True):
    """亮证·核验记录: one show or check, as the holder reads it; `agent` did it in the holder's stead."""

    id: PresentId
    at: dt.datetime
    cert_id: CertId
    fields: list[str]
    verifier: Text | None
    channel: str
    result: str
    offline: bool
    agent: str = ""


class Logged(msgspec.Struct, frozen=True):
    """The same in a list over all certificates, with the type."""

    id: PresentId
    at: dt.datetime
    cert_id: CertId
    fields: list[str]
    verifier: Text | None
    channel: str
    result: str
    offline: bool
    agent: str
    type: str


class Code(msgspec.Struct, frozen=True):
    """The code on the screen, and until when it can be checked."""

    text: str
    expires_at: dt.datetime


class Seed(msgspec.Struct, frozen=True):
    """A resident with the certificates the registers already hold, as demo/residents.jsonl gives them."""

    holder: PersonId
    name: str
    id_number: str
    certs: list[dict[str, Any]]


def identifier_of(definer: str, type_code: str, issuer: str, serial: str, version: int) -> str:
    """证照标识 of GB/T 36904; its check character is computed without the root and the dots."""
    check = check37_36(f"{definer}{type_code}{issuer}{serial}{version:03}")
    return f"{ROOT}.{definer}{type_code}.{issuer}.{serial}.{version:03}.{check}"


def number_of(prefix: str, serial: str) -> str:
    """证照编号: prefix, serial, and a check character that catches a mistyped number."""
    return f"{prefix}{serial}{check37_36(prefix + serial)}"


class CopyId(Id):
    """加注件: a copy of a certificate for one purpose."""

    prefix = "copy"


class ConsentId(Id):
    """授权: a department may read some facts of a certificate."""

    prefix = "consent"


class AskingId(Id):
    """One question of a verifier to a wallet."""

    prefix = "asking"


class Copy(msgspec.Struct, frozen=True):
    """加注件: for whom, for what, until when, and how often it has been checked."""

    citizen_id: PersonId
    id: CopyId
    cert_id: CertId
    purpose: str
    to_name: str
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    most_reads: int | None
    reads: int
    code: str
    revoked_at: dt.datetime | None
    agent: str = ""
    """Who made it for the holder."""
    veiled: bool = False
    """Numbers and names stand on it as others see them: whoever made it may not know them."""
    agent_ref: PersonId | None = None

    def standing(self, now: dt.datetime) -> str:
        """valid, or why it is not: taken back, run out, read often enough."""
        if self.revoked_at is not None:
            return "taken_back"
        if self.expires_at <= now:
            return "expired"
        return "used_up" if self.most_reads is not None and self.reads >= self.most_reads else "valid"


class Mode(StrEnum):
    """How often a consent is good: for one reading, for one case until it ends, until a day."""

    ONCE = "once"
    CASE = "case"
    UNTIL = "until"


class Need(msgspec.Struct, frozen=True):
    """What a department needs of one type of certificate for a case. `required`: without these it cannot decide."""

    type: str
    claims: tuple[str, ...]
    required: frozenset[str]
    why: Text
    basis: str = ""


class Consent(msgspec.Struct, frozen=True):
    """授权用证: which facts of a certificate a department may read, for what and how long."""

    citizen_id: PersonId
    id: ConsentId
    cert_id: CertId
    claims: list[str]
    to_org: OrgId
    to_name: Text
    purpose: Text
    basis: str
    case_ref: str
    mode: Mode
    given_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    reads: int
    read_at: dt.datetime | None

    def stands(self, now: dt.datetime) -> bool:
        """Whether it may be read now."""
        return self.ended_at is None and self.expires_at > now and not (self.mode is Mode.ONCE and self.reads)


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields of one type of certificate that a verifier wants, and which values would do; none named: any."""

    type: str
    claims: tuple[str, ...]
    values: tuple[str | int | bool, ...] = ()


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For what a verifier may ask. Any one of `wants` is an answer; `keeps` says how long it is kept."""

    code: str
    words: Text
    wants: tuple[Wish, ...]
    keeps: Text | None = None
    fills: dict[str, str] = {}
    """Which fact of the dictionary each field becomes when somebody shows another city's certificate for a form here."""


class NewVerifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[verifier]] of verifiers.toml."""

    code: str
    organisation: str
    name: Text
    purposes: list[Purpose]


class Verifier(msgspec.Struct, frozen=True):
    """核验方: an organisation that may ask wallets, as the city has enrolled it. Its name comes from here, never from what it sends."""

    code: str
    org_ref: OrgId
    name: Text
    purposes: list[Purpose]

    def purpose(self, code: str) -> Purpose | None:
        return next((one for one in self.purposes if one.code == code), None)


class Asking(msgspec.Struct, frozen=True):
    """A question to a wallet, and its answer once there is one."""

    id: AskingId
    org_ref: OrgId
    verifier: str
    purpose: str
    nonce: str
    state: str
    made_at: dt.datetime
    expires_at: dt.datetime
    answered_at: dt.datetime | None
    result: str | None
    claims: dict[str, Any] | None
    citizen_ref: PersonId | None = None
    node: str | None = None
    """Of somebody who shows another city's certificate for a form here: who, and of which city."""
    item: str = ""
    back: str = ""
    beyond: int = 0
    """How many fields a wallet showed that nobody had asked for: dropped, and counted."""


class AbroadList(msgspec.Struct, frozen=True):
    """A status list of another city, packed, and when that city signed it."""

    uri: str
    node: str
    body: bytes
    signed_at: dt.datetime


class Back(msgspec.Struct, frozen=True):
    """Whose question a wallet comes back from, and which form here goes on with the answer."""

    verifier: str
    back: str
