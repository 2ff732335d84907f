"""What an operator asks of a database: how it is, and what is wrong with it."""

from typing import Any

import asyncpg

from . import migrate
from .terminal import Refused

STATUS = """select current_setting('server_version') as version, pg_size_pretty(pg_database_size(current_database())) as size,
    (select count(*) from pg_stat_activity where datname = current_database()) as connections,
    date_trunc('second', now() - pg_postmaster_start_time())::text as up"""
UNLABELLED = """select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)'
    and coalesce(obj_description(c.oid, 'pg_class'), '') !~ '^(C|C by [a-z_]+|O|R|L): '"""
OPEN = """select c.oid::regclass::text from pg_class c where obj_description(c.oid, 'pg_class') like 'C: %' and not c.relrowsecurity"""
INVALID = "select indexrelid::regclass::text from pg_index where not indisvalid"
DAMAGED = "select coalesce(sum(checksum_failures), 0) from pg_stat_database"
TABLES = """select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' order by 1"""


async def status(dsn: str) -> list[str]:
    """A few lines: version, size, connections, migrations."""
    conn = await asyncpg.connect(dsn, timeout=10)
    try:
        row = await conn.fetchrow(STATUS)
        have, files = await migrate.state(conn), migrate.found()
    finally:
        await conn.close()
    assert row is not None
    waiting = [m.key for m in files if m.key not in have]
    return [
        f"PostgreSQL {row['version']}, up {row['up']}, {row['connections']} connections, {row['size']}",
        f"{len(have)} migrations applied" + (f", pending: {', '.join(waiting)}" if waiting else ""),
    ]


async def faults(dsn: str) -> list[str]:
    """Everything that should not be; empty when all is well."""
    conn = await asyncpg.connect(dsn, timeout=10)
    try:
        found = await _migrations(conn)
        found += [f"{row[0]} has no C/O/R/L label" for row in await conn.fetch(UNLABELLED)]
        found += [f"{row[0]} is a citizen's table without row-level security" for row in await conn.fetch(OPEN)]
        found += [f"the index {row[0]} is invalid: drop it and migrate again" for row in await conn.fetch(INVALID)]
        if damaged := await conn.fetchval(DAMAGED):
            found.append(f"{damaged} damaged pages: restore from a backup")
    finally:
        await conn.close()
    return found


async def rows(dsn: str) -> dict[str, int]:
    """How many rows each table holds, counted."""
    conn = await asyncpg.connect(dsn, timeout=10)
    try:
        return await counted(conn)
    finally:
        await conn.close()


async def counted(conn: Any) -> dict[str, int]:
    """The same as this connection sees them."""
    names = [row["name"] for row in await conn.fetch(TABLES)]
    return {name: int(await conn.fetchval(f"select count(*) from {name}") or 0) for name in names}


async def _migrations(conn: Any) -> list[str]:
    try:
        return [f"{m.key} {m.name} is not applied: onedoor db migrate" for m in migrate.pending(migrate.found(), await migrate.state(conn))]
    except Refused as changed:
        return [str(changed)]
