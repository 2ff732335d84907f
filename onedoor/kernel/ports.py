"""Ports: what a room asks of the world outside, as Protocols of at most five methods; connectors implement them."""

from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from msgspec import Struct

P = TypeVar("P")


class Ports:
    """Which connector stands behind which port in this process."""

    def __init__(self) -> None:
        self._behind: dict[type, Any] = {}

    def put(self, port: type, plugin: Any) -> None:
        """Stand `plugin` behind `port`; TypeError names the method it lacks."""
        for name in vars(port):
            if not name.startswith("_") and callable(getattr(port, name)) and not callable(getattr(plugin, name, None)):
                raise TypeError(f"{type(plugin).__name__} claims {port.__name__} but has no method {name}")
        self._behind[port] = plugin

    def get(self, port: type[P]) -> P:
        """The connector behind `port`; LookupError when the city runs without one."""
        if port not in self._behind:
            raise LookupError(f"no connector for {port.__name__}")
        return cast("P", self._behind[port])

    def has(self, port: type) -> bool:
        return port in self._behind

    async def close(self) -> None:
        """Close every connector that has something open."""
        for plugin in {id(p): p for p in self._behind.values()}.values():
            if hasattr(type(plugin), "close"):
                await plugin.close()


class Scan(StrEnum):
    """What the virus scan says of a file."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    UNREADABLE = "unreadable"


class Verdict(Struct, frozen=True):
    """What the scanner found; `name` is the finding's name when there is one."""

    scan: Scan
    name: str = ""


class Scanner(Protocol):
    """Is this file harmful? OSError when the scanner does not answer."""

    async def scan(self, content: bytes) -> Verdict:
        """CLEAN, INFECTED or UNREADABLE."""
        ...


class Vault(Protocol):
    """Files kept encrypted, found by the hash of their content."""

    def put(self, content: bytes) -> str:
        """Keep the content; its SHA-256 in hex. The same content again is one file."""
        ...

    def get(self, sha256: str) -> bytes:
        """The content; LookupError when it is not there or does not open."""
        ...

    def drop(self, sha256: str) -> None:
        """Forget the content; nothing happens when it is not there."""
        ...
