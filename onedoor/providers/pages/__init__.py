"""Pages of providers: signing in to an app and out, my apps and matters, and the desk where apps are kept."""

from . import desk, hooks, leaving, matters, mine, signing

handlers = [*signing.handlers, *leaving.handlers, *mine.handlers, *matters.handlers, *desk.handlers, *hooks.handlers]
