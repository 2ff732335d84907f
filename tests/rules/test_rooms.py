"""The laws of direction: a room imports only rooms below it, and enters another by its public names."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from . import walk

PUBLIC = {"service", "models", "events", "errors", "ports"}
WIRED = {"pages", "api", "jobs", "reactions"}
OPEN = {"kernel", "ui"}


def imported(path: Path) -> Iterator[str]:
    """Every absolute import: `from onedoor.notify import store` as onedoor.notify.store."""
    for node in ast.walk(walk.tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def trespasses() -> list[str]:
    found: list[str] = []
    for path in walk.modules():
        room = path.relative_to(walk.ROOMS).parts[0]
        for name in imported(path):
            parts = name.split(".")
            if parts[0] != "onedoor" or len(parts) < 3 or parts[1] in {room, *OPEN} or room == "__main__.py":
                continue
            if parts[2] not in PUBLIC | (WIRED if room == "web" else set()):
                found.append(f"{walk.short(path)} imports {name}")
    return found


def test_a_room_is_entered_by_its_public_names() -> None:
    assert trespasses() == []


def test_a_room_imports_only_rooms_below_it() -> None:
    tool = shutil.which("lint-imports") or str(Path(sys.executable).parent / "lint-imports")
    checked = subprocess.run([tool, "--no-cache"], capture_output=True, text=True, check=False, cwd=walk.ROOT)
    assert checked.returncode == 0, checked.stdout


def test_every_room_tells_its_story() -> None:
    for room in walk.rooms():
        module = walk.tree(walk.ROOMS / room / "__init__.py")
        assert ast.get_docstring(module), f"{room}/__init__.py has no story"
        assert len(module.body) == 1 or room in OPEN, f"{room}/__init__.py holds more than its story"
