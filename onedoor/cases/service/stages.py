"""How a case stands in the department's own system: asked every hour while it is open, or told by that system itself; written into the
timeline, and never obeyed.

What goes forward there becomes a note; a word that goes back, or that nobody has explained, is kept and lies before a clerk.
"""
from datetime import timedelta

from msgspec.structs import replace

from onedoor.cases.errors import NotRegisteredHere
from onedoor.cases.models import By, Case, CaseId, Move
from onedoor.cases.ports import BackOffice, NotTaken
from onedoor.cases.registration import ODD, BackEvent, Registration, Stage, State, Told
from onedoor.cases.store import inbox
from onedoor.cases.store import registrations as store
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
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
    after = await _weighed(work, reg, word) if word else reg
    await _settle(work, case, reg, replace(after, asked_at=work.now))


async def told(work: Work, event: BackEvent, office: str) -> Told:
    """Their system has said by itself how a matter stands. The same event again changes nothing, whatever it says now."""
    whose = await store.whose(work.db, office, event.number)
    if whose is None:
        raise NotRegisteredHere(number=event.number)
    if event.request_id and event.request_id != str(whose.case_id.uuid):
        raise Invalid(errors=[{"pointer": "/data/request_id", "detail": say(work.locale, "这个编号属于另一个办件，请核对")}])
    case = await moves.locked(work, whose.citizen_id, whose.case_id)
    reg = await store.one(work.db, whose.citizen_id, whose.case_id)
    assert reg is not None, "a number is given to a registration"
    after = await _weighed(work, reg, event.word)
    outcome = Told.ODD if after.odd_stage == event.word and after.their_stage != event.word else Told.TAKEN
    if any(at is not None and event.occurred_at < at for at in (reg.asked_at, reg.told_at)):
        after, outcome = (replace(after, odd_stage=reg.odd_stage), outcome) if outcome is Told.TAKEN else (reg, Told.LATE)
    if not await store.keep(work.db, office, event, whose, outcome, work.now):
        return Told.KNOWN
    last = max(event.occurred_at, reg.told_at) if reg.told_at else event.occurred_at
    await _settle(work, case, reg, replace(after, told_at=last))
    return outcome


async def _weighed(work: Work, reg: Registration, word: str) -> Registration:
    """Whether a word goes on from what is known, or is odd."""
    office = await office_of(work, reg.back_office)
    return replace(reg, their_stage=word, odd_stage="") if office.goes_on(reg.their_stage, word) else replace(reg, odd_stage=word)


async def _settle(work: Work, case: Case, before: Registration, after: Registration) -> None:
    office = await office_of(work, before.back_office)
    await store.put_stage(work.db, after, watched=case.open)
    if after.odd_stage != before.odd_stage:
        await (inbox.mark if after.odd_stage else inbox.unmark)(work.db, case.org_ref, case.id, ODD)
    stage = office.stage_of(after.their_stage)
    if case.open and stage not in (None, Stage.RECEIVED, office.stage_of(before.their_stage)):
        process = await process_of(work, case.item, case.process_version)
        await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, detail={"stage": str(stage)})


def stage_words(locale: str, stage: Stage) -> str:
    """What it means for whoever waits."""
    words = {
        Stage.RECEIVED: say(locale, "办理部门的系统已收件"), Stage.REVIEWING: say(locale, "办理部门的系统里正在审查"),
        Stage.DECIDED: say(locale, "办理部门的系统里已办完，等工作人员作决定"),
    }  # fmt: skip
    return words[stage]
