"""Connections of one process: opened when they are wanted, at most so many, the one used last given out first.

asyncpg's own pool wraps each connection it lends and takes each one back in a task of its own, because it resets what a borrower may have
set. Nothing is ever set here for longer than a transaction, and that care cost more than the statement: 121 µs of CPU for a look-up by
key against 46 on the bare connection.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

IDLE_SECONDS = 300
"""A connection that nobody has used for so long is not trusted: something between here and the server may have forgotten it."""


class Pool:
    """`open` makes a connection; `size` is how many there may be; who finds none free waits `patience` seconds, then TimeoutError."""

    def __init__(self, open: Callable[[], Awaitable[Any]], size: int, patience: float = 2) -> None:
        self._new, self.size, self.patience = open, size, patience
        self._free: list[tuple[Any, float]] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._out: set[Any] = set()
        self._open = 0
        self._closed = self._asleep = False

    async def acquire(self) -> Any:
        """A connection nobody else has, until `release`."""
        if self._closed:
            raise asyncpg.InterfaceError("the pool is closed")
        if self._asleep:
            raise ConnectionError("the server does not answer")
        conn = await self._found()
        self._out.add(conn)
        return conn

    async def _found(self) -> Any:
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._free:
            conn, since = self._free.pop()
            if since > oldest and not conn.is_closed():
                return conn
            self._drop(conn)
        if self._open < self.size:
            return await self._opened()
        return await self._next()

    def release(self, conn: Any) -> None:
        """Give it back. One that was left in the middle of something is ended, and what it had begun is undone by the server."""
        self._out.discard(conn)
        if self._closed or conn.is_closed() or conn.is_in_transaction():
            self._drop(conn)
            self._pass_on(None)
        elif not self._pass_on(conn):
            self._free.append((conn, asyncio.get_running_loop().time()))

    def sleep(self) -> None:
        """The server stands still: who waits for it is told now, and nobody else asks until `wake`. Every connection is given up."""
        self._asleep = True
        for conn in self._out:
            conn.terminate()
        free, self._free = self._free, []
        for conn, _ in free:
            self._drop(conn)
        waiting, self._waiting = self._waiting, deque()
        for turn in waiting:
            if not turn.done():
                turn.set_exception(ConnectionError("the server does not answer"))

    def wake(self) -> None:
        """It answers again."""
        self._asleep = False

    async def close(self) -> None:
        """End what is free; what is lent out ends when it is given back."""
        self._closed = True
        free, self._free = self._free, []
        for conn, _ in free:
            with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
                await conn.close()

    def fetchrow(self, sql: str, *values: object) -> Awaitable[Any]:
        """One statement on a connection of its own; so are the next three."""
        return self._lent("fetchrow", sql, values)

    def fetch(self, sql: str, *values: object) -> Awaitable[Any]:
        return self._lent("fetch", sql, values)

    def fetchval(self, sql: str, *values: object) -> Awaitable[Any]:
        return self._lent("fetchval", sql, values)

    def execute(self, sql: str, *values: object) -> Awaitable[Any]:
        return self._lent("execute", sql, values)

    async def _lent(self, verb: str, sql: str, values: tuple[object, ...]) -> Any:
        conn = await self.acquire()
        try:
            return await getattr(conn, verb)(sql, *values)
        finally:
            self.release(conn)

    async def _opened(self) -> Any:
        self._open += 1
        try:
            return await self._new()
        except BaseException:
            self._open -= 1
            self._pass_on(None)
            raise

    async def _next(self) -> Any:
        """What the next one gives back: its connection, or None for the right to open one."""
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self.patience):
                conn = await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it came at the moment of giving up
                if turn.result() is None:
                    self._pass_on(None)
                else:
                    self.release(turn.result())
            raise
        return conn if conn is not None else await self._opened()

    def _pass_on(self, conn: Any) -> bool:
        """Give it to whoever has waited longest; False when nobody waits."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(conn)
                return True
        return False

    def _drop(self, conn: Any) -> None:
        self._open -= 1
        if not conn.is_closed():
            conn.terminate()
