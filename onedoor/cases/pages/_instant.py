"""What the pages of a case show of a rule that grants at once: what it wanted, and what it has looked at."""
from typing import Any

from onedoor.cases.models import Move, Step
from onedoor.cases.service import instant
from onedoor.kernel.i18n import day, pick, say


def instant_view(locale: str, steps: list[Step]) -> dict[str, Any] | None:
    """The rule in sentences; None where the service has none, an agent may not read it, or what it granted has not come to be."""
    verdict = instant.said(steps)
    if verdict is None or (verdict.grants and not any(decided_words(locale, step) for step in steps)):
        return None
    lines = [say(locale, "符合：{words}", words=pick(locale, words)) for words in verdict.met]
    lines += [say(locale, "不符合：{words}", words=pick(locale, words)) for words in verdict.unmet]
    lines += [say(locale, "登记里没有查到：{words}", words=pick(locale, words)) for words in verdict.untold]
    lines += [say(locale, "交了材料或承诺，要工作人员看")] if verdict.papers else []
    lines += [say(locale, "已经有一件这样的申请，要工作人员看")] if verdict.again else []
    title = say(locale, "为什么当场批准") if verdict.grants else say(locale, "为什么没有当场批准")
    seen = [
        {
            "label": pick(locale, one.label), "value": pick(locale, one.value),
            "source": " · ".join(filter(None, [pick(locale, one.source), day(locale, one.as_of, year=True)])),
        }
        for one in verdict.seen
    ]  # fmt: skip
    return {"title": title, "lines": lines, "seen": seen}


def decided_words(locale: str, step: Step) -> str:
    """The step by which the rule has granted; empty for every other."""
    return say(locale, "符合条件，系统当场批准") if step.kind is Move.DECIDE and instant.KEY in step.detail else ""


def left_words(locale: str, step: Step) -> str:
    """The step by which a rule that had said yes leaves a case to a clerk."""
    return say(locale, "没有当场批准，由工作人员办理") if step.kind is Move.NOTE and instant.KEY in step.detail else ""
