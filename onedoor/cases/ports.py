"""What cases ask of the world outside: a virus scanner, and a place for files that is not the database."""
from typing import Protocol

from msgspec import Struct

from .models import Scan


class Verdict(Struct, frozen=True):
    """What the scanner found; `name` is the finding's name when there is one."""

    scan: Scan
    name: str = ""


class Scanner(Protocol):
    """病毒扫描: is this file harmful? OSError when the scanner does not answer."""

    async def scan(self, content: bytes) -> Verdict:
        """CLEAN, INFECTED or UNREADABLE."""
        ...


class Vault(Protocol):
    """文件库: files kept encrypted, found by the hash of their content."""

    def put(self, content: bytes) -> str:
        """Keep the content; its SHA-256 in hex. The same content again is one file."""
        ...

    def get(self, sha256: str) -> bytes:
        """The content; LookupError when it is not there or does not open."""
        ...

    def drop(self, sha256: str) -> None:
        """Forget the content; nothing happens when it is not there."""
        ...
