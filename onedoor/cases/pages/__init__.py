"""Pages of cases: the resident's (apply, files, follow) and the clerk's (desk)."""
from typing import Any

from . import apply, files, follow

handlers: list[Any] = [*apply.handlers, *files.handlers, *follow.handlers]
