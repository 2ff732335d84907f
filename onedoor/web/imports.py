"""`onedoor import catalog FILE`: a list of service items as JSONL, all of it or nothing, the same again changing nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from onedoor.catalog import service as catalog
from onedoor.catalog.models import Audience, Change, ImportedItem
from onedoor.kernel import memory
from onedoor.kernel.config import Settings
from onedoor.kernel.terminal import Tell, tell, waiting
from onedoor.kernel.work import system

from .city_shape import Fault, Page, many, maybe, one_of, table, text
from .house import House

LONGEST = 100_000

LINE = table({
    "id": text(64, r"[A-Za-z0-9][A-Za-z0-9._-]*", "S0001"), "name": text(200), "department": text(60), "category": text(200),
    "aliases": maybe(many(text(60), 40)), "area": maybe(text(12, r"\d*", "511602", least=0)),
    "audience": maybe(one_of(*(a.value for a in Audience))), "source": maybe(text(60, least=0)),
})  # fmt: skip


class Bad(msgspec.Struct, frozen=True, order=True):
    """A line that cannot be taken, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Imported(msgspec.Struct, frozen=True):
    """What an import did. With bad lines and without `skip_bad`, nothing: `change` is None."""

    lines: int
    bad: list[Bad]
    change: Change | None


class Listed:
    """A file being read: the good items by line, and what is wrong with the other lines."""

    def __init__(self) -> None:
        self.good: dict[int, ImportedItem] = {}
        self.bad: list[Bad] = []
        self.lines = 0
        self._first: dict[str, int] = {}

    def take(self, number: int, raw: bytes) -> None:
        self.lines += 1
        found = item_of(raw)
        if isinstance(found, str):
            self.bad.append(Bad(number, found))
        elif found.id in self._first:
            self.bad.append(Bad(number, f"id {found.id!r} is already on line {self._first[found.id]}"))
        else:
            self._first[found.id] = number
            self.good[number] = found

    def refuse(self, taken: set[str]) -> None:
        """The city's own items keep their codes."""
        for number, item in list(self.good.items()):
            if item.id in taken:
                self.bad.append(Bad(number, f"id {item.id!r} is the code of one of the city's own items"))
                del self.good[number]
        self.bad.sort()

    def progress(self) -> str:
        return f"{self.lines:,} lines"


def read(path: Path, listed: Listed) -> None:
    """Take every line of the file; OSError when it cannot be read."""
    for number, raw in _lines(path):
        listed.take(number, raw)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if line.strip():
                yield number, line


def item_of(raw: bytes) -> ImportedItem | str:
    """The item of a line, or everything that is wrong with it."""
    if len(raw) > LONGEST:
        return f"is longer than {LONGEST // 1000} kB"
    try:
        data: Any = msgspec.json.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return "is not UTF-8"
    except (msgspec.DecodeError, RecursionError) as wrong:
        return f"is not JSON: {wrong}"
    if not isinstance(data, dict):
        return "must be an object { … }"
    found: list[Fault] = []
    page = Page("", data, dict, found)
    LINE(page, (), data)
    if not found and not all(part.strip() for part in data["category"].split("/")):
        page.fault(("category",), "a part of the path is empty")
    return "; ".join(one.what for one in found) if found else msgspec.convert(data, ImportedItem)


async def import_catalog(settings: Settings, path: Path, skip_bad: bool, say: Tell = tell) -> Imported:
    """Take the list in: one transaction, one statement for all rows. Nothing happens when a line is bad, unless `skip_bad`."""
    listed = Listed()
    with waiting(f"Reading {path.name}", say, listed.progress):
        read(path, listed)
    if listed.bad and not skip_bad:
        return Imported(listed.lines, listed.bad, None)
    with waiting(f"Importing {len(listed.good):,} items", say):
        return await _write(settings, listed, skip_bad)


async def _write(settings: Settings, listed: Listed, skip_bad: bool) -> Imported:
    house = House(settings)
    await house.open(listen=False)
    try:
        async with house.begin(actor=system("import"), seconds=60) as work:
            listed.refuse(await catalog.city_codes(work, [item.id for item in listed.good.values()]))
            if listed.bad and not skip_bad:
                return Imported(listed.lines, listed.bad, None)
            change = await catalog.import_items(work, list(listed.good.values()))
    except BaseException:
        memory.forget_all()  # what was read inside the transaction never came to be
        raise
    finally:
        await house.close()
    return Imported(listed.lines, listed.bad, change)
