"""A file looked at before it is laid down, as taking it would: for whoever makes it, and for whoever wonders why it was refused."""

from typing import Any

from msgspec import Struct

from onedoor.exchange.drops.checks import Staged, Way, named, staged
from onedoor.exchange.mapping.applying import Mapping


class Foreseen(Struct, frozen=True):
    """Which resource the file is of, and all that can be said of it by itself. How many lines it had yesterday is not known here."""

    resource: str
    drop: Staged


def foreseen(register: dict[str, Any], name: str, content: bytes) -> Foreseen | None:
    """By a register as its city's folder describes it; None for a name that is none of its files'."""
    said, operations = named(name), register.get("settings", {}).get("operations", {})
    resource = next((r for r in register["resource"] if said and operations.get(r["operation"], {}).get("file") == said.file), None)
    if resource is None:
        return None
    tables = {table: {code: one["value"] for code, one in codes.items()} for table, codes in register.get("codes", {}).items()}
    return Foreseen(resource["code"], staged(name, content, way_of(operations[resource["operation"]]), Mapping(resource["rules"], tables)))


def way_of(operation: dict[str, Any]) -> Way:
    """How a register's settings say that its files are read."""
    (element, column), *_ = operation["keys"].items()
    return Way(element, column, operation.get("dated", ""))
