"""外市证照 Which certificates of other cities would fill what a draft still leaves open."""

from onedoor.cases.models import Draft, DraftId
from onedoor.kernel.work import Work
from onedoor.wallet import service as wallet
from onedoor.wallet.service.filling import Fill

from . import drafts
from .definitions import process_of
from .drafts import Desk


async def ways(work: Work, draft_id: DraftId) -> tuple[Draft, list[Fill]]:
    """Of one draft."""
    desk = await drafts.opened(work, draft_id)
    return desk.draft, await ways_of(work, desk, frozenset(desk.form.questions))


async def ways_of(work: Work, desk: Desk, names: frozenset[str]) -> list[Fill]:
    """For these questions. Nobody fills another person's form from a wallet."""
    if work.actor.behalf:
        return []
    bound = {desk.form.questions[name].element for name in names if name in desk.form.questions}
    still = {element for element in bound if element and element not in desk.facts}
    return await wallet.fills(work, (await process_of(work, desk.draft.item)).org_ref, still)
