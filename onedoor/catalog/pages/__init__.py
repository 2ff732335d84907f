"""Pages of the catalogue: the hall and guides, search, departments and offices, and a person's own list."""

from . import hall, own, places, search

handlers = [*hall.handlers, *places.handlers, *own.handlers, *search.handlers]
