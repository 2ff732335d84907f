"""Pages of the catalogue: the hall and guides, departments and offices, and a person's own list."""

from . import hall, own, places

handlers = [*hall.handlers, *places.handlers, *own.handlers]
