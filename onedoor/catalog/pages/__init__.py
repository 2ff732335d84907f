"""Pages of the catalogue: the hall and guides, articles, search, departments and offices, and a person's own list."""

from . import articles, hall, own, places, search

handlers = [*hall.handlers, *articles.handlers, *places.handlers, *own.handlers, *search.handlers]
