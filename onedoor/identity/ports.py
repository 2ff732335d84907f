"""What identity asks of the world outside. A port that does not answer raises OSError; nothing else is expected of it."""

from typing import Protocol

from .models import LifeEvent, RegisterEntry


class PopulationRegister(Protocol):
    """人口库: does this name belong to this identity number?"""

    async def match(self, name: str, id_number: str) -> RegisterEntry | None:
        """The register's row when both belong together and the person is alive; None in every other case."""
        ...


class LifeEvents(Protocol):
    """人口库的变动: who has died, who can no longer decide."""

    async def events(self, after: int) -> list[LifeEvent]:
        """Those with a higher number, in order, a hundred at most."""
        ...


class SmsGateway(Protocol):
    """短信: a text message to one phone."""

    async def send(self, phone: str, text: str, request_id: str) -> None:
        """Hand the message over. The same request_id twice is one message."""
        ...


class Secrets(Protocol):
    """The secrets of this installation, kept outside of the database."""

    def key(self, name: str) -> bytes:
        """32 bytes, always the same for one name."""
        ...
