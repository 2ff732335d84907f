"""Search: how often the wished item comes first, beside plain methods on the same data; and what one search costs, up to a million rows.

Needs the catalogue and the queries of ../shared/data, and says so where they are not.
"""

import json
import math
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.place import CITY
from onedoor.catalog.models import Thing, ThingKind
from onedoor.catalog.search import Thesaurus, indexed, lines_of
from onedoor.kernel.i18n import Text
from onedoor.web import search_eval
from onedoor.web.city_files import rows_of

NAME = "search"
DATA = Path(os.environ.get("ONEDOOR_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PLACES = ("东", "西", "南", "北", "中", "青", "白", "金", "石", "云", "临", "安", "平", "江", "海", "山", "河", "宁", "永", "新")
WALL = {10_000: 10.0, 200_000: 25.0, 1_000_000: 25.0}
CPU = {10_000: 5.0, 200_000: 10.0, 1_000_000: 10.0}
"""Milliseconds that the 99th percentile may take by the clock, and of the processor, by the number of indexed rows."""
FRESH = 1.0
"""Seconds that putting one thing into the index may take."""

Search = Callable[[str], Sequence[str]]


def substring(items: Sequence[tuple[str, str]]) -> Search:
    return lambda query: [code for code, name in items if query in name][: search_eval.DEEP]


def trigram(items: Sequence[tuple[str, str]]) -> Search:
    """As pg_trgm: shared trigrams of the padded text, over all of both."""

    def grams(text: str) -> set[str]:
        padded = f"  {text.lower()} "
        return {padded[i : i + 3] for i in range(len(padded) - 2)}

    known = [(code, grams(name)) for code, name in items]

    def search(query: str) -> list[str]:
        asked = grams(query)
        near = sorted(((-len(asked & held) / len(asked | held), at) for at, (_, held) in enumerate(known)))
        return [known[at][0] for share, at in near[: search_eval.DEEP] if share < -0.05]

    return search


def quality(seen: Sequence[search_eval.Query]) -> bool:
    """The table by type; whether the bars are reached."""
    listed = search_eval.items(DATA / "catalog.jsonl")
    plain = [(one.id, one.name) for one in listed]
    tables = {
        "onedoor": search_eval.measured(search_eval.engine(listed, CITY / "thesaurus.tsv"), seen)[0],
        "no thesaurus": search_eval.measured(search_eval.engine(listed, None), seen)[0],
        "trigram": search_eval.measured(trigram(plain), seen)[0], "substring": search_eval.measured(substring(plain), seen)[0],
    }  # fmt: skip
    print(f"{'R@1 / R@5 of ' + str(len(seen)) + ' queries':28} {'n':>4}  " + "  ".join(f"{name:>13}" for name in tables))
    for rows in zip(*tables.values(), strict=True):
        print(f"{rows[0].name:28} {rows[0].queries:4}  " + "  ".join(f"{row.first:.3f} / {row.five:.3f}" for row in rows))
    whole = tables["onedoor"][0]
    return whole.first >= 0.82 and whole.five >= 0.95


def blown_up(rows: int) -> Iterator[Thing]:
    """Made-up places before real names: for cost alone, never for quality. Each is analysed as any other."""
    names = [one.name for one in search_eval.items(DATA / "catalog.jsonl")]
    pick = random.Random(2)
    for at in range(rows):
        place = "" if at < len(names) else "".join(pick.choices(PLACES, k=2)) + "区"
        yield Thing(ThingKind.ITEM, str(at), Text(place + names[at % len(names)]), "/")


def cost(rows: int, thesaurus: Thesaurus, seen: Sequence[search_eval.Query]) -> bool:
    """What one search costs over so many rows, and what it costs to publish one; whether both are within their limits."""
    before, began = resident(), time.perf_counter()
    index = indexed(blown_up(rows), thesaurus)
    built, grew = time.perf_counter() - began, resident() - before
    began = time.perf_counter()
    index = index.changed([Thing(ThingKind.ITEM, "7", Text("东河区居住证办理"), "/")])
    published = time.perf_counter() - began
    for one in seen[:50]:
        index.search(one.query, 10)
    wall, cpu = [], []
    for turn in range(5):
        asked = [one.query for one in seen]
        random.Random(turn).shuffle(asked)
        for query in asked:
            start, worked = time.perf_counter(), time.process_time()
            index.search(query, 10)
            wall.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
    p50, p99, cpu99 = at(wall, 0.5), at(wall, 0.99), at(cpu, 0.99)
    print(
        f"{rows:>9,} rows: p50 {p50:.2f} p99 {p99:.2f} ms (limit {WALL[rows]:.0f}), CPU p99 {cpu99:.2f} (limit {CPU[rows]:.0f}); "
        f"built in {built:.1f} s; one published in {published * 1000:.0f} ms; "
        f"index {index.nbytes / 1e6:.0f} MB, process grew by {grew} MB at the most; load {os.getloadavg()[0]:.1f}"
    )
    return p99 <= WALL[rows] and cpu99 <= CPU[rows] and published <= FRESH


def at(took: list[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, math.floor(len(took) * share))]


def resident() -> int:
    """Megabytes of this process at their most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    if not (DATA / "search_dev.jsonl").is_file():
        print(f"skipped: there is no {DATA / 'search_dev.jsonl'}")
        return 0
    seen = search_eval.queries(DATA / "search_dev.jsonl")
    good = quality(seen)
    began, grew = time.perf_counter(), resident()
    thesaurus = Thesaurus(lines_of(rows_of(CITY / "thesaurus.tsv")))
    print(f"thesaurus: {len(thesaurus):,} phrases in {time.perf_counter() - began:.1f} s, {resident() - grew} MB")
    sizes = [10_000] if "--quick" in sys.argv else list(WALL)
    fast = [cost(rows, thesaurus, seen) for rows in sizes]
    print(json.dumps({"work": NAME, "recall_reached": good, "cost_kept": all(fast), "types": Counter(one.type for one in seen)}))
    return int(not (good and all(fast)))


if __name__ == "__main__":
    sys.exit(main())
