"""What the laws read: the sources of the rooms."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ROOT / "onedoor"


def modules(below: str = "") -> Iterator[Path]:
    """Every Python file of the product, or of one room."""
    yield from sorted(p for p in (ROOMS / below).rglob("*.py") if "__pycache__" not in p.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def rooms() -> list[str]:
    return sorted(p.name for p in ROOMS.iterdir() if (p / "__init__.py").exists())


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
