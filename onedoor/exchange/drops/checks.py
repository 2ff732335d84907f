"""From rows to a copy that may stand: keys that are keys, few lines that cannot be read, about as many as yesterday."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from onedoor.exchange.mapping.applying import Mapping
from onedoor.exchange.models import State
from onedoor.kernel.text import citizen_id_fault, is_uscc

from .sheets import Sheet, Unread, read

LEAST_KEYS, MOST_UNMAPPED, MOST_CHANGE = 0.99, 0.01, 0.20
HEADER_WITHIN, SHOWN = 10, 20
NAME = re.compile(r"(?P<file>[A-Z][A-Z0-9]{1,30})_(?P<day>\d{8})_(?P<serial>[A-Za-z0-9-]{1,64})\.(csv|xlsx|txt)", re.ASCII)
_KEYS: dict[str, Callable[[str, dt.date], bool]] = {
    "person.id_number": lambda key, day: citizen_id_fault(key, day) is None,
    "org.uscc": lambda key, _: is_uscc(key),
}


_DAY = re.compile(r"\s*(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})", re.ASCII)


class DropState(StrEnum):
    """How far a file has come. CHECKED: it passes, but one of a newer day stands."""

    SEEN = "seen"
    STAGED = "staged"
    CHECKED = "checked"
    LIVE = "live"
    REFUSED = "refused"


class Named(Struct, frozen=True):
    """What a file's name says."""

    file: str
    as_of: dt.date
    serial: str


class Way(Struct, frozen=True):
    """How a resource's files are read. `dated`: the column whose newest day decides between two lines with one key."""

    element: str
    column: str
    dated: str = ""


class Staged(Struct, frozen=True):
    """A file as far as it can be known from itself: its lines by key, and what is to be said about it."""

    sha256: bytes
    as_of: dt.date
    serial: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lines: int = 0
    bad: int = 0
    unmapped: int = 0
    doubles: int = 0
    encoding: str = ""
    faults: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])

    @property
    def fit(self) -> bool:
        return not self.problems


def named(name: str) -> Named | None:
    """`CARD_20261126_001.csv`; None for a name of another shape."""
    if not (said := NAME.fullmatch(name)):
        return None
    try:
        return Named(said["file"], dt.datetime.strptime(said["day"], "%Y%m%d").replace(tzinfo=dt.UTC).date(), said["serial"])
    except ValueError:
        return None


def staged(name: str, content: bytes, way: Way, mapping: Mapping) -> Staged:
    """Everything that can be said of a file by itself. Whatever it holds, it is said and not raised."""
    sha256, known = hashlib.sha256(content).digest(), named(name)
    if known is None:
        return Staged(sha256, dt.date.min, "", problems=["its name is not NAME_YYYYMMDD_NNN"])
    try:
        sheet = read(name, content)
        header = _header(sheet, way, mapping)
    except Unread as no:
        return Staged(sha256, known.as_of, known.serial, problems=[str(no)])
    run = _Run(way, mapping, known.as_of)
    for number, cells in enumerate(sheet.rows[header + 1 :], header + 2):
        if any(cell not in ("", None) for cell in cells):
            run.line(number, dict(zip(sheet.rows[header], cells, strict=False)))
    return run.told(sha256, known, sheet.encoding)


def _header(sheet: Sheet, way: Way, mapping: Mapping) -> int:
    """The row that names every column that is needed; departments put a title above it."""
    needed = {way.column, *mapping.columns(), *([way.dated] if way.dated else [])}
    closest = needed
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        row[:] = [cell.strip() if isinstance(cell, str) else cell for cell in row]
        missing = needed.difference(cell for cell in row if isinstance(cell, str))
        if not missing:
            return number
        closest = min(closest, missing, key=len)
    raise Unread(f"no row names the columns {'、'.join(sorted(closest))}")


class _Run:
    """One reading of a file's lines."""

    def __init__(self, way: Way, mapping: Mapping, day: dt.date) -> None:
        self.way, self.mapping, self.day = way, mapping, day
        self.rows: dict[str, dict[str, Any]] = {}
        self.torn: set[str] = set()
        self.lines = self.bad = self.unmapped = self.doubles = 0
        self.faults: list[str] = []

    def line(self, number: int, row: dict[str, Any]) -> None:
        self.lines += 1
        key = row.get(self.way.column)
        if not isinstance(key, str):
            return self._bad(number, "the key is stored as a number: its last digits are lost" if key else "no key")
        key = key.strip().upper()
        if not _KEYS.get(self.way.element, lambda key, _: bool(key))(key, self.day):
            return self._bad(number, "the key is none")
        if any(got.state not in (State.HELD, State.NOT_HELD) for got in self.mapping.apply(row).values()):
            self.unmapped += 1
            self._fault(number, "a value cannot be read")
        self._keep(number, key, row)
        return None

    def _keep(self, number: int, key: str, row: dict[str, Any]) -> None:
        """Of two lines with one key the newer one; when neither is, none: a guess would be believed."""
        before = self.rows.get(key)
        if before is None and key not in self.torn:
            self.rows[key] = row
            return
        self.doubles += 1
        if before is None or before == row:
            return
        old, new = (_day(one.get(self.way.dated)) for one in (before, row))
        if old == new:
            self.torn.add(key)
            del self.rows[key]
            self._bad(number, "two lines of one day with this key differ")
        elif new > old:
            self.rows[key] = row

    def _bad(self, number: int, why: str) -> None:
        self.bad += 1
        self._fault(number, why)

    def _fault(self, number: int, why: str) -> None:
        if len(self.faults) < SHOWN:
            self.faults.append(f"line {number}: {why}")

    def told(self, sha256: bytes, known: Named, encoding: str) -> Staged:
        problems: list[str] = []
        if self.lines == 0:
            problems.append("no lines")
        if self.bad > self.lines * (1 - LEAST_KEYS):
            problems.append(f"{self.bad} of {self.lines} keys cannot be used")
        if self.unmapped > self.lines * MOST_UNMAPPED:
            problems.append(f"{self.unmapped} of {self.lines} lines cannot be read")
        return Staged(
            sha256, known.as_of, known.serial, self.rows, self.lines, self.bad, self.unmapped, self.doubles, encoding, self.faults, problems
        )


def _day(said: Any) -> tuple[tuple[int, ...], str]:
    """When a line says that it is of, to be compared: 2026/9/1 is before 2026-10-01, and what is no day before both."""
    words = "" if said is None else str(said)
    if not (at := _DAY.match(words)):
        return (), words
    time = words[at.end() :]
    parts = re.findall(r"\d\d", time) if time.isdecimal() else re.findall(r"\d+", time)
    return tuple(int(part) for part in (*at.groups(), *parts)), ""


class Facts(Struct, frozen=True, order=True):
    """What is kept of every file that has been staged; in the order of their days."""

    as_of: dt.date
    serial: str
    sha256: bytes
    rows: int
    fit: bool


def facts(drop: Staged) -> Facts:
    return Facts(drop.as_of, drop.serial, drop.sha256, len(drop.rows), drop.fit)


def standing(drops: Iterable[Facts]) -> dict[bytes, DropState]:
    """What stands when all of these have come, by hash: the same for any order, and for files that come twice.

    A file is measured against the one that stood before its own day, not against the one that happened to arrive before it.
    """
    told: dict[bytes, DropState] = {}
    live: Facts | None = None
    for drop in sorted(drops):
        if drop.sha256 in told:
            continue
        if not drop.fit or (live is not None and abs(drop.rows - live.rows) > MOST_CHANGE * live.rows):
            told[drop.sha256] = DropState.REFUSED
            continue
        if live is not None:
            told[live.sha256] = DropState.CHECKED
        live = drop
        told[drop.sha256] = DropState.LIVE
    return told


class Acknowledged(Struct, frozen=True):
    """One line of a file of receipts: what a department made of something handed to it under this name."""

    request_id: str
    number: str
    state: str


def receipts(name: str, content: bytes) -> list[Acknowledged]:
    """The lines of `RECEIPT_…`; Unread when it is none. A line without a request_id is left out."""
    sheet = read(name, content)
    wanted = ("request_id", "number", "state")
    for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        if set(wanted) <= {cell for cell in row if isinstance(cell, str)}:
            lines = [dict(zip(row, cells, strict=False)) for cells in sheet.rows[at + 1 :]]
            return [Acknowledged(*(str(line.get(name, "")).strip() for name in wanted)) for line in lines if line.get("request_id")]
    raise Unread("no row names the columns request_id, number, state")
