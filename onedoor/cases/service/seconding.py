"""请同事同意 One asks, why; a colleague who serves the place allows it for a day, or does not. The person reads all of it."""
from uuid import UUID

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.duty import PAGE, reach_of
from onedoor.cases.errors import NobodyElse, NoSuchSecond, OwnSecond, SecondAnswered, SecondOver
from onedoor.cases.models import CaseId, InboxRow
from onedoor.cases.seconds import ALLOWED, LONGEST, SHORTEST, Second, SecondId, SecondState
from onedoor.cases.store import inbox
from onedoor.cases.store import seconds as store
from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs.models import Staff

from . import claiming, guarding
from .fitting import fit

LENGTHS = (SHORTEST, LONGEST)
FIRST = SecondId(UUID(int=0))


async def closed(work: Work, case_id: CaseId) -> tuple[InboxRow, Second | None, list[Staff]]:
    """The line of a case that is not open to this clerk yet, what they have asked, and which colleagues could allow it."""
    row = await claiming.lying(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    others = [member for member in await claiming.colleagues(work, row) if member.person != work.actor.id]
    return row, await guarding.asked(work, row), others


async def ask(work: Work, case_id: CaseId, reason: str) -> Second:
    """Once at a time: whoever waits, or has been allowed, has what they asked for."""
    row, standing, others = await closed(work, case_id)
    if not await guarding.protected(work, row):
        raise SecondOver()
    if standing and (standing.state is SecondState.ASKED or standing.holds(work.now)):
        return standing
    said = fit(work, "reason", reason, say(work.locale, "请写明为什么要打开，至少 {n} 个字", n=SHORTEST), LENGTHS)
    if not others:
        raise NobodyElse()
    assert isinstance(work.actor.id, PersonId), "the route needs a grant, and grants belong to persons"
    one = Second(
        row.org_id, SecondId.new(), row.case_id, row.citizen_ref, row.number, row.title, work.actor.id, work.actor.name[:60], said, work.now
    )
    if not await store.add(work.db, one):
        return await guarding.asked(work, row) or one  # the same clerk, in the same moment
    await _noted(work, one, text("重点保护：请同事同意打开您的办件"), "asked", said)
    title = text("{name} 请您同意打开一个受重点保护的办件", name=one.asked_name)
    for member in others:
        body = text("{item}，编号 {number}。请核对理由，再决定同意或不同意。", item=one.title, number=one.number)
        await notify.send(work, member.person, title, body, "/desk/seconds", "cases.second")
    return one


async def _noted(work: Work, one: Second, purpose: Text, outcome: str, why: str) -> None:
    """The person reads who asked, who answered, and in which words."""
    await identity.record_access(
        work, one.citizen_ref, purpose, ("case",), one.number, action=Action.SECOND, outcome=outcome, basis=why
    )


async def waiting(work: Work, after: SecondId | None) -> tuple[list[Second], SecondId | None]:
    """What colleagues ask me, the earliest first, and where the next page begins."""
    assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
    org, reach = claiming.org_of(work), reach_of(work.actor.districts)
    found = await store.waiting(work.db, org, work.actor.id, reach, after or FIRST, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def answer(work: Work, which: SecondId, *, allow: bool | None, words: str) -> Second:
    """Allowed for a day, or refused in words. Said twice it is one; another word than the one that stands is told so."""
    one = await store.locked(work.db, claiming.org_of(work), which)
    if one is None:
        raise NoSuchSecond()
    if one.asked_by == work.actor.id:
        raise OwnSecond()
    policy.may_not_be_own(work.actor, one.citizen_ref)
    row = await inbox.row(work.db, one.org_id, one.case_ref)
    if row is None:
        raise SecondOver()
    policy.may_handle(work.actor, row)
    state = SecondState.ALLOWED if allow else SecondState.REFUSED
    if one.state is not SecondState.ASKED:
        return _standing(work, one, state)
    if not await guarding.protected(work, row, one):
        raise SecondOver()
    if allow is None:
        raise Invalid(errors=[{"pointer": "/outcome", "detail": say(work.locale, "请选择同意或者不同意")}])
    said = "" if allow else fit(work, "words", words, say(work.locale, "请写明为什么不同意，至少 {n} 个字", n=SHORTEST), LENGTHS)
    assert isinstance(work.actor.id, PersonId), "the route needs a grant, and grants belong to persons"
    given = replace(
        one, state=state, answered_by=work.actor.id, answered_name=work.actor.name[:60], words=said, answered_at=work.now,
        until=work.now + ALLOWED if allow else None,
    )  # fmt: skip
    await store.answer(work.db, given)
    await _noted(work, given, text("重点保护：{name} 请求打开您的办件", name=one.asked_name), str(state), one.reason if allow else said)
    await _told(work, given)
    return given


def _standing(work: Work, one: Second, state: SecondState) -> Second:
    if one.state is state:
        return one
    said = {
        SecondState.ALLOWED: say(work.locale, "{name} 已经同意了", name=one.answered_name),
        SecondState.REFUSED: say(work.locale, "{name} 没有同意", name=one.answered_name),
    }
    raise SecondAnswered(said[one.state], state=str(one.state))


async def _told(work: Work, one: Second) -> None:
    """Whoever asked."""
    if one.state is SecondState.ALLOWED:
        title = text("{name} 同意您打开办件 {number}", name=one.answered_name, number=one.number)
        body = text("24 小时内有效，只限这一个办件。")
    else:
        title, body = text("{name} 没有同意您打开办件 {number}", name=one.answered_name, number=one.number), Text(one.words, one.words)
    await notify.send(work, one.asked_by, title, body, f"/desk/cases/{one.case_ref}", "cases.second")
