"""Registers that cannot be asked lay down files or tell of events: what they say is taken, checked, and kept as a copy to be asked.

A file is read outside of any transaction and swapped in within one, so that nobody sees half of it. An event is one row, whether it was
pushed or found in the queue.
"""

import asyncio
import hashlib
from typing import Any

from msgspec import Struct

from onedoor.exchange.dictionary import Dictionary, Register, Resource
from onedoor.exchange.drops import checks
from onedoor.exchange.drops.checks import DropState, Staged
from onedoor.exchange.drops.sheets import Unread
from onedoor.exchange.errors import NoSuchRegister, NotSigned
from onedoor.exchange.events import Acknowledged, Reported
from onedoor.exchange.mapping.pointers import MISSING, found, parsed
from onedoor.exchange.models import Pulled, Transport
from onedoor.exchange.pushed import Event, Untrusted, opened, verified
from onedoor.exchange.store import asking as asking_store
from onedoor.exchange.store import copies as store
from onedoor.exchange.vault import vault
from onedoor.identity import service as identity
from onedoor.identity.ports import Secrets
from onedoor.kernel import outbox
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import alerting, keeping
from .foreseeing import way_of
from .known import dictionary
from .sending import JOB_MS, PORTS, Line, line

RECEIPT, MOST_AT_ONCE = "RECEIPT", 500


class Arrived(Struct, frozen=True):
    """A file that was read, with what its lines became."""

    name: str
    resource: Resource
    staged: Staged
    hashes: list[bytes] = []
    bodies: list[bytes] = []


async def take(begin: Begin, ports: Ports) -> None:
    """Everything new of every register that lays down or tells."""
    async with begin(actor=system("exchange.take")) as work:
        known, marks = await dictionary(work), {one.register: one.mark for one in await store.taken(work.db)}
    wire = line(ports)
    for register in known.registers.values():
        if register.transport in (Transport.FILE, Transport.QUEUE) and register.state == "on" and wire.reaches(register):
            await take_from(begin, ports, known, register, marks.get(register.code, ""))


async def take_from(begin: Begin, ports: Ports, known: Dictionary, register: Register, since: str) -> None:
    """What one register has laid down or told after the mark. What cannot be had now is had the next time."""
    wire, parcels, note = line(ports), list[Pulled](), ""
    try:
        async with asyncio.timeout(JOB_MS * 6 / 1000):
            async for one in ports.get(PORTS[register.transport]).pull(wire.system_of(register, JOB_MS), since):
                parcels.append(one)
                if len(parcels) >= MOST_AT_ONCE:
                    break
    except Exception as away:  # a connector's fault is this register's silence, and no other's
        note = f"{type(away).__name__}: {away}"[:300]
    if register.transport is Transport.FILE and parcels:
        marks = [await _file(begin, known, register, one) for one in parcels]
        since = marks[-1] if all(marks) else ""  # one that has to be read again is not forgotten for what was laid down after it
    elif parcels:
        async with begin(actor=system("exchange.take")) as work:
            for one in parcels:
                await _event(work, known, register, wire, one)
        since = parcels[-1].mark
    async with begin(actor=system("exchange.take")) as work:
        await store.take(work.db, register.code, since, work.now, note)


# ── files ────────────────────────────────────────────────────────────────────────────────────────
async def _file(begin: Begin, known: Dictionary, register: Register, parcel: Pulled) -> str:
    """The mark to go on from: this file's, or the beginning when an older file has to be read again because it stands after all."""
    name = checks.named(parcel.name)
    if name is None or name.file == RECEIPT:
        async with begin(actor=system("exchange.take")) as work:
            await _receipts(work, register, parcel)
        return parcel.mark
    resource = _resource(known, register, "file", name.file)
    if resource is None:
        return parcel.mark
    async with begin(actor=system("exchange.take")) as work:
        if name.as_of > work.today + keeping.TOMORROW:  # it would stand before all that follow
            await keeping.incident(work, register, resource, "future", f"{parcel.name}: its day has not come"[:300])
            await alerting.refused(work, register, parcel.name)
            return parcel.mark
        sha256 = hashlib.sha256(parcel.content).digest()
        facts = await store.drops(work.db, register.org_ref, resource.code)
        live = await store.live(work.db, register.org_ref, resource.code)
    wanted = next((sha for sha, state in checks.standing(facts).items() if state is DropState.LIVE), None)
    if any(one.sha256 == sha256 for one in facts) and not (wanted == sha256 and live != sha256):
        return parcel.mark
    arrived = await asyncio.to_thread(_read, known, register, resource, parcel)
    async with begin(actor=system("exchange.take"), seconds=60) as work:
        return parcel.mark if await settle(work, register, arrived) else ""


def _read(known: Dictionary, register: Register, resource: Resource, parcel: Pulled) -> Arrived:
    """In a thread: a file of fifty thousand lines keeps a processor busy for a second or two."""
    settings, reading = register.settings["operations"][resource.operation], known.readings[resource.code]
    way = way_of(settings)
    staged = checks.staged(parcel.name, parcel.content, way, keeping.mapping_of(reading))
    hashes = [vault().hashed(resource.code, {way.element: key}) for key in staged.rows]
    rows = zip(hashes, staged.rows.items(), strict=True)
    bodies = [vault().seal_copy(hashed, {"keys": {way.element: key}, "row": row}) for hashed, (key, row) in rows]
    return Arrived(parcel.name, resource, staged, hashes, bodies)


async def settle(work: Work, register: Register, arrived: Arrived) -> bool:
    """Write down the file, and let stand what stands now. False when that is another file, whose lines are not at hand."""
    org, code, drop = register.org_ref, arrived.resource.code, arrived.staged
    await store.add_drop(work.db, org, code, arrived.name, drop, report(drop), work.now)
    live, states = await store.live(work.db, org, code), checks.standing(await store.drops(work.db, org, code))
    wanted = next((sha for sha, state in states.items() if state is DropState.LIVE), None)
    if wanted != live and wanted == drop.sha256:
        await store.forget(work.db, org, code)
        await store.put_copies(work.db, org, code, arrived.hashes, arrived.bodies, drop.as_of, work.now)
    elif wanted != live:
        states = {sha: DropState.LIVE if sha == live else DropState.CHECKED if sha == wanted else state for sha, state in states.items()}
    await store.put_states(work.db, org, code, states)
    if states.get(drop.sha256) is DropState.REFUSED:
        why = "; ".join(drop.problems) or f"{len(drop.rows)} rows are too many or too few"
        await keeping.incident(work, register, arrived.resource, "unmapped", f"{arrived.name}: {why}"[:300])
        await alerting.refused(work, register, arrived.name)
    return wanted in (live, drop.sha256)


def report(drop: Staged) -> dict[str, Any]:
    """What a steward is shown of a file: counts and places, never a value."""
    return {
        "lines": drop.lines, "rows": len(drop.rows), "bad": drop.bad, "unmapped": drop.unmapped, "doubles": drop.doubles,
        "encoding": drop.encoding, "faults": drop.faults, "problems": drop.problems,
    }  # fmt: skip


async def _receipts(work: Work, register: Register, parcel: Pulled) -> None:
    try:
        lines = await asyncio.to_thread(checks.receipts, parcel.name, parcel.content)
    except Unread:
        return
    for one in lines:
        await outbox.publish(work.db, Acknowledged(register.code, one.request_id[:100], one.number[:100], one.state[:100]))


# ── events ───────────────────────────────────────────────────────────────────────────────────────
async def pushed(work: Work, ports: Ports, code: str, headers: dict[str, str], body: bytes) -> bool:
    """An event that a department hands over by itself. Handed over again it changes nothing; False then."""
    known = await dictionary(work)
    register = known.registers.get(code)
    if register is None or register.transport is not Transport.QUEUE:
        raise NoSuchRegister()
    secret = line(ports).system_of(register).secret
    name, stamp, signature = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    try:
        event = verified(secret, name, stamp, signature, body, work.now)
    except Untrusted as no:
        raise NotSigned() from no
    return await _kept(work, ports, known, register, event)


async def _event(work: Work, known: Dictionary, register: Register, wire: Line, parcel: Pulled) -> None:
    try:
        event = opened(wire.system_of(register).secret, parcel.content, work.now)
    except Untrusted as no:
        resource = next(r for r in known.resources.values() if r.register == register.code)
        await keeping.incident(work, register, resource, "wrong", f"event {parcel.mark}: {no}"[:300])
        return
    await _kept(work, wire.ports, known, register, event)


async def _kept(work: Work, ports: Ports, known: Dictionary, register: Register, event: Event) -> bool:
    resource = _resource(known, register, "kind", event.kind)
    if resource is None:
        return False
    keys = _keys(register.settings["operations"][resource.operation]["keys"], event.document)
    if keys is None:
        await keeping.incident(work, register, resource, "wrong", "an event without its key")
        return False
    hashed = vault().hashed(resource.code, keys)
    body = vault().seal_copy(hashed, {"keys": keys, "row": event.document})
    as_of = event.occurred_at.astimezone(work.zone).date()
    if not await store.put_event(work.db, register.org_ref, resource.code, hashed, body, as_of, event.occurred_at, event.id):
        return False
    await _reported(work, ports, resource, keys)
    return True


async def _reported(work: Work, ports: Ports, resource: Resource, keys: dict[str, str]) -> None:
    """What was known of this person until now is old; whoever waits for it hears that there is something new, and not what."""
    number = keys.get("person.id_number", "")
    citizen = await identity.person_of_id_number(work, ports.get(Secrets), number) if number else None
    if citizen is not None:
        await asking_store.stale(work.db, citizen, resource.code, work.now)
        await outbox.publish(work.db, Reported(citizen, resource.code))


def _keys(places: dict[str, str], document: dict[str, Any]) -> dict[str, str] | None:
    told = {element: found(document, parsed(pointer)) for element, pointer in places.items()}
    if any(value is MISSING or not isinstance(value, str) or not 0 < len(value) <= 64 for value in told.values()):
        return None
    return {element: value.strip().upper() for element, value in told.items()}


def _resource(known: Dictionary, register: Register, by: str, name: str) -> Resource | None:
    """The resource whose operation says this kind of file or event is its own."""
    operations: dict[str, Any] = register.settings.get("operations", {})
    ours = (r for r in known.resources.values() if r.register == register.code)
    return next((r for r in ours if operations.get(r.operation, {}).get(by) == name), None)
