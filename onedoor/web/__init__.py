"""The composition root: one application out of all rooms, its middleware, its problem pages, and what watches it."""
