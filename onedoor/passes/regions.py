"""互认: other regions' nodes as this house keeps them."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.kernel.i18n import Text


class Mode(StrEnum):
    """How another region's people are recognised: their own code is read here, or is exchanged for one of ours, or by the hub's rules.
    A node to which we report gets our numbers; codes of its own are not read."""

    VERIFY = "verify"
    CONVERT = "convert"
    ADOPT = "adopt"
    REPORT = "report"


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


class Hub(msgspec.Struct, frozen=True):
    """Whose list of nodes and maps of levels are adopted; `signers` are the fingerprints of those who sign for it."""

    hub: str
    signers: list[str]
    state: PeerState
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


class Located(msgspec.Struct, frozen=True):
    """A place in the list of a scheme of ours."""

    scheme: str
    shard: int
    row_no: int


class Recognised(msgspec.Struct, frozen=True):
    """What another region says of somebody, and what it is worth here; `ask` when somebody has to look."""

    scheme: str
    node: str
    level: str
    colour: str
    ask: bool
    at: dt.datetime
    until: dt.datetime
    here: Located | None = None
    """Where a code of ours for it has its place, when one may be given."""


class Read(msgspec.Struct, frozen=True):
    """The answer about a code or certificate of elsewhere: `result` as a gate has it, `colour` by our map, never better than the code."""

    result: str
    node: str = ""
    scheme: str = ""
    colour: str | None = None
    ask: bool = False
    holder: str = ""
    until: dt.datetime | None = None


class AreaFigures(msgspec.Struct, frozen=True):
    """A part of another region; None is a count that may not be said."""

    code: str
    name: Text
    people: int | None
    not_green: int | None


class Figures(msgspec.Struct, frozen=True):
    """分级上报: one scheme of another region in numbers; the last three are of its last 24 hours, and of now."""

    scheme: str
    scheme_name: Text
    division: str
    name: Text
    colours: dict[str, int | None]
    people: int | None
    areas: list[AreaFigures]
    scans: int
    fever: int
    silent: int


class Reported(msgspec.Struct, frozen=True):
    """What a node said last of one scheme."""

    node: str
    scheme: str
    at: dt.datetime
    said: Figures
