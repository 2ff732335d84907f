"""What a city's files are told before they are loaded: can the rules be used, do they cover what is offered, do samples read as agreed."""

import json
from typing import Any

from onedoor.exchange.dictionary import IDENTITY
from onedoor.exchange.mapping.applying import Mapping
from onedoor.exchange.mapping.rules import BadMapping

Place = tuple[str | int, ...]


def mapping_faults(resource: dict[str, Any], codes: dict[str, Any]) -> list[tuple[Place, str]]:
    """(place in the resource, what) of everything for which its answers could not be read."""
    tables = {name: {code: one["value"] for code, one in table.items()} for name, table in codes.items()}
    try:
        made = Mapping(resource.get("rules", []), tables)
    except BadMapping as bad:
        return [(("rules",), fault) for fault in bad.faults]
    told: list[tuple[Place, str]] = [
        (("rules",), f"no rule says where {element} comes from") for element in resource["elements"] if element not in made.elements
    ]
    for n, sample in enumerate(resource.get("sample", [])):
        try:
            document = json.loads(sample["in"])
        except (ValueError, RecursionError):
            told.append((("sample", n, "in"), "is not JSON"))
            continue
        told += [(("sample", n, "out"), fault) for fault in made.faults(document, sample["out"])]
    return told


__all__ = ["IDENTITY", "mapping_faults"]
