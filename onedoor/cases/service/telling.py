"""What the applicant is told at each step: in the inbox at once, by text message where somebody else acted."""
from datetime import date

from onedoor.cases.models import Attachment, Case
from onedoor.cases.owing import Appeal, Promise
from onedoor.kernel.i18n import Text, day, text
from onedoor.kernel.work import Work
from onedoor.mandates import service as mandates
from onedoor.notify import service as notify


def on(date: object) -> Text:
    """A day in both languages, for putting into a sentence."""
    return Text(day("zh-CN", date), day("en", date))  # type: ignore[arg-type]


async def tell(work: Work, case: Case, stage: str, title: Text, body: Text, *, sms: bool = True) -> None:
    """One message about a case; of whoever has no account to those who act for them by law. `stage` is one of the words that a text message
    may say."""
    await notify.send(
        work, case.citizen_id, title, body, f"/cases/{case.id}", f"cases.{stage}", sms=sms, case=str(case.id), number=case.number
    )
    if work.actor.id != case.citizen_id:
        await mandates.forward(work, case.citizen_id, title, body, "mandates.told", sms=sms)


async def submitted(work: Work, case: Case, owed: Text | None = None, by: date | None = None) -> None:
    """We have it, by when it ends, and what is still to come."""
    body = text("办件编号 {number}。最迟 {due} 前办结，有进展会告诉您。", number=case.number, due=on(case.due_on))
    if owed is not None:
        rest = text("请在 {by} 前补交：{papers}。", by=on(by), papers=owed)
        body = Text(f"{body.zh}\n{rest.zh}", f"{body.en}\n{rest.en}")
    await tell(work, case, "submitted", text("{item}：已提交", item=case.title), body, sms=False)


async def given(work: Work, case: Case, there: Text, rest: Text | None) -> None:
    """Owed papers have come; what is still missing."""
    body = text("已收到：{papers}。", papers=there)
    if rest is not None:
        more = text("还差：{papers}。", papers=rest)
        body = Text(f"{body.zh}\n{more.zh}", f"{body.en}\n{more.en}")
    await tell(work, case, "given", text("{item}：已收到补交的材料", item=case.title), body, sms=False)


async def late(work: Work, case: Case, papers: Text, *, stands: bool) -> None:
    """An owed paper is late: nothing is lost, but nothing goes on without it."""
    body = text("该补交的材料还没有收到：{papers}。申请没有作废，随时可以补交。", papers=papers)
    if stands:
        more = text("收到以前，办理时限先停下，收到以后接着算。")
        body = Text(f"{body.zh}\n{more.zh}", f"{body.en}\n{more.en}")
    await tell(work, case, "owed", text("{item}：请补交材料", item=case.title), body)


async def broken(work: Work, case: Case, promise: Promise) -> None:
    """A promise was not kept: what follows, and that one may object."""
    body = text(
        "您承诺的“{name}”核查不属实。原因：{why}\n{until} 以前，办事要上传材料，不能用承诺代替。不同意的，可以在“我的承诺”里申诉。",
        name=promise.label, why=promise.why or text("登记里没有查到"), until=on(promise.barred_until),
    )  # fmt: skip
    await notify.send(
        work, case.citizen_id, text("{item}：承诺不属实", item=case.title), body, "/me/promises", "cases.promise", sms=True,
        case=str(case.id), number=case.number,
    )  # fmt: skip


async def appealed(work: Work, case: Case, promise: Promise) -> None:
    """What the supervisor says to an appeal."""
    lifted = promise.appeal_state is Appeal.LIFTED
    found = text("申诉成立，原来的结论不作数，您可以照常使用承诺。") if lifted else text("申诉没有成立，原来的结论不变。")
    body = Text(f"{found.zh}\n{promise.appeal_answer}", f"{found.en}\n{promise.appeal_answer}")
    await notify.send(
        work, case.citizen_id, text("{item}：申诉有结果了", item=case.title), body, "/me/promises", "cases.promise", sms=True,
        case=str(case.id), number=case.number,
    )  # fmt: skip


async def supplemented(work: Work, case: Case) -> None:
    """The clock runs again."""
    body = text("材料已收到，时限继续计算，最迟 {due} 前办结。", due=on(case.due_on))
    await tell(work, case, "supplemented", text("{item}：已收到补正材料", item=case.title), body, sms=False)


async def withdrawn(work: Work, case: Case) -> None:
    """Taken back, and what is still possible."""
    body = text("办件 {number} 已按您的要求撤回，需要时可以重新申请。", number=case.number)
    await tell(work, case, "withdrawn", text("{item}：已撤回", item=case.title), body, sms=False)


async def another(work: Work, case: Case, file: Attachment) -> None:
    """The safety scan found something in a file of a case: another one, and until when."""
    body = text(
        "“{name}”里发现病毒，没有人能打开它。请在 {by} 前换一个文件，并检查您的设备。等您换文件的日子不算在办理时间里。",
        name=file.name, by=on(case.answer_by),
    )  # fmt: skip
    await tell(work, case, "supplement", text("{item}：请换一个文件", item=case.title), body)


async def infected(work: Work, file: Attachment) -> None:
    """The safety scan found something in a file; where another one can be uploaded, if it still can."""
    href = f"/drafts/{file.draft_id}" if file.draft_id else f"/cases/{file.case_id}" if file.case_id else None
    body = text("“{name}”里发现病毒，没有人能打开它。请换一个文件，并检查您的设备。", name=file.name)
    case = str(file.case_id) if file.case_id else None
    await notify.send(work, file.citizen_id, text("您上传的文件没有通过安全扫描"), body, href, "cases.infected", case=case)
