"""演示数据 What a demo city shows before anybody has used it: counts of the last year, marked as such, worked out from a few lines.

The same lines on the same day give the same counts, so loading again changes nothing. Nothing here is random: a week's ups and downs
follow from its date.
"""

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping, Sequence

from onedoor.insight import store
from onedoor.insight.models import History, Row, Source, What, row_of
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

WEEKS = 52


async def put_history(work: Work, lines: Sequence[History], departments: Mapping[str, str], trips: Mapping[str, int]) -> int:
    """The demo's counts become those of these lines; how many rows came, went or changed. By item: who does it, and how many trips."""
    known = (await orgs.snapshot(work.db)).departments
    wanted = {
        Row(day, line.item, known[departments[line.item]].id, what, part, n)
        for line in lines for day in _weeks(work.today) for (what, part), n in _week(line, day, trips.get(line.item)) if n > 0
    }  # fmt: skip
    changes = wanted ^ set(await store.history(work.db))
    if changes:
        await store.forget(work.db, Source.DEMO)
        await store.add(work.db, [row_of(row) for row in wanted], Source.DEMO)
    return len(changes)


def _weeks(today: dt.date) -> Iterator[dt.date]:
    """The Wednesdays of the last year, before today."""
    last = today - dt.timedelta((today.weekday() - 2) % 7 or 7)
    yield from (last - dt.timedelta(7 * n) for n in range(WEEKS))


def _week(line: History, day: dt.date, trips: int | None) -> Iterator[tuple[tuple[What, str], int]]:
    """The counts of one week."""

    def some(of: int, percent: int, word: str) -> int:
        """So many of a hundred, the rest going to this week or another by its date."""
        whole, rest = divmod(of * percent, 100)
        return whole + (_drawn(line.item, day, word) % 100 < rest)

    submitted = line.per_week * (75 + _drawn(line.item, day, "season") % 50) // 100
    out = {what: some(submitted, percent, what) for what, percent in _endings(line).items()}
    decided = max(0, submitted - sum(out.values()))
    rated = some(decided, line.rated, "rated")
    yield from (((what, ""), n) for what, n in out.items())
    yield (What.SUBMITTED, ""), submitted
    yield (What.BY_DRAFT, ""), submitted
    yield (What.DECIDED, ""), decided
    yield (What.GRANTED, ""), some(decided, line.granted, "granted")
    yield (What.ON_TIME, ""), some(decided, line.on_time, "on time")
    yield (What.IN_LAW, ""), some(decided, line.in_law, "in law")
    yield (What.TRIPS_KNOWN, ""), submitted if trips is not None else 0
    yield (What.NO_TRIP, ""), submitted if trips == 0 else 0
    yield (What.RATED, ""), rated
    yield from (((What.STARS, str(grade)), n) for grade, n in _split(rated, line.stars, _drawn(line.item, day, "stars")))
    for what, whole, of, parts in (
        (What.REASON, None, rated, line.reasons), (What.AGAIN, What.AGAIN, submitted, line.again),
        (What.MISSING, What.SUPPLEMENTED, submitted, line.missing), (What.LEFT, What.LEFT, submitted, line.left),
    ):  # fmt: skip
        yield from _parts(what, whole, {part: some(of, percent, f"{what} {part}") for part, percent in parts.items()})


def _endings(line: History) -> dict[What, int]:
    return {What.DECLINED: line.declined, What.WITHDRAWN: line.withdrawn, What.LAPSED: line.lapsed}


def _parts(what: What, whole: What | None, counts: Mapping[str, int]) -> Iterator[tuple[tuple[What, str], int]]:
    yield from (((what, part), n) for part, n in counts.items())
    if whole is not None:
        yield (whole, ""), sum(counts.values()) if what is What.LEFT else max(counts.values(), default=0)


def _split(n: int, weights: Sequence[int], drawn: int) -> Iterator[tuple[int, int]]:
    """n shared out by weight, what cannot be shared falling on one grade or another by the date."""
    total, reached, before = sum(weights), 0, 0
    for grade, weight in enumerate(weights, 1):
        reached += weight
        so_far = (n * reached + drawn % total) // total if grade < len(weights) else n
        yield grade, so_far - before
        before = so_far


def _drawn(item: str, day: dt.date, word: str) -> int:
    """A number that is always the same for the same item, week and word."""
    return zlib.crc32(f"{item} {day} {word}".encode()) >> 4
