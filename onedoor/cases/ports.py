"""What cases ask of the world outside: 病毒扫描, a virus scanner, and 文件库, a place for files that is not the database; other rooms that
take files ask the same two, so the kernel holds them. Then 事实核查, whether what somebody has promised was so, and 部门业务系统, where a
department keeps its own matters."""
from typing import Protocol
from uuid import UUID

from onedoor.kernel.ports import Scanner, Vault, Verdict

from .registration import Entry, Found, Traits

__all__ = ["BackOffice", "FactSource", "NotTaken", "Scanner", "Vault", "Verdict"]


class NotTaken(Exception):
    """A department's system has surely not taken what it was given; `final` when it never will."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class BackOffice(Protocol):
    """部门业务系统: where a department itself keeps its matters. Every request bears the same id for ever.

    NotTaken says that nothing has happened there; ConnectionRefusedError too. Any other OSError leaves it open.
    """

    async def traits(self, office: str) -> Traits:
        """What this system can do."""
        ...

    async def look(self, office: str, request_id: UUID) -> Found | None:
        """What it has under this id."""
        ...

    async def write(self, office: str, request_id: UUID, entry: Entry) -> str:
        """A new matter; its number there."""
        ...

    async def attach(self, office: str, request_id: UUID, number: str, name: str, content: bytes) -> str:
        """One more paper of a matter; its id there."""
        ...

    async def status(self, office: str, number: str) -> str:
        """How the matter stands there, in that system's own word."""
        ...


class FactSource(Protocol):
    """事实核查: what registers hold of somebody. A city without one leaves the check to a clerk."""

    async def holds(self, citizen: str, item: str, document: str) -> bool | None:
        """Whether the paper that was promised is there and right; None when no register knows. OSError when none answers."""
        ...
