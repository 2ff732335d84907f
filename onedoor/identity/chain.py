"""数据足迹 The chain of looks at one person, as bytes: what is hashed, what follows from what, what a row says. Pure."""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id

from .models import Access, Action, Link, ReaderKind

VERSION = 1
START = b""
"""What the first row of a chain follows from."""
_encoder = msgspec.json.Encoder(order="sorted")
_ANY = msgspec.json.Decoder(dict[str, Any])


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a row. It names fields and never says what stands in them."""

    v: int = 0
    at: str = ""
    org: str = ""
    org_title: str = ""
    actor: str = ""
    name: str = ""
    actor_kind: ReaderKind | None = None
    action: Action | None = None
    resource: str = ""
    elements: list[str] = []
    purpose: Text | None = None
    basis: str = ""
    case: str = ""
    outcome: str = ""
    of: int = 0
    shown_after: str = ""


def pseudonym(who: Id) -> str:
    """Who looked, under a name that is the same in every record and leads nowhere by itself."""
    return sha256(who.uuid.bytes).digest()[:12].hex()


def instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def mark(name: str, value: str) -> bytes:
    """What stands in a body that says so; a quotation mark inside of any other text is escaped, so it stands nowhere else."""
    return f'"{name}":'.encode() + _encoder.encode(value)


def body_of(said: Said) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8. What is empty is left out."""
    return _encoder.encode(said)


def follows(before: bytes, body: bytes) -> bytes:
    """The hash of a row over the one before it."""
    return sha256(before + body).digest()


def broken_at(links: Sequence[Link], before: Link | None = None) -> int | None:
    """The first row that does not follow from the one before it, or whose body was emptied although an older one still has its own."""
    seq, last, living = (before.seq, before.hash, bool(before.body)) if before else (0, START, False)
    for link in links:
        seq += 1
        whole = follows(last, link.body) == link.hash if link.body else not living
        if link.seq != seq or not whole:
            return seq
        last, living = link.hash, living or bool(link.body)
    return None


def read(link: Link) -> Access:
    """A row as people read it; of one whose time is over, only when it was."""
    said = msgspec.json.decode(link.body, type=Said) if link.body else Said()
    return Access(
        id=link.id, seq=link.seq, at=link.at, staff_name=said.name, org=said.org, org_title=said.org_title,
        purpose=said.purpose or Text(""), fields=said.elements, case_ref=said.case or None, action=said.action or Action.READ,
        kind=said.actor_kind or ReaderKind.SYSTEM, basis=said.basis, outcome=said.outcome, of=said.of or None, expired=not link.body,
    )  # fmt: skip


def misdated(link: Link) -> bool:
    """Whether the moment beside the body is another one than the body names."""
    return bool(link.body) and _ANY.decode(link.body).get("at") != instant(link.at)
