"""Every statement of every store is PREPAREd on the migrated schema; a typo or a drifted column is a failing test.

Refused: SQL that is not a literal, parameters that differ from the keyword arguments, statements PostgreSQL refuses, columns that are not
the Struct's fields in the same order, SELECT *, and another room's schema.
"""

import ast
import asyncio
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from onedoor.kernel.statements import numbered

from . import walk

CALLS = {"one", "maybe", "all", "run", "last", "value", "at_commit", "before_commit", "lastly", "gathered"}
ROWS = {"one", "maybe", "all"}


def stores() -> list[Path]:
    return sorted([*walk.ROOMS.glob("*/store.py"), *walk.ROOMS.glob("*/store/*.py"), *walk.ROOMS.glob("*/*_store.py")])


def statements(path: Path) -> Iterator[tuple[int, str | None, str | None, set[str | None]]]:
    """(line, row's Struct, SQL or None when it is not a literal, names of the values)."""
    for node in ast.walk(walk.tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS and node.args:
            if ast.unparse(node.func.value) not in ("db", "work.db", "self.db"):
                continue
            row = ast.unparse(node.args[0]) if node.func.attr in ROWS else None
            text = node.args[-1]
            sql = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else None
            yield node.lineno, row, sql, {k.arg for k in node.keywords}


async def faults_of(conn: asyncpg.Connection, path: Path, rooms: set[str]) -> list[str]:
    bad: list[str] = []
    room = path.relative_to(walk.ROOMS).parts[0]
    module = importlib.import_module(".".join(path.relative_to(walk.ROOT).with_suffix("").parts))
    for line, row, sql, given in statements(path):
        here = f"{walk.short(path)}:{line}:"
        if sql is None:
            bad.append(f"{here} SQL is not a literal")
            continue
        text, names = numbered(sql)
        if set(names) != given:
            bad.append(f"{here} parameters {sorted(set(names) ^ given, key=str)} do not match")
            continue
        if foreign := [r for r in rooms - {room, "kernel"} if re.search(rf"\b(from|join|update|into)\s+{r}\.", sql)]:
            bad.append(f"{here} touches the schema of {foreign}")
        if re.search(r"select\s+(\w+\.)?\*", sql):
            bad.append(f"{here} SELECT *")
        try:
            async with conn.transaction():  # a savepoint: one bad statement must not hide the next
                prepared = await conn.prepare(text)
        except asyncpg.PostgresError as refused:
            bad.append(f"{here} {str(refused).splitlines()[0]}")
            continue
        columns = tuple(a.name for a in prepared.get_attributes())
        if row and columns != (fields := eval(row, vars(module)).__struct_fields__):
            bad.append(f"{here} columns {columns} are not {row}{fields}")
    return bad


def test_every_statement_fits_the_schema(dsn: str) -> None:
    async def check() -> tuple[int, list[str]]:
        conn = await asyncpg.connect(dsn)
        try:
            async with conn.transaction():
                found = [await faults_of(conn, path, set(walk.rooms())) for path in stores()]
        finally:
            await conn.close()
        return sum(1 for p in stores() for _ in statements(p)), [line for some in found for line in some]

    count, bad = asyncio.run(check())
    assert bad == []
    assert count > 50


def test_sql_stands_in_stores_alone() -> None:
    """Outside kernel and the stores, no call carries a statement."""
    known, found = set(stores()), []
    sql = re.compile(r"^\s*(select|insert|update|delete|with)\s", re.IGNORECASE)
    for path in walk.modules():
        if path in known or path.relative_to(walk.ROOMS).parts[0] == "kernel" or "cli" in path.parts:
            continue
        for line, _, text, _ in statements(path):
            if text and sql.match(text):
                found.append(f"{walk.short(path)}:{line}")
    assert [f for f in found if not f.startswith(("onedoor/ui/edge.py", "onedoor/web/problems.py"))] == []
