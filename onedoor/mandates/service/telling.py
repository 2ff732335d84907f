"""What the two people of a mandate are told: in the inbox, and by text message where nobody is signed in."""

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.mandates import policy, store
from onedoor.mandates.models import Act, Kind, Mandate, State, Via
from onedoor.notify import service as notify

from . import forwarding


def deed(act: Act, matter: Text, ref: str = "") -> Text:
    """What an agent did, in the middle of a sentence; `ref` says to what."""
    if act is Act.SEE and not ref.startswith(("case_", "draft_")):
        return text("看“{matter}”", matter=matter)
    return {
        Act.SEE: text("看“{matter}”办到哪一步", matter=matter), Act.FILL: text("开始填写“{matter}”", matter=matter),
        Act.SUBMIT: text("提交“{matter}”", matter=matter), Act.SUPPLEMENT: text("给“{matter}”补交材料", matter=matter),
        Act.COLLECT: text("领取“{matter}”的结果", matter=matter), Act.SHOW: text("出示“{matter}”", matter=matter),
        Act.COPY: text("做“{matter}”的复印件", matter=matter), Act.CONSENT: text("同意部门读取“{matter}”", matter=matter),
    }[act]  # fmt: skip


def typed(name: str) -> Text:
    """A name is the same in both languages."""
    return Text(name, name)


async def tell(work: Work, whom: PersonId, title: Text, body: Text, made: Mandate, stage: str) -> None:
    """One message about a mandate; whoever is not signed in anywhere is sent a text message as well."""
    silent = not await identity.reached_here(work, whom)
    await notify.send(work, whom, title, body, f"/me/mandates/{made.id}", f"mandates.{stage}", sms=silent)


async def offered(work: Work, made: Mandate) -> None:
    """The agent is asked by the principal. The other way round a code goes along, by `hearing`."""
    title = text("{name} 想请您代办", name=typed(made.principal_name))
    await tell(work, made.agent_ref, title, text("请打开看看要办什么、到什么时候，再决定同不同意。"), made, "asked")


async def asked(work: Work, made: Mandate) -> None:
    """The principal is asked by the agent; the text message with the code is a job of its own."""
    title = text("{name} 想替您办事", name=typed(made.agent_name))
    body = text("请打开看看要办什么、到什么时候，再决定同不同意。不认识这个人，请选不同意。")
    await notify.send(work, made.citizen_id, title, body, f"/me/mandates/{made.id}", "mandates.asked")


async def principals(work: Work, made: Mandate) -> list[PersonId]:
    """Who hears what the principal hears: for an organisation whoever represents it by law, but for the one who acts."""
    if not made.firm:
        return [made.citizen_id]
    known = await store.by_law(work.db, made.citizen_id, 100)
    return [one.agent_ref for one in known if one.kind is Kind.LEGAL and one.holds(work.today) and one.agent_ref != made.agent_ref]


async def began(work: Work, made: Mandate) -> None:
    """Both sides have agreed."""
    body = text("到 {day} 为止。每办一件事都会告诉本人，本人随时可以结束。", day=_on(made))
    agent, principal = typed(made.agent_name), typed(policy.called(made))
    for one in await principals(work, made):
        await tell(work, one, text("{name} 现在可以替您办事", name=agent), body, made, "began")
    await tell(work, made.agent_ref, text("您现在可以替 {name} 办事", name=principal), body, made, "began")


async def declined(work: Work, made: Mandate, whom: PersonId) -> None:
    """The other side does not want it."""
    await tell(work, whom, text("对方没有同意代办"), text("没有人能用这项委托。需要时可以再商量。"), made, "ended")


async def ended(work: Work, made: Mandate, state: State, via: Via) -> None:
    """Over: who may no longer act, and that nothing filled in is lost."""
    why = text("约定的次数用完了。") if state is State.USED_UP else {
        Via.SMS: text("本人回复了短信“停”。"), Via.COUNTER: text("已在窗口结束。"), Via.LEFT: text("经办人已离开单位。"),
        Via.CLOCK: text("约定的日子到了。"), Via.REGISTER: text("登记里已经没有这样的关系。"),
    }.get(via, text("已按要求结束。"))  # fmt: skip
    body = text("{why}填了一半的申请都留给本人，已经提交的照常办理。", why=why)
    agent, principal = typed(made.agent_name), typed(policy.called(made))
    for one in await principals(work, made):
        await tell(work, one, text("{name} 不再替您办事", name=agent), body, made, "ended")
    await tell(work, made.agent_ref, text("您不再替 {name} 办事", name=principal), body, made, "ended")


async def used(work: Work, made: Mandate, act: Act, matter: Text, href: str) -> None:
    """The principal learns of each thing that was done."""
    agent, done = typed(made.agent_name), deed(act, matter)
    title = text("{name} 替您{deed}", name=agent, deed=done)
    if made.firm:
        title = text("{name} 替{firm}{deed}", name=agent, firm=typed(made.principal_name), deed=done)
    body = text("不是您的意思？打开“代办”可以马上结束，或者给热线打电话。")
    if made.firm:
        await forwarding.later(work, made.citizen_id, title, body, "mandates.used", sms=True, but=made.agent_ref)
        return
    silent = not await identity.reached_here(work, made.citizen_id)
    await notify.send(work, made.citizen_id, title, body, href, "mandates.used", sms=silent)


def _on(made: Mandate) -> Text:
    return Text(f"{made.until_on.year} 年 {made.until_on.month} 月 {made.until_on.day} 日", f"{made.until_on:%-d %B %Y}")
