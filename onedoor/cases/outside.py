"""What a service says of other departments' systems: who finds something out for it, and what is handed on."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct


class Hand(Struct, frozen=True, forbid_unknown_fields=True):
    """报送: what is handed to a register and how: by element `/answer`, `@person.fact`, `#claim` of the assessment, or `=word`."""

    register: str
    operation: str
    body: dict[str, str]
    when: dict[str, Any] | None = None


class AssessedBy(Struct, frozen=True, forbid_unknown_fields=True):
    """评定: which resource brings the result. claims: claim of the certificate → element; words: how a claim writes an element's value;
    refer: what the register is told when the case is taken on."""

    resource: str
    claims: dict[str, str]
    words: dict[str, dict[str, str]] = {}
    refer: Hand | None = None


def found_out(details: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By claim what the newest result among the details of a case's steps says; nothing when there is none."""
    found = [one["assessed"] for one in details if "assessed" in one]
    return dict(found[-1]["values"]) if found else {}
