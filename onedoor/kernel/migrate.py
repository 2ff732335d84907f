"""Migrations: `onedoor/<room>/migrations/0001_name.sql`, forward only, each in its own transaction, each remembered by its hash.

Headers a file may begin with: `-- needs: identity/0003` and `-- no-transaction`. One advisory lock keeps two runners apart.
"""

import graphlib
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from .terminal import Refused

ROOMS = Path(__file__).parent.parent
LOCK = 0x0DE0_0001
FIRST = """
create schema if not exists kernel;
do $$ begin create role onedoor_app nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('grant onedoor_app to %I', current_user); exception when others then null; end $$;
create table if not exists kernel.schema_migration (
    room text not null, version text not null, sha256 text not null, applied_at timestamptz not null default now(),
    took_ms int not null, primary key (room, version));
comment on table kernel.schema_migration is 'L: which migrations this database has';
grant usage on schema kernel to onedoor_app;
grant select on kernel.schema_migration to onedoor_app;
"""


class Migration(msgspec.Struct, frozen=True):
    """One file; `version` is its number, unique within the room."""

    room: str
    version: str
    name: str
    sql: str

    @property
    def key(self) -> str:
        return f"{self.room}/{self.version}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def needs(self) -> list[str]:
        return re.findall(r"^-- needs: (\w+/\d+)\s*$", self.sql, re.MULTILINE)

    @property
    def in_transaction(self) -> bool:
        return not re.search(r"^-- no-transaction\s*$", self.sql, re.MULTILINE)


def found(root: Path = ROOMS) -> list[Migration]:
    """Every migration, each after those it needs and after its room's earlier ones; rooms in alphabetical order, kernel first."""
    files = [Migration(p.parent.parent.name, p.name[:4], p.stem[5:], p.read_text("utf-8")) for p in root.glob("*/migrations/*.sql")]
    files.sort(key=lambda m: (m.room != "kernel", m.room, m.version))
    by_key = {m.key: m for m in files}
    order: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    last: dict[str, str] = {}
    for m in files:
        order.add(m.key, *m.needs, *([last[m.room]] if m.room in last else []), *(["kernel/0001"] if m.room != "kernel" else []))
        last[m.room] = m.key
    missing = {need for m in files for need in m.needs} - set(by_key)
    if missing:
        raise Refused(f"Migrations need {', '.join(sorted(missing))}, which do not exist.")
    return [by_key[key] for key in order.static_order()]


def pending(files: list[Migration], have: dict[str, str]) -> Iterator[Migration]:
    """What is still to be applied; Refused when an applied file has been changed since."""
    for m in files:
        if m.key not in have:
            yield m
        elif have[m.key] != m.sha256:
            raise Refused(f"{m.key} was applied as {have[m.key][:12]} and is now {m.sha256[:12]}: restore the file, write a new one.")


async def state(conn: Any) -> dict[str, str]:
    """`room/version` → sha256 of what this database has."""
    if not await conn.fetchval("select to_regclass('kernel.schema_migration') is not null"):
        return {}
    rows = await conn.fetch("select room || '/' || version as key, sha256 from kernel.schema_migration")
    return {row["key"]: row["sha256"] for row in rows}


async def migrate(dsn: str, say: Callable[[str], None] = lambda _: None) -> int:
    """Apply what is missing; how many files that were."""
    conn = await asyncpg.connect(dsn)
    try:
        await _fit(conn)
        await conn.execute("select pg_advisory_lock($1::bigint)", LOCK)
        await conn.execute(FIRST)
        done = 0
        for m in pending(found(), await state(conn)):
            say(f"migrating {m.key} {m.name}")
            await _apply(conn, m)
            done += 1
        return done
    finally:
        await conn.close()


async def _fit(conn: Any) -> None:
    if int(await conn.fetchval("show server_version_num")) < 180000:
        raise Refused(f"PostgreSQL {await conn.fetchval('show server_version')} is too old: Onedoor needs 18 or newer.")
    if (encoding := await conn.fetchval("show server_encoding")) != "UTF8":
        raise Refused(f"The database is encoded in {encoding}: create it with encoding UTF8.")


async def _apply(conn: Any, m: Migration) -> None:
    began = time.monotonic()
    note = "insert into kernel.schema_migration (room, version, sha256, took_ms) values ($1, $2, $3, $4)"
    for attempt in range(10):
        try:
            if m.in_transaction:
                async with conn.transaction():
                    await conn.execute("set local lock_timeout = '5s'")
                    await conn.execute(m.sql)
                    await conn.execute(note, m.room, m.version, m.sha256, int((time.monotonic() - began) * 1000))
            else:
                await conn.execute(m.sql)
                await conn.execute(note, m.room, m.version, m.sha256, int((time.monotonic() - began) * 1000))
        except asyncpg.LockNotAvailableError:
            if attempt == 9:
                raise Refused(f"{m.key} could not get its locks in ten tries: stop long transactions, then try again.") from None
            continue
        except asyncpg.PostgresError as bad:
            await _drop_invalid(conn)
            raise Refused(f"{m.key} {m.name}: {bad}") from bad
        return


async def _drop_invalid(conn: Any) -> None:
    """A failed CREATE INDEX CONCURRENTLY leaves an invalid index behind."""
    for name in await conn.fetch("select indexrelid::regclass::text as name from pg_index where not indisvalid"):
        await conn.execute(f"drop index if exists {name['name']}")  # a name from the catalogue, quoted by regclass
