"""What gates send: each check once, however often it comes; nothing that a gate says of a person is believed without the person's code."""

import base64
import datetime as dt
from collections import Counter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel import jobs, outbox
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.passes.events import GateLogBroken
from onedoor.passes.gates import Gate, GateFaultId, Line, Method, Received, Refused, Row, Stored, Visit
from onedoor.passes.models import Place
from onedoor.passes.od1.checking import Checker, Verdict
from onedoor.passes.od1.layout import DAY, PAPER, TICKET, Result
from onedoor.passes.od1.scans import linked, scan_id
from onedoor.passes.store import codes
from onedoor.passes.store import gates as store
from onedoor.passes.vault import vault

from . import recognising
from .declaring import subject
from .known import known as schemes_known
from .peering import FOREIGN
from .verifying import checker

GENUINE = {Result.OK, Result.PAPER, Result.REPLAYED, Result.LIST_OLD, Result.NO_LIST}
LEAST_DAYS = 3
"""A gate may be without a network so long; what it sends later than a scheme may trace names nobody."""
BELIEVED = {"ok", "paper", "replayed", "list_old", "no_list"}


def _day(code: bytes, method: Method, at: int) -> dt.date:
    """The partition, from what the id is made of, never from when it arrived."""
    seconds = int.from_bytes(code[4:8], "big") if method is Method.CODE else at
    return dt.datetime.fromtimestamp(seconds - seconds % DAY, dt.UTC).date()


def _decoded(line: Line) -> bytes:
    try:
        return base64.b64decode(line.code, validate=True)
    except ValueError:
        return b""


def judged(gate: Gate, line: Line, judge: Checker) -> Row:
    """A line as it is kept: signature and chain are checked again, so that a gate cannot invent a person who showed no code."""
    code, link = _decoded(line), linked(bytes.fromhex(line.prev), line.seq, bytes.fromhex(line.id), line.at, line.result, line.details)
    found = judge.check(code, line.at) if line.method is not Method.ID else Verdict(Result.OK)
    refused = None
    if line.method is not Method.ID:
        refused = _fault(gate, line, code, found)
    pid = found.pid if refused is None and found.result in GENUINE else None
    day = _day(code, line.method, line.at) if len(code) > TICKET or line.method is Method.ID else _day(b"", Method.ID, line.at)
    return Row(
        bytes.fromhex(line.id), day, line.seq, dt.datetime.fromtimestamp(line.at, dt.UTC), line.method, pid.shard if pid else None,
        pid.row if pid else None, found.scheme or None, line.colour, line.result, refused, line.direction, line.companions, line.temp,
        line.undone, link, bytes.fromhex(line.prev),
    )  # fmt: skip


def _fault(gate: Gate, line: Line, code: bytes, found: Verdict) -> str | None:
    """Why a line does not count as a check of a person."""
    if len(code) < TICKET - 16 or scan_id(gate.id.uuid.bytes, code, line.at).hex() != line.id:
        return "id"
    if (code[0] == PAPER) != (line.method is Method.PAPER):
        return "method"
    return str(found.result) if line.result in BELIEVED and found.result not in GENUINE else None


async def _seal_foreign(work: Work, gate: Gate, shown: list[tuple[bytes, int, str]], judge: Checker) -> None:
    """Whose node is another one is told where the code was read through that node alone."""
    away = [(code, at, way) for code, at, way in shown if judge.known.issuers.get(code[1:4]) and _is_foreign(judge, code)]
    if not away:
        return
    place = await store.place(work.db, gate.org_id, gate.place_id)
    for code, at, way in away:
        found = judge.check(code, at)
        if found.scheme.startswith(FOREIGN) and found.result in GENUINE and place is not None:
            await recognising.seal(work, gate, code, found.scheme, at, way, place.name.zh, place.division)


def _is_foreign(judge: Checker, code: bytes) -> bool:
    return any(one.scheme.startswith(FOREIGN) for one in judge.known.issuers.get(code[1:4], ()))


class _Chain:
    """Follows a log from where it was: up to where it is whole, and where it does not fit."""

    def __init__(self, gate: Gate) -> None:
        self.seq, self.head = gate.acked_seq, gate.chain_head
        self.faults: list[tuple[str, int]] = []

    def follow(self, lines: list[Stored]) -> None:
        """In the order of their counts; stops at the first gap, goes on after a changed link, which is told."""
        for one in lines:
            if one.gate_seq != self.seq + 1:
                break
            if one.prev != self.head:
                self.faults.append(("chain", one.gate_seq))
            self.seq, self.head = one.gate_seq, one.link


async def receive(work: Work, gate: Gate, lines: list[Line]) -> Received:
    """One batch in one transaction: kept once, followed as far as it is whole, answered with how far that is."""
    held = await store.locked(work.db, gate.org_id, gate.id)
    assert held is not None
    if not lines:
        return Received(held.acked_seq, [], False)
    judge = await checker(work)
    rows = sorted((judged(held, line, judge) for line in lines), key=lambda row: row.gate_seq)
    chain, plain = _Chain(held), held.pending == 0 and [row.gate_seq for row in rows] == [held.acked_seq + 1 + n for n in range(len(rows))]
    new = await store.add_scans(work.db, gate.org_id, gate.id, gate.place_id, work.now, rows)
    if plain and new == len(rows):
        chain.follow([Stored(row.gate_seq, row.scan_id, row.link, row.prev) for row in rows])
        pending = 0
    else:
        pending = await _pieced(work, held, rows, chain)
    await store.moved(work.db, gate.org_id, gate.id, chain.seq, pending, chain.head, work.now)
    add = store.add_fault
    fresh = [(kind, seq) for kind, seq in chain.faults if await add(work.db, gate.org_id, GateFaultId.new(), gate.id, kind, seq, work.now)]
    if fresh:  # a batch is told once, however many of its lines do not fit
        await outbox.publish(work.db, GateLogBroken(gate.id, gate.org_id, *fresh[0]))
    await _seal_foreign(work, gate, [(_decoded(line), line.at, line.direction) for line in lines if line.method is not Method.ID], judge)
    if new:
        await jobs.enqueue(work.db, "passes.visits", {"org": str(gate.org_id)}, key=str(gate.org_id))
    return Received(chain.seq, [Refused(row.gate_seq, row.refused) for row in rows if row.refused], bool(chain.faults))


async def _pieced(work: Work, gate: Gate, rows: list[Row], chain: _Chain) -> int:
    """A batch that came again, out of order, or with other contents than before. Returns how many lines wait beyond a gap."""
    low, high = min(gate.acked_seq + 1, rows[0].gate_seq), rows[-1].gate_seq + (1 << 20)
    there: dict[int, Stored] = {}
    for one in await store.stored(work.db, gate.org_id, gate.id, low, high):
        there.setdefault(one.gate_seq, one)
    ids = {one.scan_id for one in there.values()}
    for row in rows:
        first = there.get(row.gate_seq)
        if first is not None and first.scan_id != row.scan_id:
            chain.faults.append(("reused", row.gate_seq))
        elif first is None and row.scan_id not in ids:  # the same check under another count: it is there already, and its count is spent
            there[row.gate_seq] = Stored(row.gate_seq, row.scan_id, row.link, row.prev)
    chain.follow([there[seq] for seq in sorted(there) if seq > gate.acked_seq])
    return sum(seq > chain.seq for seq in there)


# ── turnstiles ─────────────────────────────────────────────────────────────────────────────────────


class Checked(Struct, frozen=True):
    """The answer to one code: nothing of the person but the colour."""

    result: str
    colour: int | None
    minor: bool
    issued: int | None
    again: bool = False


class Asked(Struct, frozen=True):
    """One code at a turnstile, its bytes, and which way."""

    code: bytes
    line: Any


async def check(work: Work, gate: Gate, asked: list[Asked]) -> list[Checked]:
    """Judged now, kept once; a lost reply may be asked for again and gets the same answer."""
    now, judge = int(work.now.timestamp()), await checker(work)
    found = [(judge.check(one.code, now), one) for one in asked]
    rows: dict[bytes, Row] = {}
    ids = [scan_id(gate.id.uuid.bytes, one.code, now) if verdict.result is not Result.FORMAT else b"" for verdict, one in found]
    for scan, (verdict, one) in zip(ids, found, strict=True):
        if scan:
            rows.setdefault(scan, _row(verdict, scan, one, now))
    known = set(await store.known_scans(work.db, gate.org_id, list(rows), sorted({row.day for row in rows.values()}))) if rows else set()
    await _keep(work, gate, [row for row in rows.values() if row.scan_id not in known])
    await _seal_foreign(work, gate, [(one.code, now, one.line.direction) for _, one in found], judge)
    return [
        Checked(str(verdict.result), verdict.colour, verdict.minor, verdict.issued, scan in known)
        for scan, (verdict, _) in zip(ids, found, strict=True)
    ]


async def _keep(work: Work, gate: Gate, rows: list[Row]) -> None:
    """A turnstile has no log of its own: its lines are counted here."""
    if not rows:
        return
    held = await store.locked(work.db, gate.org_id, gate.id)
    assert held is not None
    counted = [replace(row, gate_seq=held.acked_seq + 1 + n) for n, row in enumerate(rows)]
    await store.add_scans(work.db, gate.org_id, gate.id, gate.place_id, work.now, counted)
    await store.moved(work.db, gate.org_id, gate.id, held.acked_seq + len(rows), 0, held.chain_head, work.now)
    await jobs.enqueue(work.db, "passes.visits", {"org": str(gate.org_id)}, key=str(gate.org_id))


def _row(verdict: Verdict, scan: bytes, one: Asked, now: int) -> Row:
    pid = verdict.pid if verdict.result in GENUINE else None
    method = Method.PAPER if one.code[0] == PAPER else Method.CODE
    return Row(
        scan, _day(one.code, method, now), 0, dt.datetime.fromtimestamp(now, dt.UTC), method, pid.shard if pid else None,
        pid.row if pid else None, verdict.scheme or None, verdict.colour, str(verdict.result), None, one.line.direction,
        one.line.companions, one.line.temp, False, bytes(32), bytes(32),
    )  # fmt: skip


# ── the person's own list ──────────────────────────────────────────────────────────────────────────


async def forget_old(work: Work) -> int:
    """What is older than a scheme may trace: its slots go, and the keys that open its codes, so nothing kept elsewhere names anybody."""
    gone = 0
    for scheme in (await schemes_known(work)).by_code.values():
        before = int(work.now.timestamp()) // DAY - max(scheme.tracing_days, LEAST_DAYS)
        gone += await codes.forget_slots(work.db, scheme.code, before * DAY)
        vault().forget_days(scheme.code, before)
    return gone


async def visits(work: Work, before: tuple[dt.datetime, bytes] | None = None) -> list[tuple[Visit, Place | None]]:
    """Where my code was read, the latest first, with the place; before a moment and a scan of it."""
    found = await store.visits(work.db, subject(work), *(before or (work.now + dt.timedelta(days=1), b"")))
    places = {one.id: one for one in await store.places_of(work.db, [one.org_ref for one in found], [one.place_ref for one in found])}
    return [(one, places.get(one.place_ref)) for one in found]


async def make_day(work: Work, day: dt.date) -> bool:
    """Room for the scans of a day; False when there is some already."""
    return await store.make_day(work.db, day)


async def tell_visits(work: Work, org: OrgId) -> int:
    """Scans into the lists of the persons whose codes were read; how many were looked at."""
    some = await store.untold(work.db, org)
    by_authority: dict[str, list[Any]] = {}
    shards = {one.shard: one.authority for one in (await schemes_known(work)).by_code.values()}
    for one in some:
        if one.shard in shards:
            by_authority.setdefault(shards[one.shard], []).append(one)
    for authority, found in by_authority.items():
        department = await orgs.department(work, authority)
        claims = await store.claimed(work.db, department.id, [one.shard for one in found], [one.row_no for one in found])
        whose = {(claim.shard, claim.row_no): claim for claim in claims}
        known = [(whose.get((one.shard, one.row_no)), one) for one in found]
        told = [(claim.citizen_ref, claim.scheme, one) for claim, one in known if claim]
        if told:
            await store.add_visits(work.db, org, told)
            await _record(work, org, [citizen for citizen, _, _ in told])
    return len(some)


async def _record(work: Work, org: OrgId, whom: list[PersonId]) -> None:
    """One row for each scan: somebody who was scanned twice meanwhile is in the second round too."""
    times = Counter(whom)
    for n in range(max(times.values())):
        again = [citizen for citizen, many in times.items() if many > n]
        guard = Actor(system="passes.gate", org=org)
        await identity.record_accesses(work, again, text("在门口扫您的通行码"), ("pass",), by=guard, action=Action.SCAN)
