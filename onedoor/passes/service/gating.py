"""Gates: invited by a link, known by their key, given what they need for a day without a network, revoked when lost."""

import hashlib
import hmac
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel import crypto, jose
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Invalid, Unavailable
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId
from onedoor.passes import policy
from onedoor.passes.errors import GateNotProven, GateRevoked, InviteUsed, NoSuchGate, NoSuchPlace
from onedoor.passes.gates import CLOCK, INVITED_FOR, Direction, Gate, GateFault, GateId, GateKind, GateState
from onedoor.passes.models import Place, PlaceId, State
from onedoor.passes.od1.checking import Issuer
from onedoor.passes.od1.layout import DAY
from onedoor.passes.store import gates as store
from onedoor.passes.tracing import CLOSE
from onedoor.passes.vault import vault

from . import numbering, peering
from .known import known as schemes_known
from .vehicles import taken_back
from .verifying import ends_at, issuers_of, lists_ring
from .verifying import memory as lists_memory

NAME = "passes.gates"
HALF = 12 * 3600


async def _load(db: Db) -> dict[GateId, Gate]:
    return {one.id: one for one in await store.all_gates(db)}


memory: Memory[dict[GateId, Gate]] = Memory(NAME, _load)
"""Who may speak as a gate; how far its log has come is read where it matters."""


# ── for whoever answers for the gates ──────────────────────────────────────────────────────────────


class NewGate(Struct, frozen=True, forbid_unknown_fields=True):
    """A gate to be, as the form or the API names it: at a place there is, or at a new one."""

    name: str
    place: str = ""
    place_name: str = ""
    place_class: str = "compound"
    division: str = ""
    direction: Direction = Direction.BOTH
    kind: GateKind = GateKind.GUARD


class Invited(Struct, frozen=True):
    """A gate that waits for its device; `invite` opens it once, for ten minutes."""

    gate: Gate
    place: Place
    invite: str


def _me(work: Work) -> tuple[OrgId, PersonId]:
    org = policy.may_keep_gates(work.actor)
    assert isinstance(work.actor.id, PersonId)
    return org, work.actor.id


async def _place(work: Work, org: OrgId, asked: NewGate) -> Place:
    """The place by its id, or a new one by its name."""
    if asked.place:
        try:
            found = await store.place(work.db, org, PlaceId.parse(asked.place))
        except ValueError:
            found = None
        if found is None:
            raise NoSuchPlace()
        return found
    name = asked.place_name.strip()
    if not 1 <= len(name) <= 60:
        raise Invalid(errors=[{"pointer": "/place_name", "detail": say(work.locale, "请写下场所的名称")}])
    if asked.place_class not in CLOSE:
        raise Invalid(errors=[{"pointer": "/place_class", "detail": say(work.locale, "请从列出的选项里选")}])
    made = Place(org, PlaceId.new(), Text(name), asked.place_class, asked.division or _city(work), 120, True, {}, True)
    await store.add_place(work.db, org, made.id, made.name, made.class_, made.division, made.dwell_minutes, made.indoor)
    return made


def _city(work: Work) -> str:
    return (work.actor.districts or ("0000",))[0].rsplit(".", 1)[-1]


async def invite_gate(work: Work, asked: NewGate) -> Invited:
    """A gate and the link that opens it on the device which follows it first."""
    org, me = _me(work)
    name = asked.name.strip()
    if not 1 <= len(name) <= 60:
        raise Invalid(errors=[{"pointer": "/name", "detail": say(work.locale, "请写下卡口的名称")}])
    place = await _place(work, org, asked)
    gate = Gate(
        org, GateId.new(), place.id, name, asked.kind, asked.direction, GateState.WAITING, None, None, work.now, 0, 0, bytes(32), None
    )
    invite = crypto.token()
    await store.add(work.db, gate, crypto.digest(invite), work.now + INVITED_FOR, me)
    return Invited(gate, place, invite)


async def own_gates(work: Work) -> tuple[list[Gate], dict[PlaceId, Place], set[GateId]]:
    """The gates of the own department, their places, and those whose log is broken."""
    org, _ = _me(work)
    return await store.gates(work.db, org), {one.id: one for one in await store.places(work.db, org)}, set(await store.faulty(work.db, org))


async def own_gate(work: Work, gate: GateId) -> tuple[Gate, Place, list[GateFault]]:
    """One gate of the own department, its place, and where its log does not fit together."""
    org, _ = _me(work)
    found = await store.one(work.db, org, gate)
    place = await store.place(work.db, org, found.place_id) if found else None
    if found is None or place is None:
        raise NoSuchGate()
    return found, place, await store.faults(work.db, org, gate)


async def revoke_gate(work: Work, gate: GateId) -> None:
    """A lost or stolen gate is nobody from now on, and its day keys are worthless tomorrow."""
    org, _ = _me(work)
    if not await store.revoke(work.db, org, gate):
        raise NoSuchGate()
    await changed(work.db, NAME)


# ── for gates ──────────────────────────────────────────────────────────────────────────────────────


class Enrolled(Struct, frozen=True):
    """Who this device is from now on; a turnstile's `secret` is told once."""

    id: GateId
    raw: str
    server_time: int
    secret: str = ""


async def enrol(work: Work, invite: str, public_key: str) -> Enrolled:
    """The first device that follows the link is the gate."""
    gate = await store.invited(work.db, crypto.digest(invite))
    if gate is None:
        raise InviteUsed()
    now = int(work.now.timestamp())
    if gate.kind is GateKind.TURNSTILE:
        secret = crypto.token()
        await store.enrol(work.db, gate.org_id, gate.id, None, crypto.digest(secret), work.now)
        await changed(work.db, NAME)
        return Enrolled(gate.id, gate.id.hex, now, secret)
    try:
        key = Ed25519PublicKey.from_public_bytes(jose.unb64(public_key))
    except ValueError:
        raise Invalid(errors=[{"pointer": "/public_key", "detail": say(work.locale, "填写的格式不对，请检查")}]) from None
    await store.enrol(work.db, gate.org_id, gate.id, key.public_bytes_raw(), None, work.now)
    await changed(work.db, NAME)
    return Enrolled(gate.id, gate.id.hex, now)


class Spoken(Struct, frozen=True):
    """A request as it came, for proving who sent it."""

    gate: str
    method: str
    path: str
    header: str
    body: bytes


async def speaker(work: Work, said: Spoken) -> Gate:
    """The gate that signed this request just now; no statement once the gates are in memory."""
    try:
        gate = (await memory.get(work.db)).get(GateId.parse(said.gate))
    except ValueError:
        gate = None
    if gate is None:
        raise NoSuchGate()
    if gate.state is GateState.REVOKED:
        raise GateRevoked()
    scheme, _, given = said.header.partition(" ")
    if scheme != "Gate" or not _proven(gate, said, given, int(work.now.timestamp())):
        raise GateNotProven(server_time=int(work.now.timestamp()))
    return gate


def _proven(gate: Gate, said: Spoken, given: str, now: int) -> bool:
    if gate.secret_hash is not None:
        return hmac.compare_digest(crypto.digest(given), gate.secret_hash)
    fields = dict(part.split("=", 1) for part in given.split(",") if "=" in part)
    at = fields.get("at", "")
    if gate.public_key is None or not (at.isascii() and at.isdigit() and len(at) < 12) or abs(int(at) - now) > CLOCK:
        return False
    text = f"OD1u\n{said.method} {said.path}\n{at}\n{hashlib.sha256(said.body).hexdigest()}"
    try:
        Ed25519PublicKey.from_public_bytes(gate.public_key).verify(jose.unb64(fields.get("sig", "")), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def periods(now: int) -> set[str]:
    """The pid keys that a gate is given: yesterday, today, and tomorrow in the half day before it begins; every period of paper."""
    today = now // DAY
    days = {today - 1, today} | ({today + 1} if now % DAY >= HALF else set())
    return {f"day.{day}" for day in days}


def _told(kid: str, one: Issuer) -> dict[str, Any]:
    """An issuer as gates are given it."""
    return {
        "kid": kid, "key": jose.b64(one.public.public_bytes_raw()), "scheme": one.scheme, "not_before": one.not_before,
        "not_after": one.not_after, "ends_at": one.ends_at, "listed": one.listed, "levels": one.levels,
    }  # fmt: skip


async def bundle(work: Work, gate: Gate) -> dict[str, Any]:
    """Everything for a day without a network: keys of ours and of recognised regions with what their colours are here, which lists, whose
    printed codes still count, and what to do with a colour."""
    if not lists_memory.loaded:
        raise Unavailable(retry_after=2)
    now = int(work.now.timestamp())
    held = await lists_memory.get(work.db)
    place = await store.place(work.db, gate.org_id, gate.place_id)
    schemes = [one for one in (await schemes_known(work)).by_code.values() if one.state not in (State.DRAFT, State.DELETED)]
    foreign = peering.issuers(await peering.believed(work), now)
    issuers, names = [_told(kid.hex(), one) for kid, one in foreign], {one.scheme: peering.host(one.scheme) for _, one in foreign}
    pids: dict[str, str] = {}
    days = periods(now)
    for scheme in schemes:
        ring = vault().ring(scheme.code, now)
        issuers += [_told(kid.hex(), one) for kid, one in issuers_of(scheme, ring, ends_at(scheme, work.zone))]
        pids |= {f"{scheme.code}.{name}": jose.b64(key.raw) for name, key in ring.pids.items() if name in days or name.startswith("paper.")}
    await store.seen(work.db, gate.org_id, gate.id, work.now)
    return {
        "server_time": now, "issuers": issuers, "pid_keys": pids,
        "gate": {
            "name": gate.name, "place": pick(work.locale, place.name) if place else "", "direction": gate.direction, "state": gate.state,
            "division": place.division if place else "",
        },
        "list_keys": {one.kid: jose.b64(one.public) for one in lists_ring(work.now).entries if one.retired_at is None},
        "lists": [{"shard": one.list.shard, "seq": one.list.seq} for one in held.by_shard.values()],
        "min_paper": {f"{shard}.{row}": seq for shard, rows in held.papers.items() for row, seq in rows.items()},
        "list_age": min((one.gate.list_hours for one in schemes), default=24) * 3600,
        "schemes": {one.code: pick(work.locale, one.name) for one in schemes} | names,
        "vehicles_withdrawn": await taken_back(work), "yellow": (place.policy.get("yellow") if place else None) or "stop",
    } | await numbering.told(work)  # fmt: skip
