"""Reads side by side in one statement, and writes that wait for the commit: the same rows, in fewer messages."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
import pytest

from onedoor.kernel.db import Database, Db, queries
from onedoor.kernel.ids import Id
from onedoor.kernel.together import Together, together
from onedoor.kernel.work import ANONYMOUS, Work


class ThingId(Id):
    """A thing of this test."""

    prefix = "thing"


class Thing(msgspec.Struct, frozen=True):
    id: ThingId
    at: dt.datetime
    on: dt.date
    words: dict[str, str]
    tags: list[str]
    nothing: str | None


SQL = """select $thing::uuid as id, timestamptz '2026-11-25 22:00:00.123456+00' as at, date '2026-11-25' as on,
         '{"zh": "一"}'::jsonb as words, array['a', 'b'] as tags, null::text as nothing"""


def told(dsn: str, story: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        database = await Database.open(dsn, 2)
        try:
            await story(database)
        finally:
            await database.close()

    asyncio.run(run())


def work_of(db: Db) -> Work:
    return Work(db=db, actor=ANONYMOUS, today=dt.date(2026, 11, 25), now=dt.datetime.now(dt.UTC), calendar=None)  # type: ignore[arg-type]


def test_together_gives_what_each_gives_alone(dsn: str) -> None:
    one, two = ThingId.new(), ThingId.new()

    async def story(database: Database) -> None:
        asks: list[Callable[[Work], Any]] = [
            lambda w: w.db.all(Thing, SQL, thing=one),
            lambda w: w.db.maybe(Thing, SQL, thing=two),
            lambda w: w.db.maybe(Thing, f"{SQL} where false", thing=two),
            lambda w: w.db.value("select count(*) from generate_series(1, $thing::int)", thing=3),
        ]
        async with database.tx() as db:
            alone = [await ask(work_of(db)) for ask in asks]
            asked: list[str] = []
            queries.set(asked)
            assert list(await together(work_of(db), asks[0], asks[1], asks[2], asks[3])) == alone
        assert len(asked) == 1
        assert alone[0][0].id == one
        assert alone[3] == 3

    told(dsn, story)


def test_a_refused_statement_is_everybody_s_error(dsn: str) -> None:
    async def story(database: Database) -> None:
        ended: list[str] = []

        async def one(work: Work) -> Any:
            try:
                return await work.db.value("select 1")
            finally:
                ended.append("one")

        with pytest.raises(asyncpg.DivisionByZeroError):
            async with database.tx() as db:
                await together(work_of(db), one, lambda w: w.db.value("select 1 / $zero::int", zero=0))
        assert ended == ["one"]

    told(dsn, story)


def test_a_verb_may_wait_for_something_else_and_ask_twice(dsn: str) -> None:
    async def twice(work: Work) -> Any:
        await asyncio.sleep(0.001)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.sleep(5)
        return await work.db.value("select 1") + await work.db.value("select 2")

    async def refused(_: Work) -> Any:
        await asyncio.sleep(0)
        raise KeyError("mine")

    async def story(database: Database) -> None:
        asked: list[str] = []
        queries.set(asked)
        async with database.tx() as db:
            assert await together(work_of(db), twice, lambda w: w.db.value("select 4")) == (3, 4)
            assert len(asked) == 2
            with pytest.raises(KeyError):
                await together(work_of(db), twice, refused)

    told(dsn, story)


def test_alone_it_sees_what_row_security_lets_this_person_see(dsn: str) -> None:
    """The same person's rows as in a transaction and nobody else's, in one message; nothing of it stays on the connection."""
    me, other = ThingId.new(), ThingId.new()
    count = "select count(*) from notify.message where kind = 'test.alone'"

    async def story(database: Database) -> None:
        async with database.tx(role="job") as db:
            for who in (me, other):
                await db.run(
                    "insert into notify.message (citizen_id, id, at, kind, title, body) "
                    "values ($who, $id, now(), 'test.alone', '{}', '{}')",
                    who=who, id=ThingId.new(),
                )  # fmt: skip

        async def counted(citizen: ThingId | None, role: str) -> tuple[Any, Any]:
            async with database.reading(citizen, role) as db:
                return await together(work_of(db), lambda w: w.db.value(count), lambda w: w.db.value("select current_setting('app.role')"))

        asked: list[str] = []
        queries.set(asked)
        assert [await counted(me, "citizen"), await counted(ThingId.new(), "citizen"), await counted(None, "")] == [
            (1, "citizen"), (0, "citizen"), (0, ""),
        ]  # fmt: skip
        assert await counted(None, "staff") == (2, "staff")
        assert len(asked) == 4
        assert await database.reference.value("select coalesce(current_setting('app.citizen', true), '')") == ""
        assert await database.reference.value(count) == 0
        async with database.reading(me, "citizen") as db:
            for refused in (db.value(count), db.run("delete from notify.message")):
                with pytest.raises(TypeError):
                    await refused
            with pytest.raises(TypeError):
                db.before_commit("delete from notify.message")
        database.sharded = True
        assert await counted(me, "citizen") == (1, "citizen")
        async with database.tx(role="job") as db:
            await db.run("delete from notify.message where kind = 'test.alone'")

    told(dsn, story)


def test_it_only_reads(dsn: str) -> None:
    async def story(database: Database) -> None:
        with pytest.raises(TypeError):
            await Together(database.reference).run("delete from kernel.job")

    told(dsn, story)


def test_writes_before_the_commit_are_part_of_it(dsn: str) -> None:
    """Twenty outbox rows leave in three statements; a transaction that fails leaves none."""
    insert = "insert into kernel.job (queue, kind, args) values ('quiet', $kind, '{}') returning pg_notify('job', 'quiet')"

    async def story(database: Database) -> None:
        async def count(kind: str) -> int:
            return await database.reference.value("select count(*) from kernel.job where kind = $kind", kind=kind)

        asked: list[str] = []
        queries.set(asked)
        async with database.tx(role="job") as db:
            for _ in range(20):
                db.before_commit(insert, kind="test.together")
            assert await count("test.together") == 0
        assert len([q for q in asked if "insert" in q]) == 3

        async def failing() -> None:
            async with database.tx(role="job") as db:
                db.before_commit(insert, kind="test.never")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await failing()
        assert (await count("test.together"), await count("test.never")) == (20, 0)
        await database.reference.run("delete from kernel.job where kind = 'test.together'")

    told(dsn, story)
