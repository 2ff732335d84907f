"""Asks a department's own PostgreSQL through views it has made for us: five connections, read-only, and each question short.

The register's settings hold the statement; what is asked for is bound, never written into it. Rows become text as the department sees them.
"""

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
from msgspec import Struct

from connectors.asking import MOST_BYTES, Reading, operation, settings_of, understood, wrong
from onedoor.exchange.models import AskIn, AskOut, Health, Pulled, Push, Receipt, State, System

if TYPE_CHECKING:
    from asyncpg import Pool, Record

PLACES, MOST_ROWS = 5, 200
BROKEN = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
CONNECT_SECONDS, STATEMENT_MS = 2.0, "10000"


class Operation(Reading, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: a select and what is bound to $1, $2 … `one`: the document is the only row, else it is all of them below `/rows`."""

    sql: str
    keys: list[str]
    one: bool = False


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a register of this way says of itself."""

    operations: dict[str, Operation]


class Sql:
    """Behind the port exchange.Sql."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str], tuple[asyncio.AbstractEventLoop, Pool[Record]]] = {}

    async def ask(self, system: System, request: AskOut) -> AskIn:
        asked: Operation = operation(system, settings_of(system, Settings).operations, request.operation)
        if missing := [name for name in asked.keys if name not in request.keys]:
            raise OSError(f"{missing[0]} was not given")
        statement = f"select * from ({asked.sql.strip().rstrip(';')}) asked limit {MOST_ROWS + 1}"
        try:
            rows = await self._rows(system, statement, [request.keys[name] for name in asked.keys], request.timeout_ms / 1000)
        except BROKEN as no:
            raise ConnectionError(f"{system.code}: {type(no).__name__}") from no
        except asyncpg.PostgresError as no:
            return _failed(system, no)
        except TimeoutError as slow:
            raise TimeoutError(f"{system.code} did not answer in time") from slow
        return answered([{name: plain(value) for name, value in row.items()} for row in rows], asked)

    async def _rows(self, system: System, statement: str, keys: list[str], seconds: float) -> "list[Record]":
        """Once more when the connection we had kept turns out to be dead: a question changes nothing.

        The time-out is the driver's own: it tells the server to stop, and only then lets go of the connection.
        """
        pool, until = await self._pool(system), time.monotonic() + seconds
        for last in (False, True):
            try:
                async with pool.acquire(timeout=max(0.001, until - time.monotonic())) as connection:
                    return await connection.fetch(statement, *keys, timeout=max(0.001, until - time.monotonic()))
            except BROKEN:
                if last:
                    raise
        raise AssertionError

    async def pull(self, system: System, since: str) -> AsyncGenerator[Pulled]:
        raise OSError(f"{system.code} is asked, not pulled")
        yield

    async def put(self, system: System, message: Push) -> Receipt:
        raise OSError(f"{system.code} is only read")

    async def health(self, system: System) -> Health:
        try:
            async with asyncio.timeout(system.timeout_ms / 1000):
                await (await self._pool(system)).fetchval("select 1")
        except (OSError, asyncpg.PostgresError, *BROKEN) as no:
            return Health(False, type(no).__name__)
        return Health(True)

    async def close(self) -> None:
        """Let go of the open connections."""
        for _, pool in self._pools.values():
            pool.terminate()

    async def _pool(self, system: System) -> "Pool[Record]":
        """The register's own few connections; a new pool for a new address or loop."""
        loop, at = asyncio.get_running_loop(), (system.code, system.address)
        known = self._pools.get(at)
        if known is None or known[0] is not loop:
            settings = {
                "default_transaction_read_only": "on", "application_name": "onedoor", "statement_timeout": STATEMENT_MS,
                "idle_in_transaction_session_timeout": "5s",
            }  # fmt: skip
            pool = asyncpg.create_pool(
                system.address, password=password(system.secret), min_size=0, max_size=PLACES, timeout=CONNECT_SECONDS,
                max_inactive_connection_lifetime=60, server_settings=settings,
            )  # fmt: skip
            self._pools[at] = known = loop, pool
        return await known[1]


def answered(rows: list[dict[str, Any]], asked: Operation) -> AskIn:
    """Rows as a tree. None is an answer: not held. More than are ever meant, or several where there is one, are not ours."""
    raw = msgspec.json.encode(rows)
    if not rows:
        return AskIn(State.NOT_HELD, sha256=hashlib.sha256(raw).digest())
    if len(rows) > MOST_ROWS or len(raw) > MOST_BYTES or (asked.one and len(rows) > 1):
        return wrong("too many rows", raw)
    if "\ufffd".encode() in raw:
        return wrong("characters were lost before they were sent", raw)
    return understood(rows[0] if asked.one else {"rows": rows}, asked, raw)


def plain(value: Any) -> Any:
    """A column's value as JSON has it: money and days as text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def _failed(system: System, no: asyncpg.PostgresError) -> AskIn:
    """What the department's server says: another schema is not an answer, no right is a refusal, all else is being away."""
    state = str(no.sqlstate or "")
    if state in ("28000", "28P01", "3D000", "53300", "57P01", "57P02", "57P03"):
        raise ConnectionError(f"{system.code} lets nobody in ({state})") from no
    if state == "42703":
        return wrong(state)
    return AskIn(State.REFUSED if state == "42501" else State.DOWN, problem=state)


def password(secret: bytes) -> str | None:
    """The department's password as it was given; a secret made here is random bytes, written in hex."""
    try:
        said = secret.decode("ascii").strip()
    except UnicodeDecodeError:
        return secret.hex()
    return said or None


def connect(home: Path) -> Sql:
    """The plugin; it keeps nothing in the home."""
    return Sql()
