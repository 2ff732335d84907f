"""Pages of orgs: who saw my data; registering an organisation, its review, its people."""

from . import access, members, registering, reviewing

handlers = [*access.handlers, *registering.handlers, *reviewing.handlers, *members.handlers]
