"""Pages of notify: the inbox, the city's notices, and the open streams that make both need no refresh."""

from . import desk, inbox, notices, streams

handlers = [*inbox.handlers, *notices.handlers, *streams.handlers, *desk.handlers]
