"""互认: what this house says of itself, which other nodes it believes and how far, and what their levels are here."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from onedoor.kernel import crypto, jose
from onedoor.kernel import trust as document
from onedoor.kernel.db import Db
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys, Ring
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.trust import ENC, RING, Document, Pinned, Policy, Said, Status, TrustKey
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes import foreign, policy
from onedoor.passes.errors import NoSuchPeer, PeerNotBelieved
from onedoor.passes.foreign import TrustList
from onedoor.passes.models import Colour, Scheme
from onedoor.passes.od1.checking import Issuer
from onedoor.passes.recognition import levels, sealing
from onedoor.passes.recognition.hub import HubList
from onedoor.passes.regions import Mapping, Mode, Peer, PeerState
from onedoor.passes.store import hubs as hub_store
from onedoor.passes.store import regions as store
from onedoor.passes.vault import vault
from onedoor.wallet import service as wallet

from . import hubs
from .known import known as schemes_known

NAME = "passes.regions"
LIFETIME = 7 * 86_400
ENDPOINTS = {
    "scans": "/api/passes/federation/scans", "figures": "/api/passes/federation/figures",
    "traces": "/api/passes/federation/traces", "evidence": "/api/exchange/evidence",
    "wallet": "/wallet/asked",
}  # fmt: skip
FOREIGN = "@"
"""Begins the name of a scheme that is another node's: `@https://lin.example epi`."""


class Region:
    """What this process knows of its own house as a node: name, root keys, and the key to which records are sealed."""

    def __init__(self, home: Path, node: str) -> None:
        self.node = node.rstrip("/")
        self.keys = Keys(home, self.node, RING)
        self.opener = X25519PrivateKey.from_private_bytes(crypto.secret(home, ENC))
        self.pseudonyms = crypto.secret(home, "federation-pseudonyms")

    @property
    def ring(self) -> Ring:
        return self.keys.ring()

    @property
    def fingerprint(self) -> str:
        return document.fingerprint(self.ring.active.entry.jwk)


_open: dict[str, Region] = {}


def open_region(home: Path, node: str) -> Region:
    """The node of this process from now on."""
    _open[""] = Region(home, node)
    return _open[""]


def region() -> Region:
    return _open[""]


class Believed(msgspec.Struct, frozen=True):
    """Peers that a second person has agreed to, with their documents as far as they can be read; maps; imported certificates' issuers."""

    peers: dict[str, Peer]
    documents: dict[str, Document]
    maps: list[levels.Mapped]
    trust: TrustList
    hubs: list[HubList]

    def rules(self, node: str, now: int) -> list[levels.Mapped] | None:
        """By which map a node's levels are read: ours, or that of a hub which vouches for the node now; None when none does."""
        peer = self.peers[node]
        if peer.mode is not Mode.ADOPT:
            return self.maps
        for one in self.hubs:
            if one.exp > now and any((n.node, n.fingerprint, n.state) == (node, peer.fingerprint, "active") for n in one.nodes):
                return list(one.levels)
        return None


async def _load(db: Db) -> Believed:
    peers = {one.node: one for one in await store.peers(db)}
    documents: dict[str, Document] = {}
    for node, peer in peers.items():
        if peer.state is PeerState.ACTIVE and peer.document and (found := _reread(peer)) is not None:
            documents[node] = found
    maps = [levels.Mapped(one.node, one.scheme, one.level, one.becomes) for one in await store.mappings(db)]
    imported = await store.trusted(db)
    held = [found for one in await hub_store.hubs(db) if one.state is PeerState.ACTIVE and (found := hubs.read_again(one)) is not None]
    return Believed(peers, documents, maps, foreign.trust.read(imported.document) if imported else TrustList(), held)


def _reread(peer: Peer) -> Document | None:
    """What was believed when it was fetched; whether it still holds is asked each time it is used."""
    try:
        jws = jose.Jws(peer.document or "")
        return document.read(peer.document or "", _pinned(peer), peer.seq, int(jws.payload.get("iat", 0)))
    except Malformed:
        return None


def _pinned(peer: Peer) -> Pinned:
    return Pinned(peer.node, peer.fingerprint, tuple(peer.divisions))


memory: Memory[Believed] = Memory(NAME, _load)


async def believed(work: Work) -> Believed:
    return await memory.get(work.db)


async def standing_document(work: Work, node: str) -> Document:
    """The document of a peer that holds now; PeerNotBelieved says why there is none."""
    found = await believed(work)
    peer = found.peers.get(node)
    if peer is None or peer.state is not PeerState.ACTIVE:
        raise NoSuchPeer()
    held = found.documents.get(node)
    if held is None:
        raise PeerNotBelieved(why=peer.fault or "document")
    if held.exp <= work.now.timestamp():
        raise PeerNotBelieved(why="expired")
    return held


# ── what we say of ourselves ──────────────────────────────────────────────────────────────────────


async def own_document(work: Work) -> str:
    """Signed anew each time; the sequence moves only when something has changed."""
    here, now = region(), int(work.now.timestamp())
    schemes = [one for one in (await schemes_known(work)).by_code.values() if one.holds(work.today)]
    kept = Policy(sealing.Record.__struct_fields__, max((one.retention_days for one in schemes), default=0), "passes")
    keys, more = await wallet.said_abroad(work)
    said = Document(
        1, here.node, _divisions(), 0, 0, 0, (*_keys(here, schemes, now), *keys), _lists(here, schemes), _levels(), _enc(here),
        {name: f"{here.node}{path}" for name, path in ENDPOINTS.items()}, kept, _name(), more,
    )  # fmt: skip
    digest = hashlib.sha256(jose.compact(msgspec.to_builtins(said))).digest()
    held = await store.sequence(work.db)
    seq = held.seq if held.body_sha256 == digest else await store.next_sequence(work.db, digest)
    return document.sign(here.ring, msgspec.structs.replace(said, seq=seq, iat=now, exp=now + LIFETIME))


def _name() -> dict[str, str]:
    root = orgs.city()
    return {"zh": root.name.zh, "en": root.name.en} if root else {}


def _divisions() -> tuple[str, ...]:
    root = orgs.city()
    return (root.code,) if root else ()


def _keys(here: Region, schemes: list[Scheme], now: int) -> list[TrustKey]:
    found = [TrustKey(key.kid, "ES256", "federation", key.entry.jwk, exp=key.entry.retired_at) for key in here.ring.all]
    for scheme in schemes:
        for entry in vault().ring(scheme.code, now).entries:
            jwk = {"kty": "OKP", "crv": "Ed25519", "x": jose.b64(entry.public)}
            found.append(TrustKey(entry.kid, "EdDSA", "pass", jwk, entry.created_at, entry.not_after, scheme.code))
    return found


def _lists(here: Region, schemes: list[Scheme]) -> tuple[Status, ...]:
    return tuple(Status(one.shard, f"{here.node}/passes/lists/{one.shard}/full") for one in schemes)


def _levels() -> tuple[Said, ...]:
    return tuple(Said(colour.value, colour.value, 86_400) for colour in Colour)


def _enc(here: Region) -> dict[str, str]:
    return {"kty": "OKP", "crv": "X25519", "x": jose.b64(here.opener.public_key().public_bytes_raw())}


# ── whom we believe ───────────────────────────────────────────────────────────────────────────────


async def ask_peer(work: Work, node: str, fingerprint: str, divisions: list[str], mode: Mode, vouched_by: str) -> None:
    """One person names a node and the fingerprint that was read out; nothing counts before another agrees."""
    own = set(_divisions())
    inside = any(document.covered([one], own) or (mode is not Mode.REPORT and document.covered(own, [one])) for one in divisions)
    if node == region().node or inside:
        raise PeerNotBelieved(why="divisions")
    await store.put_peer(work.db, node, fingerprint, divisions, mode, vouched_by, str(work.actor.id))
    await changed(work.db, NAME)


async def approve_peer(work: Work, node: str) -> None:
    """The second person. What was withdrawn waits for nobody: it is named anew."""
    if not await store.approve_peer(work.db, node, str(work.actor.id)):
        policy.must_be_approved(next((one.state for one in await store.peers(work.db) if one.node == node), None))
    await changed(work.db, NAME)


async def withdraw_peer(work: Work, node: str) -> None:
    """From now on nothing of this node is believed."""
    if not await store.withdraw_peer(work.db, node):
        raise NoSuchPeer()
    await changed(work.db, NAME)


async def put_maps(work: Work, rows: list[Mapping]) -> None:
    """What another region's levels are here."""
    for one in rows:
        await store.put_mapping(work.db, one, work.actor.name or str(work.actor.id), work.now)
    await changed(work.db, NAME)


async def take(work: Work, node: str, text: str) -> str | None:
    """What a peer published: kept when it is believed, else the reason; what was held before goes on until its own end."""
    peer = (await believed(work)).peers.get(node)
    if peer is None or peer.state is not PeerState.ACTIVE:
        raise NoSuchPeer()
    try:
        found = document.read(text.strip(), _pinned(peer), peer.seq, int(work.now.timestamp()))
    except Malformed as bad:
        await store.put_fault(work.db, node, str(bad))
        await changed(work.db, NAME)
        return str(bad)
    if await store.put_document(work.db, node, found.seq, text.strip(), work.now):
        await changed(work.db, NAME)
    return None


def issuers(found: Believed, now: int) -> list[tuple[bytes, Issuer]]:
    """The pass keys of every peer whose people's own codes are read here, as a check takes them; gone when the document has ended."""
    known: list[tuple[bytes, Issuer]] = []
    for node, held in found.documents.items():
        rules = found.rules(node, now)
        if held.exp <= now or rules is None or found.peers[node].mode in (Mode.CONVERT, Mode.REPORT):
            continue
        for key, public in document.keys_for(held, "pass", now):
            if isinstance(public, Ed25519PublicKey):
                scheme = f"{FOREIGN}{node} {key.scheme}"
                here = _here(rules, node, key.scheme)
                known.append((_kid(key), Issuer(public, scheme, key.nbf, key.exp, held.exp, listed=False, levels=here)))
    return known


def _here(rules: list[levels.Mapped], node: str, scheme: str) -> dict[int, int]:
    """What each colour of a node's scheme is here, as a check takes it; what has no line, or says so, somebody looks at."""
    rows = {one.level: one.to for one in rules if (one.node, one.scheme) == (node, scheme)}
    colours = {colour.value: colour.number for colour in Colour}
    return {colours[level]: colours[to] for level, to in rows.items() if level in colours and to in colours}


def _kid(key: TrustKey) -> bytes:
    try:
        return bytes.fromhex(key.kid)
    except ValueError:
        return b""


def apart(scheme: str) -> tuple[str, str]:
    """`@node code` → both."""
    node, _, code = scheme.removeprefix(FOREIGN).partition(" ")
    return node, code


def host(scheme: str) -> str:
    """The name of the node in a foreign scheme's, as a guard reads it."""
    return apart(scheme)[0].partition("://")[2]


async def import_certificates(work: Work, given: dict[str, Any], raw: bytes) -> TrustList:
    """Whose HC1 certificates and SMART Health Cards are believed from now on."""
    found = foreign.trust.read(given)
    await store.put_trusted(work.db, given, hashlib.sha256(raw).digest(), work.actor.name or work.actor.system, work.now)
    await changed(work.db, NAME)
    return found


