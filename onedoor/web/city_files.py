"""A city's folder, read: every file as pages of data with the line of each key. What cannot be read is a fault, not an end."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct, field

from .city_shape import Fault, Page
from .toml_lines import lines

MOST_BYTES = 8_000_000
SAME = ("articles", "items", "passes", "journeys", "benefits")
EXCHANGE = ("elements", "purposes", "agreements")
DEMO = ("residents", "staff", "register", "companies", "history", "apps")


class Folder(Struct):
    """Everything in one city's folder, as it was written."""

    root: Path
    faults: list[Fault] = field(default_factory=list[Fault])
    city: Page | None = None
    categories: Page | None = None
    cert_types: Page | None = None
    verifiers: Page | None = None
    notices: Page | None = None
    urgent: Page | None = None
    back_offices: Page | None = None
    life_events: Page | None = None
    elements: Page | None = None
    purposes: Page | None = None
    agreements: Page | None = None
    calendars: list[Page] = field(default_factory=list[Page])
    articles: list[Page] = field(default_factory=list[Page])
    items: list[Page] = field(default_factory=list[Page])
    passes: list[Page] = field(default_factory=list[Page])
    registers: list[Page] = field(default_factory=list[Page])
    journeys: list[Page] = field(default_factory=list[Page])
    benefits: list[Page] = field(default_factory=list[Page])
    districts: list[Page] = field(default_factory=list[Page])
    departments: list[Page] = field(default_factory=list[Page])
    offices: list[Page] = field(default_factory=list[Page])
    thesaurus: list[Page] = field(default_factory=list[Page])
    demo: dict[str, list[Page]] = field(default_factory=dict[str, list[Page]])

    def entries(self, page: Page | None, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The tables of a list in a file, with their places; what is not a table is told elsewhere."""
        found = page.data.get(key) if page else None
        for place, one in enumerate(cast("list[Any]", found) if isinstance(found, list) else []):
            if isinstance(one, dict):
                yield place, cast("dict[str, Any]", one)


def read(root: Path) -> Folder:
    """Read the folder; faults so far are in `folder.faults`."""
    folder = Folder(root)
    if not (root / "city.toml").is_file():
        folder.faults.append(Fault("city.toml", 1, "the file is missing; is this a city's folder?"))
    folder.city = _toml(folder, "city.toml")
    for name in ("categories", "cert_types", "notices", "urgent", "life_events", "verifiers", "back_offices"):
        setattr(folder, name, _toml(folder, f"{name}.toml", needed=name not in ("urgent", "life_events", "verifiers", "back_offices")))
    for name in EXCHANGE:
        setattr(folder, name, _toml(folder, f"exchange/{name}.toml", needed=(root / "exchange").is_dir()))
    for kind, part in (*((name, name) for name in SAME), ("calendar", "calendars"), ("exchange/registers", "registers")):
        pages = [_toml(folder, f"{kind}/{path.name}") for path in sorted((root / kind).glob("*.toml"))]
        setattr(folder, part, [page for page in pages if page])
    folder.districts = _jsonl(folder, "districts.jsonl", needed=True)
    folder.departments = _jsonl(folder, "departments.jsonl", needed=True)
    folder.offices = _jsonl(folder, "offices.jsonl")
    folder.thesaurus = _tsv(folder, "thesaurus.tsv")
    folder.demo = {name: _jsonl(folder, f"demo/{name}.jsonl") for name in DEMO}
    _strays(folder)
    return folder


def _strays(folder: Folder) -> None:
    """A file that nothing reads is most likely a slip of the name."""
    known = re.compile(
        r"(city|categories|cert_types|notices|urgent|life_events|verifiers|back_offices)\.toml|(districts|departments|offices)\.jsonl|thesaurus\.tsv"
        r"|calendar/\d{4}\.toml|(articles|items|passes|journeys|benefits|exchange/registers)/[^/]+\.toml"
        rf"|exchange/({'|'.join(EXCHANGE)})\.toml"
        rf"|demo/({'|'.join(DEMO)}|registers)\.jsonl|(.*/)?(README|NOTE|LICENSE)(\.md)?|(.*/)?\.[^/]*"
    )
    for path in sorted(folder.root.rglob("*")):
        name = path.relative_to(folder.root).as_posix()
        if path.is_file() and not known.fullmatch(name):
            folder.faults.append(Fault(name, 1, "nothing reads a file of this name"))


def _text(folder: Folder, name: str) -> str | None:
    path = folder.root / name
    try:
        if path.stat().st_size > MOST_BYTES:
            folder.faults.append(Fault(name, 1, f"is larger than {MOST_BYTES // 1_000_000} MB"))
            return None
        raw = path.read_bytes()
    except OSError as bad:
        folder.faults.append(Fault(name, 1, f"cannot be read: {bad.strerror}"))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        folder.faults.append(Fault(name, raw.count(b"\n", 0, bad.start) + 1, "is not UTF-8"))
        return None


def _toml(folder: Folder, name: str, needed: bool = True) -> Page | None:
    if not (folder.root / name).is_file():
        if needed and name != "city.toml":
            folder.faults.append(Fault(name, 1, "the file is missing"))
        return None
    text = _text(folder, name)
    if text is None:
        return None
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as bad:
        place = re.search(r"\(at line (\d+), column \d+\)", str(bad))
        line = int(place[1]) if place else text.count("\n") + 1
        folder.faults.append(Fault(name, line, f"is not TOML: {str(bad).split(' (at ')[0]}"))
        return None
    return Page(name, data, cache(partial(lines, text)), folder.faults)


def _jsonl(folder: Folder, name: str, needed: bool = False) -> list[Page]:
    if not (folder.root / name).is_file():
        if needed:
            folder.faults.append(Fault(name, 1, "the file is missing"))
        return []
    pages: list[Page] = []
    for number, line in enumerate((_text(folder, name) or "").split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as bad:
            folder.faults.append(Fault(name, number, f"is not JSON: {bad}"))
            continue
        if isinstance(data, dict):
            pages.append(Page(name, cast("dict[str, Any]", data), dict, folder.faults, first=number))
        else:
            folder.faults.append(Fault(name, number, "a line must be an object"))
    return pages


def _tsv(folder: Folder, name: str) -> list[Page]:
    """Lines of a language, a phrase and formal words, with a tab between them."""
    if not (folder.root / name).is_file():
        return []
    pages: list[Page] = []
    for number, line in enumerate((_text(folder, name) or "").split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or line.startswith("#"):
            continue
        if len(cells) == 3:
            pages.append(Page(name, {"lang": cells[0], "say": cells[1], "means": cells[2].split()}, dict, folder.faults, first=number))
        else:
            folder.faults.append(Fault(name, number, f"must have 3 cells with a tab between them, has {len(cells)}"))
    return pages


def rows_of(file: Path) -> list[tuple[str, list[str]]]:
    """The phrases of a thesaurus by itself, bad lines left out."""
    pages = _tsv(Folder(file.parent), file.name)
    return [(page.data["say"], page.data["means"]) for page in pages]
