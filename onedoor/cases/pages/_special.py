"""What the pages of a case show of a procedure for which its clock stands still, and of more days."""
from datetime import date
from typing import Any

from onedoor.cases.models import Case, Grants, Kind, Move, Step, allows
from onedoor.cases.registration import Stage
from onedoor.cases.service import announcing, infected, pausing
from onedoor.cases.service.looking import View
from onedoor.cases.service.stages import stage_words
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work

from ._instant import decided_words, left_words
from ._rests import mine_to_do

POSTED = "/notices/cases"
"""Where everybody sees what is posted."""


def kind_words(locale: str, kind: Kind) -> str:
    """A procedure by its name."""
    return pick(locale, announcing.kind_of(kind))


def special_now(locale: str, case: Case, steps: list[Step]) -> dict[str, str] | None:
    """The one that goes on: its name, why, its last day, and where it is posted."""
    one = pausing.running(case, steps)
    if one is None:
        return None
    until = say(locale, "{day} 为止", day=day(locale, one.until_on))
    href = POSTED if one.kind is Kind.PUBLIC_NOTICE else ""
    return {"kind": kind_words(locale, one.kind), "until": until, "reason": one.reason, "href": href}


def moment_words(locale: str, step: Step) -> str:
    """A step of a procedure, of more days, of a rule that grants, or of a system elsewhere; empty for every other."""
    kind = step.detail.get("kind")
    if at_once := decided_words(locale, step) or left_words(locale, step):
        return at_once
    if "stage" in step.detail:
        return stage_words(locale, Stage(step.detail["stage"]))
    if "unanswered" in step.detail:
        return say(locale, "{source}三天没有答复，工作人员会用别的办法核对，不用您再做什么", source=pick(locale, step.detail["unanswered"]))
    if infected.MARK in step.detail:
        return say(locale, "文件里有病毒，请申请人换一个")
    if "objection" in step.detail:
        return objection_words(locale, str(step.detail["objection"]))
    if step.kind is Move.EXTEND:
        return say(locale, "办理期限延长 {n} 个工作日", n=step.detail["days"])
    if kind not in pausing.KINDS:
        return ""
    name = kind_words(locale, Kind(str(kind)))
    if step.kind is Move.PAUSE:
        return say(locale, "特别程序：{kind}，时限暂停", kind=name)
    return say(locale, "{kind}结束，时限继续", kind=name) if step.kind is Move.RESUME else ""


def objection_words(locale: str, state: str) -> str:
    """What the applicant and the clerk read of an objection: that there is one, and how it was answered."""
    words = {
        "open": say(locale, "公示期间有人提出异议"), "accepted": say(locale, "公示异议：核实后成立"),
        "rejected": say(locale, "公示异议：核实后不成立"),
    }  # fmt: skip
    return words.get(state, "")


def objections_of(locale: str, steps: list[Step]) -> dict[str, str] | None:
    """The way to the objections of a case that is or was posted, and how many wait for an answer."""
    said = [str(s.detail["objection"]) for s in steps if "objection" in s.detail]
    if not any(s.kind is Move.PAUSE and s.detail.get("kind") == Kind.PUBLIC_NOTICE for s in steps):
        return None
    waiting = said.count("open") * 2 - len(said)
    return {"detail": say(locale, "{n} 份等您答复，答复以前不能办结", n=waiting) if waiting > 0 else say(locale, "没有等答复的")}


def moment_notes(locale: str, step: Step) -> list[str]:
    """Until when: of the procedure, or of the case."""
    if step.kind is Move.PAUSE and "until" in step.detail:
        return [say(locale, "最晚到 {day}", day=day(locale, date.fromisoformat(step.detail["until"])))]
    if step.kind in (Move.EXTEND, Move.RESUME) and step.due_after:
        return [say(locale, "最迟 {day} 办结", day=day(locale, step.due_after))]
    return []


def specials_view(work: Work, seen: View) -> dict[str, Any]:
    """The choices of the forms, and the panel."""
    locale, after = work.locale, work.calendar.after
    offers = [
        {
            "value": str(one.kind), "label": kind_words(locale, one.kind),
            "hint": say(locale, "最多 {n} 个工作日，最晚到 {day}", n=one.max_days, day=day(locale, after(work.today, one.max_days))),
        }
        for one in seen.offers
    ]  # fmt: skip
    return {"offers": offers, "special": special_now(locale, seen.case, seen.steps), "most_extended": seen.process.extend_days} | {
        "objections": objections_of(locale, seen.steps)
    }


def special_acts(work: Work, seen: View) -> set[str]:
    """Which of these acts this clerk may do now."""
    case, found = seen.case, set[str]()
    if seen.offers and mine_to_do(work, seen):
        found.add("special")
    if pausing.running(case, seen.steps) and mine_to_do(work, seen):
        found.add("finish")
    extended = any(s.kind is Move.EXTEND for s in seen.steps)
    may = Grants.SUPERVISE in work.actor.grants and allows(case.status, Move.EXTEND) and seen.process.extend_days > 0
    if may and not extended and work.today <= case.legal_due_on:
        found.add("extend")
    return found
