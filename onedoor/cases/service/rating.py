"""好差评 The words of a rating: five grades, and the reasons that may be ticked."""
from typing import Any

from onedoor.kernel.i18n import Text, pick, text

GRADES = ("5", "4", "3", "2", "1")
REASONS = ("fast", "clear", "kind", "slow", "unclear", "again")


def grade_name(grade: str) -> Text:
    """What a grade is called."""
    return {"5": text("非常满意"), "4": text("满意"), "3": text("基本满意"), "2": text("不满意"), "1": text("非常不满意")}[grade]


def reason_name(reason: str) -> Text:
    """What a reason is called."""
    return {
        "fast": text("办得快"), "clear": text("说得清楚"), "kind": text("态度好"), "slow": text("办得慢"), "unclear": text("看不懂"),
        "again": text("重复要材料"),
    }[reason]  # fmt: skip


def rating_words(locale: str) -> dict[str, Any]:
    """The five grades and what may be ticked."""
    return {
        "grades": [{"value": grade, "label": pick(locale, grade_name(grade))} for grade in GRADES],
        "tags": [{"value": reason, "label": pick(locale, reason_name(reason))} for reason in REASONS],
    }
