"""What the pages of a case show."""
from collections.abc import Mapping
from typing import Any

from onedoor.cases.forms import showing
from onedoor.cases.models import AskedKind, Attachment, Case, Move, Outcome, Scan, Status, Step
from onedoor.cases.owing import Owed, OwedState
from onedoor.cases.service.acting import decides, gives_cards
from onedoor.cases.service.assessing import result_words
from onedoor.cases.service.definitions import city_day, city_moment
from onedoor.cases.service.following import View
from onedoor.cases.service.handing import handed_words
from onedoor.cases.service.pausing import KINDS
from onedoor.cases.service.standing import status_words
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work
from onedoor.orgs.models import Department, OrgId

from ._instant import instant_view
from ._special import moment_notes, moment_words, special_now
from ._view import move_words, offices_of, scan_words, size, tone, who

STEP_TONES = {
    Move.ACCEPT: "blue", Move.DEEM: "blue", Move.ASK: "paused", Move.PAUSE: "paused", Move.DECLINE: "red", Move.LAPSE: "red",
    Move.REVOKE: "red", Move.REISSUE: "green",
}  # fmt: skip


def case_row(work: Work, case: Case) -> dict[str, Any]:
    """One case in a list."""
    return {
        "id": str(case.id), "href": f"/cases/{case.id}", "title": pick(work.locale, case.title), "number": case.number,
        "status": status_words(work.locale, case.status, case.outcome), "tone": tone(case), "due": due_words(work, case),
    }  # fmt: skip


def due_words(work: Work, case: Case) -> str:
    """The date that counts now, in words."""
    locale = work.locale
    if case.status is Status.SUPPLEMENTING and case.answer_by:
        return say(locale, "请在 {day} 前补正", day=day(locale, case.answer_by))
    if case.status is Status.PAUSED:
        return say(locale, "时限已暂停")
    if not case.open:
        return say(locale, "{day} 结束", day=day(locale, city_day(case.decided_at))) if case.decided_at else ""
    left = work.calendar.working_days_between(work.today, case.due_on)
    if work.today > case.due_on:
        return say(locale, "应在 {day} 前办结，已超期", day=day(locale, case.due_on))
    return say(locale, "最迟 {day} 办结，还有 {n} 个工作日", day=day(locale, case.due_on), n=left)


def next_words(work: Work, seen: View) -> str:
    """What happens next."""
    case, process, locale = seen.case, seen.process, work.locale
    if case.status is Status.SUBMITTED:
        by = day(locale, work.calendar.after(case.received_on, process.accept_days))
        return say(locale, "部门会在 {day} 前告诉您是否受理；到期没有答复，就算受理。", day=by)
    if case.status is Status.ACCEPTED:
        return say(locale, "部门正在审查，办好会马上通知您，不用来电询问。")
    if case.status is Status.PAUSED and case.pause_kind in KINDS:
        return say(locale, "这些日子不算在办理时间里，不用您再做什么。结束后时限继续计算，结果会告诉您。")
    if case.status is Status.PAUSED:
        return say(locale, "有材料过期没有补交，办理时限先停下，补交后接着算。申请没有作废。")
    if case.status is Status.SUPPLEMENTING:
        return say(locale, "办理时限已暂停。补齐后继续计算，等待的日子不算。")
    if case.status is Status.DECIDED and case.outcome is Outcome.REFUSED:
        return say(locale, "不同意这个决定的，可以在 60 日内申请行政复议，或者在 6 个月内向法院起诉。")
    if case.status is Status.DECIDED and waiting_papers(seen):
        return say(locale, "已经批准。补交材料后，就把结果给您。")
    if case.status is Status.DECIDED:
        return say(locale, "证照已放进您的卡包。") if case.certificate_ref else say(locale, "事情已经办好，不用再做什么。")
    if case.status is Status.DECLINED:
        return pick(locale, process.decline_to) or say(locale, "您可以按说明准备好后重新申请。")
    return say(locale, "需要时可以重新申请。")


async def case_view(work: Work, seen: View) -> dict[str, Any]:
    """Everything on the page of a case."""
    case, locale, offices = seen.case, work.locale, await offices_of(work)
    office = offices.get(case.org_ref)
    sources = {e.pointer[1:]: e.source for e in seen.filed.evidence if e.state == "held"}
    return {
        "case": case, "row": case_row(work, case), "due": due_words(work, case), "next": next_words(work, seen),
        "special": special_now(locale, case, seen.steps), "instant": instant_view(locale, seen.steps),
        "office": pick(locale, office.name) if office else "", "phone": office.phone if office else "",
        "asked": [pick(locale, a.label) for a in case.asked],
        "steps": [moment_of(work, s, case, offices) for s in reversed(seen.steps)],
        "answers": showing.rows(locale, seen.form, seen.filed.answers, sources),
        "files": [file_row(locale, f, seen) for f in seen.files], "rating": seen.rating, "called": seen.called,
        "can_rate": seen.can_rate and decides(work), "can_withdraw": seen.can_withdraw and decides(work),
        "gives_cards": seen.can_withdraw and gives_cards(work),
        "owed": owed_rows(work, waiting_papers(seen), seen.files), "promises": [pick(locale, p.label) for p in seen.owing.promises],
        "refused": case.outcome is Outcome.REFUSED, "letter": [line for line in case.letter.splitlines() if line.strip()],
        "certificate": "" if work.actor.behalf else case.certificate_ref,
        "sample": next((s.detail["sample"] for s in seen.steps if "sample" in s.detail), None),
        "part_of": next((s.detail["part_of"] for s in seen.steps if "part_of" in s.detail), None),
    }  # fmt: skip


def waiting_papers(seen: View) -> list[Owed]:
    """What may still be given."""
    return [] if seen.case.status in (Status.DECLINED, Status.WITHDRAWN, Status.LAPSED) else seen.owing.open()


def owed_rows(work: Work, papers: list[Owed], files: list[Attachment]) -> list[dict[str, Any]]:
    """Papers to be given, by when, and what has been uploaded for each."""
    locale = work.locale
    late = say(locale, "已过补交日期，尽快补交就好")
    by = {o.document: say(locale, "{day} 前补交", day=day(locale, o.due_on)) for o in papers}
    return [
        {
            "code": o.document, "label": pick(locale, o.label), "due": late if o.state is OwedState.LATE else by[o.document],
            "have": [{"id": str(f.id), "name": f.name, "size": size(locale, f.size)} for f in files if f.document == o.document],
        }
        for o in papers
    ]  # fmt: skip


def moment_of(work: Work, step: Step, case: Case, offices: Mapping[OrgId, Department]) -> dict[str, Any]:
    """One step of the timeline."""
    locale = work.locale
    parts = [*([step.note] if step.note else []), *moment_notes(locale, step)]
    colon, stop = (": ", "; ") if locale == "en" else ("：", "；")
    parts += [colon.join(filter(None, [pick(locale, a.get("label")), a.get("note", "")])) for a in step.detail.get("asked", [])]
    for one in step.detail.get("given", []):
        told = one.get("words") or (say(locale, "不能提供：{why}", why=one["cannot"]) if one.get("cannot") else "")
        told = told or say(locale, "{n} 个文件", n=len(one.get("files", [])))
        parts.append(f"{pick(locale, one.get('label'))}{colon}{told}")
    if "assisted_by" in step.detail:
        parts.append(say(locale, "{name} 在窗口帮您填写，您同意后提交", name=step.detail["name"]))
    last = step.kind is Move.DECIDE
    mood = ("red" if case.outcome is Outcome.REFUSED else "green") if last else STEP_TONES.get(step.kind, "")
    at, what = city_moment(locale, step.at), moment_words(locale, step) or move_words(locale, step)
    if "assessed" in step.detail:
        what, parts = say(locale, "评定结果已送到"), [*parts, result_words(locale, step)]
    if "handed" in step.detail:
        what, parts = handed_words(locale, step)
    return {"at": at, "who": who(locale, step, offices), "what": what, "note": stop.join(parts), "tone": mood}


def file_row(locale: str, file: Attachment, seen: View) -> dict[str, str]:
    """One file of a case, under the name of the paper it is."""
    names = {d.code: d.name for d in seen.form.documents}
    names |= {str(a["ref"]): a["label"] for s in seen.steps for a in s.detail.get("asked", []) if "ref" in a}
    return {
        "title": pick(locale, names.get(file.document)) or file.name, "detail": f"{file.name} · {size(locale, file.size)}",
        "href": "" if file.scan is Scan.INFECTED or file.id in seen.sealed else f"/files/{file.id}", "state": scan_words(locale, file.scan),
    }  # fmt: skip


def asked_view(work: Work, case: Case, files: list[Attachment], typed: dict[str, str]) -> dict[str, Any]:
    """The page on which everything asked for is answered."""
    locale = work.locale
    asks = [
        {
            "n": i, "label": pick(locale, a.label), "note": a.note, "file": a.kind is AskedKind.FILE,
            "have": [{"id": str(f.id), "name": f.name, "size": size(locale, f.size)} for f in files if f.document == a.ref],
            "words": typed.get(f"given-{i}", ""), "cannot": typed.get(f"cannot-{i}", ""),
        }
        for i, a in enumerate(case.asked)
    ]  # fmt: skip
    return {"case": case, "row": case_row(work, case), "asks": asks, "by": day(locale, case.answer_by)}
