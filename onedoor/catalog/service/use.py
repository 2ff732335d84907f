"""Counting what is used, for the hot list of the city and the frequent list of a person.

Openings are counted in memory without any person and written in batches; a person's own list grows only by what they apply for,
pin or hide.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from onedoor.catalog import store
from onedoor.catalog.errors import NotPinned, TooManyPinned
from onedoor.catalog.models import HOT, Frequent, Item, Origin, Was
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import memory
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid, Unauthorized
from onedoor.kernel.work import Work

from .browse import find_item, item
from .memory import USE

EVERY = 15.0
"""Seconds between two batches at least."""
PINS = 12
ACTIONS = ("pin", "hide", "restore", "up", "down")
KEPT_DAYS = 400

_opened: Counter[str] = Counter()
_written = [float("-inf")]


class Favourite(msgspec.Struct, frozen=True):
    """An item of a person's own list, with what they said of it."""

    item: Item
    uses: int
    pinned: bool
    hidden: bool


def record_open(code: str, origin: Origin | None = None) -> bool:
    """One more opening of a guide; True when it is time to write the batch down.

    An opening from the hot list counts nothing: it says that the item stands there, and would keep it there.
    """
    if find_item(code) is not None and (origin is None or origin.kind not in HOT):
        _opened[code] += 1
    return bool(_opened) and time.monotonic() - _written[0] >= EVERY


async def flush_use(work: Work) -> int:
    """Write down what this process has counted; what could not be written is counted again. How many items there were."""
    batch = dict(sorted(_opened.items()))
    if not batch:
        return 0
    _opened.clear()
    _written[0] = time.monotonic()
    try:
        await store.add_use(work.db, work.today, list(batch), list(batch.values()), [0] * len(batch))
        await memory.changed(work.db, USE)
    except BaseException:
        _opened.update(batch)
        raise
    return len(batch)


async def record_submission(work: Work, code: str, citizen: PersonId) -> None:
    """Somebody has applied: it counts for the city and joins their own list."""
    await store.add_use(work.db, work.today, [code], [0], [1])
    await store.add_frequent(work.db, citizen, code, work.now)
    identity.touch(work, citizen)
    await memory.changed(work.db, USE)


async def forget_old_use(work: Work) -> int:
    """Counts older than a year and a bit tell nothing any more."""
    return await store.forget_use(work.db, work.today - timedelta(days=KEPT_DAYS))


async def frequent(work: Work, citizen: PersonId, n: int) -> Sequence[Item]:
    """A person's own list: pinned ones first, then the most used; hidden ones left out."""
    return [known.item for known in await favourites(work, citizen) if not known.hidden][:n]


async def favourites(work: Work, citizen: PersonId) -> Sequence[Favourite]:
    """The whole own list, hidden ones included, for arranging it. Use fades by half in ninety days."""
    rows = await store.frequent(work.db, citizen)

    def weight(row: Frequent) -> float:
        return row.uses * 0.5 ** (max((work.now - row.last_at).days, 0) / 90)

    rows.sort(key=lambda row: (row.hidden, not row.pinned, row.place if row.pinned else 0, -weight(row), row.item_code))
    found = ((find_item(row.item_code), row) for row in rows)
    return [Favourite(known, row.uses, row.pinned, row.hidden) for known, row in found if known is not None]


async def arrange(work: Work, code: str, action: str, was: str = "") -> Was:
    """One change, as a form says it; how the item stood before, by which "undo" puts it back."""
    verbs = {"pin": pin, "hide": hide, "restore": restore, "up": up, "down": down}
    if action == "undo" and (before := Was.read(was)):
        return await put_back(work, code, before)
    if action not in verbs:
        raise Invalid(errors=[{"pointer": "/action", "detail": say(work.locale, "请选择置顶、调整先后、不再显示或恢复显示")}])
    return await verbs[action](work, code)


async def pin(work: Work, code: str) -> Was:
    """Keep it at the front of the own list, behind those that are there already."""
    return await put_back(work, code, Was(pinned=True, place=PINS))


async def hide(work: Work, code: str) -> Was:
    """Leave it out of the own list."""
    return await put_back(work, code, Was(hidden=True))


async def restore(work: Work, code: str) -> Was:
    """Neither pinned nor hidden."""
    return await put_back(work, code, Was())


async def up(work: Work, code: str) -> Was:
    """One place forward among the pinned ones."""
    return await _move(work, code, -1)


async def down(work: Work, code: str) -> Was:
    """One place back among the pinned ones."""
    return await _move(work, code, 1)


async def _move(work: Work, code: str, by: int) -> Was:
    before, pinned = await _stands(work, code)
    if not before.pinned:
        raise NotPinned()
    return await put_back(work, code, Was(pinned=True, place=min(max(before.place + by, 0), len(pinned) - 1)))


async def put_back(work: Work, code: str, wanted: Was) -> Was:
    """Let the item stand so; how it stood before."""
    before, pinned = await _stands(work, item(code).code)
    if wanted.pinned:
        rest = [known for known in pinned if known != code]
        if len(rest) >= PINS:
            raise TooManyPinned(limit=PINS)
        place = before.place if before.pinned and wanted.place == PINS else wanted.place  # pinned again, it stays where it is
        rest.insert(min(place, len(rest)), code)
        await store.mark_frequent(work.db, _me(work), code, work.now, pinned=True, hidden=False)
        await store.order_frequent(work.db, _me(work), rest)
    elif not wanted.absent or not await store.drop_unused(work.db, _me(work), code):
        await store.mark_frequent(work.db, _me(work), code, work.now, pinned=False, hidden=wanted.hidden)
    return before


async def _stands(work: Work, code: str) -> tuple[Was, list[str]]:
    """How the item stands, and the pinned ones in their order; another device of theirs changes nothing of it meanwhile."""
    await store.hold_frequent(work.db, _me(work))
    known = await favourites(work, _me(work))
    pinned = [one.item.code for one in known if one.pinned]
    if code in pinned:
        return Was(pinned=True, place=pinned.index(code)), pinned
    one = next((one for one in known if one.item.code == code), None)
    return Was(hidden=one is not None and one.hidden, absent=one is None), pinned


def _me(work: Work) -> PersonId:
    if work.actor.id is None:
        raise Unauthorized
    return PersonId(work.actor.id.uuid)
