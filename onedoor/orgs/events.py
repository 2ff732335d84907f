"""What has happened to organisations, for the rooms above."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import RegistrationId, State


class RegistrationAnswered(Struct, frozen=True):
    """The operator has accepted or declined a registration, or asked again."""

    citizen: PersonId
    registration: RegistrationId
    name: str
    state: State
    reason: str = ""
