"""分级查看: who may look at which part of the city, and what of its counts may be shown."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import Colour, Level

Part = TypeVar("Part", bound=str)

FEWEST = 10
"""What fewer people than this are is not shown as a number: somebody could be found in it."""
SILENT_AFTER = dt.timedelta(hours=2)
FEVER = 373
"""Tenths of a degree from which a reading is an alarm; one reading never changes a colour."""
MOST_LISTED = 50
MOST_EXPORTED = 5_000
MOST_MEMBERS = 5_000


class AlarmKind(StrEnum):
    """What a supervisor should look at."""

    GATE_SILENT = "gate_silent"
    GATE_LOG = "gate_log"
    FEVER = "fever"


class ExportId(Id):
    """The mark on each line of a list that left the house."""

    prefix = "export"


class AlarmId(Id):
    """One thing to look at."""

    prefix = "alarm"


def scopes_of(path: str) -> list[str]:
    """"9901.990102.990102001" → its parts: whoever lives there is in the view of each."""
    return [code for code in path.split(".") if code]


class Watched(msgspec.Struct, frozen=True):
    """Somebody who is not green, as a supervisor sees them: the name masked, never a reason."""

    citizen_ref: PersonId
    colour: Colour
    since: dt.datetime
    path: str
    name: str


class Now(msgspec.Struct, frozen=True):
    """How many people of a scope have a colour."""

    scope: str
    colour: Colour
    n: int
    at: dt.datetime


class Hours(msgspec.Struct, frozen=True):
    """What happened in a scope since some hour."""

    scope: str
    declared: int
    turned: int
    scans: int
    refused: int
    fever: int


class Day(msgspec.Struct, frozen=True):
    """What happened in the last 24 hours; null for fewer than ten of anything, to whoever may not see the list."""

    declared: int | None
    turned: int | None
    scans: int | None
    refused: int | None
    fever: int | None

    @classmethod
    def of(cls, hours: Hours, exact: bool) -> "Day":
        return cls(*(single(n, exact).n for n in (hours.declared, hours.turned, hours.scans, hours.refused, hours.fever)))


class Alarm(msgspec.Struct, frozen=True):
    """A gate that is silent or does not fit together, a high temperature: place and gate, no person."""

    id: AlarmId
    kind: AlarmKind
    at: dt.datetime
    path: str
    said: dict[str, str]


class LevelChange(msgspec.Struct, frozen=True):
    """A part of the scope has another level since then, by this document."""

    division: str
    name: Text
    level: Level
    at: dt.datetime
    source: str


class Figure(msgspec.Struct, frozen=True):
    """A count that may be hidden: `n` is None for fewer than ten, or for what would give such a one away."""

    n: int | None
    hidden: bool = False


class Area(msgspec.Struct, frozen=True):
    """A part of the scope with its figures; `open` when whoever looks may go on there."""

    code: str
    name: Text
    people: Figure
    not_green: Figure
    open: bool


class Dashboard(msgspec.Struct, frozen=True):
    """One scope at one moment. `counted_at` is when people were counted last, `day` what has happened in the last 24 hours."""

    scope: str
    name: Text
    scheme: str
    counted_at: dt.datetime | None
    people: Figure
    colours: dict[Colour, Figure]
    missing: Figure
    day: Day
    areas: list[Area]
    alarms: list[Alarm]
    levels: list[LevelChange]
    lists: bool


class Page(msgspec.Struct, frozen=True):
    """One page of a list; `next` is where the following one begins."""

    items: list[Watched]
    next: str | None


class Member(msgspec.Struct, frozen=True):
    """Somebody who let the own school or firm see their colour."""

    citizen_ref: PersonId
    name: str
    colour: Colour
    since: dt.datetime


class Consent(msgspec.Struct, frozen=True):
    """Which organisation may see my colour, since when, and until when it could."""

    org_ref: OrgId
    scheme: str
    given_at: dt.datetime
    ended_at: dt.datetime | None


class Export(msgspec.Struct, frozen=True):
    """A list that left the house."""

    id: ExportId
    scope: str
    scheme: str
    by_name: str
    purpose: str
    people: int
    at: dt.datetime


def figures(parts: Mapping[Colour, int], exact: bool) -> dict[Colour, Figure]:
    """Counts of a whole by parts. Whoever may not see the list sees no count below ten, nor one that gives it away by subtraction."""
    if exact:
        return {part: Figure(n) for part, n in parts.items()}
    hidden = concealed(parts)
    return {part: Figure(None, hidden=True) if part in hidden else Figure(n) for part, n in parts.items()}


def concealed(parts: Mapping[Part, int]) -> set[Part]:
    """Those below ten (nought is nobody and may be said), and the smallest others until what is hidden could be ten or more of anybody."""
    hidden = {part for part, n in parts.items() if 0 < n < FEWEST}
    shown = sorted((part for part, n in parts.items() if n >= FEWEST), key=lambda part: (parts[part], part))
    while hidden and shown and (len(hidden) == 1 or sum(parts[part] for part in hidden) < FEWEST):
        hidden.add(shown.pop(0))
    return hidden


def not_green(counts: Mapping[Colour, int]) -> int:
    return sum(n for colour, n in counts.items() if colour is not Colour.GREEN)


def single(n: int, exact: bool) -> Figure:
    """One count by itself."""
    return Figure(n) if exact or n == 0 or n >= FEWEST else Figure(None, hidden=True)


def of_areas(counts: Mapping[str, int], exact: bool) -> dict[str, Figure]:
    """Counts of areas that add up to a known whole."""
    hidden: set[str] = set() if exact else concealed(counts)
    return {code: Figure(None, hidden=True) if code in hidden else Figure(n) for code, n in counts.items()}


def summed(rows: Iterable[Now]) -> dict[str, dict[Colour, int]]:
    """By scope and colour; a colour that nobody has is nought."""
    found: dict[str, dict[Colour, int]] = {}
    for row in rows:
        found.setdefault(row.scope, dict.fromkeys(Colour, 0))[row.colour] = row.n
    return found
