"""What readers looked at, counted by day."""

import datetime as dt

import msgspec

from onedoor.kernel.db import Db
from onedoor.tracker.models import DayLooks, OrgLooks, ReaderDay


class Usual(msgspec.Struct, frozen=True):
    """How many looks a day are usual for a reader."""

    actor: str
    org: str
    usual: int


async def usual(db: Db, first: dt.date, last: dt.date) -> list[Usual]:
    """Over these days, of the days on which somebody looked at all."""
    return await db.all(
        Usual,
        "select actor, org, avg(looks)::int as usual from tracker.reader_day where day between $first and $last group by actor, org",
        first=first, last=last,
    )  # fmt: skip


async def put(db: Db, rows: list[ReaderDay]) -> int:
    """The day as it is counted now in place of how it was counted before."""
    return await db.run(
        "insert into tracker.reader_day "
        "(day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin) "
        "select day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin "
        "from jsonb_populate_recordset(null::tracker.reader_day, $rows::jsonb) "
        "on conflict (day, actor, org) do update set name = excluded.name, "
        "looks = excluded.looks, people = excluded.people, bare = excluded.bare, late = excluded.late, named = excluded.named, "
        "colleagues = excluded.colleagues, refused = excluded.refused, exported = excluded.exported, usual = excluded.usual, "
        "rank = excluded.rank, kin = excluded.kin",
        rows=rows,
    )  # fmt: skip


async def flagged(
    db: Db, since: dt.date, before: dt.date | None, rank: int, actor: str, org: str, most: int
) -> list[ReaderDay]:
    """Days on which somebody stands out, the latest first and the most striking of a day first; from a line on when one is given."""
    return await db.all(
        ReaderDay,
        "select day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin "
        "from tracker.reader_day where rank > 0 and day >= $since and ($before::date is null or day < $before or day = $before and "
        "(rank < $rank or rank = $rank and (actor, org) > ($actor, $org))) order by day desc, rank desc, actor, org limit $most",
        since=since, before=before, rank=rank, actor=actor, org=org, most=most,
    )  # fmt: skip


async def refused(db: Db, since: dt.date, most: int) -> list[ReaderDay]:
    return await db.all(
        ReaderDay,
        "select day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin "
        "from tracker.reader_day where refused > 0 and day >= $since order by day desc, refused desc, actor, org limit $most",
        since=since, most=most,
    )  # fmt: skip


async def one(db: Db, day: dt.date, actor: str) -> list[ReaderDay]:
    return await db.all(
        ReaderDay,
        "select day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin "
        "from tracker.reader_day where day = $day and actor = $actor order by org limit 5",
        day=day, actor=actor,
    )  # fmt: skip


async def of_day(db: Db, day: dt.date) -> list[ReaderDay]:
    return await db.all(
        ReaderDay,
        "select day, actor, org, name, looks, people, bare, late, named, colleagues, refused, exported, usual, rank, kin "
        "from tracker.reader_day where day = $day",
        day=day,
    )  # fmt: skip


async def days(db: Db, since: dt.date) -> list[DayLooks]:
    return await db.all(
        DayLooks,
        "select day, sum(looks)::int as looks, count(*)::int as readers, (count(*) filter (where rank > 0))::int as flagged "
        "from tracker.reader_day where day >= $since group by day order by day desc",
        since=since,
    )  # fmt: skip


async def orgs(db: Db, since: dt.date) -> list[OrgLooks]:
    return await db.all(
        OrgLooks,
        "select org, sum(looks)::int as looks, sum(people)::int as people from tracker.reader_day where day >= $since group by org "
        "order by looks desc, org limit 30",
        since=since,
    )  # fmt: skip


async def forget(db: Db, before: dt.date) -> int:
    return await db.run("delete from tracker.reader_day where day < $before", before=before)
