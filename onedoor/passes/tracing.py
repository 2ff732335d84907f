"""流调: an order to trace somebody, where they were, who else was there; and the log that shows each change of itself."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel import jose
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import PlaceId

LIFETIME = dt.timedelta(hours=72)
TOLD_WITHIN = dt.timedelta(days=30)
"""How long after its end those concerned may be told, when the law gives a reason to wait."""
GAP = dt.timedelta(minutes=60)
"""From this length on, time without a record is marked in an itinerary."""
REACH = dt.timedelta(hours=12)
"""How long before a visit somebody may have come in who was still there."""
PIECE = dt.timedelta(hours=4)
MOST_PIECES = 200
MOST_CONTACTS = 2_000
MOST_SHOWN = 200
MOST_OPENED = 50
CLOSE = {"compound": 60, "office": 30, "school": 30, "clinic": 10, "transit": 15, "shop": 15, "road": 60}
"""Minutes together in a place of this class that make a close contact; indoors."""


class OrderId(Id):
    """流调任务: the name of an order."""

    prefix = "order"


class ReportId(Id):
    """疫情直报: one report of a suspected case."""

    prefix = "report"


class OrderState(StrEnum):
    """Where an order stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


class Class(StrEnum):
    """How near: long enough indoors, shorter, or in the open."""

    CLOSE = "close"
    SECONDARY = "secondary"
    VENTILATED = "ventilated"


class Order(msgspec.Struct, frozen=True):
    """流调任务: who asked for whose itinerary, on which legal basis, for what and for which days, and who else agreed."""

    id: OrderId
    scheme: str
    case_no: str
    disease: str
    basis: str
    purpose: str
    subject_ref: PersonId
    subject_name: str
    path: str
    from_at: dt.datetime
    to_at: dt.datetime
    asked_by: PersonId
    asked_name: str
    asked_org: OrgId
    asked_at: dt.datetime
    approved_by: PersonId | None
    approved_name: str | None
    approved_at: dt.datetime | None
    expires_at: dt.datetime | None
    delay_reason: str | None
    state: OrderState
    closed_at: dt.datetime | None
    told_at: dt.datetime | None

    def good(self, now: dt.datetime) -> bool:
        """Whether anything may be looked up under it."""
        return self.state is OrderState.APPROVED and self.expires_at is not None and now < self.expires_at


class Asked(msgspec.Struct, frozen=True):
    """What is stated when an order is asked for."""

    scheme: str
    case_no: str
    disease: str
    basis: str
    purpose: str
    id_number: str
    from_at: dt.datetime
    to_at: dt.datetime
    delay_reason: str = ""


class CaseReport(msgspec.Struct, frozen=True):
    """疫情直报: a suspected case; `linked` is an earlier report of the same person."""

    org_id: OrgId
    id: ReportId
    scheme: str
    subject_ref: PersonId | None
    subject_mask: str
    disease: str
    onset_on: dt.date
    path: str
    phone: str
    reporter_ref: PersonId
    reporter_name: str
    at: dt.datetime
    linked: ReportId | None

    @property
    def number(self) -> str:
        """回执号, to be read out over the telephone."""
        return f"{self.onset_on:%Y%m%d}-{self.id.hex[-6:].upper()}"


class Check(msgspec.Struct, frozen=True):
    """A check of the traced person at a gate."""

    at: dt.datetime
    org_id: OrgId
    place_id: PlaceId
    direction: str


class Stay(msgspec.Struct, frozen=True):
    """In one place from one moment to another; `guessed` when nobody saw the person leave (or come)."""

    org_id: OrgId
    place_id: PlaceId
    begins: dt.datetime
    ends: dt.datetime
    guessed: bool


class Gap(msgspec.Struct, frozen=True):
    """Time without a record."""

    begins: dt.datetime
    ends: dt.datetime


class Contact(msgspec.Struct, frozen=True):
    """密接: one pseudonym with all the time together, ranked by it. `opened_at` is when the name was looked at."""

    shard: int
    row_no: int
    seconds: int
    class_: Class
    place_ref: PlaceId
    org_ref: OrgId
    first_at: dt.datetime
    places: int
    opened_at: dt.datetime | None
    opened_by: PersonId | None

    @property
    def pseudonym(self) -> str:
        return f"{self.shard}-{self.row_no}"


class Away(msgspec.Struct, frozen=True):
    """密接 of another region: `mark` is that node's pseudonym under one order, `scans` the records of theirs that were made here."""

    node: str
    mark: str
    scheme: str
    scans: list[str]
    seconds: int
    class_: Class
    first_at: dt.datetime
    places: int
    opened_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """As a form names the person."""
        return f"{self.node} {self.mark}"


class OtherRegions(msgspec.Struct, frozen=True):
    """跨地区流调: one question that another region's node asked of our people; `shown_after` when they read of it later by order."""

    node: str
    jti: UUID
    order_name: str
    scheme: str
    wants: str
    case_no: str
    disease: str
    basis: str
    purpose: str
    asked_name: str
    approved_name: str
    from_at: dt.datetime
    to_at: dt.datetime
    expires_at: dt.datetime
    shown_after: dt.datetime | None
    at: dt.datetime
    people: int


class LogLine(msgspec.Struct, frozen=True):
    """One line of the log as it is kept; `body` is the exact text that was hashed."""

    seq: int
    order_id: OrderId
    at: dt.datetime
    body: str
    hash: bytes


class Head(msgspec.Struct, frozen=True):
    """The last line."""

    seq: int
    hash: bytes


def stays(checks: Iterable[Check], dwell: dict[PlaceId, int]) -> list[Stay]:
    """Checks in time order as stays: from "in" to the next "out" of one place; where one of them is missing, the place's usual time."""
    found: list[Stay] = []
    inside: Check | None = None
    for check in checks:
        usual = dt.timedelta(minutes=dwell.get(check.place_id, 60))
        if check.direction == "out":
            if inside is not None and inside.place_id == check.place_id and check.at - inside.at <= REACH:
                found.append(Stay(check.org_id, check.place_id, inside.at, check.at, guessed=False))
            else:
                found += _left(inside, dwell, check.at)
                found.append(Stay(check.org_id, check.place_id, check.at - usual, check.at, guessed=True))
            inside = None
        else:
            found += _left(inside, dwell, check.at)
            inside = check
    found += _left(inside, dwell, None)
    return sorted(found, key=lambda stay: (stay.begins, stay.ends))


def _left(inside: Check | None, dwell: dict[PlaceId, int], before: dt.datetime | None) -> list[Stay]:
    """Somebody who came in and was not seen leaving: after the usual time, or when they were seen elsewhere."""
    if inside is None:
        return []
    ends = inside.at + dt.timedelta(minutes=dwell.get(inside.place_id, 60))
    return [Stay(inside.org_id, inside.place_id, inside.at, ends if before is None else min(ends, before), guessed=True)]


def with_gaps(found: Sequence[Stay]) -> list[Stay | Gap]:
    """Stays in order with the times between them of which nothing is known."""
    out: list[Stay | Gap] = []
    last: dt.datetime | None = None
    for stay in found:
        if last is not None and stay.begins - last >= GAP:
            out.append(Gap(last, stay.begins))
        out.append(stay)
        last = max(last, stay.ends) if last else stay.ends
    return out


def together(mine: Sequence[Stay], theirs: Sequence[Stay]) -> dict[PlaceId, tuple[float, dt.datetime]]:
    """By place: how many seconds two people were there at the same time, and from when on."""
    found: dict[PlaceId, tuple[float, dt.datetime]] = {}
    for one in mine:
        for other in theirs:
            came, went = max(one.begins, other.begins), min(one.ends, other.ends)
            if one.place_id == other.place_id and went > came:
                seconds, first = found.get(one.place_id, (0.0, came))
                found[one.place_id] = (seconds + (went - came).total_seconds(), min(first, came))
    return found


def pieces(found: Sequence[Stay]) -> list[Stay]:
    """Stays cut to at most four hours each, so that one question is small; the first two hundred."""
    cut: list[Stay] = []
    for stay in found:
        begins = stay.begins
        while begins < stay.ends and len(cut) < MOST_PIECES:
            ends = min(stay.ends, begins + PIECE)
            cut.append(Stay(stay.org_id, stay.place_id, begins, ends, stay.guessed))
            begins = ends
    return cut


def chained(key: bytes, before: bytes, seq: int, body: str) -> bytes:
    """The hash of a line over the one before it, with a key that lies outside of the database: nobody makes the chain anew with SQL."""
    return hmac.new(key, before + seq.to_bytes(8, "big") + body.encode(), hashlib.sha256).digest()


def body_of(said: dict[str, object]) -> str:
    """What is hashed: compact JSON with sorted keys."""
    return jose.compact(dict(sorted(said.items()))).decode()


def broken_at(key: bytes, lines: Iterable[LogLine], before: Head) -> int | None:
    """The first line that does not follow from the one before it."""
    seq, last = before.seq, before.hash
    for line in lines:
        seq += 1
        if line.seq != seq or not hmac.compare_digest(chained(key, last, seq, line.body), line.hash):
            return seq
        last = line.hash
    return None
