"""What the city offers, as every worker keeps it in memory."""

import datetime as dt
from enum import StrEnum
from urllib.parse import quote, urlencode

import msgspec

from onedoor.kernel.i18n import Text


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    PUBLISH = "catalog:publish"


class Audience(StrEnum):
    """Who may apply."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    BOTH = "both"


class Online(StrEnum):
    """How far one gets without leaving home: the whole way, an appointment at a counter, or reading only."""

    ONLINE = "online"
    COUNTER = "counter"
    INFO = "info"


class Source(StrEnum):
    """Who put it in: the city's folder, or an imported list."""

    CITY = "city"
    IMPORT = "import"


class MaterialKind(StrEnum):
    """In which form a document is wanted."""

    ORIGINAL = "original"
    COPY = "copy"
    FORM = "form"
    NONE = "none"


class MaterialFrom(StrEnum):
    """Where a document comes from; what the city holds need not be brought."""

    UPLOAD = "upload"
    WALLET = "wallet"
    REGISTER = "register"
    COUNTER = "counter"


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """材料: one document that an application needs."""

    name: Text
    kind: MaterialKind
    origin: MaterialFrom
    required: bool = True
    note: Text | None = None


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """办事指南: everything to know before applying. Days are working days."""

    summary: Text
    who: Text
    fee: Text
    promised_days: int
    statutory_days: int
    trips: int
    where: Text
    basis: tuple[str, ...] = ()
    objection: Text | None = None
    steps: tuple[Text, ...] = ()
    materials: tuple[Material, ...] = ()


class Category(msgspec.Struct, frozen=True):
    """类别: one way into the hall."""

    code: str
    name: Text
    icon: str
    tone: str
    source: Source


class LifeEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """人生大事: what happens in a life. Items say by its Chinese name that they belong to it."""

    code: str
    name: Text
    icon: str
    tone: str
    words: Text


class Item(msgspec.Struct, frozen=True):
    """事项: one thing the city does for people, named outside by its public code."""

    code: str
    name: Text
    short: Text
    department: str
    department_name: Text | None
    category: str
    path: tuple[str, ...]
    audience: Audience
    aliases: tuple[str, ...]
    online: Online
    districts: tuple[str, ...]
    area: str
    popular: int
    icon: str
    tone: str
    life_events: tuple[str, ...]
    guide: Guide | None
    source: Source
    site: str = ""

    def in_district(self, district: str) -> bool:
        """Whether the item is offered there: nowhere named means everywhere; a district includes its streets and the city around it."""
        return not self.districts or not district or any(district.startswith(d) or d.startswith(district) for d in self.districts)


class NewCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[category]] of categories.toml."""

    code: str
    name: Text
    icon: str
    tone: str


class NewItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The catalogue's part of items/<code>.toml."""

    code: str
    name: Text
    department: str
    category: str
    audience: Audience
    online: Online
    guide: Guide | None
    short: Text | None = None
    aliases: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    popular: int = 0
    icon: str = ""
    tone: str = ""
    life_events: tuple[str, ...] = ()
    site: str = ""
    """Where it is done, when that is another organisation's own site."""


class ImportedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an imported list."""

    id: str
    name: str
    department: str
    category: str
    aliases: tuple[str, ...] = ()
    area: str = ""
    audience: Audience = Audience.BOTH
    source: str = ""


class Term(msgspec.Struct, frozen=True):
    """俗称: what people say, and the words the items use for it."""

    say: str
    means: tuple[str, ...]


class ThingKind(StrEnum):
    """What can be found, in the order in which an answer shows it."""

    JOURNEY = "journey"
    ITEM = "item"
    CATEGORY = "category"
    LIFE_EVENT = "life_event"
    CERTIFICATE = "certificate"
    DEPARTMENT = "department"
    NOTICE = "notice"
    ARTICLE = "article"


class Thing(msgspec.Struct, frozen=True):
    """One thing that can be found: its name, what else it is called, and the words around it."""

    kind: ThingKind
    ref: str
    name: Text
    href: str
    also: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    popular: int = 0


class Strength(StrEnum):
    """How much of what was typed the first answer explains."""

    SURE = "sure"
    FAIR = "fair"
    WEAK = "weak"
    NONE = "none"


class Why(msgspec.Struct, frozen=True):
    """In what words a thing was found: also called so, or a phrase that means one of its own words."""

    how: str
    said: str
    formal: str = ""


class Found(msgspec.Struct, frozen=True):
    thing: Thing
    score: float
    why: Why | None


class Answer(msgspec.Struct, frozen=True):
    """What was found for a text, as it was read, best first."""

    read_as: str
    strength: Strength
    found: tuple[Found, ...]


class Urgent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """紧急用语: words that need help at once, and the number that helps."""

    code: str
    words: tuple[str, ...]
    title: Text
    detail: Text
    phone: str


class Provider(msgspec.Struct, frozen=True):
    """实施主体: who does it: a department of the city, or one that only a list names."""

    code: str
    name: Text
    items: int
    listed: bool = False
    icon: str = "house"
    tone: str = "b"
    summary: Text | None = None


class Used(msgspec.Struct, frozen=True):
    """How much an item is used lately, older days counting less."""

    item: str
    score: float


class Standing(msgspec.Struct, frozen=True):
    """How a service or a department has been doing of late, in percent; null where too few cases tell. `kind` is item or department."""

    kind: str
    code: str
    decided: int
    on_time: float | None
    satisfied: float | None
    no_trip: float | None


class Frequent(msgspec.Struct, frozen=True):
    """常办: an item in a person's own list."""

    item_code: str
    uses: int
    last_at: dt.datetime
    pinned: bool
    hidden: bool
    place: int


class Was(msgspec.Struct, frozen=True):
    """How an item stood in a person's own list before they changed it, in one short word: p2 (pinned, third), h (hidden), n (neither),
    a (absent: it was not there)."""

    pinned: bool = False
    hidden: bool = False
    place: int = 0
    absent: bool = False

    def __str__(self) -> str:
        return f"p{self.place}" if self.pinned else "h" if self.hidden else "a" if self.absent else "n"

    @classmethod
    def read(cls, word: str) -> "Was | None":
        if word in ("h", "n", "a"):
            return cls(hidden=word == "h", absent=word == "a")
        pinned = word[:1] == "p" and word[1:].isascii() and word[1:].isdigit() and len(word) <= 3
        return cls(pinned=True, place=int(word[1:])) if pinned else None


class ClosureState(StrEnum):
    """Why a service is not offered at the moment."""

    SUSPENDED = "suspended"
    RETIRED = "retired"


class Closure(msgspec.Struct, frozen=True):
    """暂停 or 停办: what people are told, and which service does it now."""

    item: str
    state: ClosureState
    notice: Text
    successor: str
    since: dt.datetime


class Stored(msgspec.Struct, frozen=True):
    """What the table holds of a row, for telling whether it changes."""

    code: str
    source: Source
    status: str
    sha256: str


class Seal(msgspec.Struct, frozen=True):
    """What an item is made of, in one word."""

    code: str
    sha256: str


class Change(msgspec.Struct, frozen=True):
    """What a load did to one table."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.retired} retired, {self.unchanged} unchanged"


class Kind(StrEnum):
    """What kind of place it was."""

    HOME = "h"
    HOT_HOME = "t"
    HOT_HALL = "u"
    CATEGORY = "c"
    DEPARTMENT = "d"
    LIFE_EVENT = "e"
    AUDIENCE = "a"
    OFFICE = "o"
    ARTICLE = "w"
    SEARCH = "s"


HOT = frozenset({Kind.HOT_HOME, Kind.HOT_HALL})
"""Openings from here make nothing hotter: who stands on the hot list is opened because it stands there."""


class Origin(msgspec.Struct, frozen=True):
    """One place: its kind, which one of these, and which page of it."""

    kind: Kind
    ref: str = ""
    number: int = 1

    @property
    def href(self) -> str:
        """The address of the place."""
        pages = f"?n={self.number}" if self.number > 1 else ""
        match self.kind:
            case Kind.HOME | Kind.HOT_HOME:
                return "/"
            case Kind.HOT_HALL:
                return "/hall#hot"
            case Kind.SEARCH:
                return "/search?" + urlencode({"q": self.ref} | ({"n": self.number} if self.number > 1 else {}))
            case Kind.OFFICE | Kind.ARTICLE:
                return f"/{self.kind.name.lower()}s/{quote(self.ref)}"
            case _:
                roads = {Kind.CATEGORY: "hall", Kind.DEPARTMENT: "departments", Kind.LIFE_EVENT: "life", Kind.AUDIENCE: "for"}
                return f"/{roads[self.kind]}/{quote(self.ref)}{pages}"
