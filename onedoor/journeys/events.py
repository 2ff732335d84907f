"""What has happened to runs, for the rooms above."""

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import RunId


class Begun(Struct, frozen=True):
    """A run was pressed: of which journey, in how many departments, with how many answers instead of how many."""

    citizen: PersonId
    run: RunId
    journey: str
    departments: int
    filled: int
    apart: int


class Taken(Struct, frozen=True):
    """Somebody took what they were entitled to without applying."""

    citizen: PersonId
    benefit: str
    item: str
