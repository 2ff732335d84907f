"""The line to the registers: every call of this process, bounded at once, in time and in trust. Opened with the house, closed with it."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from msgspec import Struct

from onedoor.exchange.circuits import OUR_LAG, Breaker, LoopWatch, Pace
from onedoor.exchange.dictionary import Register, Resource, open_now
from onedoor.exchange.models import AskId, AskIn, AskOut, Push, Receipt, Said, State, System, Transport
from onedoor.exchange.ports import Cities, File, Queue, Rest, Soap, Sql
from onedoor.identity.models import PersonId
from onedoor.kernel import log as _log
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import abroad, keeping, resting
from .known import connect
from .looking_up import look_up

PORTS: dict[Transport, type[Any]] = {
    Transport.REST: Rest, Transport.SOAP: Soap, Transport.SQL: Sql, Transport.FILE: File, Transport.QUEUE: Queue,
}  # fmt: skip
JOB_MS = 10_000
COUNTED = frozenset({State.LATE, State.DOWN, State.WRONG})
log = structlog.get_logger(_log.NAME)


class Outgoing(Struct, frozen=True):
    """One question on its way. The keys are here and in what is sent, and nowhere else."""

    citizen: PersonId
    ask: AskId
    register: Register
    resource: Resource
    keys: dict[str, str]
    matter: UUID | None
    said: Said | None = None


class Line:
    """All calls to registers from this process."""

    def __init__(
        self, ports: Ports, begin: Begin, clock: Callable[[], datetime], addresses: Mapping[str, str], secret: Callable[[str], bytes]
    ) -> None:  # fmt: skip
        self.ports, self.begin, self.clock, self.addresses, self.secret = ports, begin, clock, dict(addresses), secret
        self.connected()
        self.watch = LoopWatch()
        self._breakers: dict[str, Breaker] = {}
        self._rooms: dict[str, asyncio.Semaphore] = {}
        self._paces: dict[str, Pace] = {}
        self._running: dict[AskId, tuple[UUID | None, float, asyncio.Task[None]]] = {}
        self._watching: asyncio.Task[None] | None = None

    def connected(self) -> None:
        """What this line reaches is what this process may show as reachable."""
        connect(set(self.addresses))

    def reaches(self, register: Register) -> bool:
        """Whether this city has connected the register at all."""
        if register.transport is Transport.CITY:
            return abroad.believed(register, self.clock())
        return register.code in self.addresses and self.ports.has(PORTS[register.transport])

    def system_of(self, register: Register, timeout_ms: int = 0) -> System:
        return System(
            register.code, register.transport, self.addresses.get(register.code, ""), register.settings, self.secret(register.code),
            timeout_ms or register.limits.timeout_ms,
        )  # fmt: skip

    def send(self, leaving: list[Outgoing]) -> None:
        """Off they go, each by itself. Called when what says that they leave has been committed."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self.watch.run())
        for out in leaving:
            task = asyncio.create_task(self._one(out))
            self._running[out.ask] = (out.matter, time.monotonic(), task)
            task.add_done_callback(lambda _, ask=out.ask: self._running.pop(ask, None))

    async def settled(self, matter: UUID, ms: int) -> bool:
        """Wait for what was sent for this matter from here, so long after it left at most; False when something is still out."""
        mine = [(at, task) for of, at, task in self._running.values() if of == matter]
        if not mine:
            return True
        left = max(at for at, _ in mine) + ms / 1000 - time.monotonic()
        _, out = await asyncio.wait([task for _, task in mine], timeout=max(0.0, left))
        return not out

    async def _one(self, out: Outgoing) -> None:
        said, took = await self.call(out, out.register.limits.timeout_ms)
        try:
            async with self.begin(actor=system("exchange.keep")) as work:
                await keeping.keep(work, out.citizen, out.ask, out.register, out.resource, out.keys, said, took)
        except Exception as bad:  # the job finds it and asks again
            log.warning("answer_not_kept", register=out.register.code, error=repr(bad))

    async def call(self, out: Outgoing, timeout_ms: int) -> tuple[AskIn, int]:
        """What the register says, within its limits. Never raises."""
        code, begun = out.register.code, time.monotonic()
        if why := self._closed(out.register, begun):
            return AskIn(State.DOWN, problem=why), 0
        async with self._room(out.register):
            said = await self._asked(out, timeout_ms)
        took = int((time.monotonic() - begun) * 1000)
        breaker = self._breakers.setdefault(code, Breaker())
        if said.state not in COUNTED:
            breaker.well()
        elif (self.watch.lag < OUR_LAG or said.state is not State.LATE) and breaker.failed(time.monotonic()):
            await self._opened(out.register, breaker)
        return said, took

    async def put(self, register: Register, message: Push) -> Receipt:
        """Hand something over, within the register's limits and the patience of a job; OSError when it is not taken."""
        if register.transport is Transport.CITY:
            raise ConnectionRefusedError(f"{register.code} is another city's: it is asked, and handed nothing")
        if why := self._closed(register, time.monotonic()):
            raise ConnectionRefusedError(f"{register.code}: {why}")
        breaker = self._breakers.setdefault(register.code, Breaker())
        try:
            async with self._room(register), asyncio.timeout(JOB_MS / 1000):
                receipt: Receipt = await self.ports.get(PORTS[register.transport]).put(self.system_of(register, JOB_MS), message)
        except Exception as bad:
            if breaker.failed(time.monotonic()):
                await self._opened(register, breaker)
            if isinstance(bad, OSError):
                raise
            log.warning("connector_failed", register=register.code, error=repr(bad))
            raise ConnectionError(f"{register.code}: {type(bad).__name__}") from bad
        breaker.well()
        return receipt

    def _closed(self, register: Register, now: float) -> str:
        """Why a call is not even tried."""
        if not open_now(register.hours, f"{self.clock():%H:%M}"):
            return "hours"
        if self._breakers.setdefault(register.code, Breaker()).open(now) or resting.rests(register.code):
            return "circuit"
        if self._room(register).locked():
            return "full"
        return "" if self._paces.setdefault(register.code, Pace(register.limits.rps)).takes(now) else "full"

    def _room(self, register: Register) -> asyncio.Semaphore:
        return self._rooms.setdefault(register.code, asyncio.Semaphore(register.limits.concurrent))

    async def _asked(self, out: Outgoing, timeout_ms: int) -> AskIn:
        if out.register.transport in (Transport.FILE, Transport.QUEUE):
            return await self._looked_up(out)
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                return await self._sent(out, timeout_ms)
        except TimeoutError:
            return AskIn(State.LATE, problem="timeout")
        except (OSError, LookupError) as away:
            return AskIn(State.DOWN, problem=type(away).__name__)
        except Exception as bad:  # a connector's fault is the register's silence, never the person's error page
            log.warning("connector_failed", register=out.register.code, error=repr(bad))
            return AskIn(State.WRONG, problem="connector")

    async def _sent(self, out: Outgoing, timeout_ms: int) -> AskIn:
        if out.register.transport is Transport.CITY:
            assert out.said is not None
            return await abroad.ask(self.ports, out.ask, out.register, out.keys, out.said, self.clock())
        request = AskOut(str(out.ask), out.resource.operation, out.keys, timeout_ms)
        return await self.ports.get(PORTS[out.register.transport]).ask(self.system_of(out.register, timeout_ms), request)

    async def well(self, register: Register) -> bool:
        """A cheap look whether it is there again. OSError when nothing answers."""
        if register.transport is Transport.CITY:
            return bool(await self.ports.get(Cities).get(abroad.home_of(register) + "/health/live"))
        return bool((await self.ports.get(PORTS[register.transport]).health(self.system_of(register, JOB_MS))).well)

    async def _looked_up(self, out: Outgoing) -> AskIn:
        """What cannot be asked is looked up in its copy, in a small transaction of its own."""
        try:
            async with self.begin(actor=system("exchange.copy")) as work:
                return await look_up(work, out.register, out.resource, out.keys)
        except Exception as bad:  # as with a connector: silence, never an error page
            log.warning("copy_failed", register=out.register.code, error=repr(bad))
            return AskIn(State.DOWN, problem="copy")

    async def _opened(self, register: Register, breaker: Breaker) -> None:
        """Tell every process, and whoever stewards."""
        log.warning("circuit_open", register=register.code, seconds=breaker.rest)
        with contextlib.suppress(Exception):
            async with self.begin(actor=system("exchange.circuit")) as work:
                await resting.leave_alone(work, register.code, breaker.failures)

    async def close(self) -> None:
        """Nothing is left running; what was out is asked again by its job."""
        for task in [*(task for _, _, task in self._running.values()), *([self._watching] if self._watching else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


def line(ports: Ports) -> Line:
    return ports.get(Line)
