"""Papers given later, and promises that stand for one."""
from datetime import date, datetime

from msgspec import Struct

from onedoor.cases.models import CaseId
from onedoor.cases.owing import Owed, Promise, PromiseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Due(Struct, frozen=True):
    """A case whose owed papers, or a promise whose check, has come due."""

    citizen_id: PersonId
    id: CaseId


class ToCheck(Struct, frozen=True):
    """A promise that is to be checked."""

    citizen_id: PersonId
    id: PromiseId


async def owe(db: Db, rows: list[Owed]) -> None:
    """These papers are given later. Written with the case itself."""
    db.before_commit(
        """insert into cases.owed (citizen_id, case_id, document, label, before, due_on)
           select $citizen, $case, o.document, o.label, o.before, $due
             from unnest($documents::text[], $labels::jsonb[], $befores::text[]) as o (document, label, before)""",
        citizen=rows[0].citizen_id, case=rows[0].case_id, due=rows[0].due_on, documents=[r.document for r in rows],
        labels=[r.label for r in rows], befores=[str(r.before) for r in rows],
    )  # fmt: skip


async def sign(db: Db, promise: Promise) -> None:
    """A promise, written with the case itself."""
    db.before_commit(
        """insert into cases.promise (citizen_id, id, case_id, org_ref, document, label, words, signed_at, check_on)
           values ($citizen, $id, $case, $org, $document, $label, $words, $signed, $check)""",
        citizen=promise.citizen_id, id=promise.id, case=promise.case_id, org=promise.org_ref, document=promise.document,
        label=promise.label, words=promise.words, signed=promise.signed_at, check=promise.check_on,
    )  # fmt: skip


async def owed(db: Db, citizen: PersonId, case: CaseId) -> list[Owed]:
    """What a case was taken on without."""
    return await db.all(
        Owed,
        """select citizen_id, case_id, document, label, before, due_on, state, given_at from cases.owed
            where citizen_id = $citizen and case_id = $case order by document limit 40""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def give(db: Db, citizen: PersonId, case: CaseId, documents: list[str], at: datetime) -> int:
    """These papers are there now."""
    return await db.run(
        """update cases.owed set state = 'given', given_at = $at
            where citizen_id = $citizen and case_id = $case and document = any($documents) and state <> 'given'""",
        at=at, citizen=citizen, case=case, documents=documents,
    )  # fmt: skip


async def bring_forward(db: Db, citizen: PersonId, case: CaseId, day: date) -> None:
    """No paper is due later than its case."""
    db.before_commit(
        """update cases.owed set due_on = $day where citizen_id = $citizen and case_id = $case and state <> 'given' and due_on > $day""",
        citizen=citizen, case=case, day=day,
    )  # fmt: skip


async def late(db: Db, citizen: PersonId, case: CaseId, today: date) -> int:
    """Papers whose day has passed are late from now on."""
    return await db.run(
        """update cases.owed set state = 'late'
            where citizen_id = $citizen and case_id = $case and state = 'owed' and due_on < $today""",
        citizen=citizen, case=case, today=today,
    )  # fmt: skip


async def overdue(db: Db, today: date, most: int) -> list[Due]:
    """Cases with a paper that is late today for the first time, or that is late while the clock runs."""
    return await db.all(
        Due,
        """-- scatter
           select distinct o.citizen_id, o.case_id as id from cases.owed o
             join cases.case_file c on c.citizen_id = o.citizen_id and c.id = o.case_id
            where o.due_on < $today and c.channel <> 'trial'
              and (o.state = 'owed' and c.status in ('submitted', 'accepted', 'supplementing', 'paused', 'decided')
                or o.state = 'late' and o.before = 'decision' and c.status = 'accepted')
            limit $most""",
        today=today, most=most,
    )  # fmt: skip


async def promises(db: Db, citizen: PersonId, case: CaseId | None) -> list[Promise]:
    """What somebody has promised: for one case, or ever, the latest first."""
    return await db.all(
        Promise,
        """select citizen_id, id, case_id, org_ref, document, label, words, signed_at, check_on, result, checked_at, checked_by, why,
                  barred_until, appeal, appealed_at, appeal_state, appeal_answer
             from cases.promise where citizen_id = $citizen and ($case::uuid is null or case_id = $case)
            order by signed_at desc, id limit 100""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def promise(db: Db, citizen: PersonId, promise: PromiseId) -> Promise | None:
    """One promise, for writing."""
    return await db.maybe(
        Promise,
        """select citizen_id, id, case_id, org_ref, document, label, words, signed_at, check_on, result, checked_at, checked_by, why,
                  barred_until, appeal, appealed_at, appeal_state, appeal_answer
             from cases.promise where citizen_id = $citizen and id = $promise for update""",
        citizen=citizen, promise=promise,
    )  # fmt: skip


async def barred(db: Db, citizen: PersonId, today: date) -> date | None:
    """Until when somebody may promise nothing, if so."""
    found: date | None = await db.value(
        "select max(barred_until) from cases.promise where citizen_id = $citizen and appeal_state <> 'lifted' and barred_until >= $today",
        citizen=citizen, today=today,
    )  # fmt: skip
    return found


async def to_check(db: Db, today: date, most: int) -> list[ToCheck]:
    """Promises whose check has come due and that nobody has been asked about yet."""
    return await db.all(
        ToCheck,
        """-- scatter
           select p.citizen_id, p.id from cases.promise p join cases.case_file c on c.citizen_id = p.citizen_id and c.id = p.case_id
            where p.result = '' and p.check_on <= $today and p.checked_at is null and c.channel <> 'trial'
              and c.status not in ('declined', 'withdrawn', 'lapsed')
            order by p.check_on, p.id limit $most""",
        today=today, most=most,
    )  # fmt: skip


async def put_promise(db: Db, promise: Promise) -> int:
    """What has been found, or said against it."""
    return await db.run(
        """update cases.promise set result = $result, checked_at = $at, checked_by = $by, why = $why, barred_until = $barred,
                  appeal = $appeal, appealed_at = $appealed, appeal_state = $state, appeal_answer = $answer
            where citizen_id = $citizen and id = $id""",
        result=promise.result, at=promise.checked_at, by=promise.checked_by, why=promise.why, barred=promise.barred_until,
        appeal=promise.appeal, appealed=promise.appealed_at, state=promise.appeal_state, answer=promise.appeal_answer,
        citizen=promise.citizen_id, id=promise.id,
    )  # fmt: skip
