"""What has happened to passes, for the rooms above. No answer of the person is in them."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import Cause, Colour, DecisionId, DeclarationId


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
