"""秒批 What a service may grant by itself: the rule, and what it found for one case. Pure: no database, no clock, no language."""
from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct

from onedoor.kernel.i18n import Text

MOST_CONDITIONS, MOST_EXAMPLES = 8, 20


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must be so, and the sentence that says it."""

    when: dict[str, Any]
    words: Text


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """What the rule must say of these values, each by its pointer: tried before the rule is published."""

    given: dict[str, Any]
    grants: bool


class Instant(Struct, frozen=True, forbid_unknown_fields=True):
    """Granted at once when every condition holds and registers have told all that they look at; everything else goes to a clerk. `when`: of
    which cases, as their applicants have chosen."""

    conditions: Annotated[list[Condition], Meta(min_length=1, max_length=MOST_CONDITIONS)]
    when: dict[str, Any] | None = None
    examples: Annotated[list[Example], Meta(max_length=MOST_EXAMPLES)] = []


class Seen(Struct, frozen=True):
    """One value that the rule has looked at, whose it is and of which day; `pointer` and `given` are what the rule itself read, with which
    anybody can ask it again."""

    label: Text
    value: Text
    source: Text
    as_of: date | None
    pointer: str = ""
    given: Any = None


class Verdict(Struct, frozen=True):
    """What the rule said of one case, in sentences: what holds, what does not, what no register has told, and what it looked at. `papers`:
    something was handed in that somebody has to read; `again`: there is such a case that goes on or was granted."""

    met: list[Text] = []
    unmet: list[Text] = []
    untold: list[Text] = []
    seen: list[Seen] = []
    papers: bool = False
    again: bool = False

    @property
    def grants(self) -> bool:
        """Whether the case is granted at once."""
        return bool(self.met) and not (self.unmet or self.untold or self.papers or self.again)
