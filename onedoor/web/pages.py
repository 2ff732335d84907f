"""Every page of the composition root itself."""

from . import about, asked_once, home, pages_demo, settings, static, watch

handlers = [
    *home.handlers, *settings.handlers, *about.handlers, *asked_once.handlers, *watch.handlers, *static.handlers, *pages_demo.handlers,
]  # fmt: skip
