"""离线核验包 What a verifier takes along for a day without a network, and where the house's status lists are. Made from memory, so that
both are answered while the database is stopped."""

import asyncio
import datetime as dt
import hashlib
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from onedoor.kernel.keys import KeyFile
from onedoor.kernel.work import Begin
from onedoor.wallet import bundle, statuslist
from onedoor.wallet.bundle import Book, City
from onedoor.wallet.statuslist import Kept
from onedoor.wallet.vault import RING, open_vault, vault

from . import abroad, known

MOST_KEPT = 16


class Bundled(Struct, frozen=True):
    """A bundle ready to be sent, and what it is called until something in it changes."""

    body: dict[str, str]
    etag: str


ready: OrderedDict[tuple[Any, ...], Bundled] = OrderedDict()
"""What was asked for last, the same for everybody who asks."""


_packs: dict[str, tuple[tuple[int, dt.datetime], str]] = {}


def _packed(kept: Kept) -> str:
    """A list is packed once for each time it moves: most of a bundle is as it was five minutes ago."""
    key, mark = str(kept.id), (kept.seq, kept.changed_at)
    if key not in _packs or _packs[key][0] != mark:
        _packs[key] = (mark, bundle.pack(kept))
    return _packs[key][1]


async def bundled(begin: Begin, now: dt.datetime, zone: str, since: int = 0, have: str = "") -> Bundled:
    """The bundle as of now; `since` is when the last one was made, for the difference alone. Anew every five minutes, or when a list
    moves; without a body when it is the one that somebody has already."""
    cities = await _cities(begin, now)
    ring, made = vault().ring, int(cities[0].shelf.lists.checked_at.timestamp())
    oldest, step = made - statuslist.LIFETIME, since - since % statuslist.TTL
    since = step if oldest <= step <= made else 0
    mark = (ring.active.kid, made // statuslist.TTL, since, zone, *map(_mark, cities))
    etag = '"' + hashlib.sha256(repr(mark).encode()).hexdigest()[:32] + '"'
    if etag == have:
        return Bundled({}, etag)
    if mark not in ready:
        ready[mark] = Bundled(await asyncio.to_thread(bundle.written, ring, cities, zone, made, since, _packed), etag)
        while len(ready) > MOST_KEPT:
            ready.popitem(last=False)
    return ready[mark]


def _mark(one: City) -> tuple[Any, ...]:
    lists = tuple((key, kept.seq, kept.changed_at) for key, kept in one.shelf.lists.by_id.items())
    return one.node, tuple(one.ring.by_kid), tuple(sorted(one.shelf.documents)), lists


async def _cities(begin: Begin, now: dt.datetime) -> list[City]:
    """This house, then each city that it believes."""
    house, own = vault(), await known.shelf(begin)
    others = await abroad.believed(begin, int(now.timestamp()))
    return [City(house.issuer, None, house.ring, own), *(City(one.node, one.title, one.ring, shelf) for one, shelf in others)]


async def mirrored(begin: Begin, now: dt.datetime, zone: str) -> dict[str, str]:
    """Every signed list, where they are, the keys and the bundle, by the paths at which they are asked for."""
    lists, house = (await known.shelf(begin)).lists, vault()
    made = int(lists.checked_at.timestamp())
    files = {f"status/{key}": statuslist.token(house.ring, house.issuer, kept, made) for key, kept in lists.by_id.items()}
    return files | {
        "status/aggregation": json.dumps({"status_lists": await aggregation(begin)}),
        "verify/bundle": json.dumps((await bundled(begin, now, zone)).body), ".well-known/jwks.json": json.dumps(house.ring.jwks()),
    }  # fmt: skip


def remembered(home: Path, zone: str) -> Book:
    """What the house on this disk knew last, read without a database; ValueError when it has never known anything."""
    place = home / "keys" / RING / "keys.json"
    if not place.is_file():
        raise ValueError(f"{home} holds no keys yet")
    issuer = msgspec.json.decode(place.read_bytes(), type=KeyFile).issuers[-1]
    house = open_vault(home, issuer)
    shelf = house.load()
    if shelf is None:
        raise ValueError(f"{home} holds no copy of its lists yet")
    return Book(shelf.lists.checked_at, house.ring.active.kid, zone, [City(issuer, None, house.ring, shelf)])


async def aggregation(begin: Begin) -> list[str]:
    """Where each status list of this house is."""
    lists = (await known.shelf(begin)).lists
    return [statuslist.uri_of(vault().issuer, lists.by_id[key].id) for key in sorted(lists.by_id)]
