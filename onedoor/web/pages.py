"""Every page of the composition root itself."""

from . import help, settings, static, watch

handlers = [*settings.handlers, *help.handlers, *watch.handlers, *static.handlers]
