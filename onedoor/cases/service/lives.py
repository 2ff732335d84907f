"""申请人已故 What the population register tells of an applicant lies on the line of each open case and among the notes of its clerk, who
knows what follows: nothing is granted to the dead unseen, and nobody's case is ended by a machine."""
from onedoor.cases.models import By, Move
from onedoor.cases.store import files, inbox
from onedoor.identity.events import LifeChanged
from onedoor.identity.models import Life
from onedoor.kernel.i18n import day, say
from onedoor.kernel.work import Work

from . import moves
from .definitions import on_trial, process_of

MARKS = {Life.DIED: "died", Life.INCAPABLE: "incapable"}


class OnItsWay(Exception):
    """A case that is handed on lies on no list for a moment; the queue comes back to it."""


async def changed(work: Work, event: LifeChanged) -> None:
    """Marked, or no longer so where it was an error; again, it changes nothing."""
    wanted = MARKS.get(event.life)
    for one in await files.open_of(work.db, event.citizen):
        case = await moves.locked(work, one.citizen_id, one.case_id)
        row = await inbox.row(work.db, case.org_ref, case.id)
        if row is None and case.open and not await on_trial(work, case.item):
            raise OnItsWay(str(case.id))
        before = [mark for mark in MARKS.values() if row and mark in row.flags]
        if row is None or not case.open or before == ([wanted] if wanted else []):
            continue
        for mark in before:
            await inbox.unmark(work.db, case.org_ref, case.id, mark)
        if wanted:
            await inbox.mark(work.db, case.org_ref, case.id, wanted)
        process, note = await process_of(work, case.item, case.process_version), words(event)
        await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, note=note, inner_only=True, detail={"life": str(event.life)})


def words(event: LifeChanged) -> str:
    """What the clerk reads; a note is written in the city's own language."""
    on = day("zh-CN", event.on, year=True)
    return {
        Life.DIED: say("zh-CN", "人口登记：申请人已于 {day} 去世。请核实以后再办。", day=on),
        Life.INCAPABLE: say("zh-CN", "法院认定：申请人从 {day} 起不能独立办事，要由监护人来办。", day=on),
        Life.RESTORED: say("zh-CN", "人口登记：前面关于申请人的记录已经更正，可以照常办。"),
    }[event.life]
