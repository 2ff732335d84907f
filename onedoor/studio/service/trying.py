"""试办: the draft on the real way, for people who are named; see `onedoor/cases/service/trials.py` for what keeps it apart."""

from msgspec import Struct

from onedoor.cases.errors import BadDefinition
from onedoor.cases.models import Trial, TrialCase
from onedoor.cases.service import trial_desk, trials
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.ids import convert
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.text import fault as text_fault
from onedoor.kernel.text import phone as phone_number
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.studio import policy
from onedoor.studio.bundle import shape
from onedoor.studio.bundle.checks import clean
from onedoor.studio.models import OPEN, Draft, DraftId, Grants

from .drafts import TRIAL, me, opened
from .publishing import published

MOST_PEOPLE, MOST_WORDS = 20, 2000


class Deed(Struct, frozen=True):
    """What is done with one try: `grant`, `decline` or `ask`, with words, and for `ask` the things that are missing."""

    number: str
    act: str
    words: str = ""
    things: list[str] = []


class Tried(Struct, frozen=True):
    """A draft's trial: its address, who may try it, and what was handed in."""

    draft: Draft
    code: str
    trial: Trial | None
    cases: list[TrialCase]


async def shown(work: Work, draft_id: DraftId) -> Tried:
    """The trial of a draft, if there is one."""
    draft = await opened(work, draft_id)
    code = code_of(draft)
    return Tried(draft, code, await trials.trial_of(work, code), await trials.trial_cases(work, code))


def code_of(draft: Draft) -> str:
    """Under which code a draft is tried."""
    return TRIAL + draft.id.hex


async def start(work: Work, draft_id: DraftId, phones: list[str]) -> Tried:
    """Open it, or open it again with what the draft says now; whoever is new to it gets a message with the way there."""
    draft = await opened(work, draft_id, lock=True)
    _may_try(work, draft)
    policy.must_stand(draft, *OPEN)
    people = await _people(work, phones)
    bundle = clean(draft.bundle)
    if "form" not in bundle:
        raise Invalid(errors=[{"pointer": "/phones", "detail": say(work.locale, "不在网上办的事项没有可以试的")}])
    if not bundle.get("guide"):
        raise Invalid(errors=[{"pointer": "/phones", "detail": say(work.locale, "请先写好办事指南：试办要用里面的承诺时限")}])
    if bad := shape.faults(bundle):
        raise Invalid(errors=[{"pointer": "/phones", "detail": f"{place}: {what}"} for place, what in bad[:20]])
    known = await trials.trial_of(work, code_of(draft))
    try:
        await trials.open_trial(work, await published(work, bundle, code_of(draft)), [me(work), *people])
    except BadDefinition as wrong:
        raise Invalid(errors=[{"pointer": "/phones", "detail": e["detail"]} for e in wrong.errors]) from None
    name = convert(bundle["name"], Text)
    for person in people:
        if known is None or person not in known.people:
            title, body = text("请您试办：{name}", name=name), text("这项服务还没有发布，请您先试着办一遍。试办的内容不会真的提交。")
            await notify.send(work, person, title, body, f"/apply/{code_of(draft)}", "studio.trial")
    return await shown(work, draft_id)


async def _people(work: Work, phones: list[str]) -> list[PersonId]:
    found: list[PersonId] = []
    errors: list[dict[str, str]] = []
    for phone in dict.fromkeys(phone_number(one) or one for one in phones):
        person = await identity.person_of_phone(work, phone)
        if person is None:
            errors.append({"pointer": "/phones", "detail": say(work.locale, "手机号 {phone} 还没有人用过本系统", phone=phone[:20])})
        else:
            found.append(person)
    if not found and not errors:
        errors.append({"pointer": "/phones", "detail": say(work.locale, "请写下至少一个试办人的手机号")})
    if len(found) > MOST_PEOPLE:
        errors.append({"pointer": "/phones", "detail": say(work.locale, "最多请 {n} 个人试办", n=MOST_PEOPLE)})
    if errors:
        raise Invalid(errors=errors)
    return found


async def stop(work: Work, draft_id: DraftId) -> None:
    """The trial and everything handed in go."""
    draft = await opened(work, draft_id, lock=True)
    _may_try(work, draft)
    await trials.close_trial(work, code_of(draft))


async def decide(work: Work, draft_id: DraftId, deed: Deed) -> Tried:
    """Grant a try, decline it, or ask for more, as a clerk would."""
    draft = await opened(work, draft_id, lock=True)
    _may_try(work, draft)
    if text_fault(deed.words, lines=True) or len(deed.words) > MOST_WORDS:
        said = say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=MOST_WORDS)
        raise Invalid(errors=[{"pointer": "/words", "detail": said}])
    if deed.act == "grant":
        await trial_desk.grant(work, code_of(draft), deed.number, deed.words.strip())
    elif deed.act == "decline":
        await trial_desk.decline(work, code_of(draft), deed.number, deed.words.strip())
    elif deed.act == "ask":
        things = [one.strip()[:300] for one in deed.things if one.strip() and not text_fault(one)]
        await trial_desk.ask(work, code_of(draft), deed.number, things, deed.words.strip())
    else:
        raise Invalid(errors=[{"pointer": "/act", "detail": say(work.locale, "请选择一项")}])
    return await shown(work, draft.id)


async def delete(work: Work, draft_id: DraftId, number: str) -> None:
    """One try goes."""
    draft = await opened(work, draft_id, lock=True)
    _may_try(work, draft)
    await trials.delete_case(work, code_of(draft), number)


def _may_try(work: Work, draft: Draft) -> None:
    if work.actor.org != draft.org_ref or Grants.EDIT not in work.actor.grants:
        raise Forbidden(needs=str(Grants.EDIT))
