"""A use case gets its work first; a room asks no clock and commits nothing by itself."""

import ast

from . import walk

CLOCKS = {"now", "today", "utcnow"}
ROOMS = [r for r in walk.rooms() if r not in ("kernel", "ui", "web")]
FIRST = {"work", "db", "database", "begin", "home", "ports", "self", "cls"}


def test_a_use_case_gets_its_work_first() -> None:
    odd: list[str] = []
    for room in ROOMS:
        for path in walk.modules(room):
            if "service" not in path.relative_to(walk.ROOMS / room).as_posix():
                continue
            for node in walk.tree(path).body:
                if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                    first = node.args.args[0].arg if node.args.args else ""
                    if first not in FIRST:
                        odd.append(f"{walk.short(path)}:{node.lineno} {node.name}({first})")
    assert odd == []


def test_no_room_asks_the_clock_or_commits() -> None:
    found: list[str] = []
    for room in ROOMS:
        for path in walk.modules(room):
            for node in ast.walk(walk.tree(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    owner = ast.unparse(node.func.value)
                    if node.func.attr in CLOCKS and owner.split(".")[-1] in ("datetime", "date", "dt"):
                        found.append(f"{walk.short(path)}:{node.lineno} {ast.unparse(node.func)}")
                    if node.func.attr in ("commit", "rollback") or (node.func.attr == "time" and owner == "time"):
                        found.append(f"{walk.short(path)}:{node.lineno} {ast.unparse(node.func)}")
    assert found == []
