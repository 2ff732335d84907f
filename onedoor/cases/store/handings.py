"""What of cases goes to other departments' systems."""

from datetime import datetime

from onedoor.cases.handing import Handing, HandState
from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def add(db: Db, citizen: PersonId, case: CaseId, register: str, operation: str, at: datetime) -> int:
    """To be handed over; 0 when it is on its way already."""
    return await db.run(
        "insert into cases.handing (citizen_id, case_id, register, operation, began_at, next_at) "
        "values ($citizen, $case, $register, $operation, $at, $at) on conflict do nothing",
        citizen=citizen, case=case, register=register, operation=operation, at=at,
    )  # fmt: skip


async def one(db: Db, citizen: PersonId, case: CaseId, register: str, operation: str) -> Handing | None:
    return await db.maybe(
        Handing,
        "select citizen_id, case_id, register, operation, state, their_number, attempts, began_at, next_at, problem from cases.handing "
        "where citizen_id = $citizen and case_id = $case and register = $register and operation = $operation for update",
        citizen=citizen, case=case, register=register, operation=operation,
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: CaseId) -> list[Handing]:
    return await db.all(
        Handing,
        "select citizen_id, case_id, register, operation, state, their_number, attempts, began_at, next_at, problem from cases.handing "
        "where citizen_id = $citizen and case_id = $case order by began_at, register",
        citizen=citizen, case=case,
    )  # fmt: skip


async def anew(db: Db, handing: Handing, at: datetime) -> int:
    """The three days begin again."""
    return await db.run(
        "update cases.handing set state = 'waiting', attempts = 0, began_at = $at, next_at = $at, problem = '' where citizen_id = $citizen "
        "and case_id = $case and register = $register and operation = $operation and state = 'for_a_person'",
        at=at, citizen=handing.citizen_id, case=handing.case_id, register=handing.register, operation=handing.operation,
    )  # fmt: skip


async def put(db: Db, handing: Handing, state: HandState, number: str, attempts: int, next_at: datetime, problem: str) -> int:
    return await db.run(
        "update cases.handing set state = $state, their_number = $number, attempts = $attempts, next_at = $next, problem = $problem "
        "where citizen_id = $citizen and case_id = $case and register = $register and operation = $operation",
        state=state, number=number, attempts=attempts, next=next_at, problem=problem, citizen=handing.citizen_id, case=handing.case_id,
        register=handing.register, operation=handing.operation,
    )  # fmt: skip
