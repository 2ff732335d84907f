"""Which rooms there are, in the order of the floor plan. A new room costs one folder and one line here."""

import importlib
import importlib.util
from types import ModuleType
from typing import Any

from onedoor.kernel.jobs import Cron, Handler, Lane, Listener

ROOMS = (
    "identity", "orgs", "notify", "tracker", "providers", "exchange", "catalog", "wallet", "mandates",
    "cases", "passes", "journeys", "insight", "studio", "web",
)  # fmt: skip


def part(room: str, name: str) -> ModuleType | None:
    """A room's `pages`, `api`, `jobs` or `reactions`; None when it has none."""
    full = f"onedoor.{room}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


def handlers() -> list[Any]:
    """Every route handler of every room."""
    found: list[Any] = []
    for room in ROOMS:
        for name in ("pages", "api"):
            if module := part(room, name):
                for handler in module.handlers if name == "pages" else []:
                    handler.include_in_schema = False  # the document describes what programs may call
                found += module.handlers
    return found


def jobs() -> tuple[dict[str, Handler], list[Listener], list[Cron]]:
    """What the worker runs: handlers by kind, listeners of events, and the clock's jobs."""
    by_kind: dict[str, Handler] = {}
    listeners: list[Listener] = []
    cron: list[Cron] = []
    for room in ROOMS:
        if module := part(room, "jobs"):
            by_kind |= module.handlers
            cron += getattr(module, "cron", [])
        if module := part(room, "reactions"):
            listeners += module.listeners
    return by_kind, listeners, cron


def lanes() -> dict[str, Lane]:
    """What runs beside the queues for as long as the worker does, by the queue whose bell wakes it."""
    found: dict[str, Lane] = {}
    for room in ROOMS:
        if module := part(room, "jobs"):
            found |= getattr(module, "lanes", {})
    return found
