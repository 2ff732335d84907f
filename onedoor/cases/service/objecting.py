"""公示异议 Somebody objects to a case that is posted; its clerk answers before anything is decided; the applicant never learns who it was.

Whoever objects and whoever has applied are two people, so what the one writes reaches the desk of the other's case by a job, and the answer
goes back by another.
"""
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import NothingPosted, ObjectedBefore, ObjectionsOpen, OwnNotice
from onedoor.cases.models import AttachmentId, By, Case, Move
from onedoor.cases.objections import LONGEST, OBJECTED, SHORTEST, Objected, Objection, ObjectionId, ObjectionState
from onedoor.cases.store import files, inbox
from onedoor.cases.store import objections as store
from onedoor.cases.store.specials import Posted
from onedoor.identity import service as identity
from onedoor.identity.models import Assurance, PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Work
from onedoor.notify import service as notify

from . import fitting, moves, telling
from .definitions import process_of
from .drafts import me

A_DAY, PAGE = 5, 30


async def notice(work: Work, number: str) -> Posted:
    """What may be objected to now, by whom the city knows."""
    found = await store.notice(work.db, number, work.today)
    if found is None:
        raise NothingPosted()
    policy.is_sure(work.actor, Assurance.REAL_NAME, f"/notices/cases/{number}/object")
    return found


def fit(work: Work, words: str, wanted: str = "") -> str:
    """What was written, if it can be kept; `wanted` is what is said where there is too little of it."""
    wanted = wanted or say(work.locale, "请写明不同意什么、为什么，至少 {n} 个字", n=SHORTEST)
    return fitting.fit(work, "words", words, wanted, (SHORTEST, LONGEST))


async def may_object(work: Work, number: str, words: str) -> tuple[Posted, str]:
    """Everything that can be said before papers are looked into."""
    found, said, citizen = await notice(work, number), fit(work, words), me(work)
    claim = await files.claimed(work.db, number)
    if claim is None:
        raise NothingPosted()
    if claim.citizen_id == citizen:
        raise OwnNotice()
    return found, said


async def object_to(work: Work, number: str, words: str, papers: list[AttachmentId]) -> Objection:
    """提出异议: once to each case."""
    found, said = await may_object(work, number, words)
    citizen = me(work)
    await buckets.need(work.db, f"objections {citizen.hex}", capacity=A_DAY, per_second=A_DAY / 86400)
    made = Objection(
        citizen, ObjectionId.new(), number, found.title, found.org_ref, said, ObjectionState.OPEN, work.now, "", None
    )
    if not await store.add(work.db, made):
        raise ObjectedBefore()
    if papers:
        await store.bind(work.db, citizen, made.id, papers)
    await enqueue(work.db, "cases.objection", {"citizen": str(citizen), "objection": str(made.id)})
    return made


async def mine(work: Work, before: ObjectionId | None) -> tuple[list[Objection], ObjectionId | None]:
    """What I have objected to, the newest first, and where the next page begins."""
    found = await store.mine(work.db, me(work), before, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def on_the_desk(work: Work, citizen: PersonId, which: ObjectionId) -> None:
    """It lies before the department of the case. A case that has ended meanwhile takes none: whoever wrote it is told."""
    made = await store.one(work.db, citizen, which)
    claim = await files.claimed(work.db, made.number) if made else None
    if made is None or claim is None:
        return
    case = await moves.locked(work, claim.citizen_id, claim.case_id)
    if not case.open:
        await answered(work, citizen, which, ObjectionState.ENDED, "")
        return
    line = Objected(case.org_ref, which, case.id, citizen, "", "", "", ObjectionState.OPEN, made.at, "", "", None)
    if await store.lay(work.db, line):
        await came(work, case, By.SYSTEM)


async def came(work: Work, case: Case, by: By) -> None:
    """The applicant reads that there is one, and never whose or what."""
    process = await process_of(work, case.item, case.process_version)
    await moves.save(work, case, case, Move.NOTE, process, by=by, detail={"objection": "open"})
    await inbox.mark(work.db, case.org_ref, case.id, OBJECTED)
    if await store.waiting(work.db, case.org_ref, case.id) > 1:
        return  # told already, and nothing has been answered since
    body = text("工作人员会先核实、答复，再作决定。您现在不用做什么；需要您说明的，会另外告诉您。")
    await telling.tell(work, case, "objection", text("{item}：公示期间有人提出不同意见", item=case.title), body, sms=False)


async def of_case(work: Work, case: Case) -> list[Objected]:
    """Objections to one case; who may ask is the caller's to decide."""
    return await store.of_case(work.db, case.org_ref, case.id)


async def closed(work: Work, line: Objected) -> None:
    """An answer goes to whoever has an account; everybody else is told by the clerk."""
    if line.citizen_ref is not None:
        args = {"citizen": str(line.citizen_ref), "objection": str(line.id), "state": str(line.state), "words": line.answer}
        await enqueue(work.db, "cases.objection_answered", args)


async def answered(work: Work, citizen: PersonId, which: ObjectionId, state: ObjectionState, words: str) -> None:
    """The answer reaches whoever wrote it."""
    made = await store.one(work.db, citizen, which)
    if made is None or not await store.close(work.db, citizen, which, str(state), words, work.now):
        return
    said = {
        ObjectionState.ACCEPTED: text("您对“{item}”的异议成立", item=made.title),
        ObjectionState.REJECTED: text("您对“{item}”的异议不成立", item=made.title),
    }.get(state, text("您提出异议的“{item}”已经结束", item=made.title))
    body = Text(words, words) if words else text("这个办件在答复以前就结束了，没有办成，或者已经有了结果。")
    silent = not await identity.reached_here(work, citizen)
    await notify.send(work, citizen, said, body, "/me/objections", "cases.objection", sms=silent)


async def left(work: Work, case: Case) -> None:
    """The case has ended by itself: nobody answers any more, and those who wrote are told."""
    while lines := [line for line in await of_case(work, case) if line.state is ObjectionState.OPEN]:
        for line in lines:
            ended = replace(line, state=ObjectionState.ENDED, answered_at=work.now)
            await store.answer(work.db, ended)
            await closed(work, ended)


async def must_be_answered(work: Work, case: Case) -> None:
    """Nothing is decided, or handed on, while somebody waits for an answer."""
    if waiting := await store.waiting(work.db, case.org_ref, case.id):
        raise ObjectionsOpen(objections=waiting)
