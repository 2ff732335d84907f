"""Several reads in one message: what is asked for at the same moment travels as one statement.

Each message to PostgreSQL and back wakes two processes, which costs more than the reads themselves. Every read stays a literal of its
room's store, proven by itself; only here do they stand side by side, as JSON columns of one row.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, LiteralString, TypeVar, overload

import msgspec
from asyncpg.pgproto.pgproto import UUID
from msgspec.structs import replace

from .db import Db, Row, apart
from .ids import Id
from .ids import dec_hook as read_id
from .work import Work

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
Ask = Callable[[Work], Awaitable[T]]


@overload
async def together(work: Work, a: Ask[A], b: Ask[B], /) -> tuple[A, B]: ...
@overload
async def together(work: Work, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], /) -> tuple[A, B, C, D]: ...
async def together(work: Work, /, *asks: Ask[Any]) -> tuple[Any, ...]:
    """What each verb answers, given a `work` whose reads go out together. They may only read."""
    asking = replace(work, db=Together(work.db))
    return tuple(await asyncio.gather(*(ask(asking) for ask in asks)))


class Together(Db):
    """Holds each read back until everybody who can run now has asked."""

    def __init__(self, db: Db) -> None:
        super().__init__(db)
        self._asked: list[tuple[str, dict[str, object], Any, asyncio.Future[Any]]] = []

    async def all(self, kind: type[Row], sql: LiteralString, /, **args: object) -> list[Row]:
        return await self._ask(sql, args, list[kind])

    async def maybe(self, kind: type[Row], sql: LiteralString, /, **args: object) -> Row | None:
        return next(iter(await self.all(kind, sql, **args)), None)

    async def value(self, sql: LiteralString, /, **args: object) -> Any:
        rows: list[dict[str, Any]] = await self._ask(sql, args, list[dict[str, Any]])
        return next(iter(rows[0].values())) if rows else None

    async def run(self, sql: LiteralString, /, **args: object) -> int:
        raise TypeError("what is asked together may only read")

    async def _ask(self, sql: str, args: dict[str, object], kind: Any) -> Any:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._asked.append((sql, args, kind, answer))
        if len(self._asked) == 1:  # whoever can run now does so before this is called
            loop.call_soon(self._go)
        return await answer

    def _go(self) -> None:
        self._sending = asyncio.get_running_loop().create_task(self._send())  # kept: a task nobody holds may vanish

    async def _send(self) -> None:
        asked, self._asked = self._asked, []
        values = {f"s{n}_{name}": value for n, (_, args, _, _) in enumerate(asked) for name, value in args.items()}
        try:
            texts: Any = await self._on.columns(side_by_side(tuple(sql for sql, _, _, _ in asked)), **values)
            for (_, _, kind, answer), text in zip(asked, texts, strict=True):
                if not answer.done():
                    answer.set_result(_decoder(kind).decode(text))
        except BaseException as bad:
            for _, _, _, answer in asked:
                if not answer.done():
                    answer.set_exception(bad)
            if not isinstance(bad, Exception):
                raise


@functools.lru_cache(maxsize=256)
def side_by_side(literals: tuple[str, ...]) -> str:
    """One statement with a JSON column for each of these, their values renamed apart."""
    return "select " + ", ".join(f"(select coalesce(json_agg(q), '[]') from ({sql}) q)" for sql in apart(literals))


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_read)


def _read(kind: type, value: Any) -> Any:
    """Inside the database an id is a bare uuid. The driver's is a `uuid.UUID` that is made at a fifth of the cost."""
    return kind(UUID(value)) if isinstance(kind, type) and issubclass(kind, Id) else read_id(kind, value)
