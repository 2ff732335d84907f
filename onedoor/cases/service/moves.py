"""The one way a case moves: row, step and inbox line change together, and the applicant is told by whoever asked for the move."""
from datetime import date
from typing import Any

from msgspec.structs import replace

from onedoor.cases.errors import ChangedMeanwhile, NoSuchCase
from onedoor.cases.models import By, Case, CaseId, Move, ProcessVersion, Status, Step, StepId, act_by, light
from onedoor.cases.store import files
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId

STAY = frozenset({Move.NOTE, Move.CHECK, Move.CONSULT, Move.OPINE, Move.RECALL})
"""Moves after which the line of the list is what it was."""


async def locked(work: Work, citizen: PersonId, case_id: CaseId, *, rev: int | None = None) -> Case:
    """The only way to a case for writing. `rev` is what the person saw; a later one means somebody else was faster."""
    case = await files.locked(work.db, citizen, case_id)
    if case is None:
        raise NoSuchCase(case=str(case_id))
    if rev is not None and case.rev != rev:
        raise ChangedMeanwhile(case=str(case_id), status=str(case.status), rev=case.rev)
    return case


async def save(
    work: Work, before: Case, after: Case, move: Move, process: ProcessVersion, *, by: By, note: str = "", inner_only: bool = False,
    detail: dict[str, Any] | None = None,
) -> Case:  # fmt: skip
    """Write the changed case with its step, and its inbox line in the department that has it. Two statements."""
    after = replace(after, rev=before.rev + 1)
    org = OrgId(work.actor.org.uuid) if by is By.STAFF and work.actor.org else None
    step = Step(
        citizen_id=after.citizen_id, id=StepId.new(), case_id=after.id, kind=move, at=work.now, by=by, actor_ref=work.actor.id,
        org_ref=org, from_status=before.status, to_status=after.status,
        due_before=before.due_on, due_after=after.due_on, note=note, inner_only=inner_only, detail=detail or {},
    )  # fmt: skip
    if not await files.move(work.db, after, step):
        raise ChangedMeanwhile(case=str(after.id), status=str(before.status), rev=before.rev)
    if after.org_ref == before.org_ref and move not in STAY:
        by_day = act_by(after, process, work.calendar)
        await files.follow(work.db, after, by_day, light(work.today, by_day, process.promised_days, work.calendar), work.now)
    return after


def resumed(work: Work, case: Case, on: date | None = None) -> Case:
    """The clock of an accepted case runs again; the working days for which it stood still are given back. `on` is the last of them."""
    stood = work.calendar.working_days_between(case.paused_on or work.today, on or work.today)
    return replace(
        case, status=Status.ACCEPTED, paused_on=None, pause_kind="", due_on=work.calendar.after(case.due_on, stood),
        legal_due_on=work.calendar.after(case.legal_due_on, stood),
    )  # fmt: skip
