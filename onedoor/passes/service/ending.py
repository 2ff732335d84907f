"""到期自毁 The end: a scheme stops by itself after its last day, and when its retention is over its data go, counted before, with proof."""

import asyncio
import datetime as dt
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
from onedoor.passes.records import Act, Deletion
from onedoor.passes.store import acts
from onedoor.passes.store import ending as store
from onedoor.passes.store import ending_codes as codes
from onedoor.passes.store import ending_watch as watched
from onedoor.passes.store import schemes as scheme_store
from onedoor.passes.store.ending import Counted
from onedoor.passes.vault import vault
from onedoor.wallet import service as wallet

from .known import NAME, known
from .verifying import lists_changed

SECONDS = 60
BATCH = 500
BACKUPS_DAYS = 30
"""How long a backup that still holds the data is kept at most, as the certificate says."""


class Part(msgspec.Struct, frozen=True):
    """One table of a scheme's data: how it is counted and how it goes."""

    table: str
    count: Callable[[Db, str], Awaitable[Counted]]
    drop: Callable[[Db, str], Awaitable[int]]


PARTS = [
    Part("evidence", store.evidence, store.drop_evidence), Part("appeal", store.appeals, store.drop_appeals),
    Part("appeal_inbox", store.inbox, store.drop_inbox), Part("decision", store.decisions, store.drop_decisions),
    Part("declaration", store.declarations, store.drop_declarations), Part("person_index", store.standings, store.drop_standings),
    Part("index_claim", store.claims, store.drop_claims), Part("replay_run", store.runs, store.drop_runs),
    Part("slot", codes.slots, codes.drop_slots), Part("visit", codes.visits, codes.drop_visits),
    Part("scan", codes.scans, codes.drop_scans),
    Part("paper", codes.papers, codes.drop_papers), Part("colour_delta", codes.colour_deltas, codes.drop_colour_deltas),
    Part("colour_list", codes.colour_lists, codes.drop_colour_lists),
    Part("watch", watched.watched, watched.drop_watched), Part("people_now", watched.people_now, watched.drop_people_now),
    Part("rollup", watched.rollups, watched.drop_rollups), Part("member", watched.members, watched.drop_members),
    Part("member_consent", watched.consents, watched.drop_consents), Part("export", watched.exports, watched.drop_exports),
    Part("trace_order", watched.orders, watched.drop_orders), Part("away_visit", watched.away_visits, watched.drop_away_visits),
    Part("recognised", watched.recognised, watched.drop_recognised),
]  # fmt: skip
"""Every table that holds data of a scheme, in the order in which they go. A rules test fails until a new table is here or below."""

STAYS = {
    "scheme": "the law, the purposes and the dates are public", "ruleset": "the rules are public, and hold no person",
    "region_level": "levels of regions are public", "scheme_act": "who signed, suspended, extended and ended it is public",
    "deletion": "the certificate itself", "place": "belongs to its organisation, and is used by every scheme",
    "dependant": "belongs to no scheme: goes a year after it was ended", "subject": "goes when no scheme keeps anything of the person",
    "subject_claim": "goes with its subject",
    "gate": "belongs to its organisation, and reads every scheme", "gate_fault": "goes with its gate, and names no person",
    "alarm": "names no person, and goes after a week", "counted": "how far counting has come", "trace_contact": "goes with its order",
    "trace_log": "who looked at what, for whom it was looked at: it outlives the data", "trace_head": "the end of that log",
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
            rows = {part.table: (await part.count(work.db, scheme.code)).rows for part in PARTS}
            found.append(Due(scheme.code, "delete" if scheme.deleted_on < work.today else "wait", scheme.deleted_on, rows))
    return found


async def sunset(begin: Begin, ports: Ports) -> list[Due]:
    """Daily: end what has passed its last day, delete what has passed its retention. Doing it again does nothing."""
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        waiting = await due(work)
    for one in waiting:
        if one.step == "end":
            await _end(begin, one.scheme)
        elif one.step == "delete":
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


async def tell_ended(begin: Begin, code: str) -> None:
    """Everybody who had a pass learns that it is over, when the data go, and where their own colours can be taken along."""
    after = PersonId(UUID(int=0))
    while True:
        async with begin(actor=system("passes.ended"), seconds=SECONDS) as work:
            scheme = (await known(work)).by_code[code]
            people = await store.held(work.db, code, after, BATCH)
            for one in people:
                await notify.send(
                    work, one.citizen_id, text("{name}已经结束", name=scheme.name),
                    text("不用再申报和出示。您的数据保留到 {day}，然后删除；在那以前可以下载自己的记录。", day=str(scheme.deleted_on)),
                    f"/passes/{code}", "passes.ended",
                )  # fmt: skip
        if len(people) < BATCH:
            return
        after = people[-1].citizen_id


async def _delete(begin: Begin, ports: Ports, code: str) -> None:
    """Count, delete, sign and publish in one transaction; afterwards the papers in the vault."""
    async with begin(actor=system("passes.sunset"), seconds=SECONDS) as work:
        scheme = await scheme_store.locked(work.db, code)
        if scheme is None or scheme.state is not State.ENDED or scheme.deleted_on >= work.today:
            return
        files = await store.papers(work.db, code)
        tables = [await _gone(work, part, code) for part in PARTS]
        body = _certificate(work, scheme, tables, len(files))
        await acts.put_deletion(work.db, Deletion(code, work.now, body, wallet.attest("deletion", body)))
        await lists_changed(work)
        await _noted(work, scheme, "deleted", State.DELETED, {"rows": sum(one["rows"] for one in tables)})
    for one in files:
        await asyncio.to_thread(ports.get(Vault).drop, one.sha256)
    await asyncio.to_thread(vault().shred, code)  # what backups and gates still hold of the codes names nobody now


async def _gone(work: Work, part: Part, code: str) -> dict[str, Any]:
    before = await part.count(work.db, code)
    gone = await part.drop(work.db, code)
    after = await part.count(work.db, code)
    return {
        "table": f"passes.{part.table}", "rows": before.rows, "sha256_before": before.sha256.hex() if before.sha256 else None,
        "deleted": gone, "left": after.rows,
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
