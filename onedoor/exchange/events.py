"""What has happened in exchange, for rooms above."""

from uuid import UUID

from msgspec import Struct

from onedoor.identity.models import PersonId

from .records import ConsentId


class Acknowledged(Struct, frozen=True):
    """A department that works at night has answered what was handed to it under this name: with its number, or with why not."""

    register: str
    request_id: str
    number: str
    state: str


class Reported(Struct, frozen=True):
    """A department has told something new of a person by itself; what it is, is asked for as everything else."""

    citizen: PersonId
    resource: str


class ConsentRevoked(Struct, frozen=True):
    """A person took a consent back: what was had by it is gone here, and does not count any more where a matter is still open."""

    citizen: PersonId
    consent: ConsentId
    elements: list[str]
    matter: UUID | None
