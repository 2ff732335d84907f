"""People at counters, and drafts that are handed over there."""
from datetime import datetime

from msgspec import Struct

from onedoor.cases.counters import Asked, Counter, CounterId
from onedoor.cases.models import CaseId, DraftId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


class Handed(Struct, frozen=True):
    """Whose draft a code opens."""

    citizen_id: PersonId
    draft_id: DraftId


async def add(db: Db, counter: Counter, code_hash: str) -> int:
    """`code_hash`: of the code by which the draft was handed over, empty for whoever came with a card."""
    return await db.run(
        """insert into cases.counter (org_id, id, staff_ref, citizen_ref, ticket, item, draft_id, opened_at, code_hash)
           values ($org, $id, $staff, $citizen, $ticket, $item, $draft, $at, $hash)""",
        org=counter.org_id, id=counter.id, staff=counter.staff_ref, citizen=counter.citizen_ref, ticket=counter.ticket, item=counter.item,
        draft=counter.draft_id, at=counter.opened_at, hash=code_hash,
    )  # fmt: skip


async def by_card(db: Db, org: Id, staff: Id, citizen: PersonId, ticket: str, item: str, since: datetime) -> Counter | None:
    """My open turn with this person, this ticket and this item."""
    return await db.maybe(
        Counter,
        """select org_id, id, staff_ref, citizen_ref, ticket, item, draft_id, opened_at, closed_at, code_no, code_until, tries, confirmed,
                  case_ref
             from cases.counter where org_id = $org and staff_ref = $staff and citizen_ref = $citizen and ticket = $ticket
              and item = $item and closed_at is null and opened_at > $since
            order by opened_at desc, id limit 1""",
        org=org, staff=staff, citizen=citizen, ticket=ticket, item=item, since=since,
    )  # fmt: skip


async def by_code(db: Db, org: Id, staff: Id, ticket: str, code_hash: str, since: datetime) -> Counter | None:
    """My open turn that this code has opened for this ticket."""
    return await db.maybe(
        Counter,
        """select org_id, id, staff_ref, citizen_ref, ticket, item, draft_id, opened_at, closed_at, code_no, code_until, tries, confirmed,
                  case_ref
             from cases.counter where org_id = $org and staff_ref = $staff and ticket = $ticket and code_hash = $hash
              and closed_at is null and opened_at > $since""",
        org=org, staff=staff, ticket=ticket, hash=code_hash, since=since,
    )  # fmt: skip


async def locked(db: Db, org: Id, counter: CounterId) -> Counter | None:
    """One turn, for writing."""
    return await db.maybe(
        Counter,
        """select org_id, id, staff_ref, citizen_ref, ticket, item, draft_id, opened_at, closed_at, code_no, code_until, tries, confirmed,
                  case_ref
             from cases.counter where org_id = $org and id = $counter for update""",
        org=org, counter=counter,
    )  # fmt: skip


async def mine(db: Db, org: Id, staff: Id, since: datetime) -> list[Counter]:
    """Turns of mine that are still open."""
    return await db.all(
        Counter,
        """select org_id, id, staff_ref, citizen_ref, ticket, item, draft_id, opened_at, closed_at, code_no, code_until, tries, confirmed,
                  case_ref
             from cases.counter where org_id = $org and staff_ref = $staff and closed_at is null and opened_at > $since
            order by opened_at desc, id limit 20""",
        org=org, staff=staff, since=since,
    )  # fmt: skip


async def new_code(db: Db, org: Id, counter: CounterId, until: datetime) -> int:
    """Another one-time code; the one before is worth nothing any more."""
    return await db.run(
        "update cases.counter set code_no = code_no + 1, code_until = $until, tries = 0 where org_id = $org and id = $counter",
        until=until, org=org, counter=counter,
    )  # fmt: skip


async def tried(db: Db, org: Id, counter: CounterId) -> int:
    return await db.run("update cases.counter set tries = tries + 1 where org_id = $org and id = $counter", org=org, counter=counter)


async def confirm(db: Db, org: Id, counter: CounterId, how: str) -> int:
    return await db.run(
        "update cases.counter set confirmed = $how where org_id = $org and id = $counter", how=how, org=org, counter=counter
    )


async def close(db: Db, org: Id, counter: CounterId, at: datetime, case: CaseId | None) -> int:
    """The turn is over."""
    return await db.run(
        "update cases.counter set closed_at = $at, case_ref = $case where org_id = $org and id = $counter and closed_at is null",
        at=at, case=case, org=org, counter=counter,
    )  # fmt: skip


async def put_sheet(db: Db, made: Asked) -> int:
    """Another choice: the code that was sent for the one before is worth nothing any more."""
    return await db.run(
        """insert into cases.counter_sheet as s (org_id, counter_id, chosen, mode, locale, at)
           values ($org, $counter, $chosen, $mode, $locale, $at)
           on conflict (org_id, counter_id) do update
              set chosen = excluded.chosen, mode = excluded.mode, locale = excluded.locale, at = excluded.at, code_no = s.code_no + 1,
                  code_until = null""",
        org=made.org_id, counter=made.counter_id, chosen=made.chosen, mode=made.mode, locale=made.locale, at=made.at,
    )  # fmt: skip


async def sheet(db: Db, org: Id, counter: CounterId) -> Asked | None:
    return await db.maybe(
        Asked,
        """select org_id, counter_id, chosen, mode, locale, at, code_no, code_until, tries
             from cases.counter_sheet where org_id = $org and counter_id = $counter for update""",
        org=org, counter=counter,
    )  # fmt: skip


async def sheet_code(db: Db, org: Id, counter: CounterId, until: datetime) -> int:
    """A code for what was chosen; the one before is worth nothing any more."""
    return await db.run(
        """update cases.counter_sheet set code_no = code_no + 1, code_until = $until, tries = 0
            where org_id = $org and counter_id = $counter""",
        until=until, org=org, counter=counter,
    )  # fmt: skip


async def sheet_tried(db: Db, org: Id, counter: CounterId) -> int:
    return await db.run(
        "update cases.counter_sheet set tries = tries + 1 where org_id = $org and counter_id = $counter", org=org, counter=counter
    )


async def drop_sheet(db: Db, org: Id, counter: CounterId) -> int:
    """Agreed to, or the ticket is closed."""
    return await db.run("delete from cases.counter_sheet where org_id = $org and counter_id = $counter", org=org, counter=counter)


async def hand_over(db: Db, code_hash: str, citizen: PersonId, draft: DraftId, until: datetime) -> int:
    """Whoever has the code may open the draft at a counter, for a while."""
    return await db.run(
        "insert into cases.handover (code_hash, citizen_id, draft_id, until) values ($hash, $citizen, $draft, $until)",
        hash=code_hash, citizen=citizen, draft=draft, until=until,
    )  # fmt: skip


async def taken_over(db: Db, code_hash: str, now: datetime) -> Handed | None:
    """Once: the code is worth nothing afterwards."""
    return await db.maybe(
        Handed,
        "delete from cases.handover where code_hash = $hash and until > $now returning citizen_id, draft_id",
        hash=code_hash, now=now,
    )  # fmt: skip


async def sweep(db: Db, now: datetime) -> int:
    """Codes that nobody used."""
    return await db.run("-- scatter\ndelete from cases.handover where until <= $now", now=now)
