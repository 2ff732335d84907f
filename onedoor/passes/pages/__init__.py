"""Pages of passes: the resident's, the public's, and the desk of whoever answers for a scheme."""

from typing import Any

from . import appealing, declaring, family, keeping, looking

handlers: list[Any] = [*looking.handlers, *declaring.handlers, *appealing.handlers, *family.handlers, *keeping.handlers]
