"""Messages to one person, and notices to everybody in an area."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id


class MessageId(Id):
    """消息: one message in one inbox."""

    prefix = "message"


class ActId(Id):
    """What a member of staff did to a notice."""

    prefix = "act"


class Message(msgspec.Struct, frozen=True):
    """消息: what a person was told, in both languages, and whether it has been read."""

    id: MessageId
    at: dt.datetime
    kind: str
    title: Text
    body: Text
    href: str | None
    case_ref: str | None
    read_at: dt.datetime | None


class NoticeLevel(StrEnum):
    """预警等级, from the most urgent down."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    PUBLISH = "notify:publish"


class Audience(StrEnum):
    """Whom a notice is for, told by what is known of the reader anyway: everybody, the signed-in, the city's staff."""

    EVERYONE = "everyone"
    RESIDENTS = "residents"
    STAFF = "staff"


class Origin(StrEnum):
    """Who wrote it: the city's folder, or a member of staff in the browser, whom a load of the folder does not overwrite."""

    CITY = "city"
    STAFF = "staff"


class Notice(msgspec.Struct, frozen=True):
    """公告: a warning or announcement for an area, while it holds. `rev` counts its texts; `changed_at` is when it was corrected last."""

    code: str
    level: NoticeLevel
    title: Text
    detail: Text
    body: Text
    area: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    department: str
    audience: Audience
    origin: Origin
    rev: int
    changed_at: dt.datetime | None
    ended_at: dt.datetime | None

    @property
    def until(self) -> dt.datetime:
        """When it stops holding: as said, or when it was ended before."""
        return min(self.ended_at, self.ends_at) if self.ended_at else self.ends_at

    def holds(self, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.until


class Earlier(msgspec.Struct, frozen=True):
    """更正: an earlier text of a notice, when it was replaced, and why."""

    code: str
    rev: int
    level: NoticeLevel
    title: Text
    detail: Text
    body: Text
    replaced_at: dt.datetime
    reason: Text | None


class Board(msgspec.Struct, frozen=True):
    """All notices, the most urgent first, those for everybody, and earlier texts, the latest first; as one process keeps them."""

    notices: list[Notice]
    public: list[Notice]
    earlier: dict[str, list[Earlier]]


class NoticeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member of staff writes: a notice without its code."""

    level: NoticeLevel
    title: Text
    detail: Text
    body: Text
    area: str
    ends_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    starts_at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None
    audience: Audience = Audience.EVERYONE


class Act(msgspec.Struct, frozen=True):
    """Who of the staff did what to a notice."""

    at: dt.datetime
    act: str
    name: str


class Glance(msgspec.Struct, frozen=True):
    """What the first page asks of this room: messages unread, and the notices whose text of now has been read, as "code#rev"."""

    unread: int = 0
    read: tuple[str, ...] = ()


class NewNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[notice]] of notices.toml."""

    code: str
    level: NoticeLevel
    title: Text
    detail: Text
    body: Text
    area: str
    starts: dt.datetime
    ends: dt.datetime
    department: str
    audience: Audience = Audience.EVERYONE


class Inbox(msgspec.Struct, frozen=True):
    """One page of an inbox; `next` is where the next page begins."""

    items: list[Message]
    next: MessageId | None
    unread: int


class AllRead(msgspec.Struct, frozen=True):
    """How many messages have just become read."""

    read: int
