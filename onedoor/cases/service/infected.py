"""文件有病毒 A file of a case in which the scanner has found something is asked for again at once: nobody may open it, and without
another one nothing can be decided.

It is our own request: the clock stands, and it does not count as the department's one request for supplements.
"""
from msgspec.structs import replace

from onedoor.cases.counters import SIGNED
from onedoor.cases.models import Asked, Attachment, By, Case, Move, Status, allows
from onedoor.cases.store import drafts
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work

from . import deciding, moves, telling
from .definitions import form_of, on_trial, process_of

MARK = "infected"
"""What the step of such a request bears."""


async def ask(work: Work, file: Attachment) -> bool:
    """Ask the applicant for another file, unless a clean one is there; False where a case takes none now, or has none of its own."""
    if file.case_id is None or file.document == SIGNED:
        return False
    case = await moves.locked(work, file.citizen_id, file.case_id)
    if await on_trial(work, case.item):
        return False
    if file.id not in {one.id for one in deciding.infected(await drafts.files_of_case(work.db, case.citizen_id, case.id))}:
        return True
    names = {d.code: d.name for d in (await form_of(work, case.item, case.form_version)).documents} | {a.ref: a.label for a in case.asked}
    thing = Asked(file.document, names.get(file.document) or Text(file.name, file.name))
    if allows(case.status, Move.ASK):
        case = await _asked(work, case, thing)
    elif case.status is Status.SUPPLEMENTING:
        case = await _added(work, case, thing)
    else:
        return False
    await telling.another(work, case, file)
    return True


async def _asked(work: Work, case: Case, thing: Asked) -> Case:
    process = await process_of(work, case.item, case.process_version)
    after = replace(
        case, status=Status.SUPPLEMENTING, paused_on=case.paused_on or work.today, asked=[thing],
        answer_by=work.calendar.after(work.today, process.supplement_days),
    )  # fmt: skip
    return await moves.save(work, case, after, Move.ASK, process, by=By.SYSTEM, detail=_detail(thing))


async def _added(work: Work, case: Case, thing: Asked) -> Case:
    """Beside what is asked for already."""
    if any(one.ref == thing.ref for one in case.asked):
        return case
    process = await process_of(work, case.item, case.process_version)
    after = replace(case, asked=[*case.asked, thing])
    return await moves.save(work, case, after, Move.NOTE, process, by=By.SYSTEM, detail=_detail(thing))


def _detail(thing: Asked) -> dict[str, object]:
    return {"asked": [{"ref": thing.ref, "label": {"zh": thing.label.zh, "en": thing.label.en}, "note": ""}], MARK: True}
