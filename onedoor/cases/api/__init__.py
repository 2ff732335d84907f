"""The API of cases: what residents' programs and clerks' programs may do."""
from typing import Any

from . import resident

handlers: list[Any] = [*resident.handlers]
