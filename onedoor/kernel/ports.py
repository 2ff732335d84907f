"""Ports: what a room asks of the world outside, as Protocols of at most five methods; connectors implement them."""

from typing import Any, TypeVar, cast

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
