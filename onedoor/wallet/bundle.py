"""离线核验包: a day of checking without a network, in one signed text: whose keys are believed, what their types are called, their status
lists, and how old those are.

Pure: written from what a process knows, read and judged from the text alone. A verifier pins the key by its name; without a pin the text
only says that it was not cut or altered. An old bundle never says "valid": what it knows of states is then too old.
"""

import datetime as dt
import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from onedoor.kernel import jose
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.keys import Key, KeyEntry, Ring, Signers
from onedoor.orgs.models import OrgId

from . import verification
from .models import CertType, Claim, ListId, Look
from .statuslist import LIFETIME, SIZE, Kept, Lists
from .vault import Shelf
from .verification import Result, Verdict

TYP = "verify-bundle+jwt"
MARGIN = 120
"""Seconds by which a list may have changed before anybody could see it."""
CLOCK_OFF = dt.timedelta(minutes=10)
NOBODY = OrgId.parse("org_" + "0" * 32)


class City(Struct, frozen=True):
    """One city's part: the first is the house's own and has no title."""

    node: str
    title: Text | None
    ring: Signers
    shelf: Shelf


class Book(Struct, frozen=True):
    """A bundle as it is read: when it was made, by which key, and in which zone a day ends."""

    made: dt.datetime
    kid: str
    zone: str
    cities: list[City]


# ── writing ────────────────────────────────────────────────────────────────────────────────────────


def pack(kept: Kept) -> str:
    """The entries of a list as they travel."""
    return jose.b64(zlib.compress(kept.body, 9))


Pack = Callable[[Kept], str]


def written(ring: Ring, cities: Sequence[City], zone: str, made: int, since: int = 0, packed: Pack = pack) -> dict[str, str]:
    """A JWS in its flattened form. `since`: when the reader's last bundle was made; lists that are as they were then have no body.
    `packed` may remember what it packed before."""
    said = {
        "iss": cities[0].node, "iat": made, "exp": made + LIFETIME, "zone": zone, "nodes": [_city(one, since, packed) for one in cities],
        "words": {str(one): [to_builtins(verification.title_of(one)), to_builtins(verification.advice_on(one))] for one in Result},
    }  # fmt: skip
    protected, payload, signature = jose.sign(ring.signer, {"alg": "ES256", "typ": TYP, "kid": ring.active.kid}, said).split(".")
    return {"protected": protected, "payload": payload, "signature": signature}


def _city(one: City, since: int, packed: Pack) -> dict[str, Any]:
    keys = [
        {"kid": key.kid, "jwk": key.entry.jwk, "from": key.entry.created_at, "until": key.entry.retired_at, "only": sorted(key.only)}
        for key in one.ring.all
    ]
    lists = one.shelf.lists
    return {
        "node": one.node, "title": to_builtins(one.title), "issuers": sorted(one.ring.issuers), "keys": keys,
        "types": [_type(kind) for kind in one.shelf.types.values()], "documents": one.shelf.documents,
        "lists": [_list(key, kept, int(lists.known_at(key).timestamp()), since, packed) for key, kept in lists.by_id.items()],
    }  # fmt: skip


def _type(kind: CertType) -> dict[str, Any]:
    """As much of a type as a checker is shown."""
    return {
        "code": kind.code, "name": to_builtins(kind.name), "issuer": to_builtins(kind.issuer_name),
        "claims": [to_builtins(claim) for claim in kind.claims],
    }  # fmt: skip


def _list(key: str, kept: Kept, at: int, since: int, packed: Pack) -> dict[str, Any]:
    head = {"id": key, "seq": kept.seq, "at": at}
    if since and kept.changed_at.timestamp() + MARGIN <= since:
        return head
    return head | {"lst": packed(kept)}


# ── reading ────────────────────────────────────────────────────────────────────────────────────────


def read(raw: bytes, pinned: Collection[str] = (), before: Book | None = None) -> Book:
    """The bundle in a file; Malformed with one word for what must not be believed. `pinned` are the keys that may have signed it;
    `before` is the last bundle, for lists that have not changed since."""
    given = jose.parse(raw)
    try:
        jws = Jws(".".join(given[name] for name in ("protected", "payload", "signature")))
        said = jws.payload
        cities = [_city_of(one, before) for one in said["nodes"]]
        made, zone = _moment(said["iat"]), str(ZoneInfo(said["zone"]))
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error, msgspec.ValidationError) as bad:
        raise bad if isinstance(bad, Malformed) else Malformed("shape") from bad
    kid = str(jws.header.get("kid"))
    key = cities[0].ring.by_kid.get(kid) if cities else None
    if jws.header.get("typ") != TYP or jws.header.get("alg") != "ES256" or "crit" in jws.header:
        raise Malformed("typ")
    if key is None or not jws.by(key.public) or (pinned and kid not in pinned):
        raise Malformed("issuer")
    return Book(made, kid, zone, cities)


def _moment(stamp: Any) -> dt.datetime:
    if not jose.whole(stamp):
        raise Malformed("time")
    return dt.datetime.fromtimestamp(stamp, dt.UTC)


def _city_of(said: dict[str, Any], before: Book | None) -> City:
    keys = [
        Key(KeyEntry(one["kid"], one["jwk"], one["from"], one["until"]), jose.key_of(one["jwk"]), only=frozenset(one["only"]))
        for one in said["keys"]
    ]
    node = str(said["node"])
    types = {str(one["code"]): _type_of(one) for one in said["types"]}
    old = next((one.shelf.lists.by_id for one in before.cities if one.node == node), {}) if before else {}
    kept = {str(one["id"]): _kept(one, old) for one in said["lists"]}
    ages = {str(one["id"]): _moment(one["at"]) for one in said["lists"]}
    lists = Lists(dt.datetime.fromtimestamp(0, dt.UTC), kept, ages)
    return City(
        node, convert(said["title"], Text) if said["title"] else None, Signers(keys, frozenset(map(str, said["issuers"]))),
        Shelf(types, lists, dict(cast("dict[str, str]", said["documents"]))),
    )  # fmt: skip


def _type_of(said: dict[str, Any]) -> CertType:
    claims = [convert(one, Claim) for one in said["claims"]]
    name, issuer = convert(said["name"], Text), convert(said["issuer"], Text)
    return CertType(said["code"], name, "", NOBODY, issuer, "", None, claims, Look("", ""), "", 0, 1)


def _kept(said: dict[str, Any], old: dict[str, Kept]) -> Kept:
    """With its body, or the one that is held already when it is the same; a gap means that the whole bundle has to be fetched."""
    if "lst" not in said:
        held = old.get(said["id"])
        if held is None or held.seq != said["seq"]:
            raise Malformed("gap")
        return held
    inflate = zlib.decompressobj()
    body = inflate.decompress(jose.unb64(said["lst"]), SIZE)
    if not inflate.eof or inflate.unconsumed_tail:
        raise Malformed("zlib")
    return Kept(ListId.parse(said["id"]), NOBODY, said["seq"], _moment(said["at"]), len(body) * 4, body)


# ── judging ────────────────────────────────────────────────────────────────────────────────────────


def check(given: str, book: Book, now: dt.datetime) -> Verdict:
    """The verdict by the bundle alone. The newest list is the least that the time can be; a clock more than ten minutes behind it says of
    nothing that it is valid."""
    newest = max([book.made, *(at for city in book.cities for at in city.shelf.lists.ages.values())])
    moment = max(now, newest)
    today = moment.astimezone(ZoneInfo(book.zone)).date()
    own, *others = book.cities
    found = verification.check(given, own, own.shelf, moment, today)
    for city in others if found.result in (Result.FORGED, Result.FOREIGN) else ():
        theirs = verification.check(given, city, city.shelf, moment, today)
        if theirs.result not in (Result.FORGED, Result.FOREIGN, Result.DAMAGED):
            found = verification.elsewhere(theirs, city.title or Text(city.node))
            break
    if found.result is Result.VALID and newest - now > CLOCK_OFF:
        return structs.replace(verification.verdict(Result.UNCLEAR), face=found.face, list_at=found.list_at, city=found.city)
    return found
