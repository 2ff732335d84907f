"""JSON API of passes: what residents' programs, phones, gates and turnstiles may do."""

from typing import Any

from . import codes, gates, partners, regions, resident, vehicles, watching

handlers: list[Any] = [*resident.handlers, *codes.handlers, *gates.handlers]
handlers += [*watching.handlers, *regions.handlers, *vehicles.handlers, *partners.handlers]
