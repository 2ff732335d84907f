"""What the clerk's page shows of papers given later, promises and the department's own system, and which acts they allow."""
from typing import Any

from onedoor.cases.between import open_opinions
from onedoor.cases.handing import Handing, HandState
from onedoor.cases.models import Grants, Move, Outcome, Status, allows
from onedoor.cases.owing import Appeal, Owed, OwedState, Promise, Result
from onedoor.cases.registration import Registration, Stage, State
from onedoor.cases.service.bouncing import may_go_back
from onedoor.cases.service.definitions import city_day
from onedoor.cases.service.looking import View
from onedoor.cases.service.stages import stage_words
from onedoor.kernel.i18n import Text, day, pick, say
from onedoor.kernel.work import Work


def rests_view(work: Work, seen: View) -> dict[str, Any]:
    """The panels and the choices of the forms."""
    locale, owing = work.locale, seen.owing
    waiting = [p for p in owing.promises if p.result is Result.UNKNOWN]
    open_appeals = [p for p in owing.promises if p.appeal_state is Appeal.OPEN]
    return {
        "asked_opinions": opinions_of(locale, seen),
        "shareable": [{"value": n, "label": pick(locale, q.label)} for n, q in seen.form.questions.items() if n in seen.filed.answers],
        "registration": registration_view(locale, seen.registration, seen.stage),
        "handings": [_handing(locale, *one) for one in seen.handings],
        "owed": [_owed(locale, o) for o in owing.owed], "promises": [_promise(locale, p) for p in owing.promises],
        "promise_results": results(locale, supervises=Grants.SUPERVISE in work.actor.grants),
        "promises_to_check": [{"value": str(p.id), "label": pick(locale, p.label)} for p in waiting],
        "appeals": [{"value": str(p.id), "label": pick(locale, p.label), "words": p.appeal} for p in open_appeals],
    }  # fmt: skip


def results(locale: str, *, supervises: bool) -> list[dict[str, str]]:
    """What a check may find: that a promise was broken is the supervisor's to say."""
    found = [{"value": "kept", "label": say(locale, "属实")}]
    if supervises:
        hint = say(locale, "已发的证照会撤销，一年内不能再承诺")
        found.append({"value": "broken", "label": say(locale, "不属实"), "hint": hint})
    return found


def opinions_of(locale: str, seen: View) -> list[dict[str, str]]:
    """Questions to other departments that are still open, for recalling one."""
    still = set(open_opinions(seen.steps))
    asked = [s for s in seen.steps if s.kind is Move.CONSULT and s.detail.get("opinion") in still]
    return [{"value": str(s.detail["opinion"]), "label": f"{pick(locale, s.detail.get('name'))} · {s.note[:60]}"} for s in asked]


def _owed(locale: str, owed: Owed) -> dict[str, str]:
    words = {
        OwedState.OWED: (say(locale, "{day} 前补交", day=day(locale, owed.due_on)), "orange"),
        OwedState.LATE: (say(locale, "逾期未补交"), "red"), OwedState.GIVEN: (say(locale, "已补交"), "green"),
    }  # fmt: skip
    before = say(locale, "审批前要有") if owed.before == "decision" else say(locale, "发证前要有")
    state, tone = words[owed.state]
    return {"label": pick(locale, owed.label), "detail": before, "state": state, "tone": tone}


def _promise(locale: str, promise: Promise) -> dict[str, str]:
    words = {
        Result.UNKNOWN: (say(locale, "{day} 以后核查", day=day(locale, promise.check_on)), "blue"),
        Result.KEPT: (say(locale, "核查属实"), "green"), Result.BROKEN: (say(locale, "核查不属实"), "red"),
    }  # fmt: skip
    state, tone = words[promise.result]
    signed = say(locale, "{at} 承诺", at=day(locale, city_day(promise.signed_at)))
    return {"label": pick(locale, promise.label), "detail": signed, "state": state, "tone": tone}


def registration_view(locale: str, reg: Registration | None, stage: Stage | None) -> dict[str, str] | None:
    """How far it has got, in words."""
    if reg is None:
        return None
    words = {
        State.DONE: (say(locale, "已登记"), "green"), State.PERSON: (say(locale, "要人工处理"), "red"),
        State.ATTACHING: (say(locale, "正在传材料"), "blue"), State.UNCERTAIN: (say(locale, "正在核对"), "orange"),
    }  # fmt: skip
    state, tone = words.get(reg.state, (say(locale, "正在登记"), "blue"))
    return {"state": state, "tone": tone, "number": reg.their_number, "problem": reg.problem, "papers": str(len(reg.documents)),
            "stage": stage_words(locale, stage) if stage else "",
            "odd": say(locale, "对方现在写的是“{word}”，和之前的对不上，请核对", word=reg.odd_stage) if reg.odd_stage else ""}  # fmt: skip


def _handing(locale: str, to: Text, one: Handing) -> dict[str, Any]:
    """One thing that goes to another department, in words."""
    words = {
        HandState.DONE: (say(locale, "已登记"), "green"), HandState.PERSON: (say(locale, "送不到"), "red"),
        HandState.SENT: (say(locale, "已送到，等回执"), "blue"),
    }  # fmt: skip
    state, tone = words.get(one.state, (say(locale, "正在送"), "blue"))
    number = say(locale, "编号 {number}", number=one.their_number) if one.their_number else ""
    why = say(locale, "对方没有收下：{why}", why=one.problem) if one.problem else ""
    return {"label": pick(locale, to), "detail": number or why, "state": state, "tone": tone, "register": one.register,
            "operation": one.operation, "stuck": one.state is HandState.PERSON}  # fmt: skip


def rest_acts(work: Work, seen: View) -> set[str]:
    """Which of these acts this clerk may do now."""
    case, owing, found = seen.case, seen.owing, set[str]()
    held_back = case.outcome is Outcome.GRANTED and case.status is Status.DECIDED and seen.process.cert_type and not case.certificate_ref
    if held_back and not owing.open():
        found.add("deliver")
    if any(p.result is Result.UNKNOWN for p in owing.promises) and case.status not in (Status.WITHDRAWN, Status.DECLINED, Status.LAPSED):
        found.add("promise")
    if any(p.appeal_state is Appeal.OPEN for p in owing.promises) and Grants.SUPERVISE in work.actor.grants:
        found.add("appeal")
    if seen.registration is not None and seen.registration.state is State.PERSON:
        found.add("register")
    if case.open and may_go_back(work, seen.steps, case):
        found.add("bounce")
    if allows(case.status, Move.CONSULT) and mine_to_do(work, seen):
        found.add("consult")
    if open_opinions(seen.steps) and mine_to_do(work, seen):
        found.add("recall")
    return found


def mine_to_do(work: Work, seen: View) -> bool:
    """Whether acts on the case are this clerk's: nobody has it, or they do, or who they stand in for; or they supervise."""
    return seen.row.assignee_ref in (None, work.actor.id, *seen.away) or Grants.SUPERVISE in work.actor.grants
