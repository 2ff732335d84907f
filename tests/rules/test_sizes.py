"""Files of at most 400 lines, functions of at most 40, ports of at most 5 methods. No list of exceptions."""

import ast

from . import walk


def test_files_are_short() -> None:
    long = {walk.short(p): n for p in walk.modules() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_functions_are_short() -> None:
    long = {
        f"{walk.short(p)}:{f.lineno} {f.name}": f.end_lineno - f.lineno + 1
        for p in walk.modules() for f in walk.functions(p) if f.end_lineno is not None and f.end_lineno - f.lineno + 1 > 40
    }  # fmt: skip
    assert long == {}


def test_ports_are_narrow() -> None:
    wide = []
    for path in walk.ROOMS.glob("*/ports.py"):
        for node in walk.tree(path).body:
            if isinstance(node, ast.ClassDef):
                methods = [f for f in node.body if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
                if len(methods) > 5:
                    wide.append(f"{walk.short(path)} {node.name}")
    assert wide == []
