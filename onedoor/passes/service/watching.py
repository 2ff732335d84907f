"""Who is in whose view, and how many: kept up with each decision, counted by jobs."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence

import structlog

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import text
from onedoor.kernel.log import NAME as LOG
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.passes.events import GateLogBroken
from onedoor.passes.models import Colour, Grants, Standing
from onedoor.passes.store import gates as gate_store
from onedoor.passes.store import watching as store
from onedoor.passes.watching import SILENT_AFTER, AlarmKind, scopes_of

log = structlog.get_logger(LOG)
LAG = dt.timedelta(seconds=90)
"""What arrived so lately may be in a transaction that has not ended: it is counted next time."""
ALARMS_KEPT = dt.timedelta(days=7)
MOST_STRAYS = 10_000
TOLD_AGAIN = dt.timedelta(hours=24)


async def follow(work: Work, scheme: str, now: Sequence[Standing]) -> None:
    """In the decisions' own transaction: everybody above sees who is not green, and no longer sees who is."""
    names = await identity.names_of(work, [one.citizen_id for one in now if one.colour is not Colour.GREEN])
    views = [_view(one.citizen_id, one.colour, one.since, one.division, names) for one in now]
    if views:
        store.follow(work.db, scheme, views)


def _view(citizen: PersonId, colour: Colour, since: dt.datetime, division: str, names: Mapping[PersonId, str]) -> store.View:
    path = "" if colour is Colour.GREEN else orgs.path_or_root(division)
    return store.View(citizen, colour.value, since, path, mask_name(names[citizen]) if path and names.get(citizen) else "")


async def recount(work: Work) -> int:
    """Each night: whoever is in a view and should not be, or should be and is not, is put right; how many they were."""
    root, tree = orgs.path_or_root(""), orgs.districts()
    found = await store.strays(work.db, [one.code for one in tree], [one.path for one in tree], root, MOST_STRAYS)
    names = await identity.names_of(work, [one.citizen for one in found if one.colour is not Colour.GREEN])
    for scheme in {one.scheme for one in found}:
        views = {one.citizen: _view(one.citizen, one.colour, one.since, one.division, names) for one in found if one.scheme == scheme}
        store.follow(work.db, scheme, list(views.values()))
    if found:
        log.warning("passes.watch", strays=len(found))
    return len(found)


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


async def log_broken(work: Work, event: GateLogBroken) -> None:
    """The supervisors above the gate see it at once; whoever answers for its department's gates there is told, once a day."""
    held = await gate_store.locked(work.db, event.org, event.gate)
    place = await gate_store.place(work.db, event.org, held.place_id) if held else None
    faults = await gate_store.faults(work.db, event.org, event.gate)
    at = next((one.at for one in faults if (one.kind, one.seq) == (event.kind, event.seq)), None)
    if held is None or place is None or at is None:
        return
    said = {"place": place.name.zh, "place_en": place.name.en, "gate": held.name}
    await _raise(work, [(AlarmKind.GATE_LOG, at, place.division, f"{held.id}.{at}", said)])
    if any(at - TOLD_AGAIN < one.at < at for one in faults):
        return
    path = orgs.path_or_root(place.division)
    keepers = orgs.clerks_of(event.org, Grants.GATES, path) or orgs.clerks_of(event.org, Grants.GATES)
    title = text("{place}的{gate}记录接不上", place=place.name, gate=held.name)
    body = text("收到的都留着，没有删。请看是哪一条，问一问门口：设备换过、恢复过备份，还是有人动过。")
    for one in keepers:
        await notify.send(work, one.person, title, body, f"/passes/gates/{held.id}", "passes.gate_log")


async def look_after_gates(work: Work) -> None:
    """Which gates are silent now, and whose logs do not fit together."""
    await store.clear_alarms(work.db, [AlarmKind.GATE_SILENT.value])
    raised: list[Raised] = [
        (AlarmKind.GATE_SILENT, one.since, one.division, str(one.id), {**_place(one.place), "gate": one.gate})
        for one in await store.quiet_gates(work.db, work.now - SILENT_AFTER)
    ]
    raised += [
        (AlarmKind.GATE_LOG, one.since, one.division, f"{one.id}.{one.since}", {**_place(one.place), "gate": one.gate})
        for one in await store.faulty_gates(work.db, work.now - ALARMS_KEPT)
    ]
    await _raise(work, raised)
    await store.drop_alarms(work.db, [AlarmKind.FEVER.value, AlarmKind.GATE_LOG.value], work.now - ALARMS_KEPT)
