"""Pages of the studio: the list, one draft part by part, reading and publishing it, and what is out."""

from typing import Any

from . import editing, listing, looking, published, reading, sheets, trying

handlers: list[Any] = [
    *listing.handlers, *editing.handlers, *looking.handlers, *published.handlers, *reading.handlers, *sheets.handlers, *trying.handlers,
]  # fmt: skip
