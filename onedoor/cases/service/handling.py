"""办理 Handling a case: accept, decline, ask for supplements, hand on, note. One transaction each: case, step, line, message, event."""
from typing import Any

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.duty import MARKS, Declining, Reason, Tab, Wanted
from onedoor.cases.events import Accepted, Declined, SupplementRequested, Transferred
from onedoor.cases.forms.engine import Form
from onedoor.cases.models import Asked, By, Case, CaseId, Grants, Move, ProcessVersion, Status
from onedoor.cases.store import files as store
from onedoor.cases.store import inbox, owing
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department

from . import announcing, claiming, moves, objecting
from .definitions import form_of, process_of

MOST_ASKED = 20
EXTRA = "extra-"
"""How a thing is called that is none of the form's papers."""


async def at_desk(work: Work, case_id: CaseId, rev: int | None, *, hold: bool = True) -> Case:
    """The only way for staff to a case for writing: through the own department's list, locked, as it was seen, and taken."""
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    case = await moves.locked(work, row.citizen_ref, case_id, rev=rev)
    policy.may_handle_case(work.actor, case)
    if hold:
        await claiming.hold(work, row, steal=True)
    return case


async def accept(work: Work, case_id: CaseId, *, rev: int | None = None, words: str = "") -> Case:
    """受理: the promised days begin to count."""
    case = await at_desk(work, case_id, rev)
    after = await take_on(work, case, await process_of(work, case.item, case.process_version), by=By.STAFF, words=words)
    await announcing.accepted(work, after, words)
    return after


async def take_on(work: Work, case: Case, process: ProcessVersion, *, by: By, words: str = "") -> Case:
    """The same, whoever does it, and nobody is told."""
    policy.must_allow(case, Move.ACCEPT)
    after = replace(
        case, status=Status.ACCEPTED, accepted_on=work.today, due_on=work.calendar.after(work.today, process.promised_days),
        legal_due_on=work.calendar.after(work.today, process.statutory_days),
    )  # fmt: skip
    after = await moves.save(work, case, after, Move.ACCEPT, process, by=by, note=words)
    await owing.bring_forward(work.db, after.citizen_id, after.id, after.due_on)
    await publish(work.db, Accepted(after.citizen_id, after.id, after.item, after.org_ref, after.due_on))
    return after


async def decline(work: Work, case_id: CaseId, declining: Declining, *, rev: int | None = None) -> Case:
    """不予受理: with a reason, and the right department where this is not the one."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.DECLINE)
    right = await _right(work, declining)
    process = await process_of(work, case.item, case.process_version)
    after = replace(case, status=Status.DECLINED, decided_at=work.now, letter=declining.words)
    detail = {"reason": str(declining.reason), "department": declining.department}
    after = await moves.save(work, case, after, Move.DECLINE, process, by=By.STAFF, note=declining.words, detail=detail)
    await announcing.declined(work, after, declining.words, right, process.decline_to)
    await publish(work.db, Declined(after.citizen_id, after.id, after.item, after.org_ref, work.today))
    return after


async def _right(work: Work, declining: Declining) -> Department | None:
    """The department named, which must be another one; "not ours" without a name helps nobody."""
    errors: list[dict[str, str]] = []
    right = (await orgs.snapshot(work.db)).own.get(declining.department)
    if not declining.words:
        errors.append({"pointer": "/words", "detail": say(work.locale, "请写明原因，申请人会看到")})
    if declining.reason is Reason.NOT_OURS and (right is None or right.id == work.actor.org):
        errors.append({"pointer": "/department", "detail": say(work.locale, "请选择应当办理这件事的部门")})
    if errors:
        raise Invalid(errors=errors)
    return right


async def ask_supplement(work: Work, case_id: CaseId, wanted: list[Wanted], *, rev: int | None = None, reason: str = "") -> Case:
    """一次性告知: everything missing at once; the clock stands still until the answer. Again only by the supervisor, with a reason."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.ASK)
    policy.may_ask(work.actor, case, reason)
    process = await process_of(work, case.item, case.process_version)
    asked = named(work, await form_of(work, case.item, case.form_version), wanted)
    after = replace(
        case, status=Status.SUPPLEMENTING, paused_on=case.paused_on or work.today, supplements=case.supplements + 1, asked=asked,
        answer_by=work.calendar.after(work.today, process.supplement_days),
    )  # fmt: skip
    detail = {"asked": [{"ref": a.ref, "label": {"zh": a.label.zh, "en": a.label.en}, "note": a.note} for a in asked]}
    after = await moves.save(work, case, after, Move.ASK, process, by=By.STAFF, note=reason, detail=detail)
    await announcing.asked(work, after, asked, reason)
    assert after.answer_by is not None, "just set"
    things = tuple("other" if a.ref.startswith(EXTRA) else a.ref for a in asked)
    await publish(work.db, SupplementRequested(
        after.citizen_id, after.id, after.item, after.org_ref, after.answer_by, work.today, things, after.supplements == 1
    ))  # fmt: skip
    return after


def named(work: Work, form: Form, wanted: list[Wanted]) -> list[Asked]:
    """Each thing with a name of its own: documents as the form calls them, others as the clerk does."""
    if not wanted:
        raise Invalid(errors=[{"pointer": "/documents", "detail": say(work.locale, "请勾选或写明要补的每一项")}])
    if len(wanted) > MOST_ASKED:
        raise Invalid(errors=[{"pointer": "/documents", "detail": say(work.locale, "一次最多要求 {n} 项", n=MOST_ASKED)}])
    papers = {d.code: d for d in form.documents}
    found: dict[str, Asked] = {}
    for i, one in enumerate(wanted, 1):
        if one.code and one.code not in papers:
            raise Invalid(errors=[{"pointer": "/documents", "detail": say(work.locale, "这张表单没有这份材料")}])
        if not one.code and not one.label:
            raise Invalid(errors=[{"pointer": f"/extra-{i}", "detail": say(work.locale, "请写明要补什么")}])
        ref = one.code or f"{EXTRA}{i}"
        label = papers[one.code].name if one.code else Text(one.label, one.label)
        found[ref] = Asked(ref, label, one.kind, one.note)
    return list(found.values())


async def transfer(work: Work, case_id: CaseId, department: str, reason: str, *, rev: int | None = None) -> Case:
    """转办: another department goes on where this one stopped; its list shows the case a moment later, the clock runs on."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.TRANSFER)
    await objecting.must_be_answered(work, case)
    steps = await store.steps(work.db, case.citizen_id, case.id)
    policy.may_transfer(work.actor, sum(s.kind is Move.TRANSFER for s in steps))
    to = await _receiver(work, case, department, reason)
    return await hand_on(work, case, to, Move.TRANSFER, reason, "transferred")


async def hand_on(work: Work, case: Case, to: Department, move: Move, reason: str, flag: str) -> Case:
    """To another department's list, where it lies a moment later. What the bureau has said is final."""
    process = await process_of(work, case.item, case.process_version)
    final = Grants.ARBITRATE in work.actor.grants
    detail: dict[str, Any] = {"from": str(case.org_ref), "to": str(to.id), "name": {"zh": to.name.zh, "en": to.name.en}}
    detail |= {"final": True} if final else {}
    after = await moves.save(work, case, replace(case, org_ref=to.id), move, process, by=By.STAFF, note=reason, detail=detail)
    row = await inbox.row(work.db, case.org_ref, case.id)
    marks = [mark for mark in row.flags if mark not in MARKS[Tab.TRANSFERRED]] if row else []
    await inbox.leave(work.db, case.org_ref, case.id)
    args = {"citizen": str(case.citizen_id), "case": str(case.id), "flag": flag, "marks": marks}
    await enqueue(work.db, "cases.arrive", args, key=f"{case.id} {after.rev}")
    await announcing.transferred(work, after, to, reason)
    await publish(work.db, Transferred(after.citizen_id, after.id, after.item, case.org_ref, to.id))
    return after


async def _receiver(work: Work, case: Case, department: str, reason: str) -> Department:
    known, errors = await orgs.snapshot(work.db), list[dict[str, str]]()
    to = known.own.get(department) if case.org_ref in {d.id for d in known.own.values()} else None
    if to is None or to.id == case.org_ref:
        errors.append({"pointer": "/department", "detail": say(work.locale, "请选择接手的部门")})
    elif not any(Grants.HANDLE in m.grants for m in known.clerks.get(to.id, [])):
        errors.append({"pointer": "/department", "detail": say(work.locale, "这个部门还没有人在这里办件，请先电话联系")})
    if not reason:
        errors.append({"pointer": "/reason", "detail": say(work.locale, "请写明转办原因，申请人会看到")})
    if errors or to is None:
        raise Invalid(errors=errors)
    return to


async def note(work: Work, case_id: CaseId, words: str, *, inner: bool) -> Case:
    """备注: for colleagues only, or for the applicant too, who is then told."""
    case = await at_desk(work, case_id, None, hold=False)
    policy.must_allow(case, Move.NOTE)
    if not words:
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "请写下备注")}])
    process = await process_of(work, case.item, case.process_version)
    after = await moves.save(work, case, case, Move.NOTE, process, by=By.STAFF, note=words, inner_only=inner)
    if not inner:
        await announcing.noted(work, after, words)
    return after
