"""GB/T 36903: a certificate by the field codes that other systems expect, and back. Aligned with the standard, no claim of conformity.

The identifier of GB/T 36904 is taken apart and its check character computed anew: a row that was mistyped is refused, not guessed.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from onedoor.kernel.i18n import Text

from .models import ROOT, Cert, Holder, State, identifier_of

HOLDER_KINDS = {
    "001": "统一社会信用代码", "099": "其他法人或其他组织有效证件代码", "111": "公民身份号码", "114": "军官证号码", "115": "警官证号码",
    "118": "士兵证号码", "119": "军士证号码", "120": "文职人员证号码", "122": "文职干部证号码",
    "411": "外交护照号码", "412": "公务护照号码", "413": "公务普通护照号码", "414": "普通护照号码", "511": "台湾居民来往大陆通行证号码",
    "516": "港澳居民来往内地通行证号码",
    "999": "其他自然人有效证件代码",
}  # fmt: skip
"""What kind of number names the holder."""
_PARTS = r"\.([0-9A-Z]{18})(\d{3})\.([0-9A-Z]{18})\.([0-9A-Z]{1,20})\.(\d{3})\.[0-9A-Z]"
_IDENTIFIER = re.compile(re.escape(ROOT) + _PARTS)
ENDLESS = "9999-12-31"


class NotOfTheStandard(ValueError):
    """A field is missing or is not of its form; the message is its code."""


class Outline(Struct, frozen=True):
    """What such a row says of a certificate."""

    type_name: str
    type_code: str
    identifier: str
    number: str
    serial: str
    version: int
    issuer_name: str
    issuer_code: str
    issued_on: dt.date
    holder: Holder
    valid_from: dt.date
    valid_to: dt.date | None
    state: State


def to_36903(cert: Cert, type_name: Text, issuer_name: Text, issuer_code: str) -> dict[str, str]:
    """The row."""
    return {
        "ZZMC": type_name.zh, "ZZLXDM": cert.type, "ZZBH": cert.number, "ZZBS": cert.identifier, "ZZBFJG": issuer_name.zh,
        "ZZBFJGDM": issuer_code, "ZZBFRQ": cert.issued_on.isoformat(), "CZZT": cert.holder.name, "CZZTDM": cert.holder.number,
        "CZZTDMLX": HOLDER_KINDS.get(cert.holder.kind, HOLDER_KINDS["999"]), "CZZTDMLXDM": cert.holder.kind,
        "ZZYXQQSRQ": cert.valid_from.isoformat(), "ZZYXQJZRQ": cert.valid_to.isoformat() if cert.valid_to else ENDLESS,
        "ZZZT": cert.state.value,
    }  # fmt: skip


def from_36903(row: Mapping[str, Any]) -> Outline:
    """What the row says; NotOfTheStandard names the field that does not fit."""
    serial, version = _identifier(row)
    ends = _day(row, "ZZYXQJZRQ")
    kind = _words(row, "CZZTDMLXDM")
    if kind not in HOLDER_KINDS:
        raise NotOfTheStandard("CZZTDMLXDM")
    try:
        state = State(_words(row, "ZZZT"))
    except ValueError as bad:
        raise NotOfTheStandard("ZZZT") from bad
    return Outline(
        _words(row, "ZZMC"), _words(row, "ZZLXDM"), _words(row, "ZZBS"), _words(row, "ZZBH"), serial, version, _words(row, "ZZBFJG"),
        _words(row, "ZZBFJGDM"), _day(row, "ZZBFRQ"), Holder(_words(row, "CZZT"), _words(row, "CZZTDM"), kind), _day(row, "ZZYXQQSRQ"),
        None if ends.isoformat() == ENDLESS else ends, state,
    )  # fmt: skip


def _identifier(row: Mapping[str, Any]) -> tuple[str, int]:
    found = _IDENTIFIER.fullmatch(_words(row, "ZZBS"))
    if found is None:
        raise NotOfTheStandard("ZZBS")
    definer, kind, issuer, serial, version = found.groups()
    if identifier_of(definer, kind, issuer, serial, int(version)) != found[0] or kind != _words(row, "ZZLXDM"):
        raise NotOfTheStandard("ZZBS")
    return serial, int(version)


def _words(row: Mapping[str, Any], name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not 1 <= len(found) <= 400:
        raise NotOfTheStandard(name)
    return found


def _day(row: Mapping[str, Any], name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(_words(row, name))
    except ValueError as bad:
        raise NotOfTheStandard(name) from bad
