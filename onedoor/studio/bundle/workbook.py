"""A sheet from a stranger, looked into before it is opened: what it is, how large it unpacks, whether a program is in it."""

import importlib
import io
import re
import zipfile
import zlib
from enum import StrEnum
from typing import Any

from msgspec import Struct

from onedoor.kernel import text

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 2_000_000, 12_000_000, 500
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 500, 40, 2000
OLD = b"\xd0\xcf\x11\xe0"
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


class Why(StrEnum):
    """Why a sheet is not read."""

    EMPTY = "empty"
    LARGE = "large"
    OLD = "old"
    BROKEN = "broken"
    MACRO = "macro"
    BOMB = "bomb"
    ROWS = "rows"


class BadSheet(Exception):
    """The sheet is not read; `rows` when there are too many."""

    def __init__(self, why: Why, rows: int = 0) -> None:
        super().__init__(why)
        self.why, self.rows = why, rows


class Cell(Struct, frozen=True):
    """What stands in one cell; a formula stands for nothing that could be read."""

    row: int
    column: int
    words: str
    formula: bool = False

    @property
    def name(self) -> str:
        """As people call it: B7."""
        return f"{chr(64 + self.column) if self.column <= 26 else 'A' + chr(64 + self.column - 26)}{self.row}"


class Grid(Struct, frozen=True):
    """The first sheet: its cells by place, the cells that several rows share, and the names of the sheets that were left out."""

    cells: dict[tuple[int, int], Cell]
    tall: list[tuple[Cell, int]]
    left_out: list[str]

    def rows(self) -> list[int]:
        return sorted({row for row, _ in self.cells})

    def at(self, row: int, column: int) -> str:
        found = self.cells.get((row, column))
        return found.words if found and not found.formula else ""


def opened(raw: bytes) -> Grid:
    """The first sheet of a workbook; BadSheet says why not."""
    if not raw:
        raise BadSheet(Why.EMPTY)
    if len(raw) > MOST_BYTES:
        raise BadSheet(Why.LARGE)
    if raw.startswith(OLD):  # .xls of before 2007, or locked with a password
        raise BadSheet(Why.OLD)
    _looked_into(raw)
    reader: Any = importlib.import_module("openpyxl")
    try:
        book = reader.load_workbook(io.BytesIO(raw), data_only=False, keep_links=False)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
        if not sheets:
            raise BadSheet(Why.EMPTY)
        return _grid(sheets[0], [str(s.title)[:40] for s in sheets[1:]])
    except BadSheet:
        raise
    except Exception as bad:  # a reader of a hundred formats raises whatever it likes
        raise BadSheet(Why.BROKEN) from bad


def _looked_into(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise BadSheet(Why.BOMB)
            names = {p.filename for p in parts}
            if any(n.lower().endswith(("vbaproject.bin", ".bin")) and "printer" not in n.lower() for n in names):
                raise BadSheet(Why.MACRO)
            if "xl/workbook.xml" not in names:
                raise BadSheet(Why.BROKEN)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _part(part.filename, _unpacked(packed, part))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as bad:
        raise BadSheet(Why.BROKEN) from bad


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The part's bytes; one that unpacks to more than it says is a bomb."""
    with packed.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise BadSheet(Why.BOMB)
    return content


def _part(name: str, content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadSheet(Why.BOMB)
    if _SHEET.fullmatch(name) and (rows := len(_ROW.findall(content))) > MOST_ROWS:
        raise BadSheet(Why.ROWS, rows)


def _grid(sheet: Any, left_out: list[str]) -> Grid:
    cells: dict[tuple[int, int], Cell] = {}
    for line in sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS * 2), max_col=min(sheet.max_column, MOST_COLUMNS)):
        for one in line:
            if one.value is None:
                continue
            words = text.fold(text.printable(str(one.value))[:MOST_CELL])
            if words:
                cells[one.row, one.column] = Cell(one.row, one.column, words, one.data_type == "f")
    tall = [
        (cells[span.min_row, span.min_col], span.max_row)
        for span in sheet.merged_cells.ranges if span.max_row > span.min_row and (span.min_row, span.min_col) in cells
    ]  # fmt: skip
    if not cells:
        raise BadSheet(Why.EMPTY)
    return Grid(cells, tall, left_out)
