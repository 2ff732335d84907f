"""What jobs do: finish what a process left behind, look whether a register is back, and clear away what nobody needs."""

import asyncio
import contextlib
import datetime as dt
import random

from onedoor.exchange.models import Transport
from onedoor.exchange.records import Ask, AskId
from onedoor.exchange.store import asking as store
from onedoor.exchange.store import cities, people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.tracker import service as tracker

from . import alerting, keeping, resting
from .asking import said_of
from .known import dictionary
from .sending import JOB_MS, Outgoing, line

AGAIN_AFTER = (2, 10, 60)
NAMES_KEPT = dt.timedelta(hours=1)
ASKS_KEPT, INCIDENTS_KEPT = dt.timedelta(days=90), dt.timedelta(days=30)
OPEN_STATES = ("logged", "late", "down")


async def finish(begin: Begin, ports: Ports, citizen: PersonId, asks: list[AskId], turn: int = 0) -> None:
    """Ask again, patiently, what is not settled; only reads, and only while nobody waits."""
    async with begin(actor=system("exchange.finish")) as work:
        leaving = [out for ask in asks if (out := await _left(work, citizen, ask)) is not None]
    wire, unsettled = line(ports), list[AskId]()
    for out in leaving:
        said, took = await wire.call(out, JOB_MS)
        async with begin(actor=system("exchange.finish")) as work:
            await keeping.keep(work, citizen, out.ask, out.register, out.resource, out.keys, said, took)
        if str(said.state) in OPEN_STATES:
            unsettled.append(out.ask)
    if unsettled and turn < len(AGAIN_AFTER):
        async with begin(actor=system("exchange.finish")) as work:
            at = work.now + dt.timedelta(seconds=AGAIN_AFTER[turn] + random.random())  # noqa: S311 - so that not all come at once
            await enqueue(
                work.db, "exchange.finish", {"citizen": str(citizen), "asks": [str(a) for a in unsettled], "turn": turn + 1}, run_at=at
            )


async def _left(work: Work, citizen: PersonId, which: AskId) -> Outgoing | None:
    """The question as it was planned, if it is still open and may still be asked."""
    ask: Ask | None = await store.locked(work.db, citizen, which)
    known = await dictionary(work)
    if ask is None or ask.state not in OPEN_STATES or ask.resource not in known.resources:
        return None
    if ask.consent_id is not None and await people.withdrawn(work.db, citizen, ask.consent_id):
        return None
    agreement, register = known.agreements.get(ask.agreement), known.register_of(ask.resource)
    person = await identity.person(work, citizen)
    if await tracker.challenges.in_doubt(work, citizen):
        return None
    if agreement is None or not agreement.in_force(work.today) or register.state != "on" or person is None or not person.id_number:
        return None
    said = await said_of(work, ask, Text(ask.item)) if register.transport is Transport.CITY else None
    return Outgoing(citizen, which, register, known.resources[ask.resource], {"person.id_number": person.id_number}, ask.matter, said)


async def probe(begin: Begin, ports: Ports) -> None:
    """Registers whose rest is over are looked at, one cheap look each. Those that a steward left alone stay so. What has been away for a
    minute is told."""
    async with begin(actor=system("exchange.probe")) as work:
        known, resting_now = await dictionary(work), await resting.circuits(work)
        away = [c for c in resting_now.values() if not c.by_hand and c.register in known.registers]
        due = [c for c in away if c.until <= work.now]
        for circuit in away:
            await alerting.silent(work, known.registers[circuit.register], circuit)
    wire = line(ports)
    for circuit in due:
        register, well = known.registers[circuit.register], False
        with contextlib.suppress(OSError, LookupError, TimeoutError):
            async with asyncio.timeout(JOB_MS / 1000):
                well = await wire.well(register)
        async with begin(actor=system("exchange.probe")) as work:
            if well:
                if await resting.take_back(work, register.code):
                    await alerting.back(work, register)
            else:
                await resting.leave_alone(work, register.code, 0)


async def sweep(work: Work) -> int:
    """How many rows went."""
    gone = await cities.sweep(work.db, work.now, work.now - NAMES_KEPT)
    return gone + await store.sweep(work.db, work.today, work.now - INCIDENTS_KEPT, work.now - ASKS_KEPT)
