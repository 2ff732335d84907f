"""What programs speak: the endpoints of OpenID Connect, and what apps report."""

from . import oauth, reports

handlers = [*oauth.handlers, *reports.handlers]
