"""Reading a draft before it goes out: sent to be read, remarks on its parts, sent back or passed on."""

from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.studio import policy, store
from onedoor.studio.bundle import outline
from onedoor.studio.errors import NoSuchPart, NotInThatState
from onedoor.studio.models import Draft, DraftId, Grants, Remark, RemarkId, State

from . import telling
from .drafts import me, opened
from .publishing import must_be_sound

LONGEST = 2000
READING = (State.IN_REVIEW, State.ENDORSED, State.SCHEDULED)


async def send(work: Work, draft_id: DraftId) -> Draft:
    """To the second person of the department. With mistakes it does not go.

    An organisation that registered itself may have nobody who has not written it; then the bureau alone reads it.
    """
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    await must_be_sound(work, draft.bundle)
    there = any(one.person not in draft.editors for one in orgs.clerks_of(draft.org_ref, Grants.REVIEW))
    following = State.ENDORSED if work.actor.outside and not there else State.IN_REVIEW
    await telling.soon(work, draft.id, telling.SENT, following)
    return await _to(work, draft, following)


async def take_back(work: Work, draft_id: DraftId) -> Draft:
    """Its editors may have it back as long as it is not out."""
    draft = await opened(work, draft_id, lock=True)
    if work.actor.org != draft.org_ref or Grants.EDIT not in work.actor.grants:
        raise Forbidden(needs=str(Grants.EDIT))
    policy.must_stand(draft, *READING)
    return await _to(work, draft, State.EDITING)


async def endorse(work: Work, draft_id: DraftId) -> Draft:
    """The second person agrees; now the bureau reads it."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_review(work.actor, draft)
    policy.must_stand(draft, State.IN_REVIEW)
    await store.move(work.db, draft.id, State.ENDORSED, me(work), None, work.now, work.actor.name)
    await telling.soon(work, draft.id, telling.ENDORSED, State.ENDORSED)
    return await opened(work, draft.id)


async def send_back(work: Work, draft_id: DraftId) -> Draft:
    """To the editors, with the remarks."""
    draft = await opened(work, draft_id, lock=True)
    _may_read(work, draft)
    await telling.soon(work, draft.id, telling.RETURNED)
    return await _to(work, draft, State.EDITING)


async def remark(work: Work, draft_id: DraftId, part: str, words: str) -> Remark:
    """Say something of a part, for the editors to see."""
    draft = await opened(work, draft_id)
    _may_read(work, draft)
    words = text.fold(words)
    if not words or len(words) > LONGEST or text.fault(words, lines=True) or (part and part not in outline.BY_KEY):
        said = say(work.locale, "请写下意见，最多 {n} 个字，不能有看不见的符号", n=LONGEST)
        raise Invalid(errors=[{"pointer": "/words", "detail": said}])
    made = Remark(RemarkId.new(), draft.id, part, words, work.actor.name, work.now, False)
    await store.add_remark(work.db, made)
    await telling.soon(work, draft.id, telling.REMARKED)
    return made


async def settle(work: Work, draft_id: DraftId, remark: RemarkId) -> None:
    """An editor has seen to it."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    if not await store.settle_remark(work.db, draft.id, remark):
        raise NoSuchPart(remark=str(remark))


async def remarks(work: Work, draft: Draft) -> list[Remark]:
    """What was said of it."""
    return await store.remarks(work.db, draft.id)


def reads(work: Work, draft: Draft) -> bool:
    """Whether it is this person's turn to read: the department's second person first, then the bureau."""
    try:
        _may_read(work, draft)
    except (Forbidden, NotInThatState):
        return False
    return True


def _may_read(work: Work, draft: Draft) -> None:
    policy.must_stand(draft, *READING)
    if draft.state is State.IN_REVIEW:
        policy.may_review(work.actor, draft)
    else:
        policy.may_publish(work.actor, draft)


async def _to(work: Work, draft: Draft, state: State) -> Draft:
    await store.move(work.db, draft.id, state, None, None, work.now, work.actor.name)
    return await opened(work, draft.id)
