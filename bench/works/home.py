"""The home page of signed-in residents who come back; a submission in between makes it a first look again."""

from bench.client import request
from bench.place import Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "home page, signed in", 1.5, 0.67, "jinja", False


def requests(place: Place, rounds: int) -> list[str]:
    return [request("GET", "/", {"cookie": f"onedoor={token}"}) for token in place.tokens]


def check(place: Place, sent: int) -> list[str]:
    return []
