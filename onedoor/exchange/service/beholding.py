"""见证 Seals of other cities, noted here when they are first seen: whoever rewrites a city's records rewrites not what its neighbours saw.

Every hour the newest seal is noted, and the one that was noted last is looked at again. What was seen first stays.
"""

import hashlib
import json
from typing import Any, cast

from onedoor.exchange.models import Beheld, City
from onedoor.exchange.ports import Cities
from onedoor.exchange.store import beheld as store
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import alerting
from .trusting import trusted

WHERE = "/.well-known/onedoor/seals"
SHOWN = 200


async def look(begin: Begin, ports: Ports) -> None:
    """At every city that is on; the network between transactions. One that is away is looked at the next time."""
    actor = system("exchange.behold")
    async with begin(actor=actor) as work:
        known = [one for one in (await trusted(work)).cities.values() if one.state == "on"]
        last = {one.node: await store.last(work.db, one.node) for one in known}
    for one in known:
        before = last[one.node]
        try:
            newest = await _newest(ports, one)
            again = await _digest(ports, one, before.n) if before else b""
            digest = await _digest(ports, one, newest) if newest else b""
        except (OSError, ValueError):  # whatever one city answers, the others are looked at
            continue
        async with begin(actor=actor) as work:
            if digest:
                await store.put(work.db, Beheld(one.node, newest, digest, work.now))
            if before and before.broken_at is None and again != before.sha256:
                await _broken(work, one, before)


async def _newest(ports: Ports, city: City) -> int:
    """The number of the latest seal; 0 when there is none. OSError for what is no list of seals."""
    said = _object(await ports.get(Cities).get(city.node + WHERE)).get("items")
    first: Any = cast("list[Any]", said)[0] if isinstance(said, list) and said else {"n": 0}
    number = cast("dict[str, Any]", first).get("n") if isinstance(first, dict) else None
    if not isinstance(number, int) or not 0 <= number < 2**31:
        raise ConnectionError("no list of seals")
    return number


async def _digest(ports: Ports, city: City, n: int) -> bytes:
    """SHA-256 of what was signed; nothing when the city, which answers, has no such seal any more."""
    try:
        body = _object(await ports.get(Cities).get(f"{city.node}{WHERE}/{n}.json")).get("body")
    except ConnectionError as no:
        if str(no) == "answered 404":
            return b""
        raise
    if not isinstance(body, str) or _object(body).get("n") != n:
        return b""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as bad:
        raise ConnectionError("no JSON") from bad
    if not isinstance(found, dict):
        raise ConnectionError("no object")
    return cast("dict[str, Any]", found)


async def _broken(work: Work, city: City, before: Beheld) -> None:
    if await store.broken(work.db, before.node, before.n, work.now):
        await alerting.rewritten(work, (await trusted(work)).title(city.node), before)


async def newest_of(work: Work, node: str) -> Beheld | None:
    """For a page: the newest, or the newest that was rewritten."""
    return await store.told(work.db, node)


async def shown(work: Work) -> list[Beheld]:
    """What was seen of other cities, the latest first: public, so that anybody there can compare."""
    return await store.latest(work.db, SHOWN)
