"""The home page of residents who look for the first time since something has changed: nothing of theirs is known yet."""

from bench.client import request
from bench.place import Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "home page, first look", 1.5, 0.9, "jinja", True


def requests(place: Place, rounds: int) -> list[str]:
    return [request("GET", "/", {"cookie": f"onedoor={token}"}) for token in place.visits]


def check(place: Place, sent: int) -> list[str]:
    return []
