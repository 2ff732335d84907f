"""Pages of mandates: my own, one new, in a firm, standing in for somebody, and the counter."""

from . import acting, desk, firm, making, mine

handlers = [*mine.handlers, *making.handlers, *firm.handlers, *acting.handlers, *desk.handlers]
