"""JSON API of passes: what residents' programs, phones, gates and turnstiles may do."""

from typing import Any

from . import codes, gates, resident

handlers: list[Any] = [*resident.handlers, *codes.handlers, *gates.handlers]
