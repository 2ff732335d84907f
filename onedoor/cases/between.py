"""会办 and 离岗代理: what departments and colleagues do for each other in a case. Pure."""
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import CaseId, Move, Step

MOST_DAYS = 15
"""Working days that another department may be given for its opinion."""
BOUNCES = 2
"""退回: after so many the services bureau decides where a case belongs."""


class OpinionId(Id):
    """Names one opinion 会办意见."""

    prefix = "opinion"


class Verdict(StrEnum):
    """What another department says: it agrees, it objects, or it has no view."""

    AGREE = "agree"
    OBJECT = "object"
    NONE = "none"


class OpinionState(StrEnum):
    """How a request for an opinion stands; silence counts as no objection only where the process says so."""

    ASKED = "asked"
    GIVEN = "given"
    SILENT = "silent"
    RECALLED = "recalled"


class Opinion(Struct, frozen=True):
    """会办: one question to another department. `share` names the answers of the application that it may see."""

    org_id: OrgId
    id: OpinionId
    case_ref: CaseId
    citizen_ref: PersonId
    number: str
    title: Text
    district: str
    street: str
    asked_org: OrgId
    asked_by: str
    question: str
    share: list[str]
    due_on: date
    state: OpinionState
    verdict: str
    answer: str
    answered_by: str
    at: datetime


class Cover(Struct, frozen=True):
    """代理: one colleague stands in for another from one day until another."""

    staff_ref: PersonId
    org_ref: OrgId
    by_ref: PersonId
    from_on: date
    until_on: date


def open_opinions(steps: list[Step]) -> list[str]:
    """Ids of opinions that were asked for and neither given nor recalled, as the steps tell it."""
    found: dict[str, None] = {}
    for step in steps:
        if step.kind is Move.CONSULT:
            found[str(step.detail.get("opinion"))] = None
        elif step.kind in (Move.OPINE, Move.RECALL):
            found.pop(str(step.detail.get("opinion")), None)
    return list(found)
