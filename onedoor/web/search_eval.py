"""`onedoor search eval`: how often the wished item comes first, and among the first five, for a file of queries over a list of items.

Both files are JSONL: items as `onedoor import catalog` takes them; queries with `query`, `expect` (codes of items, any of them is right),
none for what nothing answers, `type` and, optionally, `origin`. Nothing is loaded anywhere.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from onedoor.catalog.models import Answer, ImportedItem, Strength, Thing, ThingKind
from onedoor.catalog.service import index_of
from onedoor.kernel.i18n import Text
from onedoor.kernel.terminal import Refused

from .city_files import rows_of

Search = Callable[[str], Sequence[str]]
"""The codes of the best items for a query, the best first."""
Answers = Callable[[str], Answer]
DEEP = 10
T = TypeVar("T")


class Query(msgspec.Struct, frozen=True):
    query: str
    type: str = ""
    expect: tuple[str, ...] = ()
    origin: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of the table: how many queries of a kind there are, and shares of them."""

    name: str
    queries: int
    first: float
    five: float
    reciprocal: float

    def __str__(self) -> str:
        return f"{self.name:28} {self.queries:5}  {self.first:.3f}  {self.five:.3f}  {self.reciprocal:.3f}"


HEAD = f"{'':28} {'n':>5}  R@1    R@5    MRR@10"
READ = f"{'':28} right  wrong  nothing there"


def queries(file: Path) -> list[Query]:
    return list(_lines(file, Query))


def items(file: Path) -> list[ImportedItem]:
    return list(_lines(file, ImportedItem))


def _lines(file: Path, kind: type[T]) -> Iterator[T]:
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=kind)
            except msgspec.DecodeError as bad:
                raise Refused(f"{file}:{number}: {bad}") from None


def answers(listed: Sequence[ImportedItem], thesaurus: Path | None) -> Answers:
    """The search of this product over a list, with a city's thesaurus."""
    things = [
        Thing(ThingKind.ITEM, one.id, Text(one.name), f"/items/{one.id}", one.aliases, (one.category.replace("/", " "),)) for one in listed
    ]
    index = index_of(things, rows_of(thesaurus) if thesaurus else ())
    return lambda query: index.search(query, DEEP)


def engine(listed: Sequence[ImportedItem], thesaurus: Path | None) -> Search:
    """The codes that it finds."""
    return codes(answers(listed, thesaurus))


def codes(find: Answers) -> Search:
    return lambda query: [found.thing.ref for found in find(query).found]


def readings(find: Answers, asked: Iterable[Query]) -> list[str]:
    """How sure the answers read whose first item is right, those whose is not, and those to what nothing answers."""
    read: Counter[tuple[Strength, int]] = Counter()
    for one in asked:
        answer = find(one.query)
        right = bool(answer.found) and answer.found[0].thing.ref in one.expect
        read[answer.strength, 0 if right else 1 if one.expect else 2] += 1
    return [f"reads {strength:22} " + "  ".join(f"{read[strength, column]:5}" for column in range(3)) for strength in Strength]


def measured(search: Search, asked: Iterable[Query]) -> tuple[list[Line], list[tuple[Query, Sequence[str]]]]:
    """The table, by type and by origin, and every query whose first answer is wrong."""
    places: dict[str, list[int | None]] = {}
    misses: list[tuple[Query, Sequence[str]]] = []
    for one in asked:
        found = search(one.query)
        place = next((at for at, code in enumerate(found) if code in one.expect), None)
        if place != 0:
            misses.append((one, found))
        named = ["all", f"type {one.type}", *([f"origin {one.origin}"] if one.origin else [])]
        if one.origin and one.origin != "generated":
            named.append("phrased by people")
        for name in named:
            places.setdefault(name, []).append(place)
    order = sorted(places, key=lambda name: (name != "all", name != "phrased by people", name))
    return [_line(name, places[name]) for name in order], misses


def _line(name: str, places: Sequence[int | None]) -> Line:
    n = len(places)
    found = [place for place in places if place is not None]
    return Line(name, n, sum(p == 0 for p in found) / n, sum(p < 5 for p in found) / n, sum(1 / (p + 1) for p in found) / n)


def milliseconds(search: Search, asked: Sequence[Query]) -> tuple[float, float]:
    """Median and 99th percentile of one search."""
    took: list[float] = []
    for one in asked:
        began = time.perf_counter()
        search(one.query)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.99)]
