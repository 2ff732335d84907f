"""Pages of cases: the resident's (apply, files, follow) and the clerk's (desk)."""
from typing import Any

from . import apply, certificates, desk, desk_acts, files, follow, registers

handlers: list[Any] = [
    *registers.handlers, *apply.handlers, *files.handlers, *follow.handlers, *desk.handlers, *desk_acts.handlers, *certificates.handlers,
]  # fmt: skip
