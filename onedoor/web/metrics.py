"""What /metrics says of this process, in the Prometheus text format."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

disable_created_metrics()
registry = CollectorRegistry()
REQUESTS = Counter("onedoor_requests", "Answered requests, by route template and status", ["method", "route", "status"], registry=registry)
SECONDS = Histogram(
    "onedoor_request_seconds", "Time to answer, by route template", ["method", "route"], registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)  # fmt: skip
"""Without the status: hundreds of routes times statuses times buckets take half a second to write, at every scrape."""
JOBS = Gauge("onedoor_jobs_waiting", "Jobs waiting, by queue", ["queue"], registry=registry)
LAG = Gauge("onedoor_job_lag_seconds", "Age of the oldest waiting job, by queue", ["queue"], registry=registry)
DEAD = Gauge("onedoor_jobs_dead", "Jobs given up", registry=registry)
POOL_FULL = Gauge("onedoor_db_pool_full", "Requests of this process refused because no connection became free", registry=registry)
LINES = Gauge("onedoor_event_streams", "Open event streams of this process", registry=registry)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_labels: dict[tuple[str, str, int], tuple[Any, Any]] = {}


def observe(scope: Any, status: int, seconds: float) -> None:
    """One answered request; the route's template, never the address with its ids, and no method that somebody made up."""
    handler, method = scope.get("route_handler"), scope["method"] if scope["method"] in METHODS else "other"
    route = next(iter(sorted(handler.paths)), "?") if handler is not None else "unmatched"
    key = (method, route, status)
    found = _labels.get(key)
    if found is None:
        found = _labels[key] = REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
    count, time = found
    count.inc()
    time.observe(seconds)


def text() -> bytes:
    return generate_latest(registry)
