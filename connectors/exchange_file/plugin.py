"""Takes the files that a department lays into `in/`, and lays ours into `out/`: a folder of its own, or a mount of theirs.

A file is there when its `.ok` is there, written last, or its `.sha256`, which must be right; until then it is not touched. Nothing in
`in/` is changed or removed by us.
"""

import asyncio
import csv
import datetime as dt
import hashlib
import io
import os
import re
from collections.abc import AsyncGenerator
from pathlib import Path

from msgspec import Struct

from connectors.asking import operation, settings_of
from onedoor.exchange.models import AskIn, AskOut, Health, Pulled, Push, Receipt, System

MOST_BYTES, MOST_FILES = 64 << 20, 10_000
NAME = re.compile(r"[A-Z][A-Z0-9]{1,30}_\d{8}_[A-Za-z0-9-]{1,64}\.(?:csv|xlsx|txt)", re.ASCII)
REQUEST = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)


class Operation(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of file: the first part of its name. `keys`, `dated`, `place`: how a dropped one is read; `columns`: what ours are made of.

    words: what a value of an element is called there.
    """

    file: str
    keys: dict[str, str] = {}
    dated: str = ""
    place: str = ""
    columns: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a register of this way says of itself. `encoding`: of the files it takes."""

    operations: dict[str, Operation]
    encoding: str = "gb18030"


class Files:
    """Behind the port exchange.File."""

    async def ask(self, system: System, request: AskOut) -> AskIn:
        raise OSError(f"{system.code} lays down files and cannot be asked")

    async def pull(self, system: System, since: str) -> AsyncGenerator[Pulled]:
        """Whole files in the order in which they were finished, after the mark."""
        for mark, path in await asyncio.to_thread(finished, folder(system) / "in"):
            if mark > since:
                content = await asyncio.to_thread(whole, path)
                if content is not None:
                    yield Pulled(mark, path.name, content)

    async def put(self, system: System, message: Push) -> Receipt:
        """A file of one line under the message's own name; one that is there already, or was taken, is not written again."""
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, message.operation)
        if not REQUEST.fullmatch(message.request_id):
            raise OSError(f"{system.code}: a request's name has letters, digits and hyphens alone")
        if missing := [element for element in asked.columns.values() if element not in message.body]:
            raise OSError(f"{missing[0]} was not given")
        line = {"request_id": message.request_id} | {name: _word(message.body, of, asked) for name, of in asked.columns.items()}
        await asyncio.to_thread(laid, folder(system) / "out", asked.file, line, settings.encoding)
        return Receipt(message.request_id, waiting=True)

    async def health(self, system: System) -> Health:
        """Whether the folder is there, and when something was last finished in it."""
        try:
            files = await asyncio.to_thread(finished, folder(system) / "in")
        except OSError as no:
            return Health(False, type(no).__name__)
        if not files:
            return Health(False, "nothing has been laid down")
        newest = dt.datetime.fromtimestamp(int(files[-1][0].partition("/")[0]) / 1e9, dt.UTC)
        return Health(True, f"{files[-1][1].name}, {newest.isoformat(timespec='seconds')}")


def folder(system: System) -> Path:
    """The register's folder; OSError when its address is no absolute path."""
    path = Path(system.address.removeprefix("file://"))
    if not path.is_absolute() or ".." in path.parts:
        raise OSError(f"{system.code}: the address is no folder")
    return path


def finished(where: Path) -> list[tuple[str, Path]]:
    """(mark, file) of everything that has been finished there, the oldest first."""
    found: list[tuple[str, Path]] = []
    with os.scandir(where) as entries:
        for entry in entries:
            name, dot, ending = entry.name.rpartition(".")
            if dot and ending in ("ok", "sha256") and NAME.fullmatch(name) and entry.is_file(follow_symlinks=False):
                found.append((f"{max(entry.stat(follow_symlinks=False).st_ctime_ns, changed(where / name)):020d}/{name}", where / name))
            if len(found) > MOST_FILES:
                raise OSError(f"more than {MOST_FILES} files")
    return sorted({path: (mark, path) for mark, path in sorted(found)}.values())


def changed(path: Path) -> int:
    """When its content was last written: what was slow to come is finished after what came meanwhile."""
    try:
        return path.lstat().st_ctime_ns
    except OSError:
        return 0


def whole(path: Path) -> bytes | None:
    """The file's bytes; None when it is not whole yet, is no plain file, or is larger than any drop."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    said = path.with_name(f"{path.name}.sha256")
    if said.is_file() and said.read_text("ascii", "replace").split()[:1] != [hashlib.sha256(content).hexdigest()]:
        return None
    return content


def laid(where: Path, file: str, line: dict[str, object], encoding: str) -> None:
    """Written under another name, put in its place whole, and then said to be there."""
    request = str(line["request_id"])
    if any(where.glob(f"**/{file}_*_{request}.csv.ok")):
        return
    words = io.StringIO(newline="")
    lines = csv.writer(words, lineterminator="\r\n")
    lines.writerow(line)
    lines.writerow(_safe(value) for value in line.values())
    path = where / f"{file}_{dt.datetime.now(dt.UTC):%Y%m%d}_{request}.csv"
    half = path.with_suffix(".half")
    half.write_bytes(words.getvalue().encode(encoding))
    half.replace(path)
    path.with_name(f"{path.name}.ok").touch()


def _word(body: dict[str, object], element: str, asked: Operation) -> object:
    value = body[element]
    known = asked.words.get(element)
    if known is None:
        return value
    if str(value) not in known:
        raise OSError(f"the register has no word for this {element}")
    return known[str(value)]


def _safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    said = "" if value is None else str(value)
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said


def connect(home: Path) -> Files:
    """The plugin; what it keeps lies in the registers' folders."""
    return Files()
