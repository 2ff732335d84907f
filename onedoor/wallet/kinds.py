"""证照类型: kinds of certificates, their fields and how those look to others."""

import re
from enum import StrEnum
from typing import Any

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.text import mask_name, mask_number, uscc_fault
from onedoor.orgs.models import OrgId

ORGANISATION = "001"
"""Whose number is a unified social credit code."""


class Holder(msgspec.Struct, frozen=True):
    """持证主体: who holds it, with the kind of number (111 = 公民身份号码)."""

    name: str
    number: str
    kind: str = "111"

    @classmethod
    def of(cls, name: str, number: str) -> "Holder":
        """A person, or an organisation by its unified social credit code."""
        return cls(name, number, ORGANISATION if uscc_fault(number) is None else "111")

    @property
    def shown(self) -> str:
        """As others read it: a person without the middle of the name, an organisation by its whole name."""
        return self.name if self.kind == ORGANISATION else mask_name(self.name)


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


class Disclosed(StrEnum):
    """Whether the holder decides about a field: always, or it stands open because without it the certificate says nothing."""

    ALWAYS = "always"
    NEVER = "never"


class HeldBy(StrEnum):
    """持证主体: whose certificates of a kind are: 自然人, 法人, or either."""

    PERSON = "person"
    FIRM = "firm"
    BOTH = "both"


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """照面信息: one field of a type of certificate. `face` is printed on the front."""

    name: str
    label: Text
    kind: ClaimKind = ClaimKind.TEXT
    mask: Mask = Mask.NONE
    face: bool = False
    sd: Disclosed = Disclosed.ALWAYS


class Look(msgspec.Struct, frozen=True):
    """The colours of the paper document; a sheet stands upright, a card lies. `lines`: three numbers from which its guilloche is drawn, in
    the colour `edge` where the paper has gold."""

    ground: str
    ink: str
    sheet: bool = False
    lines: tuple[int, int, int] = (7, 3, 5)
    edge: str = ""


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
    lines: tuple[int, int, int] = (7, 3, 5)
    edge: str = ""
    derived: list[str] = []
    fills: dict[str, str] = {}
    guarded: bool = False
    held_by: HeldBy = HeldBy.PERSON


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
    derived: list[str] = []
    fills: dict[str, str] = {}
    """Which fact of the dictionary a field is, for forms that take it from the wallet when no register answers."""
    guarded: bool = False
    """Of a child it lies in the guardians' hands as well."""
    held_by: HeldBy = HeldBy.PERSON

    @property
    def opened(self) -> frozenset[str]:
        """Fields that stand open in the signed text."""
        return frozenset(claim.name for claim in self.claims if claim.sd is Disclosed.NEVER)


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
