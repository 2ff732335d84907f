"""Every page of the composition root itself."""

from . import about, settings, static, watch

handlers = [*settings.handlers, *about.handlers, *watch.handlers, *static.handlers]
