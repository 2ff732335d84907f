"""A service's guide page, signed out: no table is touched."""

from bench.client import request
from bench.place import CITY, Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "guide page", 1.5, 0.67, "http", False


def requests(place: Place, rounds: int) -> list[str]:
    codes = sorted(p.stem for p in (CITY / "items").glob("*.toml"))
    return [request("GET", f"/items/{code}") for code in codes]


def check(place: Place, sent: int) -> list[str]:
    return []
