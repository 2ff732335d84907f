"""转入 A case handed on by another department appears on the desk of the one that has it now."""
from onedoor.cases.models import CaseId, InboxRow, act_by, light
from onedoor.cases.store import files as store
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work

from . import moves
from .definitions import process_of


async def arrive(
    work: Work, citizen: PersonId, case_id: CaseId, flag: str = "transferred", marks: tuple[str, ...] = ()
) -> None:  # fmt: skip
    """The line is written as the case stands now, also when it was withdrawn or handed on again meanwhile. Repeating it changes nothing.
    `marks`: what its line bore before, and what waits for somebody there waits here."""
    case = await moves.locked(work, citizen, case_id)
    process = await process_of(work, case.item, case.process_version)
    facts = await identity.facts(work, citizen)
    firm, person = facts.get("firm.name"), facts.get("person.name")
    name = str(firm.value) if firm else str(person.value) if person else ""
    by_day = act_by(case, process, work.calendar)
    row = InboxRow(
        org_id=case.org_ref, case_id=case.id, citizen_ref=citizen, number=case.number, item=case.item, title=case.title,
        holder=mask_name(name) if name and not firm else name, district=case.district, street=case.street, status=case.status,
        due_on=by_day, legal_due_on=case.legal_due_on, light=light(work.today, by_day, process.promised_days, work.calendar),
        assignee_ref=None,
        since=work.now, flags=[flag, *marks],
    )  # fmt: skip
    await store.enlist(work.db, row, " ".join([case.number, name, case.title.zh, case.title.en]).lower())
