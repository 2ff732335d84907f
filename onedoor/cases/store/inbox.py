"""The department's list. Its key is the department; open statuses stand literally, so that the partial indexes are used.

A word is looked for in the first thousand lines of a list (six hundred of each place) and no further: a common one is found there, and
what lies deeper is asked of an index, in finding.py. These numbers stand literally too: a plan made for any number sorts the whole list.
"""
from datetime import date
from typing import Any

from msgspec import Struct

from onedoor.cases.duty import COUNTED, After, Counts, Reach, Sought
from onedoor.cases.models import CaseId, InboxRow
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId


class Taken(Struct, frozen=True):
    """A line that has just been given to somebody."""

    case_id: CaseId
    number: str


class Held(Struct, frozen=True):
    """Open lines of one place that one clerk has."""

    assignee_ref: PersonId
    district: str
    street: str


class Late(Struct, frozen=True):
    """A line whose light has just changed."""

    case_id: CaseId
    citizen_ref: PersonId
    item: str
    light: str


class Raised(Struct, frozen=True):
    """A line that has come to a level of escalation."""

    number: str
    district: str
    street: str
    assignee_ref: PersonId | None
    level: int


async def free(db: Db, org: Id, after: After) -> list[InboxRow]:
    """待领 of the whole department, narrowed by nothing: the page everybody begins with. Apart from `unclaimed`, because what may be left
    out there, or a limit by parameter, makes PostgreSQL think out a plan anew for each look, which took longer than looking."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and status in ('submitted', 'accepted') and assignee_ref is null
              and (due_on, case_id) > ($due, $case) order by due_on, case_id limit 31""",
        org=org, due=after.due_on, case=after.case,
    )  # fmt: skip


async def unclaimed(db: Db, org: Id, reach: Reach, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """待领: nobody has it and the clock runs."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and status in ('submitted', 'accepted') and assignee_ref is null
                      and (due_on, case_id) > ($due, $case) and ($item = '' or item = $item)
                      and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
                    order by due_on, case_id limit 1000) near where $like = '' or words like $like
            order by due_on, case_id limit $limit""",
        org=org, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole, districts=reach.districts,
        streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def opened(
    db: Db, org: Id, first: date, last: date, running: bool, after: After, item: str, sought: Sought
) -> list[InboxRow]:
    """Everything open of the whole department that is due between two days; `running`: the clock must run."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and status in ('submitted', 'accepted', 'supplementing', 'paused')
                      and due_on between $first and $last and (due_on, case_id) > ($due, $case)
                      and (not $running or status in ('submitted', 'accepted'))
                      and ($item = '' or item = $item)
                    order by due_on, case_id limit 1000) near where $like = '' or words like $like
            order by due_on, case_id limit $limit""",
        org=org, first=first, last=last, running=running, due=after.due_on, case=after.case, item=item, like=sought.like,
        limit=sought.limit,
    )  # fmt: skip


async def opened_in(
    db: Db, org: Id, reach: Reach, first: date, last: date, running: bool, free: bool, after: After, item: str, sought: Sought
) -> list[InboxRow]:
    """The same in some districts and streets: the head of each place's list, then the head of all. `free`: nobody has it."""
    return await db.all(
        InboxRow,
        """select x.org_id, x.case_id, x.citizen_ref, x.number, x.item, x.title, x.holder, x.district, x.street, x.status, x.due_on,
                  x.legal_due_on, x.light, x.assignee_ref, x.since, x.flags
             from (select case_id, due_on from (
              select near.case_id, near.due_on from unnest($districts::text[]) p (place) cross join lateral (
                select i.case_id, i.due_on, i.words from cases.inbox i where i.org_id = $org and i.district = p.place
                   and i.status in ('submitted', 'accepted', 'supplementing', 'paused')
                   and i.due_on between $first and $last and (i.due_on, i.case_id) > ($due, $case)
                   and (not $running or i.status in ('submitted', 'accepted')) and (not $free or i.assignee_ref is null)
                   and ($item = '' or i.item = $item)
                 order by i.due_on, i.case_id limit 600) near where $like = '' or near.words like $like
              union
              select near.case_id, near.due_on from unnest($streets::text[]) p (place) cross join lateral (
                select i.case_id, i.due_on, i.words from cases.inbox i where i.org_id = $org and i.street = p.place
                   and i.status in ('submitted', 'accepted', 'supplementing', 'paused')
                   and i.due_on between $first and $last and (i.due_on, i.case_id) > ($due, $case)
                   and (not $running or i.status in ('submitted', 'accepted')) and (not $free or i.assignee_ref is null)
                   and ($item = '' or i.item = $item)
                 order by i.due_on, i.case_id limit 600) near where $like = '' or near.words like $like
              ) o order by due_on, case_id limit $limit) n join cases.inbox x on x.org_id = $org and x.case_id = n.case_id
            order by x.due_on, x.case_id limit $limit""",
        org=org, districts=reach.districts, streets=reach.streets, first=first, last=last, running=running, free=free,
        due=after.due_on, case=after.case, item=item, like=sought.like, limit=sought.limit,
    )  # fmt: skip


async def mine(db: Db, org: Id, reach: Reach, me: Id, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """我的: open and mine, the waiting ones too."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and assignee_ref = $me
              and status in ('submitted', 'accepted', 'supplementing', 'paused')
              and (due_on, case_id) > ($due, $case) and ($item = '' or item = $item) and ($like = '' or words like $like)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, case_id limit $limit""",
        org=org, me=me, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole, districts=reach.districts,
        streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def supplementing(db: Db, org: Id, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """待补正 of the whole department: the applicant's turn."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and status = 'supplementing'
                      and (due_on, case_id) > ($due, $case) and ($item = '' or item = $item)
                    order by due_on, case_id limit 1000) near where $like = '' or words like $like
            order by due_on, case_id limit $limit""",
        org=org, due=after.due_on, case=after.case, item=item, like=sought.like, limit=sought.limit,
    )  # fmt: skip


async def done(db: Db, org: Id, reach: Reach, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """已办: closed, the latest first."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and status in ('decided', 'declined', 'withdrawn', 'lapsed')
                      and since <= $since and (since < $since or case_id > $case)
                      and ($item = '' or item = $item)
                      and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
                    order by since desc, case_id limit 1000) near where $like = '' or words like $like
            order by since desc, case_id limit $limit""",
        org=org, since=after.since, case=after.case, item=item, like=sought.like, whole=reach.whole, districts=reach.districts,
        streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def count_mine(db: Db, org: Id, me: Id) -> int:
    """How many open lines are mine, counted no further than a limit."""
    found = await db.value(
        """select count(*)::int from (select from cases.inbox where org_id = $org and assignee_ref = $me
             and status in ('submitted', 'accepted', 'supplementing', 'paused') limit $most) m""",
        org=org, me=me, most=COUNTED,
    )  # fmt: skip
    return int(found or 0)


async def counts(db: Db, org: Id, today: date, soon: date) -> Counts:
    """How long the parts of the whole department's list are, counted no further than a limit."""
    return await db.one(
        Counts,
        """select
             (select count(*)::int from (select from cases.inbox where org_id = $org and status in ('submitted', 'accepted')
                and assignee_ref is null limit $most) a) as unclaimed,
             (select count(*)::int from (select from cases.inbox where org_id = $org and status in ('submitted', 'accepted')
                and due_on between $today and $soon limit $most) b) as soon,
             (select count(*)::int from (select from cases.inbox where org_id = $org and status in ('submitted', 'accepted')
                and due_on < $today limit $most) c) as overdue,
             (select count(*)::int from (select from cases.inbox where org_id = $org and status = 'supplementing'
                limit $most) d) as supplementing""",
        org=org, today=today, soon=soon, most=COUNTED,
    )  # fmt: skip


async def counts_in(db: Db, org: Id, reach: Reach, today: date, soon: date) -> Counts:
    """The same in some districts and streets: each place is read from its own index and no further than the limit."""
    return await db.one(
        Counts,
        """select least($most, count(*) filter (where x.status <> 'supplementing' and x.assignee_ref is null))::int as unclaimed,
                  least($most, count(*) filter (where x.status <> 'supplementing' and x.due_on between $today and $soon))::int as soon,
                  least($most, count(*) filter (where x.status <> 'supplementing' and x.due_on < $today))::int as overdue,
                  least($most, count(*) filter (where x.status = 'supplementing'))::int as supplementing
             from (
              select near.status, near.assignee_ref, near.due_on from unnest($districts::text[]) p (place) cross join lateral (
                select i.status, i.assignee_ref, i.due_on from cases.inbox i where i.org_id = $org and i.district = p.place
                   and i.status in ('submitted', 'accepted', 'supplementing') order by i.due_on, i.case_id limit $most * 10) near
              union all
              select near.status, near.assignee_ref, near.due_on from unnest($streets::text[]) p (place) cross join lateral (
                select i.status, i.assignee_ref, i.due_on from cases.inbox i where i.org_id = $org and i.street = p.place
                   and i.status in ('submitted', 'accepted', 'supplementing') order by i.due_on, i.case_id limit $most * 10) near) x""",
        org=org, districts=reach.districts, streets=reach.streets, today=today, soon=soon, most=COUNTED,
    )  # fmt: skip


async def row(db: Db, org: Id, case: CaseId) -> InboxRow | None:
    """One line of one department: the only way from staff to a person."""
    return await db.maybe(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and case_id = $case""",
        org=org, case=case,
    )  # fmt: skip


async def anywhere(db: Db, orgs: list[OrgId], case: CaseId) -> InboxRow | None:
    """The line of a case in whichever of these departments has it."""
    return await db.maybe(
        InboxRow,
        """-- scatter
           select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = any($orgs) and case_id = $case limit 1""",
        orgs=orgs, case=case,
    )  # fmt: skip


async def claim(db: Db, org: Id, cases: list[CaseId], me: Id, reach: Reach) -> list[Taken]:
    """领取: those of these lines that nobody has are mine now."""
    return await db.all(
        Taken,
        """update cases.inbox set assignee_ref = $me
            where org_id = $org and case_id = any($cases::uuid[]) and assignee_ref is null and citizen_ref <> $me
              and status in ('submitted', 'accepted', 'supplementing', 'paused')
              and ($whole or district = any($districts::text[]) or street = any($streets::text[])) returning case_id, number""",
        org=org, cases=cases, me=me, whole=reach.whole, districts=reach.districts, streets=reach.streets,
    )  # fmt: skip


async def claim_next(db: Db, org: Id, me: Id, reach: Reach) -> Taken | None:
    """领取下一件: the most urgent line that nobody has; a line somebody is just taking is passed over."""
    return await db.maybe(
        Taken,
        """update cases.inbox set assignee_ref = $me where org_id = $org and case_id = (
             select case_id from cases.inbox where org_id = $org and status in ('submitted', 'accepted') and assignee_ref is null
                and citizen_ref <> $me and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
              order by due_on, case_id limit 1 for update skip locked) returning case_id, number""",
        org=org, me=me, whole=reach.whole, districts=reach.districts, streets=reach.streets,
    )  # fmt: skip


async def release(db: Db, org: Id, case: CaseId, holder: Id) -> int:
    """The line goes back; 0 when this holder does not have it."""
    return await db.run(
        "update cases.inbox set assignee_ref = null where org_id = $org and case_id = $case and assignee_ref = $holder",
        org=org, case=case, holder=holder,
    )  # fmt: skip


async def assign(db: Db, org: Id, case: CaseId, to: Id) -> int:
    """The line is somebody's, whoever had it."""
    return await db.run(
        "update cases.inbox set assignee_ref = $to where org_id = $org and case_id = $case", org=org, case=case, to=to
    )


async def leave(db: Db, org: OrgId, case: CaseId) -> int:
    """The case has gone to another department."""
    return await db.run("delete from cases.inbox where org_id = $org and case_id = $case", org=org, case=case)


async def flag(db: Db, org: OrgId, case: CaseId, flags: list[str]) -> int:
    """Marks that the list shows."""
    return await db.run(
        "update cases.inbox set flags = $flags where org_id = $org and case_id = $case", org=org, case=case, flags=flags
    )


async def mark(db: Db, org: OrgId, case: CaseId, flag: str) -> int:
    """One more mark on a line."""
    return await db.run(
        "update cases.inbox set flags = flags || to_jsonb($flag::text) where org_id = $org and case_id = $case and not flags ? $flag",
        flag=flag, org=org, case=case,
    )  # fmt: skip


async def unmark(db: Db, org: OrgId, case: CaseId, flag: str) -> int:
    """A mark goes."""
    return await db.run(
        "update cases.inbox set flags = flags - $flag::text where org_id = $org and case_id = $case and flags ? $flag",
        flag=flag, org=org, case=case,
    )  # fmt: skip


async def light_up(db: Db, org: Id, today: date, items: list[str], untils: list[date], most: int) -> list[Late]:
    """Green lines that are yellow by now, yellow ones that are red; a clock that stands still keeps its light."""
    return await db.all(
        Late,
        """update cases.inbox i set light = case when i.due_on < $today then 'red' else 'yellow' end
            where i.org_id = $org and i.case_id in (
             select n.case_id from cases.inbox n join unnest($items::text[], $untils::date[]) t (item, until) on t.item = n.item
              where n.org_id = $org and n.status in ('submitted', 'accepted') and n.due_on <= greatest(t.until, $today::date - 1)
                and n.light <> case when n.due_on < $today then 'red' else 'yellow' end
              order by n.due_on, n.case_id limit $most)
           returning i.case_id, i.citizen_ref, i.item, i.light""",
        org=org, today=today, items=items, untils=untils, most=most,
    )  # fmt: skip


async def raise_levels(db: Db, org: Id, today: date, long_ago: date, most: int) -> list[Raised]:
    """Lines that have come nearer to their day, or further past it, than anybody has been told: each once a level."""
    return await db.all(
        Raised,
        """update cases.inbox i set level = case when i.due_on < $long_ago then 3 when i.due_on < $today then 2 else 1 end
            where i.org_id = $org and i.case_id in (
             select n.case_id from cases.inbox n
              where n.org_id = $org and n.status in ('submitted', 'accepted') and n.light <> 'green'
                and n.level < case when n.due_on < $long_ago then 3 when n.due_on < $today then 2 else 1 end
              order by n.due_on, n.case_id limit $most)
           returning i.number, i.district, i.street, i.assignee_ref, i.level""",
        org=org, today=today, long_ago=long_ago, most=most,
    )  # fmt: skip


async def mine_of(db: Db, org: Id, reach: Reach, people: list[PersonId], after: After, item: str, sought: Sought) -> list[InboxRow]:
    """我的, and those of colleagues for whom I stand in: the head of each one's list, then the head of all."""
    return await db.all(
        InboxRow,
        """select x.org_id, x.case_id, x.citizen_ref, x.number, x.item, x.title, x.holder, x.district, x.street, x.status, x.due_on,
                  x.legal_due_on, x.light, x.assignee_ref, x.since, x.flags
             from unnest($people::uuid[]) p (who) cross join lateral (
              select i.org_id, i.case_id, i.citizen_ref, i.number, i.item, i.title, i.holder, i.district, i.street, i.status, i.due_on,
                     i.legal_due_on, i.light, i.assignee_ref, i.since, i.flags
                from cases.inbox i where i.org_id = $org and i.assignee_ref = p.who
                 and i.status in ('submitted', 'accepted', 'supplementing', 'paused')
                 and (i.due_on, i.case_id) > ($due, $case) and ($item = '' or i.item = $item) and ($like = '' or i.words like $like)
                 and ($whole or i.district = any($districts::text[]) or i.street = any($streets::text[]))
               order by i.due_on, i.case_id limit $limit) x
            order by x.due_on, x.case_id limit $limit""",
        org=org, people=people, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole,
        districts=reach.districts, streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def held(db: Db, org: Id) -> list[Held]:
    """Who has open lines where."""
    return await db.all(
        Held,
        """select distinct assignee_ref, district, street from cases.inbox
            where org_id = $org and assignee_ref is not null and status in ('submitted', 'accepted', 'supplementing', 'paused')""",
        org=org,
    )  # fmt: skip


async def take_back(db: Db, org: Id, gone: list[Held]) -> int:
    """Open lines of those who no longer serve there go back to the queue."""
    rows: list[dict[str, Any]] = [{"who": h.assignee_ref.uuid, "district": h.district, "street": h.street} for h in gone]
    return await db.run(
        """update cases.inbox i set assignee_ref = null
             from jsonb_to_recordset($rows::jsonb) as g (who uuid, district text, street text)
            where i.org_id = $org and i.assignee_ref = g.who and i.district = g.district and i.street = g.street
              and i.status in ('submitted', 'accepted', 'supplementing', 'paused')""",
        org=org, rows=rows,
    )  # fmt: skip
