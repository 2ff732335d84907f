"""Who is in whose view, and how many: kept up with each decision, counted by jobs."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes.models import Colour, Standing
from onedoor.passes.store import watching as store
from onedoor.passes.watching import SILENT_AFTER, AlarmKind, scopes_of

LAG = dt.timedelta(seconds=90)
"""What arrived so lately may be in a transaction that has not ended: it is counted next time."""
ALARMS_KEPT = dt.timedelta(days=7)


async def follow(work: Work, now: Standing) -> None:
    """In the decision's own transaction: everybody above sees who is not green, and no longer sees who is."""
    path = orgs.path_or_root(now.division)
    scopes = [] if now.colour is Colour.GREEN else scopes_of(path)
    name = mask_name(await _name(work, now.citizen_id)) if scopes else ""
    store.follow(work.db, now.citizen_id, now.scheme, scopes, now.colour.value, now.since, path, name)
    store.follow_member(work.db, now.citizen_id, now.scheme, now.colour.value, now.since)


async def _name(work: Work, citizen: PersonId) -> str:
    person = await identity.person(work, citizen)
    return (person.name if person else None) or ""


async def count_people(work: Work) -> int:
    """How many have which colour, in each part of the city; the one place that reads everybody."""
    sums: dict[tuple[str, str, str], int] = {}
    for row in await store.counted_people(work.db):
        for scope in scopes_of(orgs.path_or_root(row.division)):
            key = scope, row.scheme, row.colour.value
            sums[key] = sums.get(key, 0) + row.n
    rows: list[dict[str, object]] = [{"scope": s, "scheme": scheme, "colour": colour, "n": n} for (s, scheme, colour), n in sums.items()]
    return await store.put_people_now(work.db, rows, work.now)


class Sums:
    """Hours of scopes, gathered from what happened in their innermost parts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, dt.datetime], dict[str, int]] = {}

    def add(self, division: str, scheme: str, hour: dt.datetime, **counts: int) -> None:
        for scope in scopes_of(orgs.path_or_root(division)):
            row = self.rows.setdefault((scope, scheme, hour), dict.fromkeys(("declared", "turned", "scans", "refused", "fever"), 0))
            for name, n in counts.items():
                row[name] += n

    def as_rows(self) -> list[dict[str, object]]:
        return [{"scope": s, "scheme": scheme, "hour": hour.isoformat(), **counts} for (s, scheme, hour), counts in self.rows.items()]


async def _window(work: Work, what: str) -> tuple[dt.datetime, dt.datetime]:
    """From where the last count ended up to a moment ago."""
    up_to = work.now - LAG
    after = await store.counted_up_to(work.db, what) or up_to - dt.timedelta(days=2)
    await store.put_counted(work.db, what, max(after, up_to))
    return after, up_to


async def count_hours(work: Work) -> int:
    """Add what has arrived since the last count to the hours in which it happened."""
    sums = Sums()
    after, up_to = await _window(work, "scans")
    for row in await store.arrived(work.db, after, up_to):
        sums.add(row.division, row.scheme, row.hour, scans=row.scans, refused=row.refused, fever=row.fever)
    await _raise(work, await _hot(work, after, up_to))
    after, up_to = await _window(work, "declarations")
    for made in await store.declared(work.db, after, up_to):
        sums.add(made.division, made.scheme, made.hour, declared=made.n)
    after, up_to = await _window(work, "decisions")
    for made in await store.turned(work.db, after, up_to):
        sums.add(made.division, made.scheme, made.hour, turned=made.n)
    return await store.add_hours(work.db, sums.as_rows())


Raised = tuple[AlarmKind, dt.datetime, str, str, dict[str, str]]


async def _hot(work: Work, after: dt.datetime, up_to: dt.datetime) -> list[Raised]:
    found = await store.hot(work.db, after, up_to)
    return [
        (AlarmKind.FEVER, one.at, one.division, one.scan_id.hex(), {**_place(one.place), "gate": one.gate, "temp": f"{one.temp / 10:.1f}"})
        for one in found
    ]


def _place(name: dict[str, str]) -> dict[str, str]:
    return {"place": name.get("zh", ""), "place_en": name.get("en", "")}


async def _raise(work: Work, raised: Iterable[Raised]) -> None:
    """An alarm in the view of every scope around it; the same thing is the same alarm."""
    rows: list[dict[str, object]] = []
    for kind, at, division, key, said in raised:
        path = orgs.path_or_root(division)
        name = str(uuid.UUID(bytes=hashlib.sha256(f"{kind}.{key}".encode()).digest()[:16]))
        alarm: dict[str, object] = {"id": name, "kind": kind.value, "at": at.isoformat(), "path": path, "said": said}
        rows += [{**alarm, "scope": scope} for scope in scopes_of(path)]
    if rows:
        await store.put_alarms(work.db, rows)


async def look_after_gates(work: Work) -> None:
    """Which gates are silent now, and whose logs do not fit together."""
    await store.clear_alarms(work.db, [AlarmKind.GATE_SILENT.value])
    raised: list[Raised] = [
        (AlarmKind.GATE_SILENT, one.since, one.division, f"{one.gate}.{one.place}.{one.division}", {**_place(one.place), "gate": one.gate})
        for one in await store.quiet_gates(work.db, work.now - SILENT_AFTER)
    ]
    raised += [
        (AlarmKind.GATE_LOG, one.since, one.division, f"{one.gate}.{one.place}.{one.since}", {**_place(one.place), "gate": one.gate})
        for one in await store.faulty_gates(work.db, work.now - ALARMS_KEPT)
    ]
    await _raise(work, raised)
    await store.drop_alarms(work.db, [AlarmKind.FEVER.value, AlarmKind.GATE_LOG.value], work.now - ALARMS_KEPT)
