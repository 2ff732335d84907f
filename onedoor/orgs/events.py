"""What has happened to organisations, for the rooms above."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .registered import RegistrationId
from .registered import State as State


class RegistrationAnswered(Struct, frozen=True):
    """The operator has accepted or declined a registration, or asked again."""

    citizen: PersonId
    registration: RegistrationId
    name: str
    state: State
    reason: str = ""
