"""A paper that is not there now, owed or promised, on its page of the draft; a fact that no register told, promised. Pressed again the
other way, it is the other way."""
from collections.abc import Sequence

from onedoor.cases.errors import NotLater
from onedoor.cases.forms.engine import Page
from onedoor.cases.models import DraftId, How, Later
from onedoor.cases.store import drafts as store
from onedoor.kernel.work import Work

from . import promising, rungs
from .drafts import LIFE, Desk, made_good, me, opened


async def put(work: Work, draft_id: DraftId, code: str, how: How | None) -> Desk:
    """How this paper of a draft is made good; None takes it back."""
    desk = await opened(work, draft_id, lock=True)
    later = {c: one for c, one in desk.draft.later.items() if c != code}
    if how is not None:
        later[code] = Later(how, work.now)
        paper = next((d for d in desk.papers if d.code == code), None)
        fact = how is How.PROMISE and not work.actor.behalf and rungs.promisable(desk, code)
        if not fact and (paper is None or not made_good(paper, later)):
            raise NotLater(document=code[:60])
        if how is How.PROMISE:
            await promising.must_be_free(work, me(work))
    await store.put_later(work.db, me(work), draft_id, later, work.now, work.now + LIFE)
    return await opened(work, draft_id)


async def promise(work: Work, desk: Desk, page: Page, names: Sequence[str]) -> None:
    """告知承诺 for facts of one page: for those named a promise stands, for its others none."""
    for name in page.ask:
        code = f"/{name}"
        if name in names or code in desk.draft.later:
            await put(work, desk.draft.id, code, How.PROMISE if name in names else None)
