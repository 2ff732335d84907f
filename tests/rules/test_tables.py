"""Each table is labelled and obeys the rules of a sharded database; each injected fault is named."""

import asyncio

import asyncpg
import pytest

from onedoor.kernel.tables import broken

FAULTS = {
    "no label": "create table broken.a (id uuid primary key)",
    "first column": "create table broken.a (id uuid, citizen_id uuid, primary key (citizen_id, id)); comment on table broken.a is 'C: x'; "
    "alter table broken.a enable row level security",
    "row level security": "create table broken.a (citizen_id uuid primary key); comment on table broken.a is 'C: x'",
    "count up": "create table broken.a (org_id uuid, n serial, primary key (org_id, n)); comment on table broken.a is 'O: x'",
    "lacks org_id": "create table broken.a (org_id uuid, n text unique, primary key (org_id, n)); comment on table broken.a is 'O: x'",
    "timestamptz": "create table broken.a (id uuid primary key, at timestamp); comment on table broken.a is 'L: x'",
    "no primary key": "create table broken.a (id uuid); comment on table broken.a is 'L: x'",
    "leaves the room": "create table broken.a (id uuid primary key references kernel.job); comment on table broken.a is 'L: x'",
}


async def _broken(dsn: str, fault: str = "") -> list[str]:
    conn = await asyncpg.connect(dsn)
    try:
        undo = conn.transaction()
        await undo.start()
        if fault:
            await conn.execute("create schema broken; " + fault)
        found = await broken(conn)
        await undo.rollback()
        return found
    finally:
        await conn.close()


def test_every_table_obeys(dsn: str) -> None:
    assert asyncio.run(_broken(dsn)) == []


@pytest.mark.parametrize("word", FAULTS)
def test_a_fault_is_named(dsn: str, word: str) -> None:
    found = asyncio.run(_broken(dsn, FAULTS[word]))
    assert any(word in line for line in found), found


def test_a_stranger_sees_no_row_of_any_citizen(dsn: str) -> None:
    """Row security is the second lock: as a citizen without rows, every C table is empty, although it is not."""

    async def peek() -> tuple[int, list[str]]:
        conn = await asyncpg.connect(dsn)
        try:
            names = await conn.fetch(
                "select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where c.relkind = 'r' and obj_description(c.oid, 'pg_class') like 'C: %'"
            )
            seen = []
            async with conn.transaction():
                await conn.execute(
                    "set local role onedoor_app; set local app.role = 'citizen'; "
                    "set local app.citizen = '00000000-0000-7000-8000-000000000000'"
                )
                seen = [row["name"] for row in names if await conn.fetchval(f"select count(*) from {row['name']}")]
            return len(names), seen
        finally:
            await conn.close()

    tables, seen = asyncio.run(peek())
    assert tables >= 8
    assert seen == []
