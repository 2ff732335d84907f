"""One line of figures for each service and department, as the room that counts hands it down."""

from collections.abc import Sequence

from onedoor.catalog import store
from onedoor.catalog.models import Standing
from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work

NAME = "catalog.standing"


async def _load(db: Db) -> dict[tuple[str, str], Standing]:
    return {(one.kind, one.code): one for one in await store.standings(db)}


_standings = Memory(NAME, _load)


def standing_of(kind: str, code: str) -> Standing | None:
    """The line of one service or department; None while nothing is known."""
    return _standings.now.get((kind, code)) if _standings.loaded else None


async def put_standings(work: Work, lines: Sequence[Standing]) -> int:
    """The lines are these from now on, in every process; how many are new, different or gone."""
    count = await store.put_standings(work.db, list(lines))
    if count:
        await changed(work.db, NAME)
    return count
