"""Tickets, gates and what gates send: the things behind a code that is shown and read."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import PlaceId

MOST_SCANS = 500
MOST_CHECKS = 50
MOST_LOOKS = 100
INVITED_FOR = dt.timedelta(minutes=10)
SILENT_AFTER = dt.timedelta(hours=2)
CLOCK = 300
"""Seconds by which the time of a signed request may differ from ours."""


class GateId(Id):
    """卡口: a device that checks passes."""

    prefix = "gate"


class GateFaultId(Id):
    """A place where the log of a gate does not fit together."""

    prefix = "fault"


class GateKind(StrEnum):
    """A guard's device signs with its own key; a turnstile holds a secret and asks online."""

    GUARD = "guard"
    TURNSTILE = "turnstile"


class GateState(StrEnum):
    """Where a gate stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    REVOKED = "revoked"


class Direction(StrEnum):
    """Which way people pass here."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class Way(StrEnum):
    """Which way somebody went."""

    IN = "in"
    OUT = "out"


class Method(StrEnum):
    """How somebody was checked."""

    CODE = "code"
    PAPER = "paper"
    ID = "id"


class Gate(msgspec.Struct, frozen=True):
    """卡口: its key, its place, and how far its log has come."""

    org_id: OrgId
    id: GateId
    place_id: PlaceId
    name: str
    kind: GateKind
    direction: Direction
    state: GateState
    public_key: bytes | None
    secret_hash: bytes | None
    made_at: dt.datetime
    acked_seq: int
    pending: int
    chain_head: bytes
    last_seen: dt.datetime | None

    def silent(self, now: dt.datetime) -> bool:
        """Whether nothing has come from a gate that should be at work."""
        return self.state is GateState.ACTIVE and (self.last_seen or self.made_at) < now - SILENT_AFTER


class GateFault(msgspec.Struct, frozen=True):
    """日志对不上: which way, at which line, and when it was seen."""

    kind: str
    seq: int
    at: dt.datetime


class Slot(msgspec.Struct, frozen=True):
    """时段票: one hour of one device."""

    t0: int
    seq: int
    anchor: bytes


class NewSlots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone asks for: anchors of chains that it made, one for each slot from `first_t0` on."""

    scheme: str
    device: str
    first_t0: int
    anchors: list[str]
    person: str = ""


class Tickets(msgspec.Struct, frozen=True):
    """Signed tickets in the order of the anchors, and our clock."""

    tickets: list[str]
    server_time: int


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a gate's log, as the gate sends it. `at` in unix seconds by the gate's clock."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    code: Annotated[str, msgspec.Meta(max_length=200)]
    at: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    method: Method
    result: Annotated[str, msgspec.Meta(pattern="^[a-z_]{2,20}$")]
    colour: Annotated[int, msgspec.Meta(ge=0, le=4)] | None
    direction: Way
    temp: Annotated[int, msgspec.Meta(ge=300, le=430)] | None
    companions: Annotated[int, msgspec.Meta(ge=0, le=9)]
    undone: bool
    prev: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

    @property
    def details(self) -> str:
        """What the guard added, as the gate hashed it."""
        temp = "" if self.temp is None else str(self.temp)
        return f"{self.method}.{self.direction}.{temp}.{self.companions}.{int(self.undone)}"


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of a gate's log."""

    scans: Annotated[list[Line], msgspec.Meta(max_length=MOST_SCANS)]


class Refused(msgspec.Struct, frozen=True):
    """A line that was kept, but does not count as a check of a person."""

    seq: int
    reason: str


class Received(msgspec.Struct, frozen=True):
    """Up to where the city has everything, which lines do not count, and whether the log is broken."""

    acked_seq: int
    rejected: list[Refused]
    broken: bool


class Row(msgspec.Struct, frozen=True):
    """扫码核验, as it is kept."""

    scan_id: bytes
    day: dt.date
    gate_seq: int
    at: dt.datetime
    method: Method
    shard: int | None
    row_no: int | None
    scheme: str | None
    colour: int | None
    result: str
    refused: str | None
    direction: Way
    companions: int
    temp: int | None
    undone: bool
    link: bytes
    prev: bytes


class Stored(msgspec.Struct, frozen=True):
    """What is already there of a gate's log."""

    gate_seq: int
    scan_id: bytes
    link: bytes
    prev: bytes


class Visit(msgspec.Struct, frozen=True):
    """Where a person's code was read."""

    at: dt.datetime
    scan_id: bytes
    scheme: str
    org_ref: OrgId
    place_ref: PlaceId
    direction: Direction
    result: str


class Untold(msgspec.Struct, frozen=True):
    """A scan whose person does not know of it yet."""

    scan_id: bytes
    at: dt.datetime
    gate_id: GateId
    place_id: PlaceId
    shard: int
    row_no: int
    direction: Direction
    result: str


class Claimed(msgspec.Struct, frozen=True):
    """Whose a place in a list is."""

    shard: int
    row_no: int
    citizen_ref: PersonId
    scheme: str


class Coloured(msgspec.Struct, frozen=True):
    """One place of a list, and its colour now."""

    row_no: int
    colour: str


class KeptList(msgspec.Struct, frozen=True):
    """状态名单 as it is kept: its bytes packed."""

    shard: int
    scheme: str
    seq: int
    issued_at: dt.datetime
    packed: bytes


class KeptDelta(msgspec.Struct, frozen=True):
    """From one list to the next, signed."""

    shard: int
    from_seq: int
    body: bytes


class NumberList(msgspec.Struct, frozen=True):
    """输身份证号: which marks there are of a scheme's yellow and red people, under the key of the UTC day `day`, for gates offline.

    `bits` says how fine the classes are, `many` of how many people it was made, `sha256` what its marks packed hash to.
    """

    scheme: str
    day: int
    bits: int
    many: int
    issued_at: dt.datetime
    sha256: bytes


class Printed(msgspec.Struct, frozen=True):
    """The least seq of a person's printed codes that still counts."""

    shard: int
    row_no: int
    seq: int


class NewReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One temperature as a thermometer, a camera or a guard gives it; `scan` is the id of the check it belongs to, when there was one."""

    temp: Annotated[str, msgspec.Meta(max_length=20)]
    at: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    method: Literal["forehead", "wrist", "ear", "camera", "typed"] = "camera"
    scan: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")] = ""


class Measured(msgspec.Struct, frozen=True):
    """The reading in tenths of a degree, whether it should be taken again after three minutes, and whether it was high twice."""

    temp: int
    again: bool
    fever: bool


class Reading(msgspec.Struct, frozen=True):
    """体温: when, and how much."""

    at: dt.datetime
    temp: int


class Located(msgspec.Struct, frozen=True):
    """A place in a list."""

    shard: int
    row_no: int
