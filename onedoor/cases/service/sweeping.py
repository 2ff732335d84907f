"""Clearing away: drafts that expired or were thrown away a week ago, files that never found a case, papers never handed in.

The vault is one for all rooms, by content: what this sweep drops, no room names any more.
"""
import asyncio
from collections import Counter
from datetime import timedelta

from onedoor.cases.events import DraftsEnded
from onedoor.cases.models import Draft
from onedoor.cases.ports import Vault
from onedoor.cases.store import counters
from onedoor.cases.store import drafts as store
from onedoor.exchange import service as exchange
from onedoor.kernel.outbox import publish
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.mandates import service as mandates
from onedoor.orgs.service import registering

from . import prefill
from .definitions import open_form, process_of
from .drafts import KEPT, Desk, resume_at

THROWN, LOOSE = timedelta(days=7), timedelta(days=2)
BATCH = 200
RETIRED = "retired"
"""The place of a draft whose form is no longer offered."""


async def sweep(begin: Begin, ports: Ports) -> int:
    """How many contents were dropped. Rows go first; a content goes only when no row names it any more."""
    hashes: set[str] = set()
    while True:
        async with begin(actor=system("cases.sweep"), seconds=60) as work:
            found = await store.ended(work.db, work.now - KEPT, work.now - THROWN, BATCH)
            hashes |= await _clear(work, found)
        if len(found) < BATCH:
            break
    async with begin(actor=system("cases.sweep"), seconds=60) as work:
        hashes |= {blob.sha256 for blob in await store.sweep_loose(work.db, work.now - LOOSE)}
        hashes |= await registering.sweep_loose(work)
        await counters.sweep(work.db, work.now)
    async with begin(actor=system("cases.sweep"), seconds=60) as work:
        kept = {blob.sha256 for blob in await store.still_listed(work.db, sorted(hashes))} if hashes else set[str]()
        kept |= await registering.still_listed(work, hashes)
        kept |= await mandates.still_listed(work, hashes)
        kept |= await exchange.still_listed(work, hashes)
    for sha256 in hashes - kept:
        await asyncio.to_thread(ports.get(Vault).drop, sha256)
    return len(hashes - kept)


async def _clear(work: Work, found: list[Draft]) -> set[str]:
    """The drafts go; where each of them ended is written down and told without whose it was. The contents that nobody lists now."""
    places: Counter[tuple[str, str]] = Counter()
    hashes: set[str] = set()
    for draft in found:
        place = await _place(work, draft)
        gone = [blob.sha256 for blob in await store.clear(work.db, draft)]
        places[draft.item, place] += bool(gone)
        hashes |= set(filter(None, gone))
    for (item, page), count in sorted(places.items()):
        if count:
            org = (await process_of(work, item)).org_ref
            await store.add_ended(work.db, item, org, page, work.today, count)
            await publish(work.db, DraftsEnded(item, org, work.today, page, count))
    return hashes


async def _place(work: Work, draft: Draft) -> str:
    """The page at which its person would have gone on."""
    form = await open_form(work, draft.item)
    if form is None:
        return RETIRED
    known = await prefill.known(work, draft.citizen_id, form, await process_of(work, draft.item), draft.id.uuid)
    files = await store.files_of_draft(work.db, draft.citizen_id, draft.id)
    desk = Desk(draft, form, known.facts, files, [], known.fields)
    if draft.page:
        return resume_at(work, desk)
    open_still = {fault.page for fault in desk.faults(work)}  # filled by a program or a script, which save no page
    return next((page for page in desk.order() if page in open_still), "check")
