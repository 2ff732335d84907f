"""特别程序 What a process may stop its clock for, and how long it may be extended. Pure: no database, no clock, no language."""
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct

MOST_SPECIAL_DAYS = 180
"""Working days that a city may give to one procedure."""
MOST_EXTENDED = 10
"""延期: working days by which a supervisor may extend, once, where the service does not say fewer."""
OF_AGE = 18
"""Nobody younger is ever named in public."""


class Kind(StrEnum):
    """Procedures whose days the law does not count."""

    INSPECTION = "inspection"
    HEARING = "hearing"
    EXPERT_REVIEW = "expert_review"
    PUBLIC_NOTICE = "public_notice"
    ASSESSMENT = "assessment"


class Special(Struct, frozen=True, forbid_unknown_fields=True):
    """One of them as a process names it: for how many working days at most, and of which cases."""

    kind: Kind
    max_days: Annotated[int, Meta(ge=1, le=MOST_SPECIAL_DAYS)]
    when: dict[str, Any] | None = None


class Starting(Struct, frozen=True):
    """What a clerk starts, why, and until which day."""

    kind: str
    reason: str
    until: date


class Running(Struct, frozen=True):
    """The one for which a clock stands still now."""

    kind: Kind
    reason: str
    began_on: date
    until_on: date
