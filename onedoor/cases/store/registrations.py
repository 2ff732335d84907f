"""How far cases have got into departments' own systems."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from onedoor.cases.models import CaseId
from onedoor.cases.registration import BackEvent, Registration
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Watched(Struct, frozen=True):
    """A case whose stage in a department's system is to be asked for."""

    citizen_id: PersonId
    case_id: CaseId
    back_office: str


class Holder(Struct, frozen=True):
    """Whose case has a department's number."""

    case_id: CaseId


class Claim(Struct, frozen=True):
    """Whose case a department's number is."""

    citizen_id: PersonId
    case_id: CaseId


async def add(db: Db, citizen: PersonId, case: CaseId, office: str, request_id: UUID, at: datetime) -> None:
    """A case is to be registered; written with the case itself."""
    db.before_commit(
        """insert into cases.registration (citizen_id, case_id, back_office, request_id, began_at, next_at)
           values ($citizen, $case, $office, $request, $at, $at)""",
        citizen=citizen, case=case, office=office, request=request_id, at=at,
    )  # fmt: skip


async def one(db: Db, citizen: PersonId, case: CaseId) -> Registration | None:
    """How far this case has got."""
    return await db.maybe(
        Registration,
        """select citizen_id, case_id, back_office, request_id, state, their_number, documents, pending, attempts, began_at, wrote_at,
                  next_at, problem, rev, their_stage, odd_stage, asked_at, told_at
             from cases.registration where citizen_id = $citizen and case_id = $case""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def put(db: Db, reg: Registration) -> int:
    """What is known now; 0 when somebody else has gone on meanwhile."""
    return await db.run(
        """update cases.registration set state = $state, their_number = $number, documents = $documents, pending = $pending,
                  attempts = $attempts, began_at = $began, wrote_at = $wrote, next_at = $next, problem = $problem, rev = $rev
            where citizen_id = $citizen and case_id = $case and rev = $rev - 1""",
        state=reg.state, number=reg.their_number, documents=reg.documents, pending=reg.pending, attempts=reg.attempts, began=reg.began_at,
        wrote=reg.wrote_at, next=reg.next_at, problem=reg.problem, rev=reg.rev, citizen=reg.citizen_id, case=reg.case_id,
    )  # fmt: skip


async def claim(db: Db, office: str, number: str, citizen: PersonId, case: CaseId) -> CaseId:
    """Whose case this number of theirs is from now on, or has been before."""
    held = await db.one(
        Holder,
        """insert into cases.back_number (number, back_office, citizen_id, case_id) values ($number, $office, $citizen, $case)
           on conflict (number, back_office) do update set number = excluded.number returning case_id""",
        number=number, office=office, citizen=citizen, case=case,
    )  # fmt: skip
    return held.case_id


async def to_ask(db: Db, before: datetime, most: int) -> list[Watched]:
    """Registered cases that have not been asked about since then, whatever was asked longest ago first."""
    return await db.all(
        Watched,
        """-- scatter
           select citizen_id, case_id, back_office from cases.registration
            where state = 'done' and watched and (asked_at is null or asked_at < $before)
            order by asked_at nulls first limit $most""",
        before=before, most=most,
    )  # fmt: skip


async def put_off(db: Db, office: str, now: datetime) -> int:
    """A system that is away is asked about nothing for a while."""
    return await db.run(
        """-- scatter
           update cases.registration set asked_at = $now where back_office = $office and state = 'done' and watched""",
        now=now, office=office,
    )  # fmt: skip


async def put_stage(db: Db, reg: Registration, *, watched: bool) -> int:
    """What their system has said; not asked again once the case has ended here."""
    return await db.run(
        """update cases.registration set their_stage = $stage, odd_stage = $odd, asked_at = $at, told_at = $told, watched = $watched
            where citizen_id = $citizen and case_id = $case""",
        stage=reg.their_stage, odd=reg.odd_stage, at=reg.asked_at, told=reg.told_at, watched=watched, citizen=reg.citizen_id,
        case=reg.case_id,
    )  # fmt: skip


async def whose(db: Db, office: str, number: str) -> Claim | None:
    """Which case a number of theirs is."""
    return await db.maybe(
        Claim,
        "select citizen_id, case_id from cases.back_number where number = $number and back_office = $office",
        number=number, office=office,
    )  # fmt: skip


async def keep(db: Db, office: str, event: BackEvent, whose: Claim, outcome: str, at: datetime) -> int:
    """An event and what became of it; 0 when it was told before."""
    return await db.run(
        """insert into cases.back_event (event_id, back_office, citizen_id, case_id, word, occurred_at, arrived_at, outcome)
           values ($event, $office, $citizen, $case, $word, $occurred, $at, $outcome) on conflict (event_id, back_office) do nothing""",
        event=event.id, office=office, citizen=whose.citizen_id, case=whose.case_id, word=event.word, occurred=event.occurred_at, at=at,
        outcome=outcome,
    )  # fmt: skip
