"""What the exchange asks of the world outside: one port for each way in which departments' systems are spoken to.

A connector serves every register of its way; which one is meant comes with the call. A system that does not answer raises OSError.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from onedoor.kernel.i18n import Text

from .models import AskIn, AskOut, Health, Pulled, Push, Receipt, System


class Connector(Protocol):
    """The four things that may be wanted of a register. A way that cannot do one of them raises OSError."""

    async def ask(self, system: System, request: AskOut) -> AskIn:
        """One keyed question about one person; the answer gives the keys back."""
        ...

    def pull(self, system: System, since: str) -> AsyncIterator[Pulled]:
        """Everything new since a mark: files of a drop, events of a queue."""
        ...

    async def put(self, system: System, message: Push) -> Receipt:
        """Hand something over, once in effect."""
        ...

    async def health(self, system: System) -> Health:
        """A cheap look whether the system is there."""
        ...


class Services(Protocol):
    """What the city offers, by the codes that agreements name. The catalogue stands above this room."""

    def title(self, item: str) -> Text | None:
        """What a service is called; None for a code that the city does not know, as of another city's."""
        ...

    def offered_by(self, department: str) -> list[str]:
        """The codes of what a department offers."""
        ...

    def asks(self, item: str) -> tuple[str, ...]:
        """Which facts the open form of a service needs; none without one."""
        ...


class Rest(Connector, Protocol):
    """JSON over HTTP."""


class Soap(Connector, Protocol):
    """XML envelopes, of any encoding."""


class Sql(Connector, Protocol):
    """A read-only view in the department's own database."""


class File(Connector, Protocol):
    """A folder into which a department drops CSV or Excel, and from which it takes."""


class Queue(Connector, Protocol):
    """Events that a department pushes or keeps for us."""


class Cities(Protocol):
    """Other cities' nodes. Both raise OSError when there is no answer in time, or a refusal."""

    async def get(self, url: str) -> str:
        """What a node publishes at an address."""
        ...

    async def post(self, url: str, body: str, media: str = "application/json") -> str:
        """Give a node a message; its answer."""
        ...
