"""A service as one file, `.odservice`: JSON with its keys in order, so that the same service is the same bytes everywhere."""

import hashlib
import json
from typing import Any

from onedoor.studio.errors import NewerFormat, NotABundle
from onedoor.studio.models import Bundle

from . import shape

FORMAT, VERSION = "odservice", 1


class _Twice(ValueError):
    """A key stands twice in one table: one of the two would be lost silently."""


def written(bundle: Bundle) -> bytes:
    """The file's bytes."""
    told = {"format": FORMAT, "version": VERSION, "service": bundle}
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def digest(bundle: Bundle) -> str:
    """The same for the same service."""
    return hashlib.sha256(json.dumps(bundle, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read(raw: bytes) -> Bundle:
    """The service of a file; NotABundle names every place that is wrong, NewerFormat says that an upgrade reads it."""
    if len(raw) > shape.MOST_BYTES:
        raise _refused("", f"larger than {shape.MOST_BYTES // 1000} kB")
    if too_deep(raw):
        raise _refused("", f"nests more than {shape.MOST_DEPTH} deep")
    try:
        told: Any = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except _Twice as twice:
        raise _refused(str(twice), "stands twice") from None
    except (ValueError, RecursionError) as bad:
        raise _refused("", f"not JSON: {bad}"[:200]) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("version"), int):
        raise _refused("", 'no "format": "odservice" and "version" in it')
    if told["version"] > VERSION:
        raise NewerFormat(found=told["version"], known=VERSION)
    if bad := shape.faults(told.get("service")):
        raise NotABundle(errors=[{"pointer": f"/service/{place}".rstrip("/"), "detail": what} for place, what in bad[:50]])
    return told["service"]


def _refused(place: str, what: str) -> NotABundle:
    return NotABundle(errors=[{"pointer": f"/{place}".rstrip("/"), "detail": f"{place}: {what}".lstrip(": ")}])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key[:80])
        found[key] = value
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def too_deep(raw: bytes) -> bool:
    """Whether brackets nest deeper than any service's do; counted before anything is decoded."""
    depth, inside, escaped = 0, False, False
    for byte in raw:
        if inside:
            inside, escaped = (escaped or byte != 0x22), (byte == 0x5C and not escaped)
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            if depth > shape.MOST_DEPTH + 2:
                return True
        elif byte in b"]}":
            depth -= 1
    return False
