"""Every page of the composition root itself."""

from . import about, home, pages_demo, settings, static, watch

handlers = [*home.handlers, *settings.handlers, *about.handlers, *watch.handlers, *static.handlers, *pages_demo.handlers]
