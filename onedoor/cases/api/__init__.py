"""The API of cases: what residents' programs and clerks' programs may do."""
from typing import Any

from . import between, counter, desk, owing, registering, resident, specials

handlers: list[Any] = [
    *resident.handlers, *desk.handlers, *owing.handlers, *registering.handlers, *between.handlers, *counter.handlers, *specials.handlers,
]  # fmt: skip
