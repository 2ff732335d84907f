"""Pages of exchange: what I allowed and what I say is wrong, the desk that answers it, and the steward's and departments' directory."""

from . import backflow, cities, corrections, demands, mine, steward, trying

handlers = [
    *mine.handlers, *corrections.handlers, *steward.handlers, *trying.handlers, *demands.handlers, *cities.handlers, *backflow.handlers,
]  # fmt: skip
