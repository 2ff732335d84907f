"""What the room asks of the rooms above it."""

from typing import Protocol

from onedoor.kernel.work import Actor, Begin

from .models import Beside


class Entrusting(Protocol):
    """代 Whose certificates lie in somebody's hands besides the own ones."""

    async def beside(self, begin: Begin, actor: Actor) -> list[Beside]:
        """One for each person, with what that power opens today."""
        ...
