"""Clearing away: drafts that expired a week ago, drafts thrown away a week ago, files that never found a case."""
import asyncio
from datetime import timedelta

from onedoor.cases.ports import Vault
from onedoor.cases.store import drafts as store
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .drafts import KEPT

THROWN, LOOSE = timedelta(days=7), timedelta(days=2)


async def sweep(begin: Begin, ports: Ports) -> int:
    """How many contents were dropped. Rows go first; a content goes only when no row names it any more."""
    async with begin(actor=system("cases.sweep"), seconds=60) as work:
        gone = await store.sweep(work.db, work.now - KEPT, work.now - THROWN, work.now - LOOSE)
        hashes = [blob.sha256 for blob in gone]
    async with begin(actor=system("cases.sweep"), seconds=60) as work:
        kept = {blob.sha256 for blob in await store.still_listed(work.db, hashes)} if hashes else set[str]()
    for sha256 in set(hashes) - kept:
        await asyncio.to_thread(ports.get(Vault).drop, sha256)
    return len(set(hashes) - kept)
