"""The room's verbs: ask for a mandate and agree to one (`agreeing`), a parent's (`family`), at a counter (`counter`), in a firm (`firm`);
stand in for somebody (`standing`); hear what people reply by text message (`hearing`)."""

from .agreeing import applied_for_by, given, held, one, still_listed, uses
from .forwarding import forward
from .standing import stands_in, turn_back, turn_to, used

__all__ = ["applied_for_by", "forward", "given", "held", "one", "stands_in", "still_listed", "turn_back", "turn_to", "used", "uses"]
