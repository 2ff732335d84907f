"""The API of cases: what residents' programs and clerks' programs may do."""
from typing import Any

from . import between, counter, counter_consent, desk, lookups, objections, owing, registering, resident, rungs, seconds, specials

handlers: list[Any] = [
    *resident.handlers, *desk.handlers, *owing.handlers, *registering.handlers, *between.handlers, *counter.handlers,
    *counter_consent.handlers, *rungs.handlers, *objections.handlers, *lookups.handlers, *specials.handlers, *seconds.handlers,
]  # fmt: skip
