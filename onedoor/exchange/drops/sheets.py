"""The bytes of a dropped file as rows of cells: CSV in whatever encoding it is in, or the first sheet of a workbook."""

import csv
import datetime as dt
import importlib
import io
import zipfile
import zlib
from typing import Any

from msgspec import Struct

MOST_BYTES, MOST_UNPACKED, MOST_RATIO, MOST_PARTS = 64 << 20, 200 << 20, 100, 1000
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 500_000, 200, 2000
ZIP = b"PK\x03\x04"


class Unread(ValueError):
    """The file is not one that is read here."""


class Sheet(Struct, frozen=True):
    """Rows of plain cells, and in which encoding they were written."""

    rows: list[list[Any]]
    encoding: str


def read(name: str, content: bytes) -> Sheet:
    """The rows of a file, by what it is and not by what it is called; Unread says why not."""
    if not content or len(content) > MOST_BYTES:
        raise Unread("empty" if not content else "too large")
    if content.startswith(ZIP):
        return _workbook(content)
    if name.endswith(".xlsx"):
        raise Unread("not a workbook")
    return _table(content)


def _table(content: bytes) -> Sheet:
    text, encoding = _decoded(content)
    if "\x00" in text or "\ufffd" in text:
        raise Unread("characters were lost before it was written")
    if text.lstrip()[:1] == "<":
        raise Unread("a page, not a table")
    head = text[: text.find("\n")] if "\n" in text else text
    comma = max(",\t;|", key=head.count)
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True):
            rows.append(list(row))
            _bounded(rows, row)
    except csv.Error as bad:
        raise Unread(f"line {len(rows) + 1}: no table") from bad
    return Sheet(rows, encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """By its mark, else UTF-8 when all of it is, else GB18030 when all of it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise Unread("in no encoding that is read here")


def _bounded(rows: list[list[Any]], row: list[Any]) -> None:
    if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
        raise Unread("too many rows or columns")
    if any(isinstance(cell, str) and len(cell) > MOST_CELL for cell in row):
        raise Unread(f"line {len(rows)}: a cell is too long")


def _workbook(content: bytes) -> Sheet:
    """Looked into before it is unpacked; read by calamine, which neither runs macros nor resolves entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or size > MOST_UNPACKED or size > MOST_RATIO * len(content):
                raise Unread("unpacks to too much")
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise Unread("holds a program")
            if "xl/workbook.xml" not in packed.namelist():
                raise Unread("not a workbook")
            _honest(packed, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as bad:
        raise Unread("not a workbook") from bad
    calamine: Any = importlib.import_module("python_calamine")
    try:
        sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows: list[list[Any]] = []
        for row in sheet.to_python(skip_empty_area=False):
            rows.append([_plain(cell) for cell in row])
            _bounded(rows, rows[-1])
    except Unread:
        raise
    except Exception as bad:  # a reader of several formats raises whatever it likes
        raise Unread("not a workbook") from bad
    return Sheet(rows, "xlsx")


def _honest(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """No part unpacks to more than it says; none has a document type."""
    for part in parts:
        with packed.open(part) as stream:
            head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise Unread("a document type")
            left = part.file_size - len(head)
            while chunk := stream.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise Unread("unpacks to more than it says")


def _plain(cell: Any) -> Any:
    """A number stays one: what it was meant to be is for the mapping to say. Days become text."""
    if isinstance(cell, str | bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
