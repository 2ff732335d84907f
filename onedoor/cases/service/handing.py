"""报送 What of a case goes to another department's own system: a referral when it is taken on, a registration when it is granted.

It is on record for the person before it leaves. A system that is away is tried for three days, the same message under the same name;
then a clerk has it. Where a number comes later, as with files, it is written down when it comes; after three days without one a clerk has
that too.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from onedoor.cases.errors import NoHandOver
from onedoor.cases.forms import conditions
from onedoor.cases.handing import ANSWERS, GIVES_UP, Handing, HandState, named, wait
from onedoor.cases.models import By, Case, CaseId, Move, ProcessVersion, Step
from onedoor.cases.outside import Hand
from onedoor.cases.registration import UNREGISTERED, State
from onedoor.cases.store import files, inbox, registrations
from onedoor.cases.store import handings as store
from onedoor.exchange import service as exchange
from onedoor.exchange.models import Push
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import assessing, moves
from .definitions import process_of
from .handling import at_desk

ACTOR = system("cases.hand")


async def begin_with(work: Work, case: Case, process: ProcessVersion, hands: Iterable[Hand]) -> None:
    """In the transaction of the decision itself. What this city has not connected is left out."""
    wanted = list(hands)
    if not wanted:
        return
    filed = await files.filed(work.db, case.citizen_id, case.id)
    answers = filed.answers if filed else {}
    for hand in wanted:
        title = await exchange.title_of(work, hand.register)
        if title is None or not conditions.holds(hand.when, answers, {}):
            continue
        if await store.add(work.db, case.citizen_id, case.id, hand.register, hand.operation, work.now):
            await exchange.will_hand_over(work, case.citizen_id, title, tuple(hand.body), case.title, process.org_ref)
            await _later(work, case.citizen_id, case.id, hand.register, hand.operation)


async def taken_on(work: Work, citizen: PersonId, case_id: CaseId) -> None:
    """A case is accepted: whoever assesses hears of it, and what has been found out already is asked for."""
    case = await files.shown(work.db, citizen, case_id)
    process = await process_of(work, case.item, case.process_version) if case else None
    if case is not None and process is not None and process.assessment is not None:
        await begin_with(work, case, process, [process.assessment.refer] if process.assessment.refer else [])
        await assessing.waits_for(work, case, process)


async def granted(work: Work, case: Case, process: ProcessVersion) -> None:
    """The decision is handed on once it is whole: with its certificate, where there is one."""
    if case.certificate_ref or not process.cert_type:
        await begin_with(work, case, process, process.report)


async def _later(work: Work, citizen: PersonId, case: CaseId, register: str, operation: str, at: Any = None, turn: str = "") -> None:
    """`turn`: beside what waits already, such as the day on which a receipt is due."""
    args = {"citizen": str(citizen), "case": str(case), "register": register, "operation": operation}
    await enqueue(work.db, "cases.hand", args, key=f"{case} {register} {operation} {turn}".strip(), run_at=at, queue="back")


async def advance(begin: Begin, ports: Ports, citizen: PersonId, case_id: CaseId, register: str, operation: str) -> None:
    """One try."""
    async with begin(actor=ACTOR) as work:
        handing = await store.one(work.db, citizen, case_id, register, operation)
        if handing is not None and handing.state is HandState.SENT:
            await _unanswered(work, handing)
        if handing is None or handing.state is not HandState.WAITING:
            return
        message = await _message(work, handing)
    try:
        receipt = await exchange.hand_over(begin, ports, register, message)
    except (OSError, LookupError) as away:
        await _failed(begin, handing, str(away))
        return
    async with begin(actor=ACTOR) as work:
        await _done(work, handing, receipt.number, waiting=receipt.waiting)


async def _message(work: Work, handing: Handing) -> Push:
    case = await files.shown(work.db, handing.citizen_id, handing.case_id)
    filed = await files.filed(work.db, handing.citizen_id, handing.case_id)
    assert case is not None, "a hand-over has its case"
    assert filed is not None, "a case has its answers"
    process = await process_of(work, case.item, case.process_version)
    hand = next(one for one in hands_of(process) if (one.register, one.operation) == (handing.register, handing.operation))
    facts = await identity.facts(work, handing.citizen_id)
    told = assessing.told(process, assessing.latest(await files.steps(work.db, handing.citizen_id, handing.case_id)))
    elements = {element: fact.value for element, fact in facts.items()}
    body = {name: _value(source, case, filed.answers, elements, told) for name, source in hand.body.items()}
    return Push(named(case.number, handing.operation), handing.operation, body)


def hands_of(process: ProcessVersion) -> list[Hand]:
    """Everything that a process ever hands over."""
    refer = process.assessment.refer if process.assessment else None
    return [*process.report, *([refer] if refer else [])]


def _value(source: str, case: Case, answers: dict[str, Any], elements: dict[str, Any], told: dict[str, str]) -> Any:
    if source.startswith("="):
        return source[1:]
    if source.startswith(assessing.MARK):
        return told.get(source[1:], "")
    if source == "@case.number":
        return case.number
    found = conditions.look(source, answers, elements)
    return "" if found is None else found


async def _still(work: Work, one: Handing) -> bool:
    """Whether it waits as before: its receipt, or the same job run twice, may have been faster."""
    now = await store.one(work.db, one.citizen_id, one.case_id, one.register, one.operation)
    return now is not None and now.state is HandState.WAITING


async def _failed(begin: Begin, handing: Handing, why: str) -> None:
    async with begin(actor=ACTOR) as work:
        if not await _still(work, handing):
            return
        if work.now - handing.began_at >= GIVES_UP:
            await _to_a_person(work, replace(handing, attempts=handing.attempts + 1), why)
            return
        again = work.now + wait(handing.attempts)
        await store.put(work.db, handing, HandState.WAITING, "", handing.attempts + 1, again, why[:300])
        await _later(work, handing.citizen_id, handing.case_id, handing.register, handing.operation, again)


async def _to_a_person(work: Work, handing: Handing, why: str) -> None:
    """No machine gets it any further: it lies before a clerk."""
    await store.put(work.db, handing, HandState.PERSON, "", handing.attempts, work.now, why[:300])
    case = await files.shown(work.db, handing.citizen_id, handing.case_id)
    assert case is not None, "a hand-over has its case"
    await inbox.mark(work.db, case.org_ref, case.id, UNREGISTERED)


async def _unanswered(work: Work, handing: Handing) -> None:
    """It lies there; whether the days for an answer are over."""
    ends = handing.next_at + ANSWERS
    if work.now < ends:
        await _later(work, handing.citizen_id, handing.case_id, handing.register, handing.operation, ends)
    else:
        await _to_a_person(work, handing, say("zh-CN", "送到三天还没有回执"))


async def _done(work: Work, handing: Handing, number: str, *, waiting: bool) -> None:
    if not await _still(work, handing):
        return
    state = HandState.SENT if waiting else HandState.DONE
    await store.put(work.db, handing, state, "" if waiting else number, handing.attempts, work.now, "")
    if waiting:
        await _later(work, handing.citizen_id, handing.case_id, handing.register, handing.operation, work.now + ANSWERS)
    else:
        await _written_down(work, handing, number)


async def acknowledged(work: Work, register: str, name: str, number: str, problem: str) -> None:
    """A department that works at night has answered: its number, or why not."""
    ours, _, operation = name.partition("-")
    claim = await files.claimed(work.db, ours)
    handing = await store.one(work.db, claim.citizen_id, claim.case_id, register, operation) if claim else None
    if handing is None or handing.state is HandState.DONE:
        return
    if not number:
        await _to_a_person(work, handing, problem)
        return
    await store.put(work.db, handing, HandState.DONE, number, handing.attempts, work.now, "")
    if handing.state is HandState.PERSON:
        await off_the_list(work, handing.citizen_id, handing.case_id)
    await _written_down(work, handing, number)


async def all_of(work: Work, citizen: PersonId, case: CaseId) -> list[Handing]:
    """What has been handed over for a case; who may ask is the caller's to decide."""
    return await store.of_case(work.db, citizen, case)


async def of_case(work: Work, case: Case) -> list[tuple[Text, Handing]]:
    """The same with each register's name."""
    found = await all_of(work, case.citizen_id, case.id)
    return [(await exchange.title_of(work, one.register) or Text(one.register), one) for one in found]


async def again(work: Work, case_id: CaseId, register: str, operation: str) -> Handing:
    """A clerk has seen to it that it will be taken now. Under the same name: had it been taken after all, it counts once."""
    case = await at_desk(work, case_id, None, hold=False)
    handing = await store.one(work.db, case.citizen_id, case.id, register, operation)
    if handing is None or not await store.anew(work.db, handing, work.now):
        raise NoHandOver(case=str(case_id))
    await off_the_list(work, case.citizen_id, case.id)
    await _later(work, case.citizen_id, case.id, register, operation, turn=work.now.isoformat())
    return replace(handing, state=HandState.WAITING, attempts=0, began_at=work.now, next_at=work.now, problem="")


async def off_the_list(work: Work, citizen: PersonId, case_id: CaseId) -> None:
    """The line is unmarked once nothing of the case needs a person any more."""
    registered = await registrations.one(work.db, citizen, case_id)
    stuck = registered is not None and registered.state is State.PERSON
    if stuck or any(one.state is HandState.PERSON for one in await all_of(work, citizen, case_id)):
        return
    case = await files.shown(work.db, citizen, case_id)
    assert case is not None, "a hand-over has its case"
    await inbox.unmark(work.db, case.org_ref, case.id, UNREGISTERED)


async def _written_down(work: Work, handing: Handing, number: str) -> None:
    """A line of the timeline, for the person and for the clerk."""
    case = await moves.locked(work, handing.citizen_id, handing.case_id)
    process = await process_of(work, case.item, case.process_version)
    title = await exchange.title_of(work, handing.register) or Text(handing.register)
    refer = process.assessment.refer if process.assessment else None
    refers = refer is not None and refer.register == handing.register
    detail = {"handed": {"to": to_builtins(title), "number": number, "refers": refers}}
    await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, detail=detail)


def handed_words(locale: str, step: Step) -> tuple[str, list[str]]:
    """What has been handed over, and the number it has there."""
    said = step.detail["handed"]
    to = pick(locale, said["to"])
    what = say(locale, "已告诉{to}，等评定", to=to) if said["refers"] else say(locale, "已登记到{to}", to=to)
    return what, [say(locale, "编号 {number}", number=said["number"])]
