"""What has happened to organisations, for the rooms above."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import OrgId
from .registered import RegistrationId
from .registered import State as State


class MemberLeft(Struct, frozen=True):
    """Somebody is no longer a member of an organisation: gone, or taken out."""

    org: OrgId
    person: PersonId


class RegistrationAnswered(Struct, frozen=True):
    """The operator has accepted or declined a registration, or asked again."""

    citizen: PersonId
    registration: RegistrationId
    name: str
    state: State
    reason: str = ""
