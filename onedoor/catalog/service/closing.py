"""Services that rest or have ended: what people are told instead."""

from collections.abc import Mapping

from onedoor.catalog import store
from onedoor.catalog.errors import Retired, Suspended
from onedoor.catalog.models import Closure, ClosureState
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import pick
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work

_NONE: dict[str, Closure] = {}


async def _load(db: Db) -> dict[str, Closure]:
    return {one.item: one for one in await store.closures(db)}


_closures: Memory[dict[str, Closure]] = Memory("catalog.closure", _load)


async def closures(work: Work) -> Mapping[str, Closure]:
    """All of them, by the item's code, as this transaction has them: whoever has just changed one reads its own change."""
    return await _load(work.db)


def closure(code: str) -> Closure | None:
    """How a service stands, as this process knows it; None for one that is offered."""
    return (_closures.now if _closures.loaded else _NONE).get(code)


async def must_be_open(work: Work, code: str) -> None:
    """Refuse to begin or hand in what is not offered at the moment."""
    found = (await _closures.get(work.db)).get(code)
    if found and found.state is ClosureState.SUSPENDED:
        raise Suspended(pick(work.locale, found.notice), item=code)
    if found:
        raise Retired(pick(work.locale, found.notice), item=code, successor=found.successor)


async def put_closure(work: Work, code: str, found: Closure | None) -> None:
    """It rests or has ended; None: it is offered again. Every process knows within a moment."""
    if found is None:
        await store.drop_closure(work.db, code)
    else:
        await store.put_closure(work.db, found)
    await changed(work.db, _closures.name)
