"""外市证照 Certificates of other cities: whose keys, types and lists are believed comes from each city's trust document and nowhere else.

Lists are fetched in the background and kept, so that a certificate can be checked while its city does not answer; a check says how old the
list is. No address found in a certificate is fetched, only those below the address of a city that is believed.
"""

import asyncio
import contextlib
import datetime as dt
import re
import zlib
from typing import Any

import msgspec
from msgspec import Struct

from onedoor.exchange import service as exchange
from onedoor.exchange.models import Trusted
from onedoor.exchange.ports import Cities
from onedoor.kernel import trust
from onedoor.kernel.db import Db, unavailable
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.keys import Key, KeyEntry, Signers
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Problem, Unavailable
from onedoor.kernel.trust import Document
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId
from onedoor.wallet import statuslist, vct, verification
from onedoor.wallet.models import AbroadList, CertType, ListId, Wish
from onedoor.wallet.statuslist import Kept, Lists
from onedoor.wallet.store import abroad as store
from onedoor.wallet.vault import Shelf, vault
from onedoor.wallet.verification import Result, Verdict

from . import known
from .askable import verifiers

SECTION = "certificates"
USE = "credential"
ACTOR = system("wallet.abroad")
PATIENCE = 1.5
MOST_LISTS = 500
NOBODY = OrgId.parse("org_" + "0" * 32)


class Asker(Struct, frozen=True):
    """Who may ask the wallets of other cities, for one purpose. Flat, since a document is read only so many levels deep."""

    name: Text
    code: str
    words: Text
    wants: tuple[Wish, ...]
    keeps: Text | None = None


class Guest(Struct, frozen=True):
    """Another city as a check takes it: its keys, its types and their texts, its lists by name, and who there may ask wallets."""

    node: str
    title: Text
    ring: Signers
    types: dict[str, CertType]
    documents: dict[str, str]
    lists: list[str]
    askers: list[Asker]


async def said_abroad(work: Work) -> tuple[list[trust.TrustKey], dict[str, Any]]:
    """What this house says of its certificates to other cities: the keys that sign them, their types, lists and verifiers."""
    keys = [
        trust.TrustKey(key.kid, "ES256", USE, key.entry.jwk, key.entry.created_at, key.entry.retired_at) for key in vault().ring.all
    ]  # fmt: skip
    shelf = await known.current(work)
    enrolled = (await verifiers.get(work.db)).values()
    asking = [Asker(one.name, p.code, p.words, p.wants, p.keeps) for one in enrolled for p in one.purposes if p.fills]
    return keys, {SECTION: {
        "types": [to_builtins(kind) for kind in shelf.types.values()], "lists": sorted(shelf.lists.by_id)[:MOST_LISTS],
        "verifiers": [to_builtins(one) for one in asking],
    }}  # fmt: skip


_guests: dict[str, tuple[tuple[int, int], Guest]] = {}


def guests(known_cities: Trusted, now: int) -> list[Guest]:
    """Every city that is believed now and says something of its certificates."""
    return [guest(known_cities, node) for node in known_cities.documents if known_cities.standing(node, now) is not None]


def guest(known_cities: Trusted, node: str) -> Guest:
    """One city; taken apart once for each document."""
    document = known_cities.documents[node]
    mark = (document.seq, document.iat)
    if node not in _guests or _guests[node][0] != mark:
        _guests[node] = (mark, _made(document, known_cities.title(node)))
    return _guests[node][1]


def _made(document: Document, title: Text) -> Guest:
    keys: list[Key] = []
    for one in document.keys:
        public = trust.public(one) if one.use == USE and one.alg == "ES256" else None
        if public is not None and hasattr(public, "curve"):
            keys.append(Key(KeyEntry(one.kid, one.jwk, one.nbf, one.exp), public, only=frozenset(one.vct)))
    said = document.more.get(SECTION)
    section: dict[str, Any] = said if isinstance(said, dict) else {}
    types = {kind.code: kind for kind in _readable(section.get("types"), CertType)}
    documents = {vct.integrity(vct.body_of(vct.metadata(document.node, kind))): code for code, kind in types.items()}
    lists = [key for key in section.get("lists") or () if isinstance(key, str)][:MOST_LISTS]
    askers = _readable(section.get("verifiers"), Asker)
    return Guest(document.node, title, Signers(keys, frozenset({document.node})), types, documents, lists, askers)


def _readable(rows: Any, kind: type[Any]) -> list[Any]:
    """Those entries that can be read: what a newer city says in a new way is passed over."""
    found: list[Any] = []
    for row in rows if isinstance(rows, list) else []:
        with contextlib.suppress(msgspec.ValidationError, ValueError):
            found.append(convert(row, kind))
    return found


# ── their lists ────────────────────────────────────────────────────────────────────────────────────


async def _load(db: Db) -> dict[str, Kept]:
    """By address. When it was signed is its sequence: a bundle without a body then names which one it means."""
    found: dict[str, Kept] = {}
    for one in await store.lists(db):
        with contextlib.suppress(ValueError, zlib.error):
            body = zlib.decompress(one.body)
            key = ListId.parse(one.uri.rpartition("/")[2])
            found[one.uri] = Kept(key, NOBODY, int(one.signed_at.timestamp()), one.signed_at, len(body) * 4, body)
    return found


lists: Memory[dict[str, Kept]] = Memory("wallet.abroad", _load)


def shelf_of(one: Guest, held: dict[str, Kept]) -> Shelf:
    """What is known of its certificates."""
    begins = f"{one.node}/status/"
    kept = {uri.removeprefix(begins): found for uri, found in held.items() if uri.startswith(begins)}
    never = dt.datetime.fromtimestamp(0, dt.UTC)
    return Shelf(one.types, Lists(never, kept, {key: found.changed_at for key, found in kept.items()}), one.documents)


async def fetch(begin: Begin, ports: Ports, one: Guest, key: str) -> bool:
    """The newest of one list; False when it cannot be had, or must not be believed."""
    uri = f"{one.node}/status/{ListId.parse(key)}"
    try:
        text = (await ports.get(Cities).get(uri)).strip()
        async with begin(actor=ACTOR) as work:
            body = statuslist.read(text, one.ring, uri, int(work.now.timestamp()))
            signed_at = dt.datetime.fromtimestamp(Jws(text).payload["iat"], dt.UTC)
            if await store.put(work.db, AbroadList(uri, one.node, zlib.compress(body, 6), signed_at)):
                await changed(work.db, lists.name)
    except (OSError, Malformed):
        return False
    return True


async def believed(begin: Begin, now: int) -> list[tuple[Guest, Shelf]]:
    """Every city that is believed now, with what is known of its certificates; from memory when the database is away."""
    found = guests(await _cities(begin), now)
    held = await _held(begin) if found else {}
    return [(one, shelf_of(one, held)) for one in found]


async def refresh_lists(begin: Begin, ports: Ports) -> None:
    """Every list that a believed city names."""
    async with begin(actor=ACTOR) as work:
        found = guests(await exchange.trusted(work), int(work.now.timestamp()))
    for one in found:
        for key in one.lists:
            with contextlib.suppress(ValueError):
                if not await fetch(begin, ports, one, key):
                    break


async def freshened(begin: Begin, ports: Ports, one: Guest, key: str, now: dt.datetime) -> Shelf:
    """What is known of its certificates, with this list as new as it can be had in a moment."""
    held = await _held(begin)
    if not key:
        return shelf_of(one, held)
    old = held.get(f"{one.node}/status/{key}")
    if old is None or now - old.changed_at > dt.timedelta(seconds=statuslist.TTL):
        with contextlib.suppress(TimeoutError, Problem):
            async with asyncio.timeout(PATIENCE):
                await fetch(begin, ports, one, key)
        held = await _held(begin)
    return shelf_of(one, held)


async def _cities(begin: Begin) -> Trusted:
    """Whom we believe now; with the database away, whom we believed before."""
    try:
        async with begin(actor=ACTOR) as work:
            return await exchange.trusted(work)
    except Exception as away:
        if not isinstance(away, Unavailable) and unavailable(away) is None:
            raise
        return exchange.remembered_cities()


async def _held(begin: Begin) -> dict[str, Kept]:
    if lists.loaded and not lists.stale:
        return lists.now
    try:
        async with begin(actor=ACTOR) as work:
            return await lists.get(work.db)
    except Exception as away:
        if not lists.loaded or (not isinstance(away, Unavailable) and unavailable(away) is None):
            raise
        return lists.now


# ── checking ───────────────────────────────────────────────────────────────────────────────────────


async def judged_abroad(begin: Begin, ports: Ports, given: str, now: dt.datetime, today: dt.date) -> Verdict | None:
    """The verdict by the keys of another city that is believed; None when it is none of theirs."""
    for one in guests(await _cities(begin), int(now.timestamp())):
        found = verification.check(given, one, shelf_of(one, lists.now if lists.loaded else {}), now, today)
        if found.result in (Result.FORGED, Result.FOREIGN, Result.DAMAGED):
            continue
        key = str(found.place.list) if found.place else list_named(given, one.node)
        if key and found.result is not Result.EXPIRED:
            found = verification.check(given, one, await freshened(begin, ports, one, key, now), now, today)
        return verification.elsewhere(found, one.title)
    return None


def list_named(given: str, node: str) -> str:
    """The list that the first certificate in a text names, as long as it is below the address of its own city."""
    found = re.search(r"ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", "".join(given.split()))
    try:
        uri = str(Jws(found[0]).payload["status"]["status_list"]["uri"]) if found else ""
        return str(ListId.parse(uri.removeprefix(f"{node}/status/"))) if uri.startswith(f"{node}/status/") else ""
    except (ValueError, KeyError, TypeError):
        return ""
