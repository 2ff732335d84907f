"""python -m bench [--quick] [--workers N] [NAME …|all]: works and ceilings in turn, medians, exit 1 when a limit is passed.

A cell is CPU per operation, app plus PostgreSQL; the rate, and the ratio to its ceiling measured in the same round, stand beside it.
Client, server and database share the same cores, so rates understate; CPU per operation does not.
"""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from . import cpu
from .ceilings import Ceilings
from .client import Load, fire
from .place import Place

ALONE = ("search", "passes", "checks", "foreign", "sdjwt", "supervision", "replay", "tracker", "prefill", "scale")
"""Works that measure by themselves, each by its own name."""
WORKS = ("home", "visit", "guide", "submit", "inbox")
HERE = Path(__file__).parent
FEWEST = 300


class Cell:
    """One work over all rounds."""

    def __init__(self, name: str) -> None:
        self.work: ModuleType = importlib.import_module(f"bench.works.{name}")
        self.key = name
        self.rounds: list[dict[str, float]] = []
        self.statuses: dict[str, int] = {}
        self.left: list[str] = []
        self.faults: list[str] = []

    def round(self, place: Place, ceilings: Ceilings, seconds: float) -> None:
        if not self.left:
            self.left = self.work.requests(place, 5)
        assert place.web is not None
        before = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
        got = fire(Load(place.port, self.left, seconds, 8, 0.5, self.work.ONCE))
        after = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
        if self.work.ONCE:
            self.left = self.left[got.all_done :]
        for status, n in got.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + n
        n = max(1, got.all_done)
        limit = ceilings.measure(self.work.CEILING, seconds / 2)
        self.rounds.append({
            "app_ms": (after[0] - before[0]) * 1000 / n, "pg_ms": (after[1] - before[1]) * 1000 / n, "rps": got.done / got.seconds,
            "p50": got.p50_ms, "p99": got.p99_ms, "limit_rps": limit, "ratio": got.done / got.seconds / limit, "n": got.all_done,
        })  # fmt: skip

    def median(self, what: str) -> float:
        return statistics.median(r[what] for r in self.rounds)

    def row(self) -> dict[str, Any]:
        cost = [r["app_ms"] + r["pg_ms"] for r in self.rounds]
        return {
            "work": self.work.NAME, "cpu_ms": round(statistics.median(cost), 3), "app_cpu_ms": round(self.median("app_ms"), 3),
            "pg_cpu_ms": round(self.median("pg_ms"), 3), "rps": round(self.median("rps")), "p50_ms": round(self.median("p50"), 2),
            "p99_ms": round(self.median("p99"), 2), "ceiling": self.work.CEILING, "ceiling_rps": round(self.median("limit_rps")),
            "ratio": round(self.median("ratio"), 3), "limit_ms": self.work.LIMIT_MS, "target_ms": self.work.TARGET_MS,
            "spread": round(max(cost) / min(cost), 2), "rounds": len(self.rounds), "operations": int(sum(r["n"] for r in self.rounds)),
            "statuses": self.statuses, "faults": self.faults,
        }  # fmt: skip


def judged(row: dict[str, Any]) -> str:
    """ok, or what is wrong. Too few operations or too wide a spread cannot fail on speed."""
    if row["faults"] or any(not status.startswith("2") for status in row["statuses"]):
        return "WRONG " + "; ".join([*row["faults"], *(f"{n} answers {s}" for s, n in row["statuses"].items() if not s.startswith("2"))])
    if row["operations"] < FEWEST or row["spread"] > 2:
        return "noisy"
    return "ok" if row["cpu_ms"] <= row["limit_ms"] else f"DEARER than {row['limit_ms']} ms"


def line(row: dict[str, Any], verdict: str) -> str:
    return (
        f"{row['work']:28} app {row['app_cpu_ms']:.2f} + pg {row['pg_cpu_ms']:.2f} = {row['cpu_ms']:.2f} ms CPU (limit {row['limit_ms']}, "
        f"target {row['target_ms']})  {row['rps']}/s  p50 {row['p50_ms']} p99 {row['p99_ms']} ms  "
        f"= {row['ratio']:.1%} of {row['ceiling']} {row['ceiling_rps']}/s  {verdict}"
    )


def circumstances(workers: int) -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    model = next((x.split(":")[1].strip() for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")), "")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": commit, "cores": os.cpu_count(), "cpu": model, "workers": workers,
        "python": sys.version.split()[0], "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("works", nargs="*", metavar="WORK", help=f"all; {', '.join(ALONE)}; without a name {', '.join(WORKS)}")
    asked.add_argument("--quick", action="store_true", help="3 rounds of 1 s")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    args = asked.parse_args()
    names = [*WORKS, *ALONE] if args.works == ["all"] else args.works or list(WORKS)
    if unknown := sorted(set(names) - {*WORKS, *ALONE}):
        asked.error(f"no work is called {unknown[0]}; there are {', '.join([*WORKS, *ALONE])}")
    together = [name for name in names if name in WORKS]
    passed = {"the works in turn": in_turn(together, args.workers, args.quick)} if together else {}
    passed |= {name: alone(name, args.quick) for name in names if name in ALONE}
    if failed := [name for name, code in passed.items() if code]:
        print(f"A limit is passed, or something went wrong: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


def alone(name: str, quick: bool) -> int:
    print(f"── {name}", file=sys.stderr, flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.works.{name}", *(["--quick"] if quick else [])], check=False).returncode


def in_turn(names: list[str], workers: int, quick: bool) -> int:
    """The works that share one place, with their ceilings between them."""
    rounds, seconds = (3, 1.0) if quick else (5, 2.0)
    about = circumstances(workers)
    if about["load"] > 2 * (about["cores"] or 1):
        print(f"The machine is busy (load {about['load']:.1f}): figures will be noisy.", file=sys.stderr)
    place = Place(workers)
    try:
        print("Seeding 400 citizens and 100,000 cases …", file=sys.stderr)
        place.fill()
        place.start()
        ceilings = Ceilings(place)
        cells = [Cell(name) for name in names]
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for cell in cells:
                cell.round(place, ceilings, seconds)
        ceilings.close()
        for cell in cells:
            cell.faults = cell.work.check(place, cell.statuses.get("201", 0))
        return report([cell.row() for cell in cells], about)
    finally:
        place.close()


def report(rows: list[dict[str, Any]], about: dict[str, Any]) -> int:
    out = HERE / "results" / f"{about['at'][:10]}-{about['commit'] or 'uncommitted'}.jsonl"
    out.parent.mkdir(exist_ok=True)
    verdicts = [judged(row) for row in rows]
    with out.open("a", encoding="utf-8") as file:
        for row, verdict in zip(rows, verdicts, strict=True):
            print(line(row, verdict))
            file.write(json.dumps({**row, **about, "verdict": verdict}, ensure_ascii=False) + "\n")
    return int(any(v.startswith(("WRONG", "DEARER")) for v in verdicts))


if __name__ == "__main__":
    sys.exit(main())
