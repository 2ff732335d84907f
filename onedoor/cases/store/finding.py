"""Lines of a department found by words or by person, however deep in its list they lie.

Fenced by `offset 0`: the rows of these words come out of their index, and all else is asked of them afterwards. Were the days or the
order inside the fence, a plan made for any word would read the whole list in order and ask each line.
"""
from datetime import date

from msgspec import Struct

from onedoor.cases.duty import After, Reach, Sought
from onedoor.cases.models import InboxRow
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


class Part(Struct, frozen=True):
    """Which part of the open lines: due between two days; the clock running, or the applicant's turn; held by nobody."""

    first: date
    last: date
    running: bool
    answering: bool
    free: bool


async def opened(db: Db, org: Id, reach: Reach, part: Part, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """Open lines with these words, the most urgent first."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and kernel.grams(words) @> kernel.grams($plain) offset 0) found
            where words like $like and status in ('submitted', 'accepted', 'supplementing', 'paused')
              and due_on between $first and $last and (due_on, case_id) > ($due, $case)
              and (not $running or status in ('submitted', 'accepted')) and (not $answering or status = 'supplementing')
              and (not $free or assignee_ref is null) and ($item = '' or item = $item)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, case_id limit $limit""",
        org=org, plain=sought.plain, like=sought.like, first=part.first, last=part.last, due=after.due_on, case=after.case,
        running=part.running, answering=part.answering, free=part.free, item=item, whole=reach.whole, districts=reach.districts,
        streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def ended(db: Db, org: Id, reach: Reach, after: After, item: str, sought: Sought) -> list[InboxRow]:
    """Closed lines with these words, the latest first."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from (select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                          assignee_ref, since, flags, words
                     from cases.inbox where org_id = $org and kernel.grams(words) @> kernel.grams($plain) offset 0) found
            where words like $like and status in ('decided', 'declined', 'withdrawn', 'lapsed')
              and since <= $since and (since < $since or case_id > $case) and ($item = '' or item = $item)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by since desc, case_id limit $limit""",
        org=org, plain=sought.plain, like=sought.like, since=after.since, case=after.case, item=item, whole=reach.whole,
        districts=reach.districts, streets=reach.streets, limit=sought.limit,
    )  # fmt: skip


async def of_person(db: Db, org: Id, reach: Reach, person: PersonId, most: int) -> list[InboxRow]:
    """What one person has or had with this department, the latest first."""
    return await db.all(
        InboxRow,
        """select org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on, legal_due_on, light,
                  assignee_ref, since, flags
             from cases.inbox where org_id = $org and citizen_ref = $person
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by since desc, case_id limit $most""",
        org=org, person=person, whole=reach.whole, districts=reach.districts, streets=reach.streets, most=most,
    )  # fmt: skip
