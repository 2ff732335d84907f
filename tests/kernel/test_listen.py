"""A process hears a channel of event streams while one of its streams waits for it, and no longer."""

import asyncio
import contextlib

import asyncpg

from onedoor.kernel import memory
from onedoor.kernel.db import Database
from onedoor.kernel.listen import BEAT, Listener, keep_memory

NAME = "test.listen"


async def _until(heard: list[str], word: str) -> None:
    async with asyncio.timeout(3):
        while word not in heard:
            await asyncio.sleep(0.01)


def test_a_channel_is_heard_while_a_stream_waits(dsn: str) -> None:
    async def story() -> None:
        listener, stop, heard = Listener(dsn), asyncio.Event(), list[str]()
        listener.on("inbox", heard.append)
        listener.on("changed", heard.append)
        async with listener.stream(("inbox", "early")) as early:  # before there is a connection
            running = asyncio.create_task(listener.run(("changed",), stop))
            conn = await asyncpg.connect(dsn)
            async with asyncio.timeout(5):
                while early.empty():
                    await conn.execute("select pg_notify('inbox', 'early')")
                    await asyncio.sleep(0.05)
        await asyncio.sleep(BEAT * 2)
        heard.clear()
        await conn.execute("select pg_notify('inbox', 'nobody'), pg_notify('changed', 'always')")
        await _until(heard, "always")
        assert heard == ["always"]
        async with listener.stream(("inbox", "late")) as late:
            await conn.execute("select pg_notify('inbox', 'late')")
            assert await asyncio.wait_for(late.get(), 3) == "late"
            beats = "query = 'select 1' and datname = current_database()"
            await conn.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {beats}")
            async with asyncio.timeout(8):
                while late.empty():  # heard again on the next connection
                    await conn.execute("select pg_notify('inbox', 'late')")
                    await asyncio.sleep(0.1)
        stop.set()
        await asyncio.wait_for(running, 5)
        with contextlib.suppress(asyncpg.InterfaceError):
            await conn.close()

    asyncio.run(story())


def test_what_changed_before_the_channel_was_heard_is_seen(dsn: str) -> None:
    """A process that is starting, or had lost its connection, is not behind until the next comparison half a minute later."""

    async def load(_: object) -> int:
        loads.append("loaded")
        return len(loads)

    async def tell(conn: asyncpg.Connection) -> None:
        await conn.execute(
            "insert into kernel.version (name) values ($1) on conflict (name) do update set version = kernel.version.version + 1", NAME
        )

    async def story() -> None:
        database, listener, stop = await Database.open(dsn, 2), Listener(dsn), asyncio.Event()
        conn = await asyncpg.connect(dsn)
        await tell(conn)
        await memory.compare(database)
        assert await kept.get(database.reference) == 1
        await tell(conn)  # nobody hears yet
        tasks = [asyncio.create_task(listener.run(("changed",), stop)), asyncio.create_task(keep_memory(database, listener, stop))]
        async with asyncio.timeout(3):
            while len(loads) < 2:
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await conn.execute("delete from kernel.version where name = $1", NAME)
        await conn.close()
        await database.close()

    loads, kept = list[str](), memory.Memory(NAME, load)
    try:
        asyncio.run(story())
    finally:
        memory._known.pop(NAME)
