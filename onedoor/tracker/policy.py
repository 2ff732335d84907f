"""Rules of the tracker: who may answer, by when, what stands out, what words say."""

from onedoor.identity.models import Access, Action, ReaderKind, Reading
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor

from .errors import AnsweredAlready, NoSuchChallenge, NotContestable, OwnLook, SupervisorsNow
from .models import Challenge, Fault, Grants, Kind, Question, ReaderDay, State

ANSWER_DAYS = 5
"""Working days in which a department answers."""
OPENS, CLOSES = 7, 20
"""Hours of the day that need no explanation; a working day is one of the city's calendar."""
BARE, REFUSED, FEW, TIMES = 3, 2, 20, 3
"""What stands out: more looks without a case, more refusals, or more looks than these and so many times the usual."""


def may_be_asked(access: Access) -> None:
    """Only what others did can be asked about."""
    if access.kind is ReaderKind.SELF:
        raise OwnLook()


def may_answer(actor: Actor, question: Question) -> None:
    """A member of the department asked; one who supervises, when the desk has let the time pass."""
    if Grants.ANSWER not in actor.grants or actor.org != question.org_id:
        raise NoSuchChallenge()
    if question.state is not State.ASKED:
        raise AnsweredAlready()
    if question.escalated and Grants.SUPERVISE not in actor.grants:
        raise SupervisorsNow()


def may_guard(actor: Actor) -> None:
    """Who is specially protected is the data-protection officer's to say."""
    if Grants.AUDIT not in actor.grants:
        raise Forbidden(needs=str(Grants.AUDIT))


def may_contest(challenge: Challenge) -> None:
    """Once, and after an answer."""
    if challenge.state is not State.ANSWERED:
        raise NotContestable()


def standing_out(reading: Reading, usual: int) -> list[str]:
    """What of a reader's day wants a second glance."""
    found = {
        "bare": reading.bare > BARE, "late": reading.late > 0, "named": reading.named > 0, "colleagues": reading.colleagues > 0,
        "kin": reading.kin > 0,
        "refused": reading.refused > REFUSED, "spike": reading.looks > FEW and reading.looks > TIMES * usual,
    }  # fmt: skip
    return [name for name, true in found.items() if true]


def alarming(reading: Reading) -> bool:
    """What the officer hears of without looking: several looks without a case, or people of the reader's own household."""
    return reading.bare > BARE or reading.kin > 0


def reading_of(one: ReaderDay) -> Reading:
    """The counts of a line."""
    return Reading(
        one.actor, one.org, one.name, one.looks, one.people, one.bare, one.late, one.named, one.colleagues, one.refused, one.exported,
        one.kin,
    )  # fmt: skip


def marks(locale: str, one: ReaderDay) -> list[str]:
    """The same in words."""
    reading = reading_of(one)
    words = {
        "bare": say(locale, "没有办件的查看 {n} 次", n=one.bare), "late": say(locale, "上班时间以外 {n} 次", n=one.late),
        "named": say(locale, "查看同姓的人 {n} 位", n=one.named), "colleagues": say(locale, "查看同事 {n} 位", n=one.colleagues),
        "kin": say(locale, "查看同姓同户的人 {n} 位", n=one.kin),
        "refused": say(locale, "被拒绝 {n} 次", n=one.refused),
        "spike": say(locale, "{n} 次，平时每天 {usual} 次", n=one.looks, usual=one.usual),
    }  # fmt: skip
    return [words[name] for name in standing_out(reading, one.usual)]


def action_words(locale: str) -> dict[str, str]:
    """What may be done with somebody's data, for choosing from."""
    return {
        Action.READ: say(locale, "查看"), Action.SEARCH: say(locale, "查找"), Action.ASK: say(locale, "向登记部门查询"),
        Action.EXPORT: say(locale, "导出"), Action.SCAN: say(locale, "扫码核验"), Action.PRINT: say(locale, "打印"),
        Action.SEND: say(locale, "送出"), Action.CORRECT: say(locale, "更正"), Action.REFUSED: say(locale, "被拒绝"),
        Action.SECOND: say(locale, "先问同事"),
    }  # fmt: skip


def sentence(locale: str, access: Access, who: str, what: str) -> str:
    """One look in plain words."""
    if access.expired:
        return say(locale, "有人看过您的资料；过了保存期，内容已经清空")
    if access.fields == ["sign-in"]:
        return say(locale, "您登录了{who}", who=who)
    if access.action is Action.SECOND:
        return _second(locale, access, who or say(locale, "系统"), what)
    said = {"who": who or (say(locale, "有人") if access.action is Action.SCAN else say(locale, "系统")), "what": what}
    return {
        Action.READ: say(locale, "{who}查看了{what}", **said), Action.SEARCH: say(locale, "{who}用{what}查找过您", **said),
        Action.ASK: say(locale, "{who}向登记部门查询了{what}", **said), Action.EXPORT: say(locale, "{who}导出了{what}", **said),
        Action.SCAN: say(locale, "{who}扫码核验了{what}", **said), Action.PRINT: say(locale, "{who}打印了{what}", **said),
        Action.SEND: say(locale, "{who}送出了{what}", **said),
        Action.CORRECT: say(locale, "{who}更正了{what}", **said), Action.REFUSED: say(locale, "{who}想看{what}，没有给看", **said),
    }[access.action]  # fmt: skip


def _second(locale: str, access: Access, who: str, what: str) -> str:
    """重点保护: what one of two did before a look."""
    if access.outcome == "allowed":
        return say(locale, "{who}同意同事打开{what}", who=who, what=what)
    if access.outcome == "refused":
        return say(locale, "{who}没有同意同事打开{what}", who=who, what=what)
    return say(locale, "{who}想打开{what}，先请同事同意", who=who, what=what)


def kind_words(locale: str) -> dict[Kind, str]:
    """What may be asked."""
    return {
        Kind.WHY: say(locale, "为什么查我"), Kind.WRONG: say(locale, "查到的内容不对"), Kind.NOT_ME: say(locale, "查错人了"),
    }  # fmt: skip


def state_words(locale: str, state: State) -> tuple[str, str]:
    """Where a question stands, and its tone."""
    return {
        State.ASKED: (say(locale, "等部门答复"), "orange"), State.ANSWERED: (say(locale, "已答复"), "green"),
        State.CONTESTED: (say(locale, "等数据保护官处理"), "orange"), State.RULED: (say(locale, "数据保护官已处理"), "green"),
    }[state]  # fmt: skip


def fault_words(locale: str, fault: Fault) -> str:
    """What does not fit."""
    return {
        Fault.CHAIN: say(locale, "有一条访问记录和前一条接不上，被改过、换过或删过"), Fault.HEAD: say(locale, "访问记录的最后一条对不上"),
        Fault.MOMENT: say(locale, "访问记录的时间被改过"), Fault.SEAL: say(locale, "访问记录和封签不一致，封签以后被改写过"),
        Fault.TREE: say(locale, "封签和它的明细对不上"), Fault.SIGNATURE: say(locale, "封签的签名不对"),
        Fault.ORDER: say(locale, "封签之间接不上，或者少了一个"), Fault.NOTED: say(locale, "封签和当时存下的文件不一致"),
    }[fault]  # fmt: skip
