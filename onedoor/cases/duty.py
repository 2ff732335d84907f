"""What lies on a clerk's desk: which places a grant reaches, which part of the list is looked at, and from where. Pure."""
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from onedoor.kernel.i18n import Text
from onedoor.kernel.text import fold

from .models import AskedKind, CaseId, InboxRow

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
PAGE = 30
MOST_BULK = 60
COUNTED = 1000


class Reach(Struct, frozen=True):
    """辖区: the places somebody may see: the whole city, or districts and streets by code."""

    whole: bool
    districts: list[str]
    streets: list[str]

    def narrowed(self, place: str) -> "Reach":
        """Only this district or street, as far as it lies within reach; an empty reach otherwise."""
        if not place:
            return self
        if self.whole or any(place.startswith(code) for code in (*self.districts, *self.streets)):
            return Reach(False, [] if len(place) > 6 else [place], [place] if len(place) > 6 else [])
        return Reach(False, [], [s for s in self.streets if s.startswith(place)])


def reach_of(districts: tuple[str, ...]) -> Reach:
    """The reach of a post's paths, "9901.990102" and the like: the last code of each counts."""
    codes = sorted({path.rpartition(".")[2] for path in districts})
    return Reach(
        any(len(c) == 4 for c in codes), [c for c in codes if len(c) == 6], sorted({c[:9] for c in codes if len(c) >= 9})
    )


class Tab(StrEnum):
    """The parts of the list."""

    UNCLAIMED = "unclaimed"
    MINE = "mine"
    SOON = "soon"
    OVERDUE = "overdue"
    SUPPLEMENTING = "supplementing"
    PAUSED = "paused"
    TRANSFERRED = "transferred"
    PROMISES = "promises"
    STUCK = "stuck"
    DONE = "done"
    ALL = "all"


MARKS = {Tab.TRANSFERRED: ["transferred", "returned", "disputed"], Tab.PROMISES: ["promise", "appeal"], Tab.STUCK: ["unregistered"]}
"""Parts that go by a mark of the line: handed on by another department, a promise or an appeal to look at, not in the back office yet."""


class Filters(Struct, frozen=True):
    """What narrows the list."""

    tab: Tab = Tab.UNCLAIMED
    item: str = ""
    place: str = ""
    q: str = ""


class Sought(Struct, frozen=True):
    """The words of a search, as they are compared and as a pattern, and how many lines are wanted."""

    plain: str = ""
    like: str = ""
    limit: int = PAGE + 1


def sought(q: str) -> Sought:
    """What was typed, ready to be looked for; signs with a meaning in a pattern lose it."""
    plain = fold(q).lower()[:60]
    like = plain
    for sign in "\\%_":
        like = like.replace(sign, "\\" + sign)
    return Sought(plain, f"%{like}%" if plain else "")


class After(Struct, frozen=True):
    """Where the next page goes on: the last line shown."""

    due_on: date = FIRST_DAY
    since: datetime = LATEST
    case: CaseId = CaseId(UUID(int=0))

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}_{int(self.since.timestamp() * 1_000_000)}_{self.case.hex}"

    @classmethod
    def of(cls, row: InboxRow) -> "After":
        return cls(row.due_on, row.since, row.case_id)

    @classmethod
    def parse(cls, text: str) -> "After":
        """ValueError for anything that was not made by `str`."""
        day, micros, case = text.split("_")
        if len(micros) > 18 or len(case) != 32 or not (micros + case).isalnum():
            raise ValueError(text)
        seconds, rest = divmod(int(micros), 1_000_000)
        return cls(date.fromisoformat(day), datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), CaseId(UUID(hex=case)))


class Counts(Struct, frozen=True):
    """How many lines each part has, counted up to a limit."""

    unclaimed: int
    soon: int
    overdue: int
    supplementing: int


class Marks(Struct, frozen=True):
    """How many lines wait for something out of the common: the clock stands still, handed on by another department, a promise or an
    appeal to look at, not in the back office."""

    paused: int = 0
    transferred: int = 0
    promises: int = 0
    stuck: int = 0


class Wanted(Struct, frozen=True):
    """One thing a clerk asks for: a document of the form by its code, or something in the clerk's own words."""

    code: str = ""
    label: str = ""
    kind: AskedKind = AskedKind.FILE
    note: str = ""


class Reason(StrEnum):
    """不予受理的理由."""

    NOT_OURS = "not_ours"
    NOT_NEEDED = "not_needed"
    NOT_ENTITLED = "not_entitled"
    TWICE = "twice"
    OTHER = "other"


class Declining(Struct, frozen=True):
    """Why a case is not taken on, and who is the right one."""

    reason: Reason
    words: str
    department: str = ""


class Refusing(Struct, frozen=True):
    """A refusal: the reason, the law, and where to object. The last is the item's own words when left empty."""

    reason: str
    law: str
    objection: str = ""


class Letter(Struct, frozen=True):
    """What the applicant reads of a refusal, in both languages as far as they are known."""

    reason: str
    law: str
    objection: Text
