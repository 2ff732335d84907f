"""What organisations' registrations make people hear."""

from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs.events import RegistrationAnswered, State

from . import service


async def registration_answered(work: Work, event: RegistrationAnswered) -> None:
    """The applicant learns what came of it, why, and what now."""
    name, reason = Text(event.name, event.name), Text(event.reason, event.reason)
    title = {
        State.ACCEPTED: text("{name}：入驻通过了", name=name), State.ASKED: text("{name}：入驻申请请补充", name=name),
        State.DECLINED: text("{name}：入驻没有通过", name=name),
    }[event.state]  # fmt: skip
    body = {
        State.ACCEPTED: text("您现在是机构的管理员，可以邀请同事加入。"), State.ASKED: text("要补充的是：{reason}", reason=reason),
        State.DECLINED: text("原因：{reason}。改好后可以重新申请；不同意的，请拨打服务热线。", reason=reason),
    }[event.state]  # fmt: skip
    await service.send(work, event.citizen, title, body, f"/orgs/registrations/{event.registration}", "orgs.registration", sms=True)


listeners = [(RegistrationAnswered, registration_answered)]
