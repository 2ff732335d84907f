"""What has happened to passes, for the rooms above. No answer of the person is in them."""

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.orgs.models import OrgId

from .gates import GateId
from .models import AppealId, Cause, Colour, DecisionId, DeclarationId
from .records import AppealState


class DeclarationMade(Struct, frozen=True):
    """健康申报: somebody declared, by which way."""

    citizen: PersonId
    declaration: DeclarationId
    scheme: str
    division: str
    channel: str


class ColourChanged(Struct, frozen=True):
    """转码: a person's colour is another one than before; `before` is None at the first declaration."""

    citizen: PersonId
    scheme: str
    decision: DecisionId
    before: Colour | None
    colour: Colour
    cause: Cause
    division: str


class SchemeEnded(Struct, frozen=True):
    """到期: a scheme stopped holding."""

    scheme: str


class AppealDecided(Struct, frozen=True):
    """申诉: somebody answered an appeal; `by` is who made it, the person or who stands in for them."""

    citizen: PersonId
    by: PersonId
    appeal: AppealId
    scheme: str
    state: AppealState


class AppealLate(Struct, frozen=True):
    """An appeal was not answered within its day and goes to the level above."""

    org: OrgId
    appeal: AppealId
    scheme: str


class GateLogBroken(Struct, frozen=True):
    """日志对不上: the log of a gate does not fit together from this line on; nothing of it was thrown away."""

    gate: GateId
    org: OrgId
    kind: str
    seq: int


class FeverObserved(Struct, frozen=True):
    """发热: two high readings of one check at a gate, three minutes apart. No colour changes by it."""

    gate: GateId
    org: OrgId
    scan: str
    temp: int
