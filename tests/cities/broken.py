"""A copy of the demo city to break in one place."""

import shutil
from pathlib import Path

from onedoor.web.city_check import check

CITY = Path(__file__).parent.parent.parent / "cities" / "qinghe"


def copied(to: Path) -> Path:
    return Path(shutil.copytree(CITY, to / "city"))


def changed(city: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in the file; the line (from 1) on which it stood."""
    path = city / file
    words = path.read_text("utf-8")
    assert old in words, f"{file} has no {old!r}"
    path.write_text(words.replace(old, new, 1), "utf-8")
    return words.count("\n", 0, words.index(old)) + 1


def told(city: Path) -> list[str]:
    return [str(fault) for fault in check(city)]
