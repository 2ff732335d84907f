"""What the pages of cases share: reading addresses and posted text, and the words for statuses and moves."""
from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar.exceptions import HTTPException

from onedoor.cases.errors import NoSuchAttachment, NoSuchCase, NoSuchDraft
from onedoor.cases.models import AttachmentId, By, Case, CaseId, DraftId, Move, Outcome, Scan, Status, Step
from onedoor.exchange.models import Sheet
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, OrgId
from onedoor.ui.edge import AnyRequest

from ._oversize import words_of

TONES = {
    Status.SUBMITTED: "blue", Status.ACCEPTED: "blue", Status.SUPPLEMENTING: "orange", Status.PAUSED: "orange", Status.DECIDED: "green",
    Status.DECLINED: "red", Status.WITHDRAWN: "grey", Status.LAPSED: "grey",
}  # fmt: skip


def draft_of(text: str) -> DraftId:
    """The draft an address names."""
    return _read(DraftId, text, NoSuchDraft)


def case_of(text: str) -> CaseId:
    """The case an address names."""
    return _read(CaseId, text, NoSuchCase)


def file_of(text: str) -> AttachmentId:
    """The file an address names."""
    return _read(AttachmentId, text, NoSuchAttachment)


def _read(kind: Any, text: str, refusal: type[Problem]) -> Any:
    try:
        return kind.parse(text)
    except ValueError:
        raise refusal() from None


def texts(sent: Any) -> dict[str, list[str]]:
    """The words of a posted form; files are left out."""
    return {name: [v for v in sent.getall(name, []) if isinstance(v, str)] for name in sent}


def uploads(sent: Any, name: str) -> list[Any]:
    """The files of one field of a posted form; a box left empty is none."""
    return [v for v in sent.getall(name, []) if not isinstance(v, str) and getattr(v, "filename", "")]


def sheets_shown(locale: str, found: list[Sheet]) -> list[dict[str, Any]]:
    """授权单 as it is put before a person."""
    return [
        {
            "agreement": one.agreement, "asker": pick(locale, one.asker), "source": pick(locale, one.source),
            "purpose": pick(locale, one.purpose), "basis": one.basis,
            "facts": [{"value": code, "label": pick(locale, title)} for code, title in one.elements.items()],
        }
        for one in found
    ]  # fmt: skip


def day_of(sent: Mapping[str, list[str]], name: str) -> date | None:
    """Three boxes as a day; nothing when they are none."""
    try:
        return date(*(int((sent.get(f"{name}-{part}") or [""])[0]) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        return None


async def posted(request: AnyRequest) -> tuple[Any, bool]:
    """The posted form, and whether it is larger than this page takes: then it holds the words alone."""
    try:
        return await request.form(), False
    except HTTPException as bad:
        if bad.status_code == 413:
            return await words_of(request), True
        raise


def size(locale: str, count: int) -> str:
    """Bytes in words."""
    return f"{count / 1_048_576:.1f} MB" if count >= 1_048_576 else f"{max(1, count // 1024)} KB"


def tone(case: Case) -> str:
    """The tag's colour, which never says more than its words."""
    return "red" if case.outcome is Outcome.REFUSED else TONES[case.status]


def move_words(locale: str, step: Step) -> str:
    """What happened."""
    words = {
        Move.SUBMIT: say(locale, "已提交申请"), Move.ACCEPT: say(locale, "受理"), Move.DEEM: say(locale, "逾期未答复，视为受理"),
        Move.DECLINE: say(locale, "不予受理"), Move.ASK: say(locale, "要求补正"), Move.ANSWER: say(locale, "提交补正"),
        Move.PAUSE: say(locale, "时限暂停"), Move.RESUME: say(locale, "时限继续"), Move.EXTEND: say(locale, "延长期限"),
        Move.DECIDE: say(locale, "办结"), Move.WITHDRAW: say(locale, "撤回申请"), Move.LAPSE: say(locale, "逾期未补正，终止办理"),
        Move.TRANSFER: say(locale, "转其他部门办理"), Move.REOPEN: say(locale, "重新办理"), Move.NOTE: say(locale, "备注"),
        Move.BOUNCE: say(locale, "退回"), Move.CONSULT: say(locale, "征求其他部门意见"), Move.OPINE: say(locale, "会办意见"),
        Move.RECALL: say(locale, "撤回征求意见"),
        Move.GIVE: say(locale, "补交材料"), Move.CHECK: say(locale, "核查承诺"), Move.DELIVER: say(locale, "发放证照"),
        Move.REVOKE: say(locale, "证照作废"), Move.REISSUE: say(locale, "重新签发证照"),
        Move.RECOUNT: say(locale, "按新公布的日历重算时限"),
    }  # fmt: skip
    return words[step.kind]


async def offices_of(work: Work) -> dict[OrgId, Department]:
    """Departments by their id, from memory."""
    return {d.id: d for d in await orgs.departments(work)}


def who(locale: str, step: Step, offices: Mapping[OrgId, Department]) -> str:
    """Who did it: the applicant, a department, or the system."""
    office = offices.get(step.org_ref) if step.by is By.STAFF and step.org_ref else None
    return pick(locale, office.short) if office else not_staff(locale, step)


def not_staff(locale: str, step: Step) -> str:
    """The applicant, whoever stood in for the applicant by name, or the system."""
    if step.by is not By.APPLICANT:
        return say(locale, "系统")
    agent = step.detail.get("agent")
    return say(locale, "{name}（代办人）", name=agent) if agent else say(locale, "申请人")


def scan_words(locale: str, scan: Scan) -> str:
    """What the safety scan says of a file."""
    words = {
        Scan.WAITING: say(locale, "等待安全扫描"), Scan.CLEAN: "", Scan.INFECTED: say(locale, "含有病毒，请换一个文件"),
        Scan.UNREADABLE: say(locale, "打不开，请重新上传"),
    }  # fmt: skip
    return words[scan]
