"""Messages to one person, and notices to everybody in an area."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id


class MessageId(Id):
    """消息: one message in one inbox."""

    prefix = "message"


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


class Notice(msgspec.Struct, frozen=True):
    """公告: a warning or announcement for an area, while it holds."""

    code: str
    level: NoticeLevel
    title: Text
    detail: Text
    body: Text
    area: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    department: str


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


class Inbox(msgspec.Struct, frozen=True):
    """One page of an inbox; `next` is where the next page begins."""

    items: list[Message]
    next: MessageId | None
    unread: int


class AllRead(msgspec.Struct, frozen=True):
    """How many messages have just become read."""

    read: int
