"""Certificates, their types, and what is written about each show and check."""

import datetime as dt
import re
from enum import StrEnum
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.text import check37_36, mask_name, mask_number
from onedoor.orgs.models import OrgId

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


class Grants(StrEnum):
    """What this room lets a member of staff do, for the certificates of the own department."""

    REVOKE = "wallet:revoke"


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
    """Where a certificate comes from: the end of a case here, or the register of the department."""

    ISSUED = "issued"
    REGISTER = "register"


class ClaimKind(StrEnum):
    """How the value of a field is written."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"
    NUMBER = "number"
    BOOL = "bool"


class Mask(StrEnum):
    """How a field looks to others until its holder taps it."""

    NONE = "none"
    NAME = "name"
    NUMBER = "number"
    ADDRESS = "address"
    HIDDEN = "hidden"


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """照面信息: one field of a type of certificate. `face` is printed on the front."""

    name: str
    label: Text
    kind: ClaimKind = ClaimKind.TEXT
    mask: Mask = Mask.NONE
    face: bool = False


class Look(msgspec.Struct, frozen=True):
    """The colours of the paper document; a sheet stands upright, a card lies."""

    ground: str
    ink: str
    sheet: bool = False


class NewType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[type]] of cert_types.toml."""

    code: str
    name: Text
    issuer: str
    ground: str
    ink: str
    number: str
    claims: list[Claim]
    sheet: bool = False
    valid_days: int = 0
    holder: Text | None = None


class CertType(msgspec.Struct, frozen=True):
    """证照类型: what a kind of certificate is called, who issues it, how it looks and which fields it has."""

    code: str
    name: Text
    issuer: str
    issuer_ref: OrgId
    issuer_name: Text
    definer: str
    holder: Text | None
    claims: list[Claim]
    look: Look
    prefix: str
    valid_days: int
    version: int


class Holder(msgspec.Struct, frozen=True):
    """持证主体: who holds it, with the kind of number (111 = 公民身份号码)."""

    name: str
    number: str
    kind: str = "111"


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

    def state_on(self, today: dt.date) -> State:
        """The state with the last day taken into account: the certificate is good on that day, and expired on the next."""
        ended = self.state is State.EFFECTIVE and self.valid_to is not None and self.valid_to < today
        return State.EXPIRED if ended else self.state


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
    """亮证·核验记录: one show or check, as the holder reads it."""

    id: PresentId
    at: dt.datetime
    cert_id: CertId
    fields: list[str]
    verifier: Text | None
    channel: str
    result: str
    offline: bool


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


_DISTRICT = re.compile(r"^.{2,12}?(?:区|县|旗)")


def masked(value: Any, how: Mask) -> str:
    """A field as others see it."""
    words = "" if value is None else str(value)
    if how is Mask.NONE or not words:
        return words
    if how is Mask.NAME:
        return mask_name(words)
    if how is Mask.NUMBER:
        return mask_number(words)
    if how is Mask.ADDRESS:
        found = _DISTRICT.match(words)
        return (found[0] if found else words[:3]) + "***"
    return "••••••"
