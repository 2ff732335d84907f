"""What people are told: that a colour changed, what came of an appeal. Who has no account is told through whoever stands in for them."""

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.passes.events import AppealDecided, AppealLate, ColourChanged
from onedoor.passes.models import Cause, Colour, Grants
from onedoor.passes.records import AppealState
from onedoor.passes.store import people as store

from . import texting
from .known import known


def colour_text(colour: Colour) -> Text:
    return {
        Colour.GREEN: text("绿码"), Colour.POPUP: text("绿码，有一件事要办"), Colour.GREY: text("灰码"), Colour.YELLOW: text("黄码"),
        Colour.RED: text("红码"),
    }[colour]  # fmt: skip


async def _reached(work: Work, person: PersonId) -> list[tuple[PersonId, str]]:
    """Whom a message about this person goes to, and what its link carries."""
    if await store.subject(work.db, person) is None:
        return [(person, "")]
    return [(one.citizen_id, f"?for={person}") for one in await store.guardians(work.db, person)]


async def colour_changed(work: Work, event: ColourChanged) -> None:
    """At the first declaration the person has the colour before their eyes; nobody is told what they see, but whoever asked for a text."""
    await texting.tell(work, event.citizen, event.scheme)
    if event.before is None or event.cause is Cause.DECLARATION:
        return
    name = (await known(work)).by_code[event.scheme].name
    title = text("{name}变成{colour}", name=name, colour=colour_text(event.colour))
    body = text("原来是{before}。为什么变、到什么时候、不同意怎么申诉，都写在里面。", before=colour_text(event.before))
    for person, carried in await _reached(work, event.citizen):
        await notify.send(work, person, title, body, f"/passes/{event.scheme}/why{carried}", "passes.changed", sms=True)


async def appeal_decided(work: Work, event: AppealDecided) -> None:
    name = (await known(work)).by_code[event.scheme].name
    right = event.state is AppealState.CHANGED
    title = text("{name}：您的申诉有结果了", name=name)
    body = text("申诉成立，颜色已经重新计算。") if right else text("申诉没有成立，仍按原来的规则。理由写在里面。")
    for person, carried in await _reached(work, event.citizen):
        await notify.send(work, person, title, body, f"/passes/{event.scheme}/why{carried}", "passes.appeal", sms=True)


async def appeal_late(work: Work, event: AppealLate) -> None:
    """To those of the authority who answer for the whole city; nothing of the person is in it."""
    name, root = (await known(work)).by_code[event.scheme].name, orgs.city()
    title = text("{name}：有申诉超过 24 小时没有答复", name=name)
    for member in orgs.clerks_of(event.org, Grants.APPEAL, root.path if root else ""):
        body = text("请马上处理；超时的件数在方案的公开页上。")
        await notify.send(work, member.person, title, body, f"/desk/passes/appeals/{event.appeal}", "passes.late")
