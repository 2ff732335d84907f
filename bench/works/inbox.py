"""The first page of a clerk's inbox in a department with 100,000 cases."""

from bench.client import request
from bench.place import Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "clerk inbox, 100,000 cases", 3.0, 0.9, "pg_read", False


def requests(place: Place, rounds: int) -> list[str]:
    return [request("GET", path, {"cookie": f"onedoor={place.clerk}"}) for path in ("/desk/inbox", "/desk/inbox?tab=mine")]


def check(place: Place, sent: int) -> list[str]:
    return []
