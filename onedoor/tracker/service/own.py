"""我的数据足迹: my records by day, narrowed as I like."""

import datetime as dt

from onedoor.identity import service as identity
from onedoor.identity.models import Access, PersonId, Sought, Span
from onedoor.kernel.i18n import Text
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.tracker.models import Challenge, Choices, Look
from onedoor.tracker.store import challenges as store

PAGE, RECENT, MOST_PURPOSES = 20, 150, 40


def me(work: Work) -> PersonId:
    """Whose records they are: my own, or those of whom I decide for as they do."""
    actor = work.actor
    whose = actor.on_behalf_of if actor.behalf is not None and actor.behalf.whole else actor.id
    if not isinstance(whose, PersonId):
        raise Unauthorized()
    return whose


async def looks(work: Work, wanted: Sought) -> tuple[list[Look], int | None]:
    """One page of my records, the latest first, and the row before which the next page begins."""
    if wanted.narrow:
        found, rest = await identity.looks_sought(work, wanted, PAGE + 1)
    else:
        found, rest = await identity.looks(work, wanted.before, PAGE + 1), 0
    return await _told(work, found[:PAGE]), found[PAGE - 1].seq if len(found) > PAGE else rest or None


async def first(work: Work) -> tuple[list[Look], int | None, Choices]:
    """The first page, and what the latest records may be narrowed to: read at once."""
    found = await identity.looks(work, 0, RECENT)
    following = found[PAGE - 1].seq if len(found) > PAGE else None
    return await _told(work, found[:PAGE]), following, await _choices(work, found)


async def _told(work: Work, shown: list[Access]) -> list[Look]:
    asked = {one.access_seq: one.state for one in await store.of_looks(work.db, me(work), [one.seq for one in shown])} if shown else {}
    titles = await orgs.titles(work, [one.org for one in shown])
    return [Look(one, title(titles, one), orgs.plain(work.locale, one.fields), asked.get(one.seq)) for one in shown]


def title(titles: dict[str, Text], access: Access) -> Text | None:
    """The organisation's name of today, else the one it had."""
    return titles.get(access.org) or (Text(access.org_title) if access.org_title else None)


async def choices(work: Work) -> Choices:
    """What my latest records may be narrowed to."""
    return await _choices(work, await identity.looks(work, 0, RECENT))


async def _choices(work: Work, found: list[Access]) -> Choices:
    titles = await orgs.titles(work, [one.org for one in found])
    named = {one.org: title(titles, one) for one in found if one.org}
    purposes = dict(list({one.purpose.zh: one.purpose for one in found if one.purpose.zh}.items())[:MOST_PURPOSES])
    return Choices(
        sorted(((code, name) for code, name in named.items() if name), key=lambda pair: pair[1].zh),
        sorted({str(one.action) for one in found if not one.expired}), [purposes[zh] for zh in sorted(purposes)],
    )  # fmt: skip


async def one(work: Work, seq: int) -> tuple[Look, Challenge | None]:
    """One record of mine, and what I asked about it."""
    access = await identity.look(work, me(work), seq)
    titles, asked = await orgs.titles(work, [access.org]), await store.of_look(work.db, me(work), seq)
    return Look(access, title(titles, access), orgs.plain(work.locale, access.fields), asked.state if asked else None), asked


async def span(work: Work) -> Span:
    """The first and the last moment for which there are records of me."""
    return await identity.span_of_chain(work)


async def between(work: Work, begins: dt.datetime, ends: dt.datetime, offset: int, limit: int) -> tuple[int, list[Look]]:
    """How many records of mine lie in this time, and some of them, the latest first."""
    total, found = await identity.looks_between(work, begins, ends, offset, limit)
    titles = await orgs.titles(work, [one.org for one in found])
    return total, [Look(one, title(titles, one), orgs.plain(work.locale, one.fields), None) for one in found]
