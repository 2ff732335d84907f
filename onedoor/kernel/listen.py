"""One LISTEN connection per process, fanned out to whoever waits: memory snapshots, job lanes, open event streams.

On it the server's pulse is felt too. A server that is dead says so at once; one that stands still (a stopped process, a disk that hangs, a
network that swallows) says nothing, and everybody would wait as long as the longest statement may take.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any

import asyncpg
import structlog

from . import memory
from .db import Database
from .log import NAME

log = structlog.get_logger(NAME)
BEAT, SILENCE = 0.8, 2.0
"""Seconds between two questions, and for an answer: together less than anybody should wait for a page."""


class Listener:
    """Holds the connection, reconnects when it goes, and calls back per channel."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._heard: dict[str, list[Callable[[str], None]]] = {}
        self._streams: dict[tuple[str, str], set[asyncio.Queue[str]]] = {}
        self.lines = 0
        self._conn: Any = None
        self._line, self._tuned = asyncio.Lock(), set[str]()
        self.silent: Callable[[], None] = _nothing
        self.answering: Callable[[], None] = _nothing
        """Called when the server stands still, and when it answers (again)."""
        self.hearing: Callable[[], None] = _nothing
        """Called each time the channels are heard (again): what was notified before was missed."""

    def on(self, channel: str, call: Callable[[str], None]) -> None:
        """Call `call(payload)` for each notification on `channel`; before run()."""
        self._heard.setdefault(channel, []).append(call)

    @contextlib.asynccontextmanager
    async def stream(self, *heard: tuple[str, str]) -> AsyncGenerator["asyncio.Queue[str]"]:
        """A queue that receives a word whenever one of these (channel, payload) is notified (an open event stream). What is notified after
        it was given out is in it, unless the database is away."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=16)
        for key in heard:
            self._streams.setdefault(key, set()).add(queue)
        self.lines += 1
        try:
            if not self._wanted <= self._tuned:
                await self._tune_in()
            yield queue
        finally:
            self.lines -= 1
            for key in heard:
                self._streams[key].discard(queue)
                if not self._streams[key]:
                    del self._streams[key]

    @property
    def _wanted(self) -> set[str]:
        """Channels of the open streams."""
        return {channel for channel, _ in self._streams}

    async def _tune_in(self) -> None:
        """Hear what a stream waits for. Without a connection nothing is done: the next one begins with it."""
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with self._line, asyncio.timeout(SILENCE):
                conn: Any = self._conn
                for channel in self._wanted - self._tuned if conn else ():
                    await conn.add_listener(channel, self._dispatch)
                    self._tuned.add(channel)

    def _dispatch(self, _conn: Any, _pid: int, channel: str, payload: object) -> None:
        words = str(payload)
        for call in self._heard.get(channel, []):
            call(words)
        for queue in self._streams.get((channel, words), ()):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(words)

    async def run(self, channels: tuple[str, ...], stop: asyncio.Event) -> None:
        """Hear these channels always, and those of the open streams while there are any: each word on a channel wakes every process that
        hears it."""
        while not stop.is_set():
            try:
                await self._hear(channels, stop)
            except TimeoutError:
                log.warning("database_silent", seconds=SILENCE)
                self.silent()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
                log.info("listen_reconnect", error=str(away))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1)

    async def _hear(self, channels: tuple[str, ...], stop: asyncio.Event) -> None:
        """One connection from its opening to its end; TimeoutError when the server has fallen silent."""
        conn = await asyncpg.connect(self.dsn, timeout=SILENCE)
        try:
            async with self._line, asyncio.timeout(SILENCE):
                self._conn, self._tuned = conn, {*channels, *self._wanted}
                for channel in self._tuned:
                    await conn.add_listener(channel, self._dispatch)
            self.answering()
            self.hearing()
            while not stop.is_set() and not conn.is_closed():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), BEAT)
                async with self._line, asyncio.timeout(SILENCE):
                    for channel in self._tuned - self._wanted - {*channels}:
                        self._tuned.discard(channel)
                        await conn.remove_listener(channel, self._dispatch)
                    await conn.fetchval("select 1")
        except TimeoutError:
            conn.terminate()
            raise
        finally:
            self._conn, self._tuned = None, set()
            with contextlib.suppress(TimeoutError):
                await conn.close(timeout=SILENCE)


def _nothing() -> None:
    """Nobody has asked to be told."""


async def keep_memory(database: Database, listener: Listener, stop: asyncio.Event) -> None:
    """Reload snapshots soon after they change; compare versions every 30 seconds, and whenever the channel is heard (again)."""
    changed = asyncio.Event()

    def heard(name: str) -> None:
        memory.dropped(name)
        changed.set()

    listener.on("changed", heard)
    listener.hearing = changed.set
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), 30)
        changed.clear()
        try:
            await memory.compare(database)
            await memory.load_all(database)
        except Exception as away:
            log.info("memory_reload", error=str(away))
            await asyncio.sleep(1)
