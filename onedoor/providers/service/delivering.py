"""The courier: takes each endpoint with something due by a lease, delivers in order, and lets none wait for another.

One task per endpoint, so a slow receiver holds up only itself. An attempt is between two transactions, never inside one. A worker that
dies leaves a lease that runs out, and the next one sends again: at least once, always under the same event id.
"""

import asyncio
import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import random
import time
import uuid

import structlog

from onedoor.kernel.db import Db
from onedoor.kernel.log import NAME
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system
from onedoor.providers import policy
from onedoor.providers.models import Due, EndpointId, SealedSecret, Try, Turn
from onedoor.providers.ports import Outgoing, Refused
from onedoor.providers.store import webhooks as store
from onedoor.providers.vault import vault

log = structlog.get_logger(NAME)
AT_ONCE = 64
LEASE = dt.timedelta(seconds=60)
POLL = 1.0
DELIVERING = system("providers.courier")


async def courier(begin: Begin, ports: Ports, stop: asyncio.Event, wake: asyncio.Event) -> None:
    """The worker's lane: goes on until told to stop; what was begun is finished."""
    running: dict[EndpointId, asyncio.Task[int]] = {}
    while not stop.is_set():
        wake.clear()
        try:
            for turn in await _turns(begin, AT_ONCE):
                if turn.id not in running and len(running) < AT_ONCE:
                    running[turn.id] = asyncio.create_task(_drain(begin, ports, turn, stop))
        except Exception as away:
            log.warning("courier", error=repr(away))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), POLL)
        for endpoint in [e for e, task in running.items() if task.done()]:
            if bad := running.pop(endpoint).exception():
                log.warning("courier", endpoint=str(endpoint), error=repr(bad))
    await asyncio.gather(*running.values(), return_exceptions=True)


async def deliver_due(begin: Begin, ports: Ports) -> int:
    """Everything that is due now, once; how many attempts there were."""
    return sum(await asyncio.gather(*(_drain(begin, ports, turn) for turn in await _turns(begin, AT_ONCE))))


async def _turns(begin: Begin, most: int) -> list[Turn]:
    async with begin(actor=DELIVERING) as work:
        return await store.turns(work.db, most)


async def _drain(begin: Begin, ports: Ports, turn: Turn, stop: asyncio.Event | None = None) -> int:
    """Deliver what is due at one endpoint, the oldest first, for as long as the lease is ours and nobody says stop."""
    lease, count = uuid.uuid4(), 0
    while True:
        async with begin(actor=DELIVERING) as work:
            mine = await store.take(work.db, turn.org, turn.id, lease, work.now + LEASE)
            stopped = stop is not None and stop.is_set()
            due = await store.due(work.db, turn.org, turn.id) if mine and not stopped else None
            if due is None:
                await store.release(work.db, turn.org, turn.id, lease)
                return count
            sealed, now = await store.secrets(work.db, turn.org, turn.id), work.now
        tried = await _attempt(ports, turn, due, sealed, now)
        async with begin(actor=DELIVERING) as work:
            await _settle(work.db, turn, due, tried, work.now)
        count += 1


async def _attempt(ports: Ports, turn: Turn, due: Due, sealed: list[SealedSecret], now: dt.datetime) -> Try:
    began = time.perf_counter()
    headers = signed(turn, due, sealed, now)
    try:
        answer = await ports.get(Outgoing).post(due.url, headers, due.body, vault().exempt)
        status, error = answer.status, ""
    except Refused as inside:
        status, error = 0, str(inside)
    except OSError as away:
        status, error = 0, str(away) or type(away).__name__
    return Try(now, status, round((time.perf_counter() - began) * 1000), error[:200])


def signed(turn: Turn, due: Due, sealed: list[SealedSecret], now: dt.datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: one signature for each live secret, over id, time and the bytes."""
    stamp = str(int(now.timestamp()))
    message = f"{due.event}.{stamp}.".encode() + due.body
    live = [one for one in sealed if one.not_after is None or one.not_after > now]
    marks: list[str] = []
    for one in live:
        text = vault().unseal(one.sealed, f"{turn.id} {one.secret_no}").decode()
        key = base64.b64decode(text.removeprefix("whsec_"))
        marks.append("v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode())
    return {
        "content-type": "application/cloudevents+json; charset=utf-8", "user-agent": "Onedoor-Webhooks/1",
        "webhook-id": str(due.event), "webhook-timestamp": stamp, "webhook-signature": " ".join(marks),
    }  # fmt: skip


async def _settle(db: Db, turn: Turn, due: Due, tried: Try, now: dt.datetime) -> None:
    """Done, again later, or given up; an address that says it is gone is paused."""
    state, next_at = "waiting", now
    if 200 <= tried.status < 300:
        state = "done"
    elif due.attempts >= len(due.waits):
        state = "dead"
    else:
        wait = due.waits[due.attempts]
        next_at = now + dt.timedelta(seconds=wait * (1 + random.uniform(-0.1, 0.1)))  # noqa: S311 - spread, not a secret
    await store.settle(db, turn.org, due.id, due.attempts, state, next_at, tried)
    if tried.status == policy.GONE:
        await store.set_active(db, turn.org, turn.id, False, "410")


