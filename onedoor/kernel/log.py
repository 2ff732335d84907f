"""Structured log lines: one JSON object a line (or coloured text on a terminal), each with the request's id."""

import logging
import sys

import structlog

NAME = "onedoor"


def configure(level: str = "info") -> None:
    """Set up structlog for this process; called once by each entry point."""
    pretty = sys.stderr.isatty()
    for_people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            for_people if pretty else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
