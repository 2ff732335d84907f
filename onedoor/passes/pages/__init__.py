"""Pages of passes: the resident's, the public's, and the desk of whoever answers for a scheme."""

from typing import Any

from . import appealing, case_reports, declaring, family, gates, keeping, looking, members, regions, showing, supervising, tracing

handlers: list[Any] = [
    *looking.handlers, *declaring.handlers, *appealing.handlers, *family.handlers, *keeping.handlers, *showing.handlers, *gates.handlers,
]  # fmt: skip
handlers += [*supervising.handlers, *tracing.handlers, *members.handlers, *regions.handlers, *case_reports.handlers]
