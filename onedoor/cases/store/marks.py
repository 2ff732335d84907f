"""Parts of a department's list that go by a mark of the line, or by a clock that stands still. Each reads an index of these lines alone."""
from onedoor.cases.duty import COUNTED, After, Marks, Reach, Sought
from onedoor.cases.models import InboxRow
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


async def paused(db: Db, org: Id, reach: Reach, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """已暂停: the clock stands still for something that is not a supplement."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and status = 'paused' and (due_on, case_id) > ($due, $case)
              and ($item = '' or item = $item) and ($like = '' or words like $like)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, case_id limit $limit""",
        org=org, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole, districts=reach.districts,
        streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def supplementing_in(db: Db, org: Id, reach: Reach, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """待补正 in some districts and streets: the head of each place's list, then the head of all."""
    return await db.all(
        InboxRow,
        """select x.org_id, x.case_id, x.citizen_ref, x.number, x.item, x.title, x.holder, x.district, x.street, x.status, x.due_on,
                  x.legal_due_on, x.light, x.assignee_ref, x.since, x.flags
             from (select case_id, due_on from (
              select near.case_id, near.due_on from unnest((select $districts::text[])) p (place) cross join lateral (
                select i.case_id, i.due_on, i.words from cases.inbox i where i.org_id = $org and i.district = p.place
                   and i.status = 'supplementing' and (i.due_on, i.case_id) > ($due, $case) and ($item = '' or i.item = $item)
                 order by i.due_on, i.case_id limit 600) near where $like = '' or near.words like $like
              union
              select near.case_id, near.due_on from unnest((select $streets::text[])) p (place) cross join lateral (
                select i.case_id, i.due_on, i.words from cases.inbox i where i.org_id = $org and i.street = p.place
                   and i.status = 'supplementing' and (i.due_on, i.case_id) > ($due, $case) and ($item = '' or i.item = $item)
                 order by i.due_on, i.case_id limit 600) near where $like = '' or near.words like $like
              ) o order by due_on, case_id limit $limit) n join cases.inbox x on x.org_id = $org and x.case_id = n.case_id
            order by x.due_on, x.case_id limit $limit""",
        org=org, districts=reach.districts, streets=reach.streets, due=after.due_on, case=after.case, item=item, like=sought.like,
        limit=sought.limit,
    )  # fmt: skip


async def opened(db: Db, org: Id, reach: Reach, marks: list[str], after: After, item: str, sought: Sought) -> list[InboxRow]:
    """Open lines with one of these marks."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and flags <> '[]'::jsonb
              and status in ('submitted', 'accepted', 'supplementing', 'paused')
              and flags ?| $marks::text[] and (due_on, case_id) > ($due, $case)
              and ($item = '' or item = $item) and ($like = '' or words like $like)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, case_id limit $limit""",
        org=org, marks=marks, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole,
        districts=reach.districts, streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def waiting(db: Db, org: Id, reach: Reach, marks: list[str], after: After, item: str, sought: Sought) -> list[InboxRow]:
    """Lines of whatever status that wait for somebody to look at them."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and flags ?| array['promise', 'appeal', 'unregistered']
              and flags ?| $marks::text[] and (due_on, case_id) > ($due, $case)
              and ($item = '' or item = $item) and ($like = '' or words like $like)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, case_id limit $limit""",
        org=org, marks=marks, due=after.due_on, case=after.case, item=item, like=sought.like, whole=reach.whole,
        districts=reach.districts, streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def counts(db: Db, org: Id, reach: Reach) -> Marks:
    """How long these parts are, counted no further than a limit."""
    return await db.one(
        Marks,
        """select
             (select count(*)::int from (select from cases.inbox where org_id = $org and status = 'paused'
                and ($whole or district = any($districts::text[]) or street = any($streets::text[])) limit $most) a) as paused,
             (select count(*)::int from (select from cases.inbox where org_id = $org and flags <> '[]'::jsonb
                and status in ('submitted', 'accepted', 'supplementing', 'paused') and flags ?| array['transferred', 'returned', 'disputed']
                and ($whole or district = any($districts::text[]) or street = any($streets::text[])) limit $most) b) as transferred,
             (select count(*)::int from (select from cases.inbox where org_id = $org
                and flags ?| array['promise', 'appeal', 'unregistered'] and flags ?| array['promise', 'appeal']
                and ($whole or district = any($districts::text[]) or street = any($streets::text[])) limit $most) c) as promises,
             (select count(*)::int from (select from cases.inbox where org_id = $org
                and flags ?| array['promise', 'appeal', 'unregistered'] and flags ? 'unregistered'
                and ($whole or district = any($districts::text[]) or street = any($streets::text[])) limit $most) d) as stuck""",
        org=org, whole=reach.whole, districts=reach.districts, streets=reach.streets, most=COUNTED,
    )  # fmt: skip
