"""What the applicant is told when staff or the clock has moved a case: what happened, why, and what now. Words a grandmother uses."""
from datetime import date

from onedoor.cases.duty import Letter
from onedoor.cases.models import Asked, Case, Kind
from onedoor.cases.specials import Running
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs.models import Department

from .telling import on, tell


def joined(*parts: Text | None) -> Text:
    """Paragraphs, in each language its own; a missing English one is the Chinese."""
    there = [p for p in parts if p is not None and p.zh]
    return Text("\n".join(p.zh for p in there), "\n".join(p.en or p.zh for p in there))


def typed(words: str) -> Text | None:
    """What a clerk typed: the same in both languages."""
    return Text(words, words) if words else None


async def accepted(work: Work, case: Case, words: str) -> None:
    """受理: from now on the days count."""
    body = text("您的申请已受理，最迟 {due} 前办结。不用来窗口，有结果会告诉您。", due=on(case.due_on))
    await tell(work, case, "accepted", text("{item}：已受理", item=case.title), joined(body, typed(words)))


async def deemed(work: Work, case: Case) -> None:
    """Silence counts as acceptance."""
    body = text("规定的时间里没有答复您，按规定您的申请视为已受理，最迟 {due} 前办结。", due=on(case.due_on))
    await tell(work, case, "accepted", text("{item}：视为已受理", item=case.title), body)


async def declined(work: Work, case: Case, words: str, right: Department | None, advice: Text | None) -> None:
    """不予受理: why, and who is the right one."""
    goto = None
    if right is not None:
        goto = text("应当找：{name}，电话 {phone}，地址 {address}。", name=right.name, phone=right.phone, address=right.address)
    body = joined(text("这件事我们没有受理。原因："), typed(words), goto, advice)
    await tell(work, case, "declined", text("{item}：不予受理", item=case.title), body)


async def asked(work: Work, case: Case, things: list[Asked], reason: str) -> None:
    """补正: everything that is missing, and until when."""
    lines = [text("{n}. {label}", n=i, label=a.label) for i, a in enumerate(things, 1)]
    notes = [_noted(line, a.note) for line, a in zip(lines, things, strict=True)]
    ask = text("还缺下面 {n} 项，请在 {by} 前补上。等您补材料的日子不算在办理时间里。", n=len(things), by=on(case.answer_by))
    last = text("确实没有的，可以写明原因，我们会照样往下办。")
    title = text("{item}：请补正 {n} 项", item=case.title, n=len(things))
    await tell(work, case, "supplement", title, joined(ask, typed(reason), *notes, last))


def _noted(line: Text, note: str) -> Text:
    return Text(f"{line.zh}（{note}）", f"{line.en} ({note})") if note else line


async def granted(work: Work, case: Case, words: str, owed: Text | None, how: Text | None = None) -> None:
    """办结: yes, and what is still to be given before it is handed over."""
    body = text("您的申请已经批准。")
    wallet = text("电子证照已放进您的卡包，随时可以出示。") if case.certificate_ref else None
    rest = text("补交后就发证：{papers}。", papers=owed) if owed is not None else None
    await tell(work, case, "decided", text("{item}：办好了", item=case.title), joined(body, how, wallet, rest, typed(words)))


async def refused(work: Work, case: Case, letter: Letter) -> None:
    """不予许可: the reason, the law, and where to object."""
    body = joined(
        text("您的申请没有批准。原因："), typed(letter.reason), text("依据：{law}", law=letter.law), letter.objection,
    )  # fmt: skip
    await tell(work, case, "decided", text("{item}：没有批准", item=case.title), body)


async def transferred(work: Work, case: Case, to: Department, reason: str) -> None:
    """转办: another department goes on; the days run on."""
    words = text("这件事转给 {name} 办理，电话 {phone}。您不用重新申请，", name=to.name, phone=to.phone)
    last = text("办结日期不变：最迟 {due}。", due=on(case.due_on))
    body = Text(words.zh + last.zh, f"{words.en} {last.en}")
    await tell(work, case, "transferred", text("{item}：已转办", item=case.title), joined(body, typed(reason)))


async def lapsed(work: Work, case: Case) -> None:
    """Nothing came within the days."""
    body = text("补正的日子已过，没有收到材料，这次办理结束了。材料齐了随时可以重新申请，填过的内容不用再找。")
    await tell(work, case, "lapsed", text("{item}：因逾期未补正已终止", item=case.title), body)


def kind_of(kind: Kind) -> Text:
    """What a procedure is called."""
    words = {
        Kind.INSPECTION: text("现场核查"), Kind.HEARING: text("听证"), Kind.EXPERT_REVIEW: text("专家评审"),
        Kind.PUBLIC_NOTICE: text("公示"), Kind.ASSESSMENT: text("评定"),
    }  # fmt: skip
    return words[kind]


async def special_begun(work: Work, case: Case, one: Running) -> None:
    """特别程序: which, why, and until when."""
    body = text("要进行{kind}，最晚到 {until}。这些日子不算在办理时间里，不用您再做什么。", kind=kind_of(one.kind), until=on(one.until_on))
    seen = text("公示网页上只有您的姓、事项和办件编号，期满就撤下。") if one.kind is Kind.PUBLIC_NOTICE else None
    title = text("{item}：{kind}", item=case.title, kind=kind_of(one.kind))
    await tell(work, case, "special", title, joined(body, typed(one.reason), seen))


async def special_ended(work: Work, case: Case, one: Running, result: str) -> None:
    """What came of it, and by when it ends now."""
    body = text("{kind}已结束，时限继续计算，最迟 {due} 前办结。", kind=kind_of(one.kind), due=on(case.due_on))
    title = text("{item}：{kind}已结束", item=case.title, kind=kind_of(one.kind))
    await tell(work, case, "resumed", title, joined(body, typed(result)), sms=False)


async def extended(work: Work, case: Case, days: int, reason: str) -> None:
    """延期: why, and until when now."""
    body = text("办理期限延长 {n} 个工作日，最迟 {due} 前办结。原因：", n=days, due=on(case.due_on))
    await tell(work, case, "extended", text("{item}：办理期限延长", item=case.title), joined(body, typed(reason)))


async def noted(work: Work, case: Case, words: str) -> None:
    """A word from the department."""
    await tell(work, case, "note", text("{item}：工作人员留言", item=case.title), Text(words, words), sms=False)


async def recounted(work: Work, case: Case, before: date) -> None:
    """A calendar has come after the promise: by when it ends now, and why."""
    body = text(
        "放假安排公布了，办结的日子跟着变：原来最迟 {before}，现在最迟 {due}。工作日天数没有变，不用您再做什么。",
        before=on(before), due=on(case.due_on),
    )  # fmt: skip
    await tell(work, case, "recounted", text("{item}：办结日期变了", item=case.title), body, sms=False)
