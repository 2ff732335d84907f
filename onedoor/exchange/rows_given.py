"""Rows that leave the house: whose they are by place, and the sheet they stand on. Pure."""

import csv
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from onedoor.kernel.text import cell

BOM = "\ufeff"
LEVELS = (9, 6, 4)
"""How many digits a street, a district and a city have."""
LONG = 15
"""A spreadsheet takes longer numbers for numbers, and their last digits are lost."""


class Table(Struct, frozen=True):
    """What is sealed: whose rows these are, what the columns are called, and the rows, in the order of their keys."""

    keys: list[str]
    head: list[str]
    rows: list[list[str]]


def place_of(said: Any, paths: Mapping[str, str]) -> str:
    """The path of a place as a register writes it, also filled up with noughts; empty when it is none of the city's."""
    code = said.strip() if isinstance(said, str) else ""
    cuts = (code, *(code[:n] for n in LEVELS if not code[n:].strip("0")))
    return next((paths[one] for one in cuts if one in paths), "")


def within(scope: str, place: str) -> bool | None:
    """Whether a place lies in an area; None when that cannot be said, because none is known, or one that is wider than the area."""
    if not place or scope.startswith(f"{place}."):
        return None
    return place == scope or place.startswith(f"{scope}.")


def sha256(table: Table) -> bytes:
    """Of the sheet without its mark: the same for the same rows, whoever takes it."""
    return hashlib.sha256(_written([table.head, *table.rows]).encode()).digest()


def sheet(table: Table, mark: str) -> bytes:
    """UTF-8 with its mark of order, as spreadsheets like it; who took it and when on the first line."""
    return (BOM + _written([[mark], table.head, *table.rows])).encode()


def _written(lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(word) for word in line] for line in lines])
    return out.getvalue()


def _cell(word: str) -> str:
    """A number too long for a spreadsheet ends in a tab, and is text."""
    return f"{word}\t" if len(word) > LONG and word[:LONG].isdigit() else cell(word)


def plain(value: Any) -> str:
    """A value as one cell."""
    if isinstance(value, list):
        return "、".join(plain(one) for one in value)
    return "" if value is None else str(value)
