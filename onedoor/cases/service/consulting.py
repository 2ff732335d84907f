"""会办 Another department is asked what it thinks. It sees the question and the answers it was shown, and has a day of its own.

Nothing is decided while an opinion is open; silence counts as no objection only where the process says so.
"""
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.between import MOST_DAYS, Opinion, OpinionId, OpinionState, Verdict, open_opinions
from onedoor.cases.duty import FIRST_DAY, PAGE, reach_of
from onedoor.cases.errors import NoSuchOpinion, OpinionsOpen
from onedoor.cases.forms.engine import Form
from onedoor.cases.models import By, Case, CaseId, Grants, Move
from onedoor.cases.store import between as store
from onedoor.cases.store import files
from onedoor.identity import service as identity
from onedoor.kernel.i18n import say, text
from onedoor.kernel.ids import Id
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, OrgId

from . import claiming, moves
from .definitions import form_of, process_of
from .handling import at_desk

FIRST = OpinionId(UUID(int=0))
Place = tuple[date, OpinionId]
"""Where a list of questions goes on: after what is due on this day."""
BEGINNING: Place = (FIRST_DAY, FIRST)


class Asking(Struct, frozen=True):
    """What another department is asked: the question, for how many working days, and which answers it may see."""

    department: str
    question: str
    days: int = 5
    share: list[str] = []


class Seen(Struct, frozen=True):
    """One question as the asked department sees it."""

    opinion: Opinion
    form: Form
    answers: dict[str, Any]


async def ask(work: Work, case_id: CaseId, asking: Asking, *, rev: int | None = None) -> Opinion:
    """征求意见: the case stays here and its clock runs on."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.CONSULT)
    form = await form_of(work, case.item, case.form_version)
    to = await _asked(work, case, form, asking)
    opinion = Opinion(
        to.id, OpinionId.new(), case.id, case.citizen_id, case.number, case.title, case.district, case.street, case.org_ref,
        work.actor.name[:60], asking.question, asking.share, work.calendar.after(work.today, asking.days), OpinionState.ASKED, "", "", "",
        work.now,
    )  # fmt: skip
    await store.add(work.db, opinion)
    process = await process_of(work, case.item, case.process_version)
    detail = {"opinion": str(opinion.id), "to": str(to.id), "name": {"zh": to.name.zh, "en": to.name.en}, "due": opinion.due_on.isoformat()}
    await moves.save(work, case, case, Move.CONSULT, process, by=By.STAFF, note=asking.question, inner_only=True, detail=detail)
    return opinion


async def _asked(work: Work, case: Case, form: Form, asking: Asking) -> Department:
    known, errors = await orgs.snapshot(work.db), list[dict[str, str]]()
    to = known.own.get(asking.department)
    if to is None or to.id == case.org_ref or not any(Grants.HANDLE in m.grants for m in known.clerks.get(to.id, [])):
        errors.append({"pointer": "/department", "detail": say(work.locale, "请选择要征求意见的部门")})
    if not asking.question:
        errors.append({"pointer": "/question", "detail": say(work.locale, "请写明要问什么")})
    if not 1 <= asking.days <= MOST_DAYS:
        errors.append({"pointer": "/days", "detail": say(work.locale, "请填 {low} 到 {high} 之间的数", low=1, high=MOST_DAYS)})
    if strange := [name for name in asking.share if name not in form.questions]:
        errors.append({"pointer": "/share", "detail": say(work.locale, "表单里没有这个问题：{name}", name=strange[0][:60])})
    if errors or to is None:
        raise Invalid(errors=errors)
    return to


async def waiting(work: Work, after: Place | None = None) -> list[Opinion]:
    """What my department is asked in my districts; one more than a page when there is more."""
    reach, (since, last) = reach_of(work.actor.districts), after or BEGINNING
    return await store.asked(work.db, claiming.org_of(work), reach.whole, reach.districts, reach.streets, since, last, PAGE + 1)


async def _mine(work: Work, opinion_id: OpinionId) -> Opinion:
    """A question to the own department in the own districts; nobody answers about a matter of their own."""
    opinion = await store.locked(work.db, claiming.org_of(work), opinion_id)
    if opinion is None or not policy.covers(work.actor.districts, opinion.district, opinion.street):
        raise NoSuchOpinion()
    policy.may_not_be_own(work.actor, opinion.citizen_ref)
    return opinion


async def show(work: Work, opinion_id: OpinionId) -> Seen:
    """One question with the answers that it shares. The applicant reads of the look."""
    opinion = await _mine(work, opinion_id)
    case = await files.shown(work.db, opinion.citizen_ref, opinion.case_ref)
    filed = await files.filed(work.db, opinion.citizen_ref, opinion.case_ref)
    assert case is not None, "an opinion is about a case"
    assert filed is not None, "a case has its answers"
    purpose = text("给其他部门的会办意见：{item}", item=opinion.title)
    await identity.record_access(work, opinion.citizen_ref, purpose, tuple(opinion.share) or ("case",), opinion.number)
    answers = {name: value for name, value in filed.answers.items() if name in opinion.share}
    return Seen(opinion, await form_of(work, case.item, case.form_version), answers)


async def give(work: Work, opinion_id: OpinionId, verdict: Verdict, words: str) -> Opinion:
    """答复: once; an objection says why."""
    opinion = await _mine(work, opinion_id)
    if opinion.state is not OpinionState.ASKED:
        raise NoSuchOpinion()
    if verdict is Verdict.OBJECT and not words:
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "请写明不同意的理由")}])
    given = replace(opinion, state=OpinionState.GIVEN, verdict=str(verdict), answer=words, answered_by=work.actor.name[:60])
    await _write(work, given, Move.OPINE, By.STAFF, words)
    return given


async def recall(work: Work, case_id: CaseId, opinion_id: OpinionId) -> None:
    """撤回征求: the department that asked does not need it any more."""
    case = await at_desk(work, case_id, None)
    steps = await files.steps(work.db, case.citizen_id, case.id)
    asked = next((s for s in steps if s.kind is Move.CONSULT and s.detail.get("opinion") == str(opinion_id)), None)
    opinion = await store.locked(work.db, OrgId.parse(asked.detail["to"]), opinion_id) if asked else None
    if opinion is None or opinion.state is not OpinionState.ASKED:
        raise NoSuchOpinion()
    await _write(work, replace(opinion, state=OpinionState.RECALLED), Move.RECALL, By.STAFF, "")


async def _write(work: Work, opinion: Opinion, move: Move, by: By, words: str) -> None:
    """The opinion and the step of its case."""
    await store.put(work.db, opinion)
    case = await moves.locked(work, opinion.citizen_ref, opinion.case_ref)
    process = await process_of(work, case.item, case.process_version)
    detail = {"opinion": str(opinion.id), "verdict": opinion.verdict}
    await moves.save(work, case, case, move, process, by=by, note=words, inner_only=True, detail=detail)


async def fall_silent(work: Work, org: Id, after: Place, most: int) -> Place | None:
    """Questions whose day has passed, so many after this one: where the process says so, silence is no objection; nobody has to answer one
    about a case that has ended. Where to go on, None when none is left."""
    late = await store.over(work.db, org, work.today, *after, most)
    for opinion in late:
        case = await files.shown(work.db, opinion.citizen_ref, opinion.case_ref)
        process = await process_of(work, case.item, case.process_version) if case else None
        if case is not None and not case.open:
            await _write(work, replace(opinion, state=OpinionState.RECALLED), Move.RECALL, By.SYSTEM, "")
        elif process is not None and process.silence:
            await _write(work, replace(opinion, state=OpinionState.SILENT), Move.OPINE, By.SYSTEM, "")
    return (late[-1].due_on, late[-1].id) if len(late) == most else None


async def must_be_heard(work: Work, case: Case) -> None:
    """Nothing is decided while somebody who was asked has not answered."""
    if open_still := open_opinions(await files.steps(work.db, case.citizen_id, case.id)):
        raise OpinionsOpen(opinions=open_still)
