"""What notify asks of the world outside. A port that does not answer raises OSError."""

from typing import Protocol


class SmsGateway(Protocol):
    """短信: a text message to one phone."""

    async def send(self, phone: str, text: str, request_id: str) -> None:
        """Hand the message over. The same request_id twice is one message."""
        ...
