"""Where a case stands, in plain words."""

from onedoor.cases.models import Outcome, Status
from onedoor.kernel.i18n import say


def status_words(locale: str, status: Status, outcome: Outcome | None = None) -> str:
    """Where a case stands, in a word or two."""
    if status is Status.DECIDED:
        return say(locale, "不予许可") if outcome is Outcome.REFUSED else say(locale, "已办结")
    words = {
        Status.SUBMITTED: say(locale, "待受理"), Status.ACCEPTED: say(locale, "办理中"), Status.SUPPLEMENTING: say(locale, "待补正"),
        Status.PAUSED: say(locale, "已暂停"), Status.DECLINED: say(locale, "不予受理"), Status.WITHDRAWN: say(locale, "已撤回"),
        Status.LAPSED: say(locale, "逾期终止"),
    }  # fmt: skip
    return words[status]
