"""Pages of orgs: registering an organisation, its review, its people."""

from . import members, registering, reviewing

handlers = [*registering.handlers, *reviewing.handlers, *members.handlers]
