"""容缺受理 Papers that are given later: owed when a case is handed in, due before it is, given by the person, late if they are not.

A late paper stops the clock and is told; it never ends a case.
"""
from datetime import date

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import NoSuchAttachment, NothingOwed, NotReady, PapersOwed
from onedoor.cases.forms.engine import Document
from onedoor.cases.models import Attachment, AttachmentId, By, Case, CaseId, How, Later, Move, ProcessVersion, Status
from onedoor.cases.owing import OWED, Before, Owed, OwedState, Owing
from onedoor.cases.store import drafts as drafts_store
from onedoor.cases.store import inbox
from onedoor.cases.store import owing as store
from onedoor.cases.uploads import CLOSED
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.together import together
from onedoor.kernel.work import Work

from . import moves, telling
from .definitions import process_of
from .drafts import me


async def of_case(work: Work, citizen: PersonId, case: CaseId) -> Owing:
    """What a case rests on that was not there; who may ask is the caller's to decide."""
    owed, promises = await together(
        work, lambda w: store.owed(w.db, citizen, case), lambda w: store.promises(w.db, citizen, case)
    )
    return Owing(owed, promises)


def due_on(work: Work, case: Case, process: ProcessVersion) -> date:
    """By when an owed paper must be there: as long as a supplement may take, but never later than the case itself."""
    return min(case.due_on, work.calendar.after(case.received_on, min(process.supplement_days, process.promised_days)))


def owed_of(case: Case, papers: list[Document], files: list[Attachment], later: dict[str, Later], due: date) -> list[Owed]:
    """The papers among these that are handed in later; what was uploaded after all is not owed."""
    have = {f.document for f in files if f.scan not in CLOSED}
    return [
        Owed(case.citizen_id, case.id, d.code, d.name, Before(d.owable), due, OwedState.OWED, None)
        for d in papers
        if d.owable and d.code not in have and d.code in later and later[d.code].how is How.OWE
    ]  # fmt: skip


async def open_papers(work: Work, case: Case) -> list[Owed]:
    """What its applicant may still give: nothing once the case has ended otherwise than by a grant."""
    if case.status in (Status.DECLINED, Status.WITHDRAWN, Status.LAPSED):
        return []
    return [o for o in await store.owed(work.db, case.citizen_id, case.id) if o.open]


async def give(work: Work, case_id: CaseId, given: dict[str, list[AttachmentId]] | None = None) -> Case:
    """补交: every owed paper that has a file by now is given; a clock that stood still for it runs again with its days given back."""
    case = await moves.locked(work, me(work), case_id)
    policy.may_own(work.actor, case.citizen_id)
    policy.must_allow(case, Move.GIVE)
    waiting = await open_papers(work, case)
    if not waiting:
        raise NothingOwed(case=str(case_id))
    await _bind(work, case, waiting, given or {})
    files = await drafts_store.files_of_case(work.db, case.citizen_id, case.id)
    have = {f.document for f in files if f.scan not in CLOSED}
    there = [o for o in waiting if o.document in have]
    if not there:
        errors = [{"pointer": f"/file-{o.document}", "detail": say(work.locale, "请上传“{name}”", name=o.label)} for o in waiting]
        raise NotReady(errors=errors)
    await store.give(work.db, case.citizen_id, case.id, [o.document for o in there], work.now)
    rest = [o for o in waiting if o not in there]
    after = moves.resumed(work, case) if case.pause_kind == OWED and not _stopping(rest) else case
    process = await process_of(work, case.item, case.process_version)
    after = await moves.save(work, case, after, Move.GIVE, process, by=By.APPLICANT, detail={"given": [_told(o) for o in there]})
    if not rest:
        await inbox.unmark(work.db, case.org_ref, case.id, OWED)
    await telling.given(work, after, joined(there), joined(rest) if rest else None)
    return after


async def _bind(work: Work, case: Case, waiting: list[Owed], given: dict[str, list[AttachmentId]]) -> None:
    """Files that a program has uploaded before become the papers they are."""
    if strange := set(given) - {o.document for o in waiting}:
        errors = [{"pointer": f"/{ref}"[:200], "detail": say(work.locale, "没有欠交这一份材料")} for ref in sorted(strange)]
        raise NotReady(errors=errors)
    known = {f.id for f in await drafts_store.files_of_case(work.db, case.citizen_id, case.id)}
    for document, files in given.items():
        loose = [f for f in files if f not in known]
        if loose and await drafts_store.bind_files(work.db, case.citizen_id, case.id, document, loose) != len(set(loose)):
            raise NoSuchAttachment()


def _told(owed: Owed) -> dict[str, object]:
    return {"ref": owed.document, "label": {"zh": owed.label.zh, "en": owed.label.en}, "words": "", "cannot": "", "files": [""]}


def _stopping(papers: list[Owed]) -> list[Owed]:
    """Those for which a clock stands still."""
    return [o for o in papers if o.state is OwedState.LATE and o.before is Before.DECISION]


async def take_back(work: Work, case: Case, attachment: AttachmentId) -> None:
    """A file that was uploaded for an owed paper and not handed in yet goes away again."""
    policy.may_own(work.actor, case.citizen_id)
    codes = {o.document for o in await open_papers(work, case)}
    found = await drafts_store.file(work.db, case.citizen_id, attachment)
    if found is not None and found.case_id == case.id and found.document in codes:
        await drafts_store.drop_fresh(work.db, case.citizen_id, case.id, attachment, case.submitted_at)


async def late(work: Work, citizen: PersonId, case_id: CaseId) -> Case:
    """逾期未补交: told once; where the decision needs the paper, the clock stands still until it is there. It never ends the case."""
    case = await moves.locked(work, citizen, case_id)
    before = [o for o in await open_papers(work, case) if o.due_on < work.today]
    fresh = [o for o in before if o.state is OwedState.OWED]
    await store.late(work.db, citizen, case_id, work.today)
    if case.status is Status.ACCEPTED and any(o.before is Before.DECISION for o in before):
        process = await process_of(work, case.item, case.process_version)
        after = replace(case, status=Status.PAUSED, paused_on=work.today, pause_kind=OWED)
        detail = {"kind": OWED, "papers": [o.document for o in before]}
        case = await moves.save(work, case, after, Move.PAUSE, process, by=By.SYSTEM, detail=detail)
    if fresh:
        await telling.late(work, case, joined(fresh), stands=case.status is Status.PAUSED)
    return case


def joined(papers: list[Owed]) -> Text:
    """Their names in a row."""
    return Text("、".join(o.label.zh for o in papers), ", ".join(o.label.en or o.label.zh for o in papers))


def must_be_given(work: Work, owing: Owing) -> None:
    """Nothing is granted while a paper is owed that the decision needs."""
    if missing := owing.open(Before.DECISION):
        names = say(work.locale, "、").join(o.label.zh if work.locale != "en" else o.label.en or o.label.zh for o in missing)
        raise PapersOwed(say(work.locale, "还没有补交：{names}", names=names), documents=[o.document for o in missing])
