"""数据足迹 Who looked at whom: each look is one more row of that person's chain, written in the transaction of the look."""

import datetime as dt

from onedoor.identity import access_store as store
from onedoor.identity import chain
from onedoor.identity.errors import NoSuchAccess
from onedoor.identity.models import Access, AccessId, Action, Chained, Head, Link, PersonId, ReaderKind, Reading, Sought, Span
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.work import Actor, Work

FIRST = PersonId.parse("person_" + "0" * 32)
DEPTH, WHOLE = 5_000, 100_000
"""How many rows one page of a narrowed list looks through, and the list of one reader."""


def _said(
    work: Work, actor: Actor, kind: ReaderKind, purpose: Text, fields: tuple[str, ...], case: str | None, action: Action, basis: str,
    outcome: str, of: int, shown: dt.datetime | None = None,
) -> bytes:  # fmt: skip
    said = chain.Said(
        v=chain.VERSION, at=chain.instant(work.now), org=str(actor.org) if actor.org else "", org_title=actor.org_title[:120],
        actor=chain.pseudonym(actor.id) if actor.id else "", name=actor.name[:60], actor_kind=kind, action=action,
        elements=list(fields)[:60], purpose=Text(purpose.zh[:500], purpose.en[:500]), basis=basis[:200], case=(case or "")[:60],
        outcome=outcome[:60], of=of, shown_after=chain.instant(shown) if shown else "",
    )  # fmt: skip
    return chain.body_of(said)


def _kind(actor: Actor, citizen: PersonId | None) -> ReaderKind:
    if not isinstance(actor.id, PersonId):
        return ReaderKind.SYSTEM
    if citizen is not None and actor.id == citizen:
        return ReaderKind.SELF
    return ReaderKind.AGENT if citizen is not None and actor.on_behalf_of == citizen else ReaderKind.CLERK


async def record_access(
    work: Work, citizen: PersonId, purpose: Text, fields: tuple[str, ...], case: str | None, *, action: Action = Action.READ,
    kind: ReaderKind | None = None, basis: str = "", outcome: str = "", of: int = 0, by: Actor | None = None,
    shown_after: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Write down that this actor looked at these fields of a person; the person reads it at /me/data, by order not before `shown_after`."""
    actor = by or work.actor
    body = _said(work, actor, kind or _kind(actor, citizen), purpose, fields, case, action, basis, outcome, of, shown_after)
    store.add(work.db, citizen, AccessId.new(), work.now, body, shown_after)


async def record_accesses(
    work: Work, citizens: list[PersonId], purpose: Text, fields: tuple[str, ...], *, by: Actor | None = None, case: str | None = None,
    action: Action = Action.READ, kind: ReaderKind | None = None, basis: str = "",
) -> None:  # fmt: skip
    """The same for everybody on a list, in one statement; `by` is who looked when it is told later."""
    actor = by or work.actor
    if whom := list(dict.fromkeys(citizens)):
        body = _said(work, actor, kind or _kind(actor, None), purpose, fields, case, action, basis, "", 0)
        store.add_many(work.db, whom, [AccessId.new() for _ in whom], work.now, body)


def _whose(work: Work) -> PersonId | None:
    """Whose records are read: my own, or those of whom I decide for as they do."""
    actor = work.actor
    whose = actor.on_behalf_of if actor.behalf is not None and actor.behalf.whole else actor.id
    return whose if isinstance(whose, PersonId) else None


async def access_records(work: Work, before: AccessId | None, most: int, *, by: Id | None = None) -> list[Access]:
    """Who looked at my data, the latest first; with `by`, what this one looked at."""
    if (me := _whose(work)) is None:
        return []
    seq = await store.seq_of(work.db, me, before) if before else 0
    if seq is None:
        return []
    if by is None:
        return await looks(work, seq, most)
    found = await store.sought(work.db, me, seq, [chain.mark("actor", chain.pseudonym(by))], WHOLE, most)
    return [chain.read(link) for link in found]


async def looks(work: Work, before: int, most: int) -> list[Access]:
    """My records from a row backwards."""
    if (me := _whose(work)) is None:
        return []
    return [chain.read(link) for link in await store.page(work.db, me, before, most)]


async def looks_sought(work: Work, wanted: Sought, most: int) -> tuple[list[Access], int]:
    """Those of my records that are sought, some way back, and the row before which it was not looked yet; 0 at the end."""
    if (me := _whose(work)) is None:
        return [], 0
    begins = wanted.before or await store.last_seq(work.db, me) + 1
    said = {"org": wanted.org, "action": wanted.action, "zh": wanted.purpose}
    marks = [chain.mark(name, value) for name, value in said.items() if value]
    found = [chain.read(link) for link in await store.sought(work.db, me, begins, marks, DEPTH, most)]
    return found, max(0, begins - DEPTH)


async def look(work: Work, citizen: PersonId, seq: int) -> Access:
    """One row of a chain."""
    found = await store.one(work.db, citizen, seq)
    if found is None:
        raise NoSuchAccess()
    return chain.read(found)


async def chain_of(work: Work, citizen: PersonId, after: int, most: int) -> list[Link]:
    """A person's chain as it is stored, in order."""
    return await store.since(work.db, citizen, after, most)


async def hidden_looks(work: Work, citizen: PersonId) -> set[int]:
    """Which rows of a chain may not be shown to the person yet."""
    return set(await store.hidden(work.db, citizen, work.now))


async def span_of_chain(work: Work) -> Span:
    """The first and the last moment at which I was looked at."""
    return await store.span(work.db, work.actor.id) if isinstance(work.actor.id, PersonId) else Span(None, None)


async def looks_between(work: Work, begins: dt.datetime, ends: dt.datetime, offset: int, most: int) -> tuple[int, list[Access]]:
    """How many records of mine lie in this time, and some of them, the latest first."""
    if not isinstance(me := work.actor.id, PersonId):
        return 0, []
    total = await store.count_between(work.db, me, begins, ends)
    return total, [chain.read(link) for link in await store.between(work.db, me, begins, ends, offset, most)]


async def heads(work: Work, after: PersonId, most: int) -> list[Head]:
    """The last rows of everybody, person by person."""
    return await store.heads(work.db, after, most)


async def changed_heads(work: Work, since: dt.datetime, after: PersonId, most: int) -> list[Head]:
    """The last rows of those looked at since then, person by person."""
    return await store.changed(work.db, since, after, most)


async def links_between(work: Work, after: PersonId, last: PersonId) -> list[Chained]:
    """Everything about a stretch of people, for whoever works the chains out again."""
    return await store.links_between(work.db, after, last)


async def links_of(work: Work, citizens: list[PersonId]) -> list[Chained]:
    """Everything about these people."""
    return await store.links_of(work.db, citizens)


async def sampled(work: Work, begins: dt.datetime, ends: dt.datetime, most: int) -> list[Head]:
    """A few of those who were looked at in this time."""
    return await store.sample(work.db, begins, ends, most)


async def readings(
    work: Work, begins: dt.datetime, ends: dt.datetime, opens: int, closes: int, staff: list[PersonId], orgs: list[str]
) -> list[Reading]:
    """What each member of staff looked at in these hours of one day, counted."""
    working = work.calendar.is_working(begins.astimezone(work.zone).date())
    marks = [chain.pseudonym(one) for one in staff]
    return await store.readings(work.db, begins, ends, str(work.zone), opens, closes - 1, working, staff, orgs, marks)


async def looks_of_reader(
    work: Work, begins: dt.datetime, ends: dt.datetime, actor: str, after: tuple[dt.datetime, PersonId, int] | None, most: int
) -> list[tuple[PersonId, Access]]:
    """What one reader looked at on one day, and at whom; `after` is the moment, the person and the row of the last one seen."""
    found = await store.by_reader(work.db, begins, ends, chain.mark("actor", actor), *(after or (begins, FIRST, 0)), most)
    return [(one.citizen_id, chain.read(one.link)) for one in found]


async def expire_access(work: Work, before: dt.datetime, most: int) -> int:
    """Empty what is older than the city keeps it; how many rows."""
    return await store.expire(work.db, before, most)


async def carry_over(work: Work) -> int:
    """What workers of the version before have written goes into the chains."""
    return await store.carry_over(work.db)
