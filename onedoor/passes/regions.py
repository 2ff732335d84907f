"""互认: other regions' nodes as this house keeps them."""

import datetime as dt
from enum import StrEnum

import msgspec


class Mode(StrEnum):
    """How another region's people are recognised: their own code is read here, or is exchanged for one of ours, or by the hub's rules."""

    VERIFY = "verify"
    CONVERT = "convert"
    ADOPT = "adopt"


class PeerState(StrEnum):
    """Where a peer stands; it counts only when a second person has agreed."""

    ASKED = "asked"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Peer(msgspec.Struct, frozen=True):
    """互认地区 Another region's node: its root key's fingerprint, the divisions it may speak for, and what it last said."""

    node: str
    fingerprint: str
    divisions: list[str]
    mode: Mode
    state: PeerState
    vouched_by: str
    asked_by: str
    approved_by: str | None
    seq: int
    document: str | None
    fetched_at: dt.datetime | None
    fault: str | None


class Mapping(msgspec.Struct, frozen=True):
    """What a level of a node's scheme is here."""

    node: str
    scheme: str
    level: str
    becomes: str


class Recognised(msgspec.Struct, frozen=True):
    """What another region says of somebody, and what it is worth here; `ask` when somebody has to look."""

    scheme: str
    node: str
    level: str
    colour: str
    ask: bool
    at: dt.datetime
    until: dt.datetime


class Read(msgspec.Struct, frozen=True):
    """The answer about a code or certificate of elsewhere: `result` as a gate has it, `colour` by our map, never better than the code."""

    result: str
    node: str = ""
    scheme: str = ""
    colour: str | None = None
    ask: bool = False
    holder: str = ""
    until: dt.datetime | None = None
