"""到期自毁 The end: a scheme stops by itself after its last day, and when its retention is over its data go, counted before, with proof."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import text
from onedoor.kernel.memory import changed
from onedoor.kernel.ports import Ports, Vault
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.passes.errors import NoSuchScheme
from onedoor.passes.events import SchemeEnded
from onedoor.passes.models import ActId, Scheme, State
from onedoor.passes.records import Act, Deletion, DeletionRun
from onedoor.passes.store import acts, erasing
from onedoor.passes.store import ending as store
from onedoor.passes.store import schemes as scheme_store
from onedoor.passes.store.erasing import Erased
from onedoor.passes.vault import vault
from onedoor.wallet import service as wallet

from .known import NAME, known
from .verifying import lists_changed

SECONDS = 60
BATCH = 500
BATCHES = 20
TOLD = "told"
"""Not a table but the run in which those concerned are told, kept beside theirs."""
FIRST = str(UUID(int=0))
ROWS = 50_000
"""In one transaction of a deletion."""
SPARE = dt.timedelta(days=2)
BACKUPS_DAYS = 30
"""How long a backup that still holds the data is kept at most, as the certificate says."""


class Part(msgspec.Struct, frozen=True):
    """One table of a scheme's data: how it is counted and how a batch of it goes; `days` for one that goes day by day."""

    table: str
    count: Callable[[Db, str], Awaitable[int]]
    erase: Callable[[Db, str, str, int], Awaitable[Erased]]
    days: bool = False


PARTS = [
    Part("evidence", store.evidence, erasing.evidence), Part("appeal", store.appeals, erasing.appeals),
    Part("appeal_inbox", store.inbox, erasing.inbox), Part("decision", store.decisions, erasing.decisions),
    Part("declaration", store.declarations, erasing.declarations), Part("person_index", store.standings, erasing.standings),
    Part("index_claim", store.claims, erasing.claims), Part("replay_run", store.runs, erasing.runs),
    Part("slot", store.slots, erasing.slots), Part("visit", store.visits, erasing.visits),
    Part("scan", store.scans, erasing.scans, days=True), Part("paper", store.papers, erasing.papers),
    Part("colour_delta", store.colour_deltas, erasing.colour_deltas), Part("colour_list", store.colour_lists, erasing.colour_lists),
    Part("sms_wish", store.sms_wishes, erasing.sms_wishes), Part("number_list", store.number_lists, erasing.number_lists),
    Part("watch", store.watched, erasing.watched), Part("people_now", store.people_now, erasing.people_now),
    Part("rollup", store.rollups, erasing.rollups), Part("member", store.members, erasing.members),
    Part("member_consent", store.consents, erasing.consents), Part("export", store.exports, erasing.exports),
    Part("trace_order", store.orders, erasing.orders), Part("trace_request", store.requests, erasing.requests),
    Part("away_visit", store.away_visits, erasing.away_visits), Part("vehicle", store.vehicles, erasing.vehicles),
    Part("case_report", store.case_reports, erasing.case_reports), Part("recognised", store.recognised, erasing.recognised),
]  # fmt: skip
"""Every table that holds data of a scheme, in the order in which they go. A rules test fails until a new table is here or below."""

STAYS = {
    "deletion_run": "how far its deletion has come",
    "scheme": "the law, the purposes and the dates are public", "ruleset": "the rules are public, and hold no person",
    "region_level": "levels of regions are public", "scheme_act": "who signed, suspended, extended and ended it is public",
    "deletion": "the certificate itself", "place": "belongs to its organisation, and is used by every scheme",
    "dependant": "belongs to no scheme: goes a year after it was ended", "subject": "goes when no scheme keeps anything of the person",
    "subject_claim": "goes with its subject",
    "gate": "belongs to its organisation, and reads every scheme", "gate_fault": "goes with its gate, and names no person",
    "alarm": "names no person, and goes after a week", "counted": "how far counting has come", "trace_contact": "goes with its order",
    "trace_away": "goes with its order",
    "trace_log": "who looked at what, for whom it was looked at: it outlives the data", "trace_head": "the end of that log",
    "reading": "names nobody without its check, and goes after two weeks", "hub": "belongs to no scheme",
    "region_figures": "numbers of other regions, without a person",
    "peer": "belongs to no scheme", "level_map": "belongs to no scheme", "trust_seq": "belongs to no scheme",
    "sealed_scan": "cannot be read here, and goes a month after it was sent", "foreign_trust": "keys of issuers, no person",
}  # fmt: skip
"""What is not deleted with a scheme, and why."""


class Due(msgspec.Struct, frozen=True):
    """What the clock would do with a scheme today; `rows` by table."""

    scheme: str
    step: str
    on: dt.date
    rows: dict[str, int]


async def due(work: Work) -> list[Due]:
    """What would go: every scheme that has ended or ends today, with what is kept of it."""
    found: list[Due] = []
    for scheme in (await known(work)).by_code.values():
        if scheme.state in (State.IN_FORCE, State.SUSPENDED) and scheme.ends_on < work.today:
            found.append(Due(scheme.code, "end", scheme.ends_on, {}))
        elif scheme.state is State.ENDED:
            rows = {part.table: await part.count(work.db, scheme.code) for part in PARTS}
            found.append(Due(scheme.code, "delete" if scheme.deleted_on < work.today else "wait", scheme.deleted_on, rows))
    return found


async def sunset(begin: Begin, ports: Ports) -> list[Due]:
    """Daily: end what has passed its last day, delete what has passed its retention. Doing it again does nothing."""
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        waiting = await due(work)
    for one in waiting:
        if one.step == "end":
            await _end(begin, one.scheme)
    for one in waiting:  # which may take many nights
        if one.step == "delete":
            await _delete(begin, ports, one.scheme)
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        await store.forget_mandates(work.db, work.now - dt.timedelta(days=365))
        await store.forget_subjects(work.db, work.now - dt.timedelta(days=365))
    return waiting


async def _noted(work: Work, scheme: Scheme, act: str, state: State, detail: dict[str, Any]) -> None:
    await acts.add(work.db, Act(ActId.new(), scheme.code, act, work.now, None, work.actor.system, "", detail))
    await scheme_store.save(work.db, replace(scheme, state=state), work.now)
    await changed(work.db, NAME)


async def _end(begin: Begin, code: str) -> None:
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        scheme = await scheme_store.locked(work.db, code)
        if scheme is None or scheme.state not in (State.IN_FORCE, State.SUSPENDED) or scheme.ends_on >= work.today:
            return
        await _noted(work, scheme, "ended", State.ENDED, {"deleted_on": scheme.deleted_on.isoformat()})
        await outbox.publish(work.db, SchemeEnded(code))


async def tell_ended(begin: Begin, code: str, batches: int = BATCHES) -> bool:
    """Everybody who had a pass learns that it is over, when the data go, and where their own colours can be taken along. How far it has
    come is kept with each batch, so that nobody is told twice; whether more are waiting after so many batches."""
    for _ in range(batches):
        async with begin(actor=system("passes.ended"), seconds=SECONDS) as work:
            scheme, run = (await known(work)).by_code[code], await store.run(work.db, code, TOLD)
            if run.done:
                return False
            people = await store.held(work.db, code, PersonId(UUID(run.cursor or FIRST)), BATCH)
            for one in people:
                await notify.send(
                    work, one.citizen_id, text("{name}已经结束", name=scheme.name),
                    text("不用再申报和出示。您的数据保留到 {day}，然后删除；在那以前可以下载自己的记录。", day=str(scheme.deleted_on)),
                    f"/passes/{code}", "passes.ended",
                )  # fmt: skip
            after = str(people[-1].citizen_id.uuid) if people else run.cursor
            await store.save_run(work.db, code, DeletionRun(TOLD, run.rows + len(people), run.sha256, after, len(people) < BATCH))
    return True


async def _delete(begin: Begin, ports: Ports, code: str) -> None:
    """By the batch, each counted and hashed in the transaction that deletes it; a run that was killed goes on. When nothing is left, the
    certificate is signed and published."""
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        if await _over(work, code) is None:
            return
        files = await store.files(work.db, code)
    for one in files:  # before the rows that name them, so that none is forgotten
        await asyncio.to_thread(ports.get(Vault).drop, one.sha256)
    for part in PARTS:
        while await _batch(begin, part, code):
            pass
    await asyncio.to_thread(vault().shred, code)  # what backups and gates still hold of the codes names nobody now
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        if (scheme := await _over(work, code)) is None:
            return
        tables = [await _gone(work, part, code) for part in PARTS]
        body = _certificate(work, scheme, tables, next(one["deleted"] for one in tables if one["table"] == "passes.evidence"))
        await acts.put_deletion(work.db, Deletion(code, work.now, body, wallet.attest("deletion", body)))
        await lists_changed(work)
        await _noted(work, scheme, "deleted", State.DELETED, {"rows": sum(one["deleted"] for one in tables)})


async def _over(work: Work, code: str) -> Scheme | None:
    """A scheme whose retention is over, locked; None for every other."""
    found = await scheme_store.locked(work.db, code)
    return found if found and found.state is State.ENDED and found.deleted_on < work.today else None


async def _batch(begin: Begin, part: Part, code: str) -> bool:
    """One batch of a table; whether there is more of it."""
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        scheme, run = await _over(work, code), await store.run(work.db, code, part.table)
        if scheme is None or run.done:
            return False
        first = (scheme.starts_on - SPARE).isoformat() if part.days else FIRST
        found = await part.erase(work.db, code, run.cursor or first, ROWS)
        after = _next(part, scheme, run.cursor or first, found)
        sha256 = hashlib.sha256(run.sha256 + found.sha256).digest() if found.sha256 else run.sha256
        await store.save_run(work.db, code, DeletionRun(part.table, run.rows + found.rows, sha256, after or "", after is None))
        return after is not None


def _next(part: Part, scheme: Scheme, at: str, found: Erased) -> str | None:
    """Where the next batch begins; None when that was the last."""
    if found.rows == ROWS:
        return found.last or at
    if not part.days:
        return None
    day = dt.date.fromisoformat(at) + dt.timedelta(days=1)
    return day.isoformat() if day <= scheme.deleted_on + SPARE else None


async def _gone(work: Work, part: Part, code: str) -> dict[str, Any]:
    run = await store.run(work.db, code, part.table)
    return {
        "table": f"passes.{part.table}", "rows": run.rows, "sha256_before": run.sha256.hex() or None, "deleted": run.rows,
        "left": await part.count(work.db, code),
    }  # fmt: skip


def _certificate(work: Work, scheme: Scheme, tables: list[dict[str, Any]], files: int) -> dict[str, Any]:
    return {
        "scheme": scheme.code, "name": scheme.name.zh, "basis": scheme.basis.document, "authority": scheme.authority,
        "ended_on": scheme.ends_on.isoformat(), "retention_days": scheme.retention_days, "deleted_at": work.now.isoformat(),
        "tables": tables, "papers_dropped": files,
        "backups_gone_on": (work.today + dt.timedelta(days=BACKUPS_DAYS)).isoformat(),
        "ordered_by": [{"name": one.name, "org": one.org, "at": one.at.isoformat()} for one in scheme.signed_by],
    }  # fmt: skip


async def deletion(work: Work, code: str) -> Deletion:
    """删除证明 of a scheme; there is none before its data are gone."""
    found = await acts.deletion(work.db, code)
    if found is None:
        raise NoSuchScheme()
    return found
