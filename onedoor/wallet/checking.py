"""核验 at the edge: whatever somebody typed becomes a verdict, without a transaction, and a line for the holder once the answer is out."""

import time
from collections import OrderedDict
from typing import Any

from onedoor.kernel.problems import TooMany
from onedoor.kernel.throttle import Throttle
from onedoor.kernel.work import Begin

from . import service, verification
from .models import PresentId
from .vault import vault
from .verification import Result, Verdict

AT_ONCE = 60
PER_SECOND = 1.0
MOST_KNOWN = 20_000


class Buckets:
    """Tokens per address, in this process: the database must not be needed to refuse somebody."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def need(self, who: str) -> None:
        """Take one token, or TooMany with the seconds until there is one."""
        now = time.monotonic()
        tokens, at = self._left.pop(who, (float(AT_ONCE), now))
        tokens = min(float(AT_ONCE), tokens + (now - at) * PER_SECOND)
        self._left[who] = (tokens - 1 if tokens >= 1 else tokens, now)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        if tokens < 1:
            raise TooMany(retry_after=int((1 - tokens) / PER_SECOND) + 1)


buckets = Buckets()
wallets = Throttle(120, 2)
guesses = Throttle(10, 10 / 60)
"""For codes that are typed: ten at once, then one every six seconds for each address."""


def paced(request: Any) -> None:
    """For what other wallets ask without having said who they are."""
    wallets.need(request.scope["state"]["ip"])


async def judged(state: dict[str, Any], begin: Begin, given: str) -> Verdict:
    """The verdict on `given`, by what this process knows now."""
    buckets.need(state["ip"])
    house = state["house"]
    shelf = await service.shelf(begin)
    now = house.now()
    today = now.astimezone(house.settings.zone).date()
    verdict = verification.check(given, vault(), shelf, now, today)
    if verdict.result in (Result.FORGED, Result.FOREIGN):
        verdict = await service.judged_abroad(begin, house.ports, given, now, today) or verdict
    kept = shelf.lists.by_id.get(str(verdict.place.list)) if verdict.place else None
    if kept is not None and verdict.place is not None:
        service.noted(service.Seen(PresentId.new(), now, kept.org, kept.id, verdict.place.idx, str(verdict.result), None))
    return verdict
