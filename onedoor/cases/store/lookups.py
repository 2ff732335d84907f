"""What clerks have registers asked for a case."""
from datetime import date, datetime

from onedoor.cases.lookup import Lookup, LookupId, Outcome
from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def add(db: Db, one: Lookup) -> int:
    return await db.run(
        "insert into cases.lookup (citizen_id, id, case_id, element, source, reason, by_ref, by_name, asked_at) "
        "values ($citizen, $id, $case, $element, $source, $reason, $by, $name, $at)",
        citizen=one.citizen_id, id=one.id, case=one.case_id, element=one.element, source=one.source, reason=one.reason, by=one.by_ref,
        name=one.by_name, at=one.asked_at,
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: CaseId) -> list[Lookup]:
    """The newest first."""
    return await db.all(
        Lookup,
        "select citizen_id, id, case_id, element, source, reason, by_ref, by_name, asked_at, state, as_of, answered_at from cases.lookup "
        "where citizen_id = $citizen and case_id = $case order by asked_at desc, id desc limit 200",
        citizen=citizen, case=case,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, which: LookupId) -> Lookup | None:
    return await db.maybe(
        Lookup,
        "select citizen_id, id, case_id, element, source, reason, by_ref, by_name, asked_at, state, as_of, answered_at from cases.lookup "
        "where citizen_id = $citizen and id = $which for update",
        citizen=citizen, which=which,
    )  # fmt: skip


async def came_out(db: Db, one: Lookup, state: Outcome, as_of: date | None, at: datetime | None) -> int:
    return await db.run(
        "update cases.lookup set state = $state, as_of = $as_of, answered_at = $at where citizen_id = $citizen and id = $id",
        citizen=one.citizen_id, id=one.id, state=str(state), as_of=as_of, at=at,
    )  # fmt: skip
