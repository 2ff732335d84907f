"""The tables of docs/reference that follow from the code. `ONEDOOR_WRITE_DOCS=1 pytest tests/rules/test_docs.py` writes them anew.

A table stands between `<!-- generated: name -->` and `<!-- end -->`; everything around it is written by hand.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click
import msgspec

from onedoor.kernel.i18n import english
from onedoor.web import about, rooms
from onedoor.web.cli import onedoor as commands

from . import floor_plan, walk

BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(page: str) -> str:
    """The page with every generated table as it should be; KeyError for a table nobody knows."""
    return BLOCK.sub(lambda m: m[1] + TABLES[m[2]]() + m[3], page)


def said(doc: str | None) -> str:
    """A docstring as one table cell: its first paragraph."""
    first = inspect.cleandoc(doc or "").split("\n\n")[0]
    return " ".join(first.split()).replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    columns = list(head)
    return "\n".join([f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *lines]) + "\n"


def room_table() -> str:
    order = [room for layer in floor_plan.layers() for room in layer]
    stories = {room: ast.get_docstring(walk.tree(walk.ROOMS / room / "__init__.py")) for room in order}
    return table(["room", "story"], [[f"`{room}`", " ".join((stories[room] or "").split())] for room in order])


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def every_command() -> Iterator[tuple[str, click.Command]]:
    """(`onedoor db start`, the command) of every command that can be run."""
    waiting: list[tuple[str, click.Command]] = [("onedoor", commands)]
    while waiting:
        name, command = waiting.pop(0)
        if isinstance(command, click.Group):
            waiting[:0] = [(f"{name} {word}", found) for word, found in sorted(command.commands.items())]
        else:
            yield name, command


def command_table() -> str:
    rows: list[list[str]] = []
    for name, command in every_command():
        arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
        options = [f"`{max(p.opts, key=len)}`" for p in command.params if isinstance(p, click.Option)]
        hidden = " (started by `up` and `demo`)" if command.hidden else ""
        usage = " ".join([name, *arguments]).replace("|", "\\|")
        rows.append([f"`{usage}`", said(command.help) + hidden, " ".join(options)])
    return table(["command", "what it does", "options"], rows)


# ── refusals, facts, work ────────────────────────────────────────────────────────────────────────


def problem_table() -> str:
    rows: list[list[str]] = []
    for slug, kind in sorted(about.known_problems().items()):
        room = kind.__module__.split(".")[1]
        rows.append([f"`{slug}`", str(kind.status), room, kind.title, english().get(kind.title, ""), said(kind.__doc__)])
    return table(["type", "status", "room", "标题", "title", "meaning"], rows)


def every_event() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """(`cases.Submitted`, the Struct) of every event of every room."""
    for room in rooms.ROOMS:
        if module := rooms.part(room, "events"):
            for name, kind in vars(module).items():
                if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__:
                    yield f"{room}.{name}", kind


def event_table() -> str:
    heard: dict[type, list[str]] = {}
    for kind, listen in rooms.jobs()[1]:
        heard.setdefault(kind, []).append(f"`{listen.__module__.removeprefix('onedoor.')}`")
    rows = [
        [f"`{name}`", said(kind.__doc__), ", ".join(f"`{field}`" for field in kind.__struct_fields__), ", ".join(heard.get(kind, []))]
        for name, kind in every_event()
    ]
    return table(["event", "what has happened", "fields", "heard by"], rows)


def job_table() -> str:
    by_kind, _, cron = rooms.jobs()
    when = {c.kind: f"daily at {c.daily}" if c.daily else f"every {c.every} s" for c in cron}
    rows = [[f"`{kind}`", said(run.__doc__), when.get(kind, "when asked for")] for kind, run in sorted(by_kind.items())]
    return table(["job", "what it does", "when"], rows)


def every_grant() -> dict[str, str]:
    """Grant → the room that names it."""
    found: dict[str, str] = {}
    for room in walk.rooms():
        if (walk.ROOMS / room / "models.py").exists():
            for grant in getattr(importlib.import_module(f"onedoor.{room}.models"), "Grants", ()):
                found[str(grant)] = room
    return found


# ── routes and tables ────────────────────────────────────────────────────────────────────────────


def every_route() -> list[tuple[str, str, str, str]]:
    """(path, method, who may, what it does) of every handler of every room."""
    found: list[tuple[str, str, str, str]] = []
    for handler in rooms.handlers():
        who = "anybody" if handler.opt.get("public") else f"`{handler.opt.get('needs')}`"
        for path in handler.paths:
            plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
            found += [(plain, str(method), who, said(handler.fn.__doc__)) for method in handler.http_methods if method != "OPTIONS"]
    return sorted(set(found))


def _is_api(path: str) -> bool:
    return path.startswith(("/api/", "/.well-known/", "/vct/", "/status/", "/verify/"))


def _routes(wanted: Callable[[str], bool]) -> str:
    return table(["address", "method", "who may", "what it does"], [
        [f"`{path}`", method, who, what] for path, method, who, what in every_route() if wanted(path)
    ])  # fmt: skip


def schema_table() -> str:
    """Every table with its label, as the migrations say it."""
    words = "\n".join(p.read_text("utf-8") for p in sorted(walk.ROOMS.glob("*/migrations/*.sql")))
    found: list[tuple[str, str]] = re.findall(r"^comment on table (\S+) is '((?:[^']|'')*)';", words, re.MULTILINE)
    rows = [(name, *comment.replace("''", "'").split(": ", 1)) for name, comment in sorted(found)]
    return table(["table", "label", "holds"], [[f"`{name}`", label, what] for name, label, what in rows])


def settings_in_code() -> set[str]:
    """Every environment variable of ours that anything reads."""
    places = [*walk.modules(), *(walk.ROOT / "connectors").rglob("*.py"), *(walk.ROOT / "connectors").rglob("manifest.toml")]
    places += [*(walk.ROOT / "scripts").glob("*.sh"), *(walk.ROOT / "tests").rglob("*.py"), walk.ROOT / "Makefile"]
    marker = {"ONEDOOR_OK"}  # a file in a finished cluster, not a setting
    return {name for p in places for name in re.findall(r"\bONEDOOR_[A-Z_]*[A-Z]\b", p.read_text("utf-8"))} - marker


TABLES: dict[str, Callable[[], Any]] = {
    "rooms": room_table, "commands": command_table, "problems": problem_table, "events": event_table, "jobs": job_table,
    "api": lambda: _routes(_is_api), "pages": lambda: _routes(lambda path: not _is_api(path)), "tables": schema_table,
}  # fmt: skip
