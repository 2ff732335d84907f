"""What the applicant is told at each step: in the inbox at once, by text message where somebody else acted."""
from onedoor.cases.models import Attachment, Case
from onedoor.kernel.i18n import Text, day, text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify


def on(date: object) -> Text:
    """A day in both languages, for putting into a sentence."""
    return Text(day("zh-CN", date), day("en", date))  # type: ignore[arg-type]


async def tell(work: Work, case: Case, stage: str, title: Text, body: Text, *, sms: bool = True) -> None:
    """One message about a case. `stage` is one of the words that a text message may say."""
    await notify.send(
        work, case.citizen_id, title, body, f"/cases/{case.id}", f"cases.{stage}", sms=sms, case=str(case.id), number=case.number
    )


async def submitted(work: Work, case: Case) -> None:
    """We have it, and by when it ends."""
    body = text("办件编号 {number}。最迟 {due} 前办结，有进展会告诉您。", number=case.number, due=on(case.due_on))
    await tell(work, case, "submitted", text("{item}：已提交", item=case.title), body, sms=False)


async def supplemented(work: Work, case: Case) -> None:
    """The clock runs again."""
    body = text("材料已收到，时限继续计算，最迟 {due} 前办结。", due=on(case.due_on))
    await tell(work, case, "supplemented", text("{item}：已收到补正材料", item=case.title), body, sms=False)


async def withdrawn(work: Work, case: Case) -> None:
    """Taken back, and what is still possible."""
    body = text("办件 {number} 已按您的要求撤回，需要时可以重新申请。", number=case.number)
    await tell(work, case, "withdrawn", text("{item}：已撤回", item=case.title), body, sms=False)


async def infected(work: Work, file: Attachment) -> None:
    """The safety scan found something in a file; where another one can be uploaded, if it still can."""
    href = f"/drafts/{file.draft_id}" if file.draft_id else f"/cases/{file.case_id}" if file.case_id else None
    body = text("“{name}”里发现病毒，没有人能打开它。请换一个文件，并检查您的设备。", name=file.name)
    case = str(file.case_id) if file.case_id else None
    await notify.send(work, file.citizen_id, text("您上传的文件没有通过安全扫描"), body, href, "cases.infected", case=case)
