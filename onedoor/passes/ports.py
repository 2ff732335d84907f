"""What passes asks of the world outside."""

from typing import Protocol


class Declined(ConnectionError):
    """A node did not take a message; `said` is the body of its refusal, which nobody has signed."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"answered {status}")
        self.said = said


class Regions(Protocol):
    """Other regions' nodes. Both raise OSError when there is no answer in time, or a refusal: Declined then."""

    async def get(self, url: str) -> str:
        """What a node publishes at an address."""
        ...

    async def post(self, url: str, body: str) -> str:
        """Give a node a signed message; its answer."""
        ...
