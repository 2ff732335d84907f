"""Several reads in one message: what is asked for at the same moment travels as one statement.

Each message to PostgreSQL and back wakes two processes, which costs more than the reads themselves. Every read stays a literal of its
room's store, proven by itself; only here do they stand side by side, as JSON columns of one row.
"""

import functools
from collections.abc import Callable, Coroutine, Generator
from typing import Any, LiteralString, TypeVar, overload

import msgspec
from asyncpg.pgproto.pgproto import UUID
from msgspec.structs import replace

from .db import Db, Raw, Row
from .ids import Id
from .ids import dec_hook as read_id
from .statements import apart
from .work import Work

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
Ask = Callable[[Work], Coroutine[Any, Any, T]]


@overload
async def together(work: Work, a: Ask[A], b: Ask[B], /) -> tuple[A, B]: ...
@overload
async def together(work: Work, a: Ask[A], b: Ask[B], c: Ask[C], /) -> tuple[A, B, C]: ...
@overload
async def together(work: Work, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], e: Ask[E], /) -> tuple[A, B, C, D, E]: ...
@overload
async def together(
    work: Work, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], e: Ask[E], f: Ask[F], /
) -> tuple[A, B, C, D, E, F]: ...
async def together(work: Work, /, *asks: Ask[Any]) -> tuple[Any, ...]:
    """What each verb answers, given a `work` whose reads go out together. They may only read. The first error is everybody's."""
    asking = replace(work, db=Together(work.db))
    verbs = [_Verb(ask(asking)) for ask in asks]
    try:
        for verb in verbs:
            await verb.go(None)
        while waiting := [verb for verb in verbs if verb.asked is not None]:
            answers = await _sent(work.db, [verb.asked for verb in waiting if verb.asked is not None])
            for verb, answer in zip(waiting, answers, strict=True):
                await verb.go(answer)
    finally:
        for verb in verbs:
            verb.coroutine.close()
    return tuple(verb.answer for verb in verbs)


class _Asked(msgspec.Struct, frozen=True):
    """One read that waits for the others."""

    sql: str
    args: dict[str, object]
    kind: Any

    def __await__(self) -> Generator["_Asked", Any, Any]:
        return (yield self)


class _Verb:
    """One of the verbs, run by hand up to its next read: a task for each would cost more than its read."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.coroutine = coroutine
        self.asked: _Asked | None = None
        self.answer: Any = None

    async def go(self, answer: Any) -> None:
        """On with this answer, until it asks for the next one or is done."""
        try:
            said = self.coroutine.send(answer)
            while not isinstance(said, _Asked):  # something else than a read is waited for, by whoever waits for all of them
                try:
                    await _Passed(said)
                except BaseException as bad:
                    said = self.coroutine.throw(bad)
                else:
                    said = self.coroutine.send(None)
            self.asked = said
        except StopIteration as done:
            self.asked, self.answer = None, done.value


class _Passed:
    """What a coroutine waits for, handed to the event loop as it is."""

    def __init__(self, said: Any) -> None:
        self.said = said

    def __await__(self) -> Generator[Any, Any, None]:
        yield self.said


class Together(Db):
    """Holds each read back until everybody who can run now has asked. What this transaction has changed itself is seen as it sees it."""

    def __init__(self, on: Db) -> None:
        super().__init__(on)
        self.own = on.own

    @property
    def plain(self) -> Db:
        return self._on.plain

    async def all(self, kind: type[Row], sql: LiteralString, /, **args: object) -> list[Row]:
        return await _Asked(sql, args, list[kind])

    async def maybe(self, kind: type[Row], sql: LiteralString, /, **args: object) -> Row | None:
        return next(iter(await self.all(kind, sql, **args)), None)

    async def value(self, sql: LiteralString, /, **args: object) -> Any:
        rows: list[dict[str, Any]] = await _Asked(sql, args, list[dict[str, Any]])
        return next(iter(rows[0].values())) if rows else None

    async def run(self, sql: LiteralString, /, **args: object) -> int:
        raise TypeError("what is asked together may only read")


async def _sent(db: Db, asked: list[_Asked]) -> list[Any]:
    values = {f"s{n}_{name}": value for n, one in enumerate(asked) for name, value in one.args.items()}
    texts = await db.columns(side_by_side(tuple([one.sql for one in asked])), **values)
    return [_decoder(one.kind).decode(text) for one, text in zip(asked, texts, strict=True)]


@functools.lru_cache(maxsize=256)
def side_by_side(literals: tuple[str, ...]) -> str:
    """One statement with a JSON column for each of these, their values renamed apart."""
    return "select " + ", ".join(f"(select coalesce(json_agg(q), '[]') from ({sql}) q)" for sql in apart(literals))


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_read)


def _read(kind: type, value: Any) -> Any:
    """Inside the database an id is a bare uuid. The driver's is a `uuid.UUID` that is made at a fifth of the cost. Bytes come as \\x…"""
    if isinstance(kind, type) and issubclass(kind, Id):
        return kind(UUID(value))
    return Raw.fromhex(value[2:]) if kind is Raw else read_id(kind, value)
