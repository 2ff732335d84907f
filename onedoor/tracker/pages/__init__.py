"""Pages of the tracker: my records, the department's questions, the data-protection officer's view, and what is public."""

from . import audit, desk, guarding, mine, public

handlers = [*mine.handlers, *desk.handlers, *audit.handlers, *guarding.handlers, *public.handlers]
