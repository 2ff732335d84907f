"""Rate limits as token buckets in the database: the same for every worker process, and still there after a restart."""

from .db import Db
from .problems import TooMany


async def take(db: Db, key: str, *, capacity: float, per_second: float, cost: float = 1) -> float:
    """Take `cost` tokens from `key`; 0.0 when there were enough, else the seconds until there will be.

    The row is changed only when there were enough, in one statement, so that a refused caller cannot postpone its own return.
    """
    left = await db.value(
        "insert into kernel.bucket as b (key, tokens, at) values ($key, $capacity::float8 - $cost::float8, now()) "
        "on conflict (key) do update set at = now(), "
        "tokens = least($capacity::float8, b.tokens + extract(epoch from now() - b.at) * $rate::float8) - $cost "
        "where least($capacity::float8, b.tokens + extract(epoch from now() - b.at) * $rate::float8) >= $cost returning tokens",
        key=key, capacity=float(capacity), cost=float(cost), rate=float(per_second),
    )  # fmt: skip
    if left is not None:
        return 0.0
    have = await db.value(
        "select least($capacity::float8, tokens + extract(epoch from now() - at) * $rate::float8) from kernel.bucket where key = $key",
        key=key, capacity=float(capacity), rate=float(per_second),
    )  # fmt: skip
    return max(1.0, (cost - float(have or 0)) / per_second)


async def need(db: Db, key: str, *, capacity: float, per_second: float) -> None:
    """Like take, raising TooMany with `retry_after` in seconds."""
    wait = await take(db, key, capacity=capacity, per_second=per_second)
    if wait:
        raise TooMany(retry_after=int(wait) + 1)
