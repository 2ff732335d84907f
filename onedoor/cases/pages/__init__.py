"""Pages of cases: the resident's (apply, files, follow) and the clerk's (desk)."""
from typing import Any

from . import (
    abroad,
    apply,
    auditing,
    certificates,
    counter,
    counter_consent,
    desk,
    desk_acts,
    desk_between,
    desk_lookups,
    desk_objections,
    desk_owing,
    desk_ratings,
    desk_registering,
    desk_seconds,
    desk_specials,
    files,
    follow,
    objecting,
    owing,
    rungs,
)
from .registers import handlers as of_registers

handlers: list[Any] = [
    *of_registers, *abroad.handlers, *apply.handlers, *files.handlers, *follow.handlers, *owing.handlers, *desk.handlers,
    *desk_acts.handlers, *desk_owing.handlers, *desk_registering.handlers, *desk_between.handlers, *counter.handlers,
    *counter_consent.handlers, *desk_specials.handlers, *certificates.handlers, *rungs.handlers, *desk_lookups.handlers,
    *objecting.handlers, *desk_objections.handlers, *desk_seconds.handlers, *auditing.handlers,
    *desk_ratings.handlers,
]  # fmt: skip
