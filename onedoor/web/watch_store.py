"""The statements behind the operator's page; they read the kernel's local tables and PostgreSQL's own statistics."""

import datetime as dt
import uuid

import msgspec

from onedoor.kernel.db import Db


class Queue(msgspec.Struct, frozen=True):
    queue: str
    waiting: int
    running: int
    lag_seconds: float


class Dead(msgspec.Struct, frozen=True):
    id: uuid.UUID
    queue: str
    kind: str
    attempts: int
    last_error: str | None
    died_at: dt.datetime


class Slow(msgspec.Struct, frozen=True):
    statement: str
    calls: int
    mean_ms: float
    total_ms: float


class Fault(msgspec.Struct, frozen=True):
    trace: str
    at: dt.datetime
    route: str
    kind: str
    detail: str


class Key(msgspec.Struct, frozen=True):
    key: str


async def migrations(db: Db) -> set[str]:
    return {row.key for row in await db.all(Key, "select room || '/' || version as key from kernel.schema_migration")}


async def queues(db: Db) -> list[Queue]:
    return await db.all(Queue, """
        select queue, count(*) filter (where leased_until is null or leased_until < now()) as waiting,
               count(*) filter (where leased_until >= now()) as running,
               coalesce(max(extract(epoch from now() - run_at)) filter (where run_at <= now()), 0)::float8 as lag_seconds
          from kernel.job group by queue order by queue""")


async def dead(db: Db) -> list[Dead]:
    return await db.all(Dead, """
        select id, queue, kind, attempts, last_error, died_at from kernel.job_dead order by died_at desc limit 50""")


async def given_up(db: Db) -> int:
    """All of them, also those that the operator's page has no room for."""
    return int(await db.value("select count(*) from kernel.job_dead"))


async def retry(db: Db, job: uuid.UUID) -> int:
    return await db.run("""
        with back as (delete from kernel.job_dead where id = $job returning id, queue, kind, args)
        insert into kernel.job (id, queue, kind, args) select id, queue, kind, args from back""", job=job)


async def slow(db: Db) -> list[Slow]:
    """The ten statements that took the most time in all, when PostgreSQL keeps count of them."""
    await db.run("set local role none")  # the texts of statements are for the owner of the database alone
    if not await db.value("select to_regclass('pg_stat_statements') is not null"):
        return []
    return await db.all(Slow, """
        select left(regexp_replace(query, '\\s+', ' ', 'g'), 300) as statement, calls, round(mean_exec_time::numeric, 2)::float8 as mean_ms,
               round(total_exec_time::numeric, 0)::float8 as total_ms
          from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
         order by total_exec_time desc limit 10""")


async def faults(db: Db) -> list[Fault]:
    return await db.all(Fault, "select trace, at, route, kind, detail from kernel.fault order by at desc limit 50")


async def clear_faults(db: Db, before: dt.datetime) -> int:
    return await db.run("delete from kernel.fault where at < $before", before=before)


async def size_mb(db: Db) -> int:
    return int(await db.value("select pg_database_size(current_database()) / 1048576"))


async def oldest_transaction(db: Db) -> float:
    """Age in seconds of the oldest open transaction; a long one slows every queue."""
    return float(await db.value(
        "select coalesce(max(extract(epoch from now() - xact_start)), 0)::float8 from pg_stat_activity where state <> 'idle' "
        "and datname = current_database()"))
