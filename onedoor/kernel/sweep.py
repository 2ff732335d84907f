"""Sweeping: what the kernel keeps only for a while goes when nobody can ask for it any more."""

from .db import Db


async def sweep(db: Db) -> int:
    """How many rows went."""
    return sum([
        await db.run("delete from kernel.answer where at < now() - interval '7 days'"),
        await db.run("delete from kernel.event_seen where at < now() - interval '30 days'"),
        await db.run("delete from kernel.bucket where at < now() - interval '2 days'"),
        await db.run("delete from kernel.fault where at < now() - interval '90 days'"),
        await db.run("delete from kernel.job_dead where died_at < now() - interval '180 days'"),
    ])
