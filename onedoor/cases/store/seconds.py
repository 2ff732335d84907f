"""Requests to a colleague to allow the case of somebody who is specially protected."""
from onedoor.cases.duty import Reach
from onedoor.cases.models import CaseId
from onedoor.cases.seconds import Second, SecondId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


async def latest(db: Db, org: Id, case: CaseId, reader: Id) -> Second | None:
    """What this reader asked last of this case."""
    return await db.maybe(
        Second,
        """select org_id, id, case_ref, citizen_ref, number, title, asked_by, asked_name, reason, asked_at, state, answered_by,
                  answered_name, words, answered_at, until
             from cases.second_reading where org_id = $org and case_ref = $case and asked_by = $reader
            order by asked_at desc, id desc limit 1""",
        org=org, case=case, reader=reader,
    )  # fmt: skip


async def add(db: Db, one: Second) -> int:
    """0 when the same reader waits for an answer already."""
    return await db.run(
        """insert into cases.second_reading (org_id, id, case_ref, citizen_ref, number, title, asked_by, asked_name, reason, asked_at)
           values ($org, $id, $case, $citizen, $number, $title, $by, $name, $reason, $at)
           on conflict (org_id, case_ref, asked_by) where state = 'asked' do nothing""",
        org=one.org_id, id=one.id, case=one.case_ref, citizen=one.citizen_ref, number=one.number, title=one.title, by=one.asked_by,
        name=one.asked_name, reason=one.reason, at=one.asked_at,
    )  # fmt: skip


async def waiting(db: Db, org: Id, me: Id, reach: Reach, after: SecondId, most: int) -> list[Second]:
    """What colleagues ask of cases that lie with the department, in these places: those that asked first come first."""
    return await db.all(
        Second,
        """select s.org_id, s.id, s.case_ref, s.citizen_ref, s.number, s.title, s.asked_by, s.asked_name, s.reason, s.asked_at, s.state,
                  s.answered_by, s.answered_name, s.words, s.answered_at, s.until
             from cases.second_reading s join cases.inbox i on i.org_id = s.org_id and i.case_id = s.case_ref
            where s.org_id = $org and s.state = 'asked' and s.id > $after and s.asked_by <> $me and s.citizen_ref <> $me
              and ($whole or i.district = any($districts::text[]) or i.street = any($streets::text[]))
            order by s.id limit $most""",
        org=org, after=after, me=me, whole=reach.whole, districts=reach.districts, streets=reach.streets, most=most,
    )  # fmt: skip


async def locked(db: Db, org: Id, which: SecondId) -> Second | None:
    """One of the department, for writing."""
    return await db.maybe(
        Second,
        """select org_id, id, case_ref, citizen_ref, number, title, asked_by, asked_name, reason, asked_at, state, answered_by,
                  answered_name, words, answered_at, until
             from cases.second_reading where org_id = $org and id = $which for update""",
        org=org, which=which,
    )  # fmt: skip


async def answer(db: Db, given: Second) -> int:
    """What the colleague said."""
    return await db.run(
        """update cases.second_reading set state = $state, answered_by = $by, answered_name = $name, words = $words, answered_at = $at,
                  until = $until
            where org_id = $org and id = $id and state = 'asked'""",
        state=given.state, by=given.answered_by, name=given.answered_name, words=given.words, at=given.answered_at, until=given.until,
        org=given.org_id, id=given.id,
    )  # fmt: skip
