"""核验 at the edge: whatever somebody typed becomes a verdict, without a transaction, and a line for the holder once the answer is out."""

import datetime as dt
import hashlib
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from onedoor.kernel.problems import TooMany
from onedoor.kernel.text import fold
from onedoor.kernel.throttle import Throttle
from onedoor.kernel.work import Begin

from . import service, verification
from .models import PresentId
from .vault import vault
from .verification import Result, Verdict

AT_ONCE = 60
PER_SECOND = 1.0
MOST_KNOWN = 20_000
LATEST, CLOCK = dt.timedelta(days=7), dt.timedelta(minutes=10)
"""How late a check may arrive, and by how much a checker's clock may be ahead."""


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


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check that was made without a connection: a name of the checker's own for it, when, of what, and what the checker was told."""

    id: Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
    at: dt.datetime
    text: Annotated[str, msgspec.Meta(max_length=2_000)]
    result: Literal["valid", "revoked", "expired", "suspended", "unclear"]

    def present(self) -> PresentId:
        """One for each code and minute, whatever name it was given, so that nobody can fill a record; in the order of its moment."""
        minute, code = int(self.at.timestamp()) // 60, "".join(fold(self.text).split())
        moment, said = minute * 60_000, int.from_bytes(hashlib.sha256(f"{minute} {code}".encode()).digest()[:10])
        return PresentId(uuid.UUID(int=moment << 80 | 7 << 76 | (said >> 64 & 0xFFF) << 64 | 2 << 62 | said & (1 << 62) - 1))


async def arrived(state: dict[str, Any], begin: Begin, late: Sequence[Late]) -> int:
    """Checks of the last days for their holders' records: of codes of this house, that were good at that moment; how many those were.
    Anybody may send them: of what the checker was told only what an older list can have said is believed over the verdict of now."""
    house, shelf, count = state["house"], await service.shelf(begin), 0
    now = house.now()
    for one in late:
        buckets.need(state["ip"])
        if one.at.tzinfo is None or not now - LATEST <= one.at <= now + CLOCK:
            continue
        verdict = verification.check(one.text, vault(), shelf, one.at, one.at.astimezone(house.settings.zone).date())
        kept = shelf.lists.by_id.get(str(verdict.place.list)) if verdict.place else None
        if kept is not None and verdict.place is not None:
            told = one.result if one.result in (Result.VALID, Result.UNCLEAR) else str(verdict.result)
            service.noted(service.Seen(one.present(), one.at, kept.org, kept.id, verdict.place.idx, told, None, late=True))
            count += 1
    return count


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
