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
