"""Jobs: rows that somebody will take, run and finish, at least once, and the clock's own jobs.

Taking is one UPDATE with SKIP LOCKED and a lease; finishing deletes by lease token, so a worker that lost its lease changes nothing.
Handlers are idempotent. After `max_attempts` a job moves to `job_dead`, where the operator sees it.
"""

import asyncio
import contextlib
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog

from . import log as _log
from .db import Database, Db
from .ids import convert
from .outbox import EventId, kind_of
from .ports import Ports
from .work import Begin, Work, system

Handler = Callable[[Begin, Ports, dict[str, Any]], Awaitable[None]]
Lane = Callable[[Begin, Ports, asyncio.Event, asyncio.Event], Awaitable[None]]
Listener = tuple[type[msgspec.Struct], Callable[[Work, Any], Awaitable[None]]]
log = structlog.get_logger(_log.NAME)
LEASE = timedelta(seconds=60)
RENEW_AFTER = 2.0
"""Seconds after which whoever took several jobs looks whether those that wait are still theirs."""


class Cron(msgspec.Struct, frozen=True):
    """A job of the clock: `kind` runs each `every` seconds, or once a day at `daily` ("00:10", city time)."""

    kind: str
    every: int = 0
    daily: str = ""

    def tick(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest moment at or before `now` at which this was due."""
        if self.every:
            seconds = int(now.timestamp())
            return datetime.fromtimestamp(seconds - seconds % self.every, tz=now.tzinfo)
        local = now.astimezone(zone)
        hour, minute = map(int, self.daily.split(":"))
        due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return due if due <= local else due - timedelta(days=1)


class Job(msgspec.Struct, frozen=True):
    id: uuid.UUID
    kind: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int


class Held(msgspec.Struct, frozen=True):
    id: uuid.UUID


async def enqueue(
    db: Db, kind: str, args: Mapping[str, Any], *, queue: str = "default", key: str | None = None,
    run_at: datetime | None = None, priority: int = 100, max_attempts: int = 10,
) -> None:  # fmt: skip
    """Ask for `kind` to be run after this transaction commits; with `key`, at most one waits at a time."""
    db.before_commit(
        "insert into kernel.job (queue, kind, args, key, run_at, priority, max_attempts) "
        "values ($queue, $kind, $args, $key, coalesce($run_at, now()), $priority, $max_attempts) "
        "on conflict (kind, key) where key is not null and leased_until is null do nothing returning pg_notify('job', $queue)",
        queue=queue, kind=kind, args=dict(args), key=key, run_at=run_at, priority=priority, max_attempts=max_attempts,
    )  # fmt: skip


class Worker:
    """Takes jobs of the given queues until told to stop."""

    def __init__(
        self, database: Database, begin: Begin, ports: Ports, handlers: Mapping[str, Handler],
        listeners: list[Listener], cron: list[Cron], zone: ZoneInfo,
    ) -> None:  # fmt: skip
        self.database, self.begin, self.ports, self.cron, self.zone = database, begin, ports, cron, zone
        self.handlers = dict(handlers)
        self.listeners: dict[str, list[Listener]] = {}
        for listener in listeners:
            self.listeners.setdefault(kind_of(listener[0]), []).append(listener)
        self._wakes: dict[str, asyncio.Event] = {}

    def wake(self, queue: str) -> None:
        """Somebody has put a job into `queue`."""
        self._wakes.setdefault(queue, asyncio.Event()).set()

    def bell(self, queue: str) -> asyncio.Event:
        """Rings whenever something was put into `queue`, for whoever keeps a lane of their own."""
        return self._wakes.setdefault(queue, asyncio.Event())

    async def run(self, queue: str, stop: asyncio.Event) -> None:
        """One lane: `queue` alone, so that bulk never delays what is urgent."""
        wake = self._wakes.setdefault(queue, asyncio.Event())
        while not stop.is_set():
            wake.clear()
            try:
                done = await self.once(queue)
            except Exception as bad:
                log.warning("job_lane", queue=queue, error=str(bad))
                done = 0
                await asyncio.sleep(1)
            if not done:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), 2)

    async def once(self, queue: str) -> int:
        """Take up to ten jobs and run them; how many there were."""
        token = uuid.uuid4()
        async with self.database.tx(role="job") as db:
            jobs = await db.all(
                Job,
                "update kernel.job set leased_until = now() + interval '60 seconds', lease_token = $token, attempts = attempts + 1 "
                "where id in (select id from kernel.job where queue = $queue and run_at <= now() and (leased_until is null or "
                "leased_until < now()) order by priority, run_at, id limit 10 for update skip locked) "
                "returning id, kind, args, attempts, max_attempts",
                token=token, queue=queue,
            )  # fmt: skip
        held, taken = {job.id for job in jobs}, time.monotonic()
        for n, job in enumerate(jobs):
            if time.monotonic() - taken > RENEW_AFTER:
                held, taken = await self._renew(token, [one.id for one in jobs[n:]]), time.monotonic()
            if job.id in held:
                await self._settle(job, token, await self._attempt(job))
        return len(jobs)

    async def _renew(self, token: uuid.UUID, jobs: list[uuid.UUID]) -> set[uuid.UUID]:
        """The lease of those that still wait behind slow ones begins anew; what somebody else has taken meanwhile is left to them."""
        async with self.database.tx(role="job") as db:
            rows = await db.all(
                Held,
                "update kernel.job set leased_until = now() + interval '60 seconds' where id = any($jobs::uuid[]) and lease_token = $token "
                "returning id",
                jobs=jobs, token=token,
            )  # fmt: skip
        return {row.id for row in rows}

    async def _attempt(self, job: Job) -> str | None:
        """None when it went well, else what went wrong."""
        try:
            async with asyncio.timeout(LEASE.total_seconds() - 5):
                if job.kind.startswith("event:"):
                    await self._deliver(job)
                elif handler := self.handlers.get(job.kind):
                    await handler(self.begin, self.ports, job.args)
                else:
                    return f"nobody handles {job.kind}"
        except Exception as bad:
            log.warning("job_failed", kind=job.kind, attempt=job.attempts, error=repr(bad))
            return repr(bad)[:2000]
        return None

    async def _deliver(self, job: Job) -> None:
        """Each listener in its own transaction, once per event."""
        event_id = EventId.parse(job.args["event"])
        for kind, listen in self.listeners.get(job.kind.removeprefix("event:"), []):
            name = f"{listen.__module__}.{listen.__qualname__}"
            async with self.begin(actor=system(name)) as work:
                fresh = await work.db.run(
                    "insert into kernel.event_seen (listener, event) values ($name, $event) on conflict do nothing",
                    name=name, event=event_id,
                )  # fmt: skip
                if fresh:
                    await listen(msgspec.structs.replace(work, event=event_id), convert(job.args["body"], kind))

    async def _settle(self, job: Job, token: uuid.UUID, error: str | None) -> None:
        async with self.database.tx(role="job") as db:
            if error is None:
                await db.run("delete from kernel.job where id = $id and lease_token = $token", id=job.id, token=token)
            elif job.attempts >= job.max_attempts:
                await db.run(
                    "with gone as (delete from kernel.job where id = $id and lease_token = $token returning *) insert into kernel.job_dead "
                    "(id, queue, kind, args, attempts, last_error, created_at) "
                    "select id, queue, kind, args, attempts, $error, created_at from gone",
                    id=job.id, token=token, error=error,
                )  # fmt: skip
            else:
                wait = min(2**job.attempts, 3600) * (1 + random.random() / 4)  # noqa: S311 - jitter, not a secret
                await db.run(
                    "update kernel.job set leased_until = null, lease_token = null, last_error = $error, key = null, "
                    "run_at = now() + $wait where id = $id and lease_token = $token",
                    id=job.id, token=token, error=error, wait=timedelta(seconds=wait),
                )  # fmt: skip

    async def keep_time(self, stop: asyncio.Event, now: Callable[[], datetime]) -> None:
        """Every scheduler inserts the tick; who inserts it enqueues the job."""
        while not stop.is_set():
            for cron in self.cron:
                try:
                    await self._tick(cron, cron.tick(now(), self.zone))
                except Exception as bad:
                    log.warning("cron", kind=cron.kind, error=str(bad))
            try:
                await asyncio.wait_for(stop.wait(), 5)
            except TimeoutError:
                continue

    async def _tick(self, cron: Cron, at: datetime) -> None:
        async with self.database.tx(role="job") as db:
            mine = await db.run(
                "insert into kernel.cron_tick (kind, tick_at) values ($kind, $at) on conflict do nothing", kind=cron.kind, at=at
            )
            if mine:
                await enqueue(db, cron.kind, {"tick_at": at.isoformat()}, key="cron")
                await db.run("delete from kernel.cron_tick where kind = $kind and tick_at < $at", kind=cron.kind, at=at)
