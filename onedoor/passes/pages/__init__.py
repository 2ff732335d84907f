"""Pages of passes: the resident's, the public's, and the desk of whoever answers for a scheme."""

from typing import Any

from . import (
    appealing,
    case_reports,
    declaring,
    family,
    gates,
    keeping,
    looking,
    members,
    regions,
    showing,
    supervising,
    tracing,
    tracing_away,
    vehicles,
)

handlers: list[Any] = [
    *looking.handlers, *declaring.handlers, *appealing.handlers, *family.handlers, *keeping.handlers, *showing.handlers, *gates.handlers,
]  # fmt: skip
handlers += [*supervising.handlers, *tracing.handlers, *tracing_away.handlers, *members.handlers, *regions.handlers]
handlers += [*case_reports.handlers, *vehicles.handlers]
