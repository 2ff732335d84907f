"""Hubs whose rules are adopted."""

import datetime as dt

from onedoor.kernel.db import Db
from onedoor.passes.regions import Hub


async def hubs(db: Db) -> list[Hub]:
    return await db.all(
        Hub, "select hub, signers, state, asked_by, approved_by, seq, document, fetched_at, fault from passes.hub order by hub limit 100"
    )


async def put(db: Db, hub: str, signers: list[str], by: str) -> int:
    """Asked for anew, whatever was agreed before."""
    return await db.run(
        "insert into passes.hub (hub, signers, state, asked_by) values ($hub, $signers, 'asked', $by) on conflict (hub) do update "
        "set signers = excluded.signers, state = 'asked', asked_by = excluded.asked_by, approved_by = null, document = null, seq = 0",
        hub=hub, signers=signers, by=by,
    )  # fmt: skip


async def approve(db: Db, hub: str, by: str) -> int:
    """0 unless it waits for somebody else than whoever asked for it."""
    return await db.run(
        "update passes.hub set state = 'active', approved_by = $by where hub = $hub and state = 'asked' and asked_by <> $by",
        hub=hub, by=by,
    )  # fmt: skip


async def withdraw(db: Db, hub: str) -> int:
    return await db.run("update passes.hub set state = 'withdrawn' where hub = $hub", hub=hub)


async def put_document(db: Db, hub: str, seq: int, text: str, at: dt.datetime) -> int:
    return await db.run(
        "update passes.hub set seq = $seq, document = $text, fetched_at = $at, fault = null where hub = $hub and seq <= $seq",
        hub=hub, seq=seq, text=text, at=at,
    )  # fmt: skip


async def put_fault(db: Db, hub: str, why: str) -> int:
    return await db.run("update passes.hub set fault = $why where hub = $hub", hub=hub, why=why)
