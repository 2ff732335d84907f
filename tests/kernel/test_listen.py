"""A process hears a channel of event streams while one of its streams waits for it, and no longer."""

import asyncio
import contextlib

import asyncpg

from onedoor.kernel.listen import BEAT, Listener


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
