"""The only door to PostgreSQL: SQL is a literal, the row's Struct is named beside it, one request is one transaction.

Placeholders are names (`where id = $case`), turned once per literal into the driver's `$1`. Columns stand in the order of the Struct's
fields, so a row becomes a Struct by position; typed ids, enums and Struct-valued jsonb are converted by annotation. See ADR 0003.
"""

import asyncio
import contextlib
import contextvars
import enum
import functools
import inspect
import re
import types
import typing
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, LiteralString, Self, TypeVar

import asyncpg
import msgspec
from asyncpg.pgproto.pgproto import UUID

from .ids import Id, convert, dec_hook, enc_hook
from .pool import Pool
from .problems import Problem, Unavailable
from .statements import NAME, all_of, led_by, numbered, said_by

Row = TypeVar("Row", bound=msgspec.Struct)
_json = msgspec.json.Encoder(enc_hook=enc_hook)

ROLE = "onedoor_app"
"""Whom every connection of the pool acts as: it owns nothing and is held to row security."""
SECONDS = 5
"""How long a statement may take unless a transaction says otherwise."""

ANSWERS_WITHIN = 3
"""Seconds for making a connection; a server that is alive takes milliseconds."""

MOST_TOGETHER = 8
"""Writes in one statement."""

queries: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("queries", default=None)
"""When a test sets a list here, every statement of what it asks for is noted in it, and none of what happens beside it."""


def _plain(hint: Any) -> Any:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        return _plain(arms[0]) if len(arms) == 1 else object
    return hint


def _conversion(hint: Any) -> Callable[[Any], Any] | None:
    """How a driver's value becomes a field: uuid → CaseId, text → Status, jsonb → Struct; all else is already right."""
    hint = _plain(hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Id):
        return hint
    if isinstance(hint, type) and issubclass(hint, (enum.Enum, Raw)):
        return hint
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return lambda value: convert(value, hint)
    if origin in (list, tuple, dict, frozenset) and args:
        inner = args[-1] if origin is dict else args[0]
        if origin is not list or _conversion(inner) is not None:
            return lambda value: convert(value, hint)
    return None


@functools.cache
def _conversions(kind: type[msgspec.Struct]) -> list[tuple[int, Callable[[Any], Any]]]:
    hints = typing.get_type_hints(kind)
    return [(i, c) for i, name in enumerate(kind.__struct_fields__) if (c := _conversion(hints[name]))]


@functools.cache
def _positional(kind: type[msgspec.Struct]) -> bool:
    return all(p.kind is not p.KEYWORD_ONLY for p in inspect.signature(kind).parameters.values())


def made(kind: type[Row], record: Any) -> Row:
    """The record's cells as a `kind`, by position."""
    cells = list(record)
    for i, convert_cell in _conversions(kind):
        if cells[i] is not None:
            cells[i] = convert_cell(cells[i])
    return kind(*cells) if _positional(kind) else kind(**dict(zip(kind.__struct_fields__, cells, strict=True)))


def proven(who: Id) -> str:
    """Rendered from its 128 bits, so that it is an id whatever it was made of."""
    return str(UUID(who.uuid.bytes))


def _bare(value: object) -> object:
    if isinstance(value, Id):
        return value.uuid
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Id):
        return [v.uuid if isinstance(v, Id) else v for v in typing.cast("list[object]", value)]
    return value


class Raw(bytes):
    """A column of bytes in rows that are read `together`, where it travels as text."""


class Db:
    """A connection inside a transaction, or the pool outside one (reference data only)."""

    def __init__(self, on: Any) -> None:
        self._on = on
        self.after_commit: list[Callable[[], None]] = []
        """Called once the transaction has been committed; never when it was rolled back."""
        self.opener = ""
        """How this transaction began."""
        self._last: list[tuple[str, dict[str, object]]] = []
        self._late: list[tuple[str, dict[str, object]]] = []
        self._locking: list[tuple[bytes, str, dict[str, object]]] = []
        self.own: dict[str, Any] = {}
        """By name, this transaction's copy of each snapshot that it has changed; None until it is asked for."""
        self.touched: set[Id] = set()
        """Whom this transaction has already told that something of theirs has changed."""

    @property
    def plain(self) -> "Db":
        """The same connection, for tables that are nobody's."""
        return self

    def at_commit(self, sql: LiteralString, /, **ids: Id) -> None:
        """A write at the very end of the transaction: with those `before_commit` when there are any, else in one message with the commit
        itself. That one carries no parameters, so the values are ids alone, rendered from their 128 bits."""
        self._last.append((sql, dict(ids)))

    def _ending(self) -> str:
        """The commit, and before it what did not travel with other writes."""
        if (noted := queries.get()) is not None:
            noted.extend(sql for sql, _ in self._last)
        said = [NAME.sub(lambda m, ids=ids: f"'{proven(typing.cast(Id, ids[m[1]]))}'", sql) for sql, ids in self._last]
        return ";".join((*said, "commit"))

    def before_commit(self, sql: LiteralString, /, **args: object) -> None:
        """A write whose outcome nobody waits for (an outbox row, a message). Those of one transaction travel as one statement just before
        its commit, in no promised order; each is a single `insert`, `update` or `delete`."""
        self._late.append((sql, args))

    def lastly(self, turn: bytes, sql: LiteralString, /, **args: object) -> None:
        """A write for which others have to wait, because it locks a row that many write: after all else and just before the commit, in the
        order of `turn`, so that no two transactions wait for each other."""
        self._locking.append((turn, sql, args))

    def gathered(self, turn: bytes, sql: LiteralString, /, **args: object) -> None:
        """The same for writes that take lists: those of one turn travel as one statement, each list with what came after."""
        for at, said, held in self._locking:
            if (at, said) == (turn, sql):
                held.update({name: [*held[name], *more] for name, more in args.items() if isinstance(more, list)})  # type: ignore[misc]
                return
        self.lastly(turn, sql, **args)

    async def locked(self) -> None:
        """Send those, one by one."""
        for _, sql, args in sorted(self._locking, key=lambda one: one[0]):
            text, given = self._args(sql, args)
            await self._on.execute(text, *given)

    async def flush(self, most: int = 0) -> None:
        """Send what waits for the commit, all but `most`, a few at a time so that the driver meets the same texts again."""
        if self._late:
            self._late += self._last
            self._last = []
        while len(self._late) > most:
            writes, values = self._some()
            text, given = self._args(all_of(writes), values)
            await self._on.execute(text, *given)

    def _some(self) -> tuple[tuple[str, ...], dict[str, object]]:
        some, self._late = self._late[:MOST_TOGETHER], self._late[MOST_TOGETHER:]
        values = {f"s{n}_{name}": value for n, (_, args) in enumerate(some) for name, value in args.items()}
        return tuple([sql for sql, _ in some]), values

    async def last(self, sql: LiteralString, /, **args: object) -> int:
        """How many rows this write touched, which leads all that waits for the commit in one statement. Whoever finds that it touched none
        starts `anew`: the others have happened."""
        await self.flush(MOST_TOGETHER)
        if not self._late:
            return await self.run(sql, **args)
        writes, values = self._some()
        text, given = self._args(led_by(writes, sql), {**values, **args})
        tag: str = await self._on.execute(text, *given)
        return int(tag.rsplit(" ", 1)[-1])

    async def anew(self) -> None:
        """Undo whatever this transaction has done or was going to do, and begin it again."""
        self._late, self._last, self._locking = [], [], []
        self.after_commit.clear()
        self.own.clear()
        self.touched.clear()
        await self._on.execute(f"rollback;{self.opener}")

    def _args(self, sql: str, args: dict[str, object]) -> tuple[str, list[object]]:
        text, names = numbered(sql)
        if (noted := queries.get()) is not None:
            noted.append(sql)
        return text, [_bare(args[n]) for n in names]

    async def maybe(self, kind: type[Row], sql: LiteralString, /, **args: object) -> Row | None:
        """The first row as a `kind`, or None."""
        text, values = self._args(sql, args)
        record = await self._on.fetchrow(text, *values)
        return None if record is None else made(kind, record)

    async def one(self, kind: type[Row], sql: LiteralString, /, **args: object) -> Row:
        """Like maybe, for statements that always return a row."""
        found = await self.maybe(kind, sql, **args)
        if found is None:
            raise LookupError("the statement was expected to return a row")
        return found

    async def all(self, kind: type[Row], sql: LiteralString, /, **args: object) -> list[Row]:
        """Every row; a statement that may return many says `limit`."""
        text, values = self._args(sql, args)
        return [made(kind, record) for record in await self._on.fetch(text, *values)]

    async def value(self, sql: LiteralString, /, **args: object) -> Any:
        """The first column of the first row, or None."""
        text, values = self._args(sql, args)
        return await self._on.fetchval(text, *values)

    async def columns(self, sql: str, /, **args: object) -> tuple[Any, ...]:
        """The cells of the one row; for what the kernel itself puts together out of literals."""
        text, values = self._args(sql, args)
        return tuple(await self._on.fetchrow(text, *values))

    async def run(self, sql: LiteralString, /, **args: object) -> int:
        """How many rows the statement touched."""
        text, values = self._args(sql, args)
        tag: str = await self._on.execute(text, *values)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


class Alone(Db):
    """Reads as somebody without opening a transaction or ending one: asked `together`, they are one statement, which is its own."""

    def __init__(self, on: Any, citizen: Id | None, role: str) -> None:
        super().__init__(on)
        self._me = {"me_citizen": proven(citizen) if citizen else "", "me_role": role}

    @property
    def plain(self) -> Db:
        return Db(self._on)

    async def columns(self, sql: str, /, **args: object) -> tuple[Any, ...]:
        return await super().columns(said_by(sql), **self._me, **args)

    def _args(self, sql: str, args: dict[str, object]) -> tuple[str, list[object]]:
        if "me_role" not in args:
            raise TypeError("without a transaction, reads are asked together")
        return super()._args(sql, args)

    def before_commit(self, *said: Any, **args: object) -> None:
        raise TypeError("without a transaction, nothing is written")

    at_commit = lastly = gathered = before_commit


async def prepare(conn: Any) -> None:
    """Each new connection: jsonb travels as Python values."""
    await conn.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: _json.encode(v).decode(), decoder=msgspec.json.decode
    )


async def _undo(conn: Any) -> None:
    """Roll back. A connection that was lost has nothing left to undo, and never hides the error that was first."""
    try:
        if not conn.is_closed():
            await conn.execute("rollback")
    except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError):
        with contextlib.suppress(asyncpg.InterfaceError):
            conn.terminate()


class Database:
    """The pool of one process, and the only way to a transaction."""

    def __init__(self, pool: Pool, dsn: str) -> None:
        self.pool, self.dsn = pool, dsn
        self.waited = 0
        self.sharded = True
        """Until the first connection has told; then what is said in a statement reaches every row."""

    @classmethod
    async def open(cls, dsn: str, size: int = 10) -> Self:
        """Connects at first use: a worker also starts, and serves what it knows, while the database is away."""

        async def connected() -> Any:
            conn = await asyncpg.connect(
                dsn, command_timeout=65, timeout=ANSWERS_WITHIN, server_settings={"role": ROLE, "statement_timeout": f"{SECONDS}s"}
            )
            await prepare(conn)
            database.sharded = await conn.fetchval("select exists (select from pg_extension where extname = 'citus')")
            return conn

        database = cls(Pool(connected, size), dsn)
        return database

    async def close(self) -> None:
        await self.pool.close()

    @property
    def reference(self) -> Db:
        """For reference (R) and local tables, outside a transaction."""
        return Db(self.pool)

    @asynccontextmanager
    async def tx(
        self, citizen: Id | None = None, role: str = "", seconds: int = SECONDS, scopes: tuple[str, ...] = ()
    ) -> AsyncGenerator[Db]:
        """begin + SET LOCAL travel as one message; SET takes no parameters, so each value is proven harmless first. `scopes` are the codes
        below which row security lets whoever acts look.

        `set_config()` is not used: a sharded database does not carry it to its workers.
        """
        if not re.fullmatch(r"[a-z]*", role):
            raise ValueError(role)
        if not re.fullmatch(r"[0-9a-zA-Z,]*", within := ",".join(scopes)):
            raise ValueError(within)
        who = proven(citizen) if citizen else ""
        opener = f"begin;set local app.citizen = '{who}';set local app.role = '{role}'"
        if within:
            opener += f";set local app.scopes = '{within}'"
        if seconds != SECONDS:
            opener += f";set local statement_timeout = '{int(seconds)}s'"
        async with self._connection() as conn:
            db = Db(conn)
            db.opener = opener
            try:
                await conn.execute(opener)
                yield db
                await db.flush()
                await db.locked()
                await conn.execute(db._ending())
            except BaseException:
                await _undo(conn)
                raise
            for call in db.after_commit:
                call()

    @asynccontextmanager
    async def reading(self, citizen: Id | None = None, role: str = "") -> AsyncGenerator[Db]:
        """For one look at somebody's rows, several reads `together`: one message instead of three.

        A sharded database does not carry what a statement says to its workers, only what a transaction sets; it is given one.
        """
        if self.sharded:
            async with self.tx(citizen, role) as db:
                yield db
        else:
            async with self._connection() as conn:
                yield Alone(conn, citizen, role)

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Any]:
        try:
            conn = await self.pool.acquire()
        except TimeoutError as full:
            self.waited += 1
            raise Unavailable(retry_after=1) from full
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
            raise Unavailable(retry_after=2) from away
        try:
            yield conn
        finally:
            self.pool.release(conn)


def unavailable(bad: BaseException) -> Problem | None:
    """A driver's error that means "not now": the connection is gone, it took too long, or others were in the way."""
    if isinstance(bad, BaseExceptionGroup):  # how the framework tells that ending the transaction failed
        return next((found for one in bad.exceptions if (found := unavailable(one))), None)
    gone = (
        OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncio.TimeoutError,
        asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.InsufficientResourcesError,
        asyncpg.ReadOnlySQLTransactionError, asyncpg.InternalClientError,
    )  # fmt: skip
    return Unavailable(retry_after=2) if isinstance(bad, gone) else None


__all__ = ["Database", "Db", "convert", "dec_hook", "made", "prepare", "unavailable"]
