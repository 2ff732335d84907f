"""Every page of the composition root itself, and the gallery of components."""

from onedoor.ui.gallery import pages as gallery

from . import help, settings, static, watch

handlers = [*settings.handlers, *help.handlers, *watch.handlers, *static.handlers, *gallery.handlers]
