"""Every statement of insight."""

import datetime as dt
from collections.abc import Sequence

from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import Row, Stretch, Sum


async def add(db: Db, rows: Sequence[dict[str, object]], source: str) -> int:
    """So much more of each; rows that are not there yet begin."""
    return await db.run(
        """insert into insight.tally as t (day, item, org_ref, what, part, source, n)
           select day, item, org_ref, what, part, $source, n from jsonb_to_recordset($rows::jsonb)
               as r (day date, item text, org_ref uuid, what text, part text, n int)
            order by day, item, org_ref, what, part
           on conflict (day, item, org_ref, what, part, source) do update set n = t.n + excluded.n""",
        rows=rows, source=source,
    )  # fmt: skip


async def hold_adding(db: Db) -> int:
    """Whoever adds waits from here on until the end of the transaction, also who is only about to look whether it must."""
    return await db.run("lock table insight.tally in share row exclusive mode")


async def as_of_one_moment(db: Db) -> int:
    """All statements that follow see the database as the first of them does."""
    return await db.run("set transaction isolation level repeatable read")


async def will_add(db: Db) -> int:
    """Wait for a count that is under way."""
    return await db.run("lock table insight.tally in row exclusive mode")


async def uncover(db: Db, event: Id) -> int:
    """1 when a new count has included this event already."""
    return await db.run("delete from insight.covered where event = $event", event=event)


async def cover_waiting(db: Db, kinds: list[str]) -> int:
    """Events that are published and may still be delivered, also those given up and run again by the operator."""
    return await db.run(
        """insert into insight.covered (event)
           select substr(args ->> 'event', 7)::uuid from kernel.job where kind = any($kinds::text[])
           union select substr(args ->> 'event', 7)::uuid from kernel.job_dead where kind = any($kinds::text[])
           on conflict do nothing""",
        kinds=kinds,
    )


async def forget(db: Db, source: str) -> int:
    return await db.run("delete from insight.tally where source = $source", source=source)


async def forget_covered(db: Db, before: dt.datetime) -> int:
    return await db.run("delete from insight.covered where at < $before", before=before)


async def history(db: Db) -> list[Row]:
    """The demo's counts."""
    return await db.all(Row, "select day, item, org_ref, what, part, n from insight.tally where source = 'demo'")


async def whole(db: Db, first: dt.date, last: dt.date) -> list[Sum]:
    """Every item in every department, without its parts but for the grades."""
    return await db.all(
        Sum,
        """select item, org_ref, what, part, sum(n)::int as n, bool_or(source = 'demo') as demo from insight.tally
            where day between $first and $last and (part = '' or what = 'stars') group by item, org_ref, what, part""",
        first=first, last=last,
    )  # fmt: skip


async def of_item(db: Db, item: str, first: dt.date, last: dt.date) -> list[Sum]:
    return await db.all(
        Sum,
        """select item, org_ref, what, part, sum(n)::int as n, bool_or(source = 'demo') as demo from insight.tally
            where item = $item and day between $first and $last group by item, org_ref, what, part""",
        item=item, first=first, last=last,
    )  # fmt: skip


async def of_org(db: Db, org: OrgId, first: dt.date, last: dt.date) -> list[Sum]:
    return await db.all(
        Sum,
        """select item, org_ref, what, part, sum(n)::int as n, bool_or(source = 'demo') as demo from insight.tally
            where org_ref = $org and day between $first and $last group by item, org_ref, what, part""",
        org=org, first=first, last=last,
    )  # fmt: skip


async def stretches_of_item(db: Db, item: str, first: dt.date, last: dt.date, days: int) -> list[Stretch]:
    """Item by stretches of so many days, counted back from the last one."""
    return await db.all(
        Stretch,
        """select ($last - day) / $days as back, what, sum(n)::int as n from insight.tally
            where item = $item and day between $first and $last and part = '' and what in ('submit', 'decide', 'on_time')
            group by 1, what""",
        item=item, first=first, last=last, days=days,
    )  # fmt: skip


async def stretches_of_org(db: Db, org: OrgId, first: dt.date, last: dt.date, days: int) -> list[Stretch]:
    return await db.all(
        Stretch,
        """select ($last - day) / $days as back, what, sum(n)::int as n from insight.tally
            where org_ref = $org and day between $first and $last and part = '' and what in ('submit', 'decide', 'on_time')
            group by 1, what""",
        org=org, first=first, last=last, days=days,
    )  # fmt: skip
