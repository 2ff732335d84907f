"""Seals of other cities as they were first seen."""

import datetime as dt

from onedoor.exchange.models import Beheld
from onedoor.kernel.db import Db


async def last(db: Db, node: str) -> Beheld | None:
    """The one with the highest number, whatever the city says by now."""
    return await db.maybe(
        Beheld, "select node, n, sha256, seen_at, broken_at from exchange.beheld where node = $node order by n desc limit 1", node=node
    )


async def told(db: Db, node: str) -> Beheld | None:
    """One that was rewritten before all others, however many came after it."""
    return await db.maybe(
        Beheld,
        "select node, n, sha256, seen_at, broken_at from exchange.beheld where node = $node order by broken_at is null, n desc limit 1",
        node=node,
    )  # fmt: skip


async def latest(db: Db, most: int) -> list[Beheld]:
    return await db.all(
        Beheld, "select node, n, sha256, seen_at, broken_at from exchange.beheld order by seen_at desc limit $most", most=most
    )


async def put(db: Db, one: Beheld) -> int:
    """What was seen first stays."""
    return await db.run(
        "insert into exchange.beheld (node, n, sha256, seen_at) values ($node, $n, $sha256, $at) on conflict (node, n) do nothing",
        node=one.node, n=one.n, sha256=one.sha256, at=one.seen_at,
    )  # fmt: skip


async def broken(db: Db, node: str, n: int, now: dt.datetime) -> int:
    return await db.run(
        "update exchange.beheld set broken_at = $now where node = $node and n = $n and broken_at is null", node=node, n=n, now=now
    )
