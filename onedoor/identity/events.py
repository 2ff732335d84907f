"""What has happened to people, for the rooms above."""

from msgspec import Struct

from .models import PersonId


class WardProven(Struct, frozen=True):
    """Somebody for whom others have acted without an account has one now: `ward` is what they were known by."""

    citizen: PersonId
    ward: PersonId
