"""Where each field stands, and what its bytes may be."""

import hashlib
from enum import IntEnum, StrEnum

from onedoor.kernel import base45

PREFIX = "OD1:"
DOMAIN = b"OD1\0"
PHONE, PAPER = 0x01, 0x11
"""Profiles: Ed25519, SHA-256 and AES-128, on a screen and on paper."""
BODY, TICKET, WHOLE = 41, 105, 122
PAPER_BODY, PAPER_WHOLE = 25, 89
LONGEST = 187
"""Characters of a whole code as text."""
STEPS = 240
STEP_SECONDS = (15, 30, 60)
"""By step class; class 3 is refused."""
DAY = 86_400
PAPER_DAYS = 90
PAPER_PERIOD = 30 * DAY
MINOR = 0x20


class Colour(IntEnum):
    """The colours of byte 8. Their numbers are not their order: see `worst`."""

    GREEN = 0
    YELLOW = 1
    RED = 2
    GREY = 3
    POPUP = 4


RANK = {Colour.GREEN: 0, Colour.POPUP: 1, Colour.GREY: 2, Colour.YELLOW: 3, Colour.RED: 4}


def worst(*colours: Colour) -> Colour:
    """A list may only keep or worsen what a ticket says."""
    return max(colours, key=RANK.__getitem__)


class Result(StrEnum):
    """What a check finds. Only `ok` and `paper` let anybody pass, and then the colour counts."""

    OK = "ok"
    PAPER = "paper"
    FORMAT = "format"
    UNKNOWN_ISSUER = "unknown_issuer"
    FORGED = "forged"
    STALE = "stale"
    FUTURE = "future"
    NO_LIST = "no_list"
    LIST_OLD = "list_old"
    REPLAYED = "replayed"


class Unreadable(ValueError):
    """Not the text of a pass code."""


def kid_of(public: bytes) -> bytes:
    """Three bytes that find a key; they may collide, so every key with them is tried."""
    return hashlib.sha256(public).digest()[:3]


def flags_of(colour: Colour, step_class: int = 0, *, minor: bool = False) -> int:
    return colour | step_class << 3 | (MINOR if minor else 0)


def step_seconds(flags: int) -> int:
    return STEP_SECONDS[flags >> 3 & 3]


def whole(code: bytes) -> bool:
    """Length, profile, reserved bits, colour and step class: the first check."""
    size = WHOLE if code[:1] == b"\x01" else PAPER_WHOLE if code[:1] == b"\x11" else 0
    if len(code) != size or not size:
        return False
    flags = code[8]
    return not flags & 0xC0 and flags & 7 <= Colour.POPUP and flags >> 3 & 3 != 3


def period_of(paper: bool, t0: int) -> int:
    """By which key a pid is closed: the UTC day of t0, or for paper the 30 days in which it was printed."""
    return t0 // (PAPER_PERIOD if paper else DAY)


def text_of(code: bytes) -> str:
    return PREFIX + base45.encode(code)


def read(text: str) -> bytes:
    """The bytes of a code as a scanner gives it: line ends fall, small letters rise, anything else is Unreadable."""
    plain = text.strip("\r\n").upper()
    if not plain.startswith(PREFIX) or len(plain) > LONGEST:
        raise Unreadable(text[:8])
    try:
        return base45.decode(plain[len(PREFIX) :])
    except ValueError as bad:
        raise Unreadable(text[:8]) from bad
