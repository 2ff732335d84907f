"""Learning without watching: what was typed and what was opened, counted by day without a person; and names that staff learn from it.

Both are counted in memory and written in batches, as openings are. Whatever looks like a number of a person, a plate or an address of a
mailbox is masked before it is counted.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from onedoor.catalog import policy, search_store
from onedoor.catalog.errors import AliasTaken, NoSuchAlias, NoSuchWish
from onedoor.catalog.learnt import Alias, Typed, Wish, WishId
from onedoor.catalog.models import Item, Strength
from onedoor.catalog.search import query_text
from onedoor.identity.models import PersonId
from onedoor.kernel import buckets, memory
from onedoor.kernel.db import unavailable
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.throttle import Throttle
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId

from .browse import find_item, item, known_district, office
from .find import Answer, answer, search
from .memory import CATALOG

RECENT_DAYS, KEPT_DAYS, LEAST = 30, 30, 3
"""Words are listed when they were typed at least LEAST times in RECENT_DAYS, and forgotten after KEPT_DAYS when they were not."""
MOST_COUNTED, MOST_ROWS, LONGEST_NAME = 5000, 50, 60
_MASKED = re.compile(r"\S+@\S+|[\u4e00-\u9fff][a-z][a-z0-9·]{5,6}(?![a-z0-9])|\d[\d -]{4,}\d", re.IGNORECASE)

SEARCHES = Throttle(capacity=20, per_second=5)
"""Searches, and names while typing, of one address."""
SOON = 2.0
"""Seconds that a batch waits for more of them."""
_waiting: list[asyncio.Task[None]] = []
_typed: Counter[tuple[str, Strength]] = Counter()
_opened: Counter[tuple[str, str]] = Counter()


class Row(msgspec.Struct, frozen=True):
    """What people typed, how it went, and the items that it may mean: what they opened in the end, then what search finds."""

    typed: Typed
    opened: tuple[tuple[Item, int], ...]
    found: tuple[Item, ...]


class Board(msgspec.Struct, frozen=True):
    rows: Sequence[Row]
    aliases: Sequence[tuple[Item, Alias]]
    wishes: Sequence[Wish]


def masked(query: str) -> str:
    """The words as they are counted: what could name a person or a thing of theirs is left out."""
    return _MASKED.sub("□", query_text(query))


def record_query(query: str, found: Answer) -> None:
    """One more answer to these words."""
    words = masked(query)
    if words and not found.number and (len(_typed) < MOST_COUNTED or (words, found.strength) in _typed):
        _typed[(words, found.strength)] += 1


def record_choice(query: str, code: str) -> None:
    """An item was opened from the answer to these words."""
    words = masked(query)
    if words and find_item(code) is not None and (len(_opened) < MOST_COUNTED or (words, code) in _opened):
        _opened[(words, code)] += 1


def write_soon(begin: Begin) -> None:
    """What is counted is written down in a moment, with all that comes meanwhile: nobody has to come again for it."""
    if (_typed or _opened) and not any(not one.done() and one.get_loop() is asyncio.get_running_loop() for one in _waiting):
        _waiting[:] = [asyncio.create_task(_write_later(begin))]


async def _write_later(begin: Begin) -> None:
    await asyncio.sleep(SOON)
    try:
        async with begin(actor=system("catalog.search")) as work:
            await flush_queries(work)
    except Exception as away:  # counted again, and written with the next
        if not isinstance(away, Unavailable) and unavailable(away) is None:
            raise


async def flush_queries(work: Work) -> int:
    """Write down what this process has counted; what could not be written is counted again."""
    typed, opened = dict(_typed), dict(sorted(_opened.items()))
    _typed.clear()
    _opened.clear()
    try:
        if typed:
            times: Counter[str] = Counter()
            for (words, _), n in typed.items():
                times[words] += n
            last = {words: strength.value for words, strength in typed}
            await search_store.add_queries(work.db, work.today, list(times), [last[w] for w in times], list(times.values()))
        if opened:
            await search_store.add_opened(work.db, work.today, [w for w, _ in opened], [c for _, c in opened], list(opened.values()))
    except BaseException:
        _typed.update(typed)
        _opened.update(opened)
        raise
    return len(typed) + len(opened)


async def forget_queries(work: Work) -> None:
    """Words that few people typed are forgotten after a month."""
    before = work.today - timedelta(days=KEPT_DAYS)
    await search_store.forget_queries(work.db, before, LEAST)
    await search_store.forget_opened(work.db, before)


async def board(work: Work, weak: bool) -> Board:
    """For whoever looks after the names: what was not found (or found and not opened), the names learnt, and what people wish."""
    policy.may_teach(work.actor)
    since = work.today - timedelta(days=RECENT_DAYS)
    typed = await search_store.typed(work.db, since, LEAST, weak, MOST_ROWS)
    opened: dict[str, list[tuple[Item, int]]] = {}
    for one in await search_store.opened(work.db, since, [t.words for t in typed]):
        if known := find_item(one.item):
            opened.setdefault(one.words, []).append((known, one.times))
    rows = [Row(one, tuple(opened.get(one.words, ())[:3]), tuple(search(one.words, 3))) for one in typed]
    learnt = ((find_item(alias.item), alias) for alias in await search_store.aliases(work.db))
    return Board(rows, [(known, alias) for known, alias in learnt if known], await search_store.wishes(work.db, MOST_ROWS))


def preview(words: str, code: str) -> int | None:
    """At which place the words find the item now; None when they do not."""
    found = [hit.item.code for hit in answer(words, 50).hits]
    return found.index(code) + 1 if code in found else None


async def teach(work: Work, words: str, code: str) -> Alias:
    """From now on the words name this item, in every process."""
    known, name = item(code), query_text(words)[:LONGEST_NAME].rstrip()
    policy.may_name(work.actor, _office(known))
    alias = Alias(known.code, name, work.now)
    if not await search_store.add_alias(work.db, known.code, name, _me(work), work.now):
        raise AliasTaken(words=name)
    await search_store.settle(work.db, query_text(words), _me(work), work.now)
    await memory.changed(work.db, CATALOG)
    return alias


async def unteach(work: Work, words: str, code: str) -> None:
    """The words name the item no more, and are listed again."""
    policy.may_name(work.actor, _office(item(code)))
    if not await search_store.drop_alias(work.db, code, words):
        raise NoSuchAlias()
    await search_store.unsettle(work.db, words, LONGEST_NAME)
    await memory.changed(work.db, CATALOG)


async def put_aside(work: Work, words: str) -> None:
    """Nothing of ours is meant by these words: they are listed no more."""
    policy.may_teach(work.actor)
    await search_store.settle(work.db, query_text(words), _me(work), work.now)


async def wish(work: Work, words: str, query: str, district: str) -> Wish:
    """没找到，告诉我们: what somebody was looking for, without their name."""
    await buckets.need(work.db, f"wish {work.ip}", capacity=3, per_second=3 / 86400)
    said = Wish(WishId.new(), _MASKED.sub("□", words.strip()), masked(query), known_district(district), work.now)
    await search_store.add_wish(work.db, said)
    return said


async def end_wish(work: Work, found: WishId) -> None:
    """Somebody has looked after it."""
    policy.may_teach(work.actor)
    if not await search_store.end_wish(work.db, found, work.now):
        raise NoSuchWish()


def _office(known: Item) -> OrgId | None:
    found = office(known.department)
    return found.id if found else None


def _me(work: Work) -> PersonId:
    assert isinstance(work.actor.id, PersonId)
    return work.actor.id
