"""归集 Getting a case into the department's own system, exactly once: a job that may die at any moment and is begun again.

Before each call what is about to happen is written down, after it what came of it; a later run looks before it writes. Nothing of it is
the applicant's concern: their case was handed in when they were told so.
"""
import asyncio
from typing import Any

from msgspec.structs import replace

from onedoor.cases.errors import NoRegistration
from onedoor.cases.models import Attachment, Case, CaseId, ProcessVersion, Scan
from onedoor.cases.ports import BackOffice, NotTaken, Vault
from onedoor.cases.registration import GIVES_UP, UNREGISTERED, Entry, Found, Outcome, Registration, State, may_repeat, next_step, wait
from onedoor.cases.store import drafts, files, inbox
from onedoor.cases.store import registrations as store
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work, system

from . import handing
from .definitions import process_of
from .handling import at_desk

ACTOR = system("cases.register")
MOST_STEPS = 40


async def begin_with(work: Work, case: Case, process: ProcessVersion) -> None:
    """Written with the case itself, where its item has a system behind it. The case's own id is the request's for ever."""
    if process.back_office:
        await store.add(work.db, case.citizen_id, case.id, process.back_office, case.id.uuid, work.now)
        await _later(work, case.citizen_id, case.id)


async def _later(work: Work, citizen: PersonId, case: CaseId, reg: Registration | None = None) -> None:
    args = {"citizen": str(citizen), "case": str(case)}
    await enqueue(work.db, "cases.register", args, key=str(case), run_at=reg.next_at if reg else None, queue="back")


async def of_case(work: Work, citizen: PersonId, case: CaseId) -> Registration | None:
    """How far a case has got; who may ask is the caller's to decide."""
    return await store.one(work.db, citizen, case)


async def advance(begin: Begin, ports: Ports, citizen: PersonId, case_id: CaseId) -> None:
    """Step by step until it is done, or has to wait, or somebody else is at it."""
    office = ports.get(BackOffice)
    for _ in range(MOST_STEPS):
        async with begin(actor=ACTOR) as work:
            reg, papers = await store.one(work.db, citizen, case_id), await drafts.files_of_case(work.db, citizen, case_id)
            early = reg is not None and not reg.over and reg.next_at > work.now
            if early:  # whoever called does not know when: the job for that moment may be gone
                await _later(work, citizen, case_id, reg)
        if reg is None or reg.over or early:
            return
        try:
            traits = await office.traits(reg.back_office)
        except OSError as away:
            await _settle(begin, reg, _failed(reg, reg.state, away))
            return
        paper = next((p for p in papers if p.scan is Scan.CLEAN and p.sha256 not in reg.documents), None)
        async with begin(actor=ACTOR) as work:
            step = next_step(reg, traits, work.now)
            wrote = work.now if step is State.WRITING or (step is State.ATTACHING and paper) else reg.wrote_at
            repeats = may_repeat(reg, traits, work.now)
            pending = paper.sha256 if step is State.ATTACHING and paper else reg.pending
            taken = replace(reg, state=step, wrote_at=wrote, pending=pending, rev=reg.rev + 1)
            if not await store.put(work.db, taken):
                return
            entry = await _entry(work, citizen, case_id) if step is State.WRITING else None
        outcome = await _done(office, ports, reg, taken, entry, paper, papers, repeats)
        if not await _settle(begin, taken, outcome):
            return
    async with begin(actor=ACTOR) as work:  # many papers: another job goes on
        await _later(work, citizen, case_id)


async def _entry(work: Work, citizen: PersonId, case_id: CaseId) -> Entry:
    case, filed = await files.shown(work.db, citizen, case_id), await files.filed(work.db, citizen, case_id)
    assert case is not None, "a registration has its case"
    assert filed is not None, "a case has its answers"
    return Entry(case.number, case.item, case.title.zh, case.district, case.submitted_at, filed.answers)


async def _done(
    office: BackOffice, ports: Ports, before: Registration, reg: Registration, entry: Entry | None, paper: Attachment | None,
    papers: list[Attachment], repeats: bool,
) -> Outcome:  # fmt: skip
    """Do the step that has been written down. What certainly did not happen leaves everything as it was; anything else stays open."""
    try:
        match reg.state:
            case State.LOOKING:
                return _seen(reg, await office.look(reg.back_office, reg.request_id), repeats=repeats)
            case State.WRITING:
                assert entry is not None, "read together with the step"
                if not (number := await office.write(reg.back_office, reg.request_id, entry)):
                    raise ConnectionError("it gave no number")
                return Outcome(State.ATTACHING, number, reg.documents, "", reg.wrote_at)
            case State.ATTACHING if paper is not None:
                content = await asyncio.to_thread(ports.get(Vault).get, paper.sha256)
                theirs = await office.attach(reg.back_office, reg.request_id, reg.their_number, paper.name, content)
                return Outcome(State.ATTACHING, reg.their_number, reg.documents | {paper.sha256: theirs}, "", reg.wrote_at)
            case State.ATTACHING:
                unseen = any(p.scan is Scan.WAITING for p in papers)
                return Outcome(State.ATTACHING if unseen else State.DONE, reg.their_number, reg.documents, "", reg.wrote_at, again=unseen)
            case _:
                problem = say("zh-CN", "不知道对方有没有收到，又查不到，只能人工核对")
                return Outcome(State.PERSON, reg.their_number, reg.documents, reg.pending, reg.wrote_at, problem)
    except (NotTaken, ConnectionRefusedError) as refused:
        final = isinstance(refused, NotTaken) and refused.final
        return replace(_failed(before, State.PERSON if final else before.state, refused), again=not final)
    except LookupError:
        return _failed(before, State.PERSON, say("zh-CN", "有一份材料已经找不到了"))
    except OSError as open_still:
        return _failed(reg, State.ATTACHING if reg.their_number else State.UNCERTAIN, open_still)


def _failed(reg: Registration, state: State, why: object) -> Outcome:
    return Outcome(state, reg.their_number, reg.documents, reg.pending, reg.wrote_at, str(why)[:300], again=state is not State.PERSON)


def _seen(reg: Registration, found: Found | None, *, repeats: bool) -> Outcome:
    """What looking has shown: it is there, it is not and may be written, or it may still be on its way."""
    if found is not None and reg.pending and reg.pending not in found.documents and not repeats:
        problem = say("zh-CN", "还没有查到，等一会儿再查")
        return Outcome(State.ATTACHING, found.number, reg.documents | found.documents, reg.pending, reg.wrote_at, problem, again=True)
    if found is not None:
        return Outcome(State.ATTACHING, found.number, reg.documents | found.documents, "", reg.wrote_at)
    if reg.their_number:
        problem = say("zh-CN", "对方原来登记过，现在查不到了")
        return Outcome(State.PERSON, reg.their_number, reg.documents, reg.pending, reg.wrote_at, problem)
    if repeats:
        return Outcome(State.WAITING, wrote_at=None)
    return Outcome(State.UNCERTAIN, wrote_at=reg.wrote_at, problem=say("zh-CN", "还没有查到，等一会儿再查"), again=True)


async def _settle(begin: Begin, reg: Registration, outcome: Outcome) -> bool:
    """Write down what came of it; whether there is more to do at once."""
    async with begin(actor=ACTOR) as work:
        state, problem = outcome.state, outcome.problem
        if not await _ours(work, reg, outcome.number):
            state, problem = State.PERSON, say("zh-CN", "对方给的编号 {number} 属于另一个办件", number=outcome.number)
            outcome = replace(outcome, number=reg.their_number, again=False)
        attempts = reg.attempts + 1 if outcome.again else 0
        if outcome.again and work.now - reg.began_at >= GIVES_UP:
            state = State.PERSON
        after = replace(
            reg, state=state, their_number=outcome.number, documents=outcome.documents, pending=outcome.pending, problem=problem,
            wrote_at=outcome.wrote_at, attempts=attempts, next_at=await _next_at(work, reg, attempts) if outcome.again else work.now,
            rev=reg.rev + 1,
        )  # fmt: skip
        if not await store.put(work.db, after):
            return False
        await _mark(work, after)
        if outcome.again and not after.over:
            await _later(work, reg.citizen_id, reg.case_id, after)
        return not outcome.again and not after.over


async def _ours(work: Work, reg: Registration, number: str) -> bool:
    """Whether a number given for this case belongs to no other."""
    if not number or number == reg.their_number:
        return True
    return await store.claim(work.db, reg.back_office, number, reg.citizen_id, reg.case_id) == reg.case_id


async def _next_at(work: Work, reg: Registration, attempts: int) -> Any:
    case = await files.shown(work.db, reg.citizen_id, reg.case_id)
    assert case is not None, "a registration has its case"
    process = await process_of(work, case.item, case.process_version)
    return wait(attempts, work.now, work.calendar, work.zone, process.day_ends)


async def _mark(work: Work, reg: Registration) -> None:
    """A line whose case no machine gets any further lies before a clerk until it is registered."""
    if not reg.over:
        return
    case = await files.shown(work.db, reg.citizen_id, reg.case_id)
    assert case is not None, "a registration has its case"
    if reg.state is State.PERSON:
        await inbox.mark(work.db, case.org_ref, case.id, UNREGISTERED)
    else:
        await handing.off_the_list(work, reg.citizen_id, reg.case_id)


async def by_hand(work: Work, case_id: CaseId, act: str, number: str = "") -> Registration:
    """A clerk has looked there: it is registered under this number (`done`), it is not and shall be written (`anew`), or just try again."""
    case = await at_desk(work, case_id, None, hold=False)
    reg = await store.one(work.db, case.citizen_id, case.id)
    if reg is None or reg.state is not State.PERSON:
        raise NoRegistration(case=str(case_id))
    fresh = replace(reg, attempts=0, began_at=work.now, next_at=work.now, problem="", rev=reg.rev + 1)
    if act == "done":
        if not number:
            raise Invalid(errors=[{"pointer": "/number", "detail": say(work.locale, "请填写对方的编号")}])
        if await store.claim(work.db, reg.back_office, number, case.citizen_id, case.id) != case.id:
            raise Invalid(errors=[{"pointer": "/number", "detail": say(work.locale, "这个编号属于另一个办件，请核对")}])
        fresh = replace(fresh, state=State.DONE, their_number=number)
    else:
        anew = act == "anew"
        state = State.ATTACHING if reg.their_number else State.WAITING if anew else State.UNCERTAIN
        fresh = replace(fresh, state=state, wrote_at=None if anew else reg.wrote_at, pending="" if anew else reg.pending)
    await store.put(work.db, fresh)
    await handing.off_the_list(work, case.citizen_id, case.id)
    if act != "done":
        await _later(work, case.citizen_id, case.id)
    return fresh
