"""What a steward looks at by hand: whether each register is there, and what a form would ask of which. Nobody is asked about anybody."""

import asyncio
import time

from msgspec import Struct

from onedoor.exchange.dictionary import Register, open_now
from onedoor.exchange.models import Question
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import stewarding
from .fields import standing
from .grouping import grouped
from .known import connected, dictionary
from .sending import JOB_MS, Line, line
from .stewarding import Standing

UNWELL = frozenset({"silent", "blocked"})
MAY = frozenset({"", "consent"})


class Surveyed(Struct, frozen=True):
    """How one register stands now. `state`: well, silent, closed (it keeps hours), resting by hand, off, blocked or unconnected."""

    register: Register
    state: str
    took_ms: int | None = None


class Planned(Struct, frozen=True):
    """One fact that a form would ask for. `why`: what is in the way; `consent` is the person's to clear away."""

    element: str
    resource: str
    agreement: str
    why: str


async def survey(begin: Begin, ports: Ports) -> list[Surveyed]:
    """Every register, all at once: a cheap look at those that may be asked now."""
    async with begin(actor=system("exchange.check")) as work:
        found, clock = await stewarding.registers(work), f"{work.now.astimezone(work.zone):%H:%M}"
    wire = line(ports)
    return list(await asyncio.gather(*(_looked_at(wire, one, clock) for one in found)))


async def _looked_at(wire: Line, one: Standing, clock: str) -> Surveyed:
    register = one.register
    if one.state in ("off", "blocked", "unconnected") or (one.circuit and one.circuit.by_hand):
        return Surveyed(register, one.state)
    if not open_now(register.hours, clock):
        return Surveyed(register, "closed")
    begun, well = time.monotonic(), False
    try:
        async with asyncio.timeout(JOB_MS / 1000):
            well = await wire.well(register)
    except (OSError, LookupError):
        pass
    return Surveyed(register, "well" if well else "silent", int((time.monotonic() - begun) * 1000))


async def planned(work: Work, question: Question) -> list[Planned]:
    """Fact by fact what would be asked, by which agreement, and what is in the way. What the real-name check has told is not asked."""
    known, stands, found = await dictionary(work), await standing(work, question), list[Planned]()
    agreed = {e: group.agreement.id for group in grouped(known, question, work.today) for e in group.elements}
    for element in question.elements:
        resource = known.source_of(element)
        if resource is not None:
            reached = stands[element] not in MAY or resource.register in connected()
            found.append(Planned(element, resource.code, agreed.get(element, ""), stands[element] if reached else "unconnected"))
    return found
