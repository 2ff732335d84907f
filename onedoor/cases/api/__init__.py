"""The API of cases: what residents' programs and clerks' programs may do."""
from typing import Any

from . import desk, resident

handlers: list[Any] = [*resident.handlers, *desk.handlers]
