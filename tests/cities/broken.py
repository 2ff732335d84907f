"""A copy of the demo city to break in one place."""

import pickle
import shutil
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from onedoor.web import city_files
from onedoor.web.city_check import check

CITY = Path(__file__).parent.parent.parent / "cities" / "qinghe"


@cache
def _values(text: str) -> bytes:
    return pickle.dumps(tomllib.loads(text))


def _loads(text: str) -> Any:
    return pickle.loads(_values(text))


# A folder that is broken in one place has the rest in common with all others: that is read once.
city_files.tomllib = SimpleNamespace(loads=_loads, TOMLDecodeError=tomllib.TOMLDecodeError)
city_files.lines = cache(city_files.lines)

KEPT = ("ga-juzhuzheng.toml", "ga-gangao.toml", "ga-huzhao.toml")


def copied(to: Path, *, whole: bool = False, phrases: bool | None = None) -> Path:
    """The folder with three of its items and a few of its phrases, which is quick to check, or all of it, with or without all phrases.
    Journeys and articles want every item."""
    items = {path.name for path in (CITY / "items").iterdir()} - set(KEPT)
    left_out = {} if whole else {"items": items, CITY.name: {"articles", "journeys", "benefits"}}
    all_phrases = whole if phrases is None else phrases
    if not all_phrases:
        left_out[CITY.name] = {*left_out.get(CITY.name, ()), "thesaurus.tsv"}
    city = Path(shutil.copytree(CITY, to / "city", ignore=lambda folder, names: left_out.get(Path(folder).name, ())))
    if not all_phrases:
        (city / "thesaurus.tsv").write_text(few_phrases(), "utf-8")
    return city


@cache
def few_phrases() -> str:
    lines = (CITY / "thesaurus.tsv").read_text("utf-8").splitlines(keepends=True)
    return "".join([*lines[:50], *(one for one in lines[50:] if "\t暂住证\t" in one)])


def changed(city: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in the file; the line (from 1) on which it stood."""
    path = city / file
    words = path.read_text("utf-8")
    assert old in words, f"{file} has no {old!r}"
    path.write_text(words.replace(old, new, 1), "utf-8")
    return words.count("\n", 0, words.index(old)) + 1


def told(city: Path) -> list[str]:
    return [str(fault) for fault in check(city)]
