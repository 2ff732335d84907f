"""What has happened to mandates, for the rooms above."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import MandateId


class MandateBegan(Struct, frozen=True):
    """Both sides have agreed."""

    citizen: PersonId
    mandate: MandateId
    agent: PersonId


class MandateOver(Struct, frozen=True):
    """A mandate that was in force is not any more."""

    citizen: PersonId
    mandate: MandateId
    agent: PersonId
