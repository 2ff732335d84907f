"""How much is shown at once, and what a text message may say."""

from datetime import datetime, timedelta

from onedoor.kernel.i18n import Text, say
from onedoor.kernel.text import fault
from onedoor.kernel.work import Actor
from onedoor.orgs.models import covers

from .errors import NotYourNotice
from .models import Audience, Notice, NoticeWords

LONGEST = timedelta(days=731)
MOST = {"title": 60, "detail": 200, "body": 2000, "reason": 200}
ENGLISH = 4
"""How many times as long English may be."""
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
        "special": say(locale, "进入特别程序"),
        "extended": say(locale, "办理期限延长"),
        "lapsed": say(locale, "因逾期未补正已终止"),
        "withdrawn": say(locale, "已撤回"),
        "revoked": say(locale, "证照状态有变化"),
        "issued": say(locale, "证照已签发"),
        "asked": say(locale, "有人想替您或请您办事"),
        "began": say(locale, "代办已开始"),
        "used": say(locale, "有人替您办了一件事"),
        "ended": say(locale, "代办已结束"),
    }
    return words.get(kind.rsplit(".", 1)[-1], say(locale, "有新进展"))


def text_message(locale: str, city: str, kind: str, number: str | None) -> str:
    """Stage and number only: a lost phone tells nothing about its owner's affairs."""
    if number:
        return say(locale, "【{city}】办件 {number} {stage}，请登录查看。", city=city, number=number, stage=stage(locale, kind))
    return say(locale, "【{city}】您有一条新消息：{stage}，请登录查看。", city=city, stage=stage(locale, kind))


def is_for(notice: Notice, actor: Actor) -> bool:
    """Whether somebody is whom the notice is for."""
    match notice.audience:
        case Audience.EVERYONE:
            return True
        case Audience.RESIDENTS:
            return actor.signed_in
        case Audience.STAFF:
            return bool(actor.grants) and not actor.outside


def may_publish(actor: Actor, path: str, department: str | None, own: str | None) -> None:
    """For an area inside the own districts; an existing notice only when it is of the own department."""
    if own is None or not covers(actor.districts, path) or department not in (None, own):
        raise NotYourNotice()


def text_faults(locale: str, field: str, said: Text) -> list[dict[str, str]]:
    """What is wrong with one text in its two languages; English may be missing."""
    found: list[dict[str, str]] = []
    if not said.zh.strip():
        found.append({"pointer": f"/{field}_zh", "detail": say(locale, "请填写这一项")})
    for language, text, limit in (("zh", said.zh, MOST[field]), ("en", said.en, MOST[field] * ENGLISH)):
        if len(text) > limit:
            found.append({"pointer": f"/{field}_{language}", "detail": say(locale, "太长了，最多 {n} 个字", n=limit)})
        elif fault(text, lines=True):
            found.append({"pointer": f"/{field}_{language}", "detail": say(locale, "有不能使用的字符，请删去看不见的符号后再试")})
    return found


def faults(locale: str, words: NoticeWords, now: datetime, known_area: bool) -> list[dict[str, str]]:
    """Everything that is wrong with a text, by field."""
    found: list[dict[str, str]] = []

    def wrong(field: str, detail: str) -> None:
        found.append({"pointer": f"/{field}", "detail": detail})

    for field in ("title", "detail", "body"):
        found += text_faults(locale, field, getattr(words, field))
    if not known_area:
        wrong("area", say(locale, "请选择一个区域"))
    if words.ends_at <= max(words.starts_at or now, now):
        wrong("ends", say(locale, "结束时间要在开始时间和现在之后"))
    elif words.ends_at - (words.starts_at or now) > LONGEST:
        wrong("ends", say(locale, "最长两年"))
    return found
