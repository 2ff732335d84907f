"""JSON API of passes."""

from typing import Any

from . import resident

handlers: list[Any] = [*resident.handlers]
