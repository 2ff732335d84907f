"""Pages of passes: the resident's, the public's, and the desk of whoever answers for a scheme."""

from typing import Any

from . import declaring, looking

handlers: list[Any] = [*looking.handlers, *declaring.handlers]
