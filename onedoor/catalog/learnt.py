"""What residents typed and wished for, and what items have been called since, as it is stored."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.kernel.ids import Id

from .models import Strength


class WishId(Id):
    """心愿: what somebody says they did not find."""

    prefix = "wish"


class Wish(msgspec.Struct, frozen=True):
    """What somebody says they did not find, and what they had typed; nobody's name."""

    id: WishId
    words: str
    query: str
    district: str
    wished_at: dt.datetime


class Alias(msgspec.Struct, frozen=True):
    """学会的叫法: a name of an item, learnt from what people typed."""

    item: str
    words: str
    added_at: dt.datetime


class Typed(msgspec.Struct, frozen=True):
    """What people typed of late: how often, how well it was answered at worst, and how often something was opened."""

    words: str
    times: int
    opened: int
    strength: Strength


class Opened(msgspec.Struct, frozen=True):
    words: str
    item: str
    times: int


class ProposalState(StrEnum):
    """Whether somebody has looked at it, and how it ended."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class Proposal(msgspec.Struct, frozen=True):
    """建议的叫法: words after which most people opened one item that does not come first; how often typed, how often it was opened."""

    words: str
    item: str
    times: int
    opened: int
    state: ProposalState
    proposed_at: dt.datetime


class Chosen(msgspec.Struct, frozen=True):
    """An item that many opened after typing these words."""

    words: str
    item: str
    times: int
    opened: int
