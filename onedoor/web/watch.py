"""Watching it: is it alive, can it serve, how busy is it, what went wrong. The operator's page and what machines ask."""

import asyncio
import datetime as dt
import hmac
from typing import Any

import msgspec
import structlog
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel import migrate
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import say
from onedoor.kernel.log import NAME
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import metrics, watch_store

log = structlog.get_logger(NAME)
LOCAL = ("127.0.0.1", "::1", "testclient", "")


@get("/health/live", **may(public=True), include_in_schema=False)
async def live() -> dict[str, str]:
    """This process answers."""
    return {"status": "alive"}


@get("/health/ready", **may(public=True), include_in_schema=False)
async def ready(request: AnyRequest) -> Response[dict[str, Any]]:
    """The database answers within a second and has every migration."""
    house = request.scope["state"]["house"]
    try:
        async with asyncio.timeout(1):
            have = await watch_store.migrations(house.database.reference)
    except Exception as away:
        return Response({"status": "unavailable", "database": type(away).__name__}, status_code=503, headers={"Retry-After": "2"})
    missing = [m.key for m in migrate.found() if m.key not in have]
    status = "ready" if not missing else "migrations pending"
    return Response({"status": status, "pending": missing}, status_code=503 if missing else 200)


def _may_measure(request: AnyRequest, token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    return request.scope["state"]["ip"] in LOCAL and "x-forwarded-for" not in request.headers


@get("/metrics", **may(public=True), include_in_schema=False)
async def measured(request: AnyRequest) -> Response[bytes]:
    """Prometheus text, for whoever has ONEDOOR_METRICS_TOKEN as a bearer token; without one, for this machine alone."""
    house = request.scope["state"]["house"]
    if not _may_measure(request, house.settings.metrics_token):
        raise Forbidden(say(request.scope["state"]["locale"], "这一页只给本机或持有监控令牌的程序看"))
    try:
        async with asyncio.timeout(1), house.database.tx(role="job") as db:
            for queue in await watch_store.queues(db):
                metrics.JOBS.labels(queue.queue).set(queue.waiting)
                metrics.LAG.labels(queue.queue).set(queue.lag_seconds)
            metrics.DEAD.set(await watch_store.given_up(db))
    except Exception as away:  # the process's own figures are still worth having
        log.info("metrics_without_database", error=repr(away))
    metrics.LINES.set(house.listener.lines)
    metrics.POOL_FULL.set(house.database.waited)
    return Response(await asyncio.to_thread(metrics.text), media_type="text/plain; version=0.0.4; charset=utf-8")


class Overview(msgspec.Struct, frozen=True):
    """What the operator sees at a glance."""

    queues: list[watch_store.Queue]
    dead: list[watch_store.Dead]
    slow: list[watch_store.Slow]
    faults: list[watch_store.Fault]
    size_mb: int
    oldest_transaction_s: float


async def overview(db: Db) -> Overview:
    """Everything on the operator's page."""
    queues, dead, faults = await watch_store.queues(db), await watch_store.dead(db), await watch_store.faults(db)
    size, oldest = await watch_store.size_mb(db), await watch_store.oldest_transaction(db)
    return Overview(queues, dead, await watch_store.slow(db), faults, size, oldest)


@get("/operator", **may("web:operate"), include_in_schema=False)
async def operator(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Queue depth, slow statements, errors."""
    house = request.scope["state"]["house"]
    seen = await overview(work.db)
    seconds = [say(work.locale, "{n} 秒", n=round(q.lag_seconds)) for q in seen.queues]
    local = [f.at.astimezone(house.settings.zone).strftime("%m-%d %H:%M:%S") for f in seen.faults]
    return page(
        request, "web/operator.html", now=work.now, lines=house.listener.lines, seen=seen,
        queue_rows=[[q.queue, q.waiting, q.running, lag] for q, lag in zip(seen.queues, seconds, strict=True)],
        slow_rows=[[s.statement, s.calls, s.mean_ms, s.total_ms] for s in seen.slow],
        fault_rows=[[at, f.trace, f.route, f"{f.kind}: {f.detail}"] for at, f in zip(local, seen.faults, strict=True)],
    )  # fmt: skip


@post("/operator/jobs/{job:uuid}/retry", **may("web:operate"), include_in_schema=False)
async def retry(job: FromPath[Any], work: NamedDependency[Work]) -> Any:
    """Put a job that was given up back into its queue."""
    await watch_store.retry(work.db, job)
    return see_other("/operator")


@post("/operator/faults/clear", **may("web:operate"), include_in_schema=False)
async def clear(work: NamedDependency[Work]) -> Any:
    """Forget errors older than now; the log keeps them."""
    await watch_store.clear_faults(work.db, work.now + dt.timedelta(seconds=1))
    return see_other("/operator")


handlers = [live, ready, measured, operator, retry, clear]
