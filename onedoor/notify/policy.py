"""How much is shown at once, and what a text message may say."""

from onedoor.kernel.i18n import say

PAGE = 30
COUNTED = 100
LINES_PER_PROCESS = 2000
LINES_PER_PERSON = 6
RESUMED = 50
HEARTBEAT = 20.0
BEATS = 6


def stage(locale: str, kind: str) -> str:
    """The words of a text message for one kind of message: a stage, never what the matter is about."""
    words = {
        "submitted": say(locale, "已提交"),
        "accepted": say(locale, "已受理"),
        "declined": say(locale, "不予受理"),
        "supplement": say(locale, "需要补正材料"),
        "supplemented": say(locale, "已收到补正材料"),
        "transferred": say(locale, "已转办"),
        "decided": say(locale, "已办结"),
        "lapsed": say(locale, "因逾期未补正已终止"),
        "withdrawn": say(locale, "已撤回"),
        "revoked": say(locale, "证照状态有变化"),
        "issued": say(locale, "证照已签发"),
    }
    return words.get(kind.rsplit(".", 1)[-1], say(locale, "有新进展"))


def text_message(locale: str, city: str, kind: str, number: str | None) -> str:
    """Stage and number only: a lost phone tells nothing about its owner's affairs."""
    if number:
        return say(locale, "【{city}】办件 {number} {stage}，请登录查看。", city=city, number=number, stage=stage(locale, kind))
    return say(locale, "【{city}】您有一条新消息：{stage}，请登录查看。", city=city, stage=stage(locale, kind))
