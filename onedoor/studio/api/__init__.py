"""JSON API of the studio: the same verbs as its pages, for a department's own programs."""

from typing import Any

from . import drafts, published, reading, sheets, trials

handlers: list[Any] = [*drafts.handlers, *reading.handlers, *sheets.handlers, *trials.handlers, *published.handlers]
