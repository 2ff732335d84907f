"""Counting anew: what has happened to cases, from the stored facts, for a report that must start over."""
from onedoor.cases.store import tallies as store
from onedoor.cases.store.tallies import Tally
from onedoor.kernel.work import Work

from .definitions import ZONE, memory
from .rating import REASONS

__all__ = ["Tally", "tallies"]


async def tallies(work: Work) -> list[Tally]:
    """Everything there is to count, by day, item and department; no row stands for a person."""
    known = (await memory.get(work.db)).processes.values()
    zone = next((process.zone for process in known), ZONE)
    return [
        *await store.of_moves(work.db, zone), *await store.of_ratings(work.db, zone, list(REASONS)), *await store.of_drafts(work.db),
    ]  # fmt: skip
