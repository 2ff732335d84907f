"""文章: what a department explains in plain words, beside the items it is about."""

import datetime as dt

import msgspec

from onedoor.kernel.i18n import Text


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph, under a heading of its own or not."""

    text: Text
    head: Text | None = None


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """文章: one explanation, of the day it was last looked through."""

    code: str
    title: Text
    summary: Text
    body: tuple[Part, ...]
    department: str
    items: tuple[str, ...]
    on_day: dt.date
