"""What passes asks of the world outside."""

from typing import Protocol


class Regions(Protocol):
    """Other regions' nodes. Both raise OSError when there is no answer in time, or a refusal."""

    async def get(self, url: str) -> str:
        """What a node publishes at an address."""
        ...

    async def post(self, url: str, body: str) -> str:
        """Give a node a signed message; its answer."""
        ...
