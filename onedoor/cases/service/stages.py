"""How a case stands in the department's own system: asked every hour while it is open, told in its timeline, and never obeyed.

What goes forward there becomes a note; a word that goes back, or that nobody has explained, is kept and lies before a clerk.
"""
from datetime import timedelta

from msgspec.structs import replace

from onedoor.cases.models import By, CaseId, Move
from onedoor.cases.ports import BackOffice, NotTaken
from onedoor.cases.registration import ODD, Registration, Stage, State
from onedoor.cases.store import inbox
from onedoor.cases.store import registrations as store
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import moves
from .definitions import office_of, process_of

ACTOR = system("cases.stages")
EVERY, FRESH = timedelta(minutes=55), timedelta(minutes=5)
MOST, LONGEST = 200, 60


async def ask_all(begin: Begin, ports: Ports) -> bool:
    """One round over what has not been asked for an hour; whether there is more. A city without such systems asks nobody."""
    if not ports.has(BackOffice):
        return False
    async with begin(actor=ACTOR) as work:
        found = await store.to_ask(work.db, work.now - EVERY, MOST)
    away: set[str] = set()
    for one in found:
        if one.back_office not in away and not await ask(begin, ports, one.citizen_id, one.case_id):
            away.add(one.back_office)
            async with begin(actor=ACTOR, seconds=30) as work:
                await store.put_off(work.db, one.back_office, work.now)
    return len(found) == MOST


async def looked_at(work: Work, reg: Registration) -> None:
    """A clerk has the case before them: what they see next is not older than some minutes."""
    if reg.state is State.DONE and (reg.asked_at is None or work.now - reg.asked_at > FRESH):
        args = {"citizen": str(reg.citizen_id), "case": str(reg.case_id)}
        await enqueue(work.db, "cases.stage", args, key=str(reg.case_id), queue="back")


async def ask(begin: Begin, ports: Ports, citizen: PersonId, case_id: CaseId) -> bool:
    """Ask their system about one case. False when it is away: it is asked again in an hour, about all of its cases."""
    async with begin(actor=ACTOR) as work:
        reg = await store.one(work.db, citizen, case_id)
    if reg is None or reg.state is not State.DONE or not ports.has(BackOffice):
        return True
    try:
        word = (await ports.get(BackOffice).status(reg.back_office, reg.their_number)).strip()[:LONGEST]
    except NotTaken:
        word = ""
    except OSError:
        return False
    async with begin(actor=ACTOR) as work:
        await _heard(work, citizen, case_id, word)
    return True


async def _heard(work: Work, citizen: PersonId, case_id: CaseId, word: str) -> None:
    case = await moves.locked(work, citizen, case_id)
    reg = await store.one(work.db, citizen, case_id)
    assert reg is not None, "asked for just now"
    asked, office = replace(reg, asked_at=work.now), await office_of(work, reg.back_office)
    if word and office.goes_on(reg.their_stage, word):
        asked = replace(asked, their_stage=word, odd_stage="")
    elif word:
        asked = replace(asked, odd_stage=word)
    await store.put_stage(work.db, asked, watched=case.open)
    if asked.odd_stage != reg.odd_stage:
        await (inbox.mark if asked.odd_stage else inbox.unmark)(work.db, case.org_ref, case.id, ODD)
    stage = office.stage_of(asked.their_stage)
    if case.open and stage not in (None, Stage.RECEIVED, office.stage_of(reg.their_stage)):
        process = await process_of(work, case.item, case.process_version)
        await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, detail={"stage": str(stage)})


def stage_words(locale: str, stage: Stage) -> str:
    """What it means for whoever waits."""
    words = {
        Stage.RECEIVED: say(locale, "办理部门的系统已收件"), Stage.REVIEWING: say(locale, "办理部门的系统里正在审查"),
        Stage.DECIDED: say(locale, "办理部门的系统里已办完，等工作人员作决定"),
    }  # fmt: skip
    return words[stage]
