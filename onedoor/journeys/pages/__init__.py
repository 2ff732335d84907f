"""Pages of the room: journeys and their runs, benefits and offers."""

from . import journeys, offers, runs

handlers = [*journeys.handlers, *runs.handlers, *offers.handlers]
