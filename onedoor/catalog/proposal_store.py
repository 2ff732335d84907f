"""Every statement of names that openings suggest."""

from datetime import date, datetime

from onedoor.kernel.db import Db

from .learnt import Chosen, Proposal, ProposalState


async def chosen(db: Db, since: date, least: int, percent: int) -> list[Chosen]:
    """Words typed at least so often, and the item that so many in a hundred of these people opened."""
    return await db.all(
        Chosen,
        """with typed as (select words, sum(times)::bigint as times from catalog.query where on_day >= $since group by words
                          having sum(times) >= $least),
                opened as (select words, item, sum(times)::bigint as times from catalog.opened where on_day >= $since group by words, item)
           select t.words, o.item, t.times, o.times as opened from typed t join opened o using (words)
            where o.times * 100 >= t.times * $percent
              and not exists (select from catalog.settled s where s.words = t.words)
              and not exists (select from catalog.alias a where a.words = t.words and a.item = o.item)
            order by t.words, o.item""",
        since=since, least=least, percent=percent,
    )  # fmt: skip


async def propose(db: Db, words: list[str], items: list[str], times: list[int], opened: list[int], at: datetime) -> int:
    """Those that nobody has decided about; what was proposed before gets its new counts."""
    return await db.run(
        "insert into catalog.proposal as p (words, item, times, opened, proposed_at) "
        "select words, item, times, opened, $at from unnest($words::text[], $items::text[], $times::bigint[], $opened::bigint[]) "
        "as r (words, item, times, opened) on conflict (words, item) do update "
        "set times = excluded.times, opened = excluded.opened where p.state = 'proposed'",
        words=words, items=items, times=times, opened=opened, at=at,
    )  # fmt: skip


async def proposals(db: Db, limit: int) -> list[Proposal]:
    """Open ones, the most typed first, then refused ones, the latest first."""
    return await db.all(
        Proposal,
        "select words, item, times, opened, state, proposed_at from catalog.proposal where state <> 'approved' "
        "order by state = 'refused', times desc, words, item limit $limit",
        limit=limit,
    )


async def decide(db: Db, words: str, item: str, now: ProposalState, state: ProposalState) -> int:
    """From one state to another; 0 when it is not in the first."""
    return await db.run(
        "update catalog.proposal set state = $state where words = $words and item = $item and state = $now",
        words=words, item=item, now=now.value, state=state.value,
    )  # fmt: skip
