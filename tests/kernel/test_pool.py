"""The pool of one process: never more connections than allowed, none lost, nobody waits for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from onedoor.kernel.pool import Pool


def told(dsn: str, story: Callable[[Pool], Awaitable[None]], size: int = 2, patience: float = 0.2) -> None:
    async def run() -> None:
        pool = Pool(lambda: asyncpg.connect(dsn), size, patience)
        try:
            await story(pool)
        finally:
            await pool.close()

    asyncio.run(run())


async def pid(pool: Pool) -> int:
    return await pool.fetchval("select pg_backend_pid()")


def test_many_at_once_share_a_few_connections(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        seen = await asyncio.gather(*(pid(pool) for _ in range(40)))
        assert len(set(seen)) == 2

    told(dsn, story, patience=5)


def test_who_waits_too_long_is_told_and_takes_nobody_s_place(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        one, two = await pool.acquire(), await pool.acquire()
        with pytest.raises(TimeoutError):
            await pool.acquire()
        pool.release(one)
        assert await pool.acquire() is one
        pool.release(one)
        pool.release(two)
        assert await pid(pool) > 0

    told(dsn, story)


def test_a_connection_in_the_middle_of_something_is_not_lent_again(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        conn = await pool.acquire()
        await conn.execute("begin")
        pool.release(conn)
        assert conn.is_closed()
        again = await pool.acquire()
        assert not again.is_in_transaction()
        pool.release(again)

    told(dsn, story, size=1)


def test_what_the_server_ends_is_opened_anew(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        first = await pid(pool)
        other = await asyncpg.connect(dsn)
        await other.execute("select pg_terminate_backend($1::int)", first)
        await other.close()
        await asyncio.sleep(0.1)
        assert await pid(pool) != first

    told(dsn, story, size=1)


def test_giving_up_in_the_middle_costs_no_connection(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pool.fetchval("select pg_sleep(5)"), 0.05)
        assert await asyncio.wait_for(pool.fetchval("select 7"), 2) == 7

    told(dsn, story, size=1, patience=1)


def test_a_waiter_gets_the_place_of_a_broken_connection(dsn: str) -> None:
    async def story(pool: Pool) -> None:
        conn = await pool.acquire()
        waiting = asyncio.create_task(pid(pool))
        await asyncio.sleep(0)
        conn.terminate()
        pool.release(conn)
        assert await waiting > 0

    told(dsn, story, size=1, patience=2)


def test_when_nobody_answers_the_place_is_free_again(dsn: str) -> None:
    """The server is away: each attempt fails by itself, and the first one after its return succeeds."""
    away = True

    async def connect() -> Any:
        if away:
            raise ConnectionRefusedError
        return await asyncpg.connect(dsn)

    async def run() -> None:
        nonlocal away
        pool = Pool(connect, 1, 0.2)
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await pool.acquire()
        away = False
        assert await pid(pool) > 0
        await pool.close()

    asyncio.run(run())


def test_a_server_that_stands_still_is_told_to_everybody_at_once(dsn: str) -> None:
    """Who asks, who waits for a place and who comes later; afterwards there are as many places as before."""

    async def story(pool: Pool) -> None:
        asking = asyncio.create_task(pool.fetchval("select pg_sleep(30)"))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(pid(pool))
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        pool.sleep()
        for one in (asking, waiting, asyncio.create_task(pid(pool))):
            with pytest.raises((OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
                await one
        assert asyncio.get_running_loop().time() - began < 1
        pool.wake()
        assert await pid(pool) > 0
        assert len({await pid(pool) for _ in range(3)}) == 1

    told(dsn, story, size=1, patience=20)
