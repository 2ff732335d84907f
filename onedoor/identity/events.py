"""What has happened to people, for the rooms above."""

import datetime as dt

from msgspec import Struct

from .models import Life, PersonId


class LifeChanged(Struct, frozen=True):
    """The population register says that somebody has died, can no longer decide, or that this is not so any more."""

    citizen: PersonId
    life: Life
    on: dt.date


class WardProven(Struct, frozen=True):
    """Somebody for whom others have acted without an account has one now: `ward` is what they were known by."""

    citizen: PersonId
    ward: PersonId
