"""The room's verbs: count what happens, count it all anew, show what may be shown."""

from .counting import count, rebuild, sweep
from .history import put_history
from .loads import loads
from .looking import department, item, lines_after, overview, publish

__all__ = ["count", "department", "item", "lines_after", "loads", "overview", "publish", "put_history", "rebuild", "sweep"]
