"""What the room asks of the rooms above it."""

from typing import Protocol

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Actor, Begin


class Beside(msgspec.Struct, frozen=True):
    """代 Somebody whose certificates are in my hands as well: under which power, by which name, what joins us, which kinds lie there."""

    power: str
    name: str
    words: str
    kinds: list[Text]


class Entrusting(Protocol):
    """代 Whose certificates lie in somebody's hands besides the own ones."""

    async def beside(self, begin: Begin, actor: Actor) -> list[Beside]:
        """One for each person, with what that power opens today."""
        ...
