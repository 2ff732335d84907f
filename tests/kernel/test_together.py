"""Reads side by side in one statement, and writes that wait for the commit: the same rows, in fewer messages."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from onedoor.kernel import db as database_module
from onedoor.kernel.db import Database, Db
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


def test_together_gives_what_each_gives_alone(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
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
            monkeypatch.setattr(database_module, "queries", asked)
            assert list(await together(work_of(db), asks[0], asks[1], asks[2], asks[3])) == alone
        assert len(asked) == 1
        assert alone[0][0].id == one
        assert alone[3] == 3

    told(dsn, story)


def test_a_refused_statement_is_everybody_s_error(dsn: str) -> None:
    async def story(database: Database) -> None:
        async with database.tx() as db:
            apart = Together(db)
            answers = await asyncio.gather(
                apart.value("select 1"), apart.value("select 1 / $zero::int", zero=0), return_exceptions=True
            )
            assert [type(a).__name__ for a in answers] == ["DivisionByZeroError"] * 2
            await db.run("rollback")

    told(dsn, story)


def test_it_only_reads(dsn: str) -> None:
    async def story(database: Database) -> None:
        with pytest.raises(TypeError):
            await Together(database.reference).run("delete from kernel.job")

    told(dsn, story)


def test_writes_before_the_commit_are_part_of_it(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty outbox rows leave in three statements; a transaction that fails leaves none."""
    insert = "insert into kernel.job (queue, kind, args) values ('quiet', $kind, '{}') returning pg_notify('job', 'quiet')"

    async def story(database: Database) -> None:
        async def count(kind: str) -> int:
            return await database.reference.value("select count(*) from kernel.job where kind = $kind", kind=kind)

        asked: list[str] = []
        monkeypatch.setattr(database_module, "queries", asked)
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
