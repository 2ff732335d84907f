"""答复异议 What a clerk does with objections to a case: reads them, writes down those of people without a phone, and answers each."""
from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import NoSuchObjection, NothingPosted, ObjectionAnswered
from onedoor.cases.models import Attachment, By, Case, CaseId, Move
from onedoor.cases.objections import OBJECTED, SHORTEST, Objected, ObjectionId, ObjectionState
from onedoor.cases.store import inbox
from onedoor.cases.store import objections as store
from onedoor.identity import service as identity
from onedoor.kernel.i18n import say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work

from . import moves
from .definitions import process_of
from .handling import at_desk
from .objecting import came, closed, fit, of_case


class Seen(Struct, frozen=True):
    """One objection before a clerk: what was written, by whom, with which papers."""

    case: Case
    line: Objected
    name: str
    words: str
    files: list[Attachment]


async def at_the_desk(work: Work, case_id: CaseId) -> tuple[Case, list[Objected], bool]:
    """All of one case before its clerk, and whether another may be written down now."""
    case = await at_desk(work, case_id, None, hold=False)
    return case, await of_case(work, case), await store.notice(work.db, case.number, work.today) is not None


async def show(work: Work, case_id: CaseId, which: ObjectionId) -> Seen:
    """One of them; whoever wrote it reads that it was opened."""
    case = await at_desk(work, case_id, None, hold=False)
    line = await store.line(work.db, case.org_ref, case.id, which)
    if line is None:
        raise NoSuchObjection()
    if line.citizen_ref is None:
        return Seen(case, line, line.name, line.words, [])
    policy.may_not_be_own(work.actor, line.citizen_ref)
    made, known = await store.one(work.db, line.citizen_ref, which), await identity.person(work, line.citizen_ref)
    purpose = text("处理您对公示“{item}”的异议", item=case.title)
    await identity.record_access(work, line.citizen_ref, purpose, ("person.name", "objection"), None)
    papers = await store.files(work.db, line.citizen_ref, which)
    return Seen(case, line, (known.name if known else "") or "", made.words if made else "", papers)


async def answer(work: Work, case_id: CaseId, which: ObjectionId, *, accept: bool | None, words: str) -> Objected:
    """答复: accepted, with what follows, or not, with why. Whoever wrote it is told; the applicant reads only which of the two."""
    seen = await show(work, case_id, which)
    case, line = await at_desk(work, case_id, None), seen.line
    if line.state is not ObjectionState.OPEN:
        raise ObjectionAnswered()
    errors = [{"pointer": "/outcome", "detail": say(work.locale, "请选择成立或者不成立")}] if accept is None else []
    try:
        said = fit(work, words, say(work.locale, "请写明怎么核实的、接下来怎么办，至少 {n} 个字", n=SHORTEST))
    except Invalid as bad:
        raise Invalid(errors=[*errors, *bad.errors]) from bad
    if errors:
        raise Invalid(errors=errors)
    state = ObjectionState.ACCEPTED if accept else ObjectionState.REJECTED
    given = replace(line, state=state, answer=said, answered_by=work.actor.name[:60], answered_at=work.now)
    if not await store.answer(work.db, given):
        raise ObjectionAnswered()
    process = await process_of(work, case.item, case.process_version)
    await moves.save(work, case, case, Move.NOTE, process, by=By.STAFF, detail={"objection": str(state)})
    await closed(work, given)
    if not await store.waiting(work.db, case.org_ref, case.id):
        await inbox.unmark(work.db, case.org_ref, case.id, OBJECTED)
    return given


async def take_down(work: Work, case_id: CaseId, name: str, contact: str, words: str) -> Objected:
    """当面提出: a clerk writes down what somebody without a phone says, with how they are reached."""
    case = await at_desk(work, case_id, None, hold=False)
    errors = [{"pointer": "/name", "detail": say(work.locale, "请填写提意见的人的姓名")}] if not name.strip() else []
    if not contact.strip():
        errors.append({"pointer": "/contact", "detail": say(work.locale, "请填写怎么联系他：电话或者地址")})
    try:
        said = fit(work, words)
    except Invalid as bad:
        raise Invalid(errors=[*errors, *bad.errors]) from bad
    if errors:
        raise Invalid(errors=errors)
    if not case.open or await store.notice(work.db, case.number, work.today) is None:
        raise NothingPosted()
    line = Objected(
        case.org_ref, ObjectionId.new(), case.id, None, name.strip()[:60], contact.strip()[:200], said, ObjectionState.OPEN, work.now,
        "", "", None,
    )  # fmt: skip
    await store.lay(work.db, line)
    await came(work, case, By.STAFF)
    return line
