"""建议叫法 Names that openings suggest, once a week, for staff to approve. Nothing is learnt by itself; every step can be taken back."""

from collections.abc import Sequence
from datetime import timedelta

from onedoor.catalog import policy, proposal_store
from onedoor.catalog.errors import NoSuchAlias
from onedoor.catalog.learnt import Alias, Proposal, ProposalState
from onedoor.catalog.models import Item
from onedoor.kernel.work import Work

from .browse import find_item, item, office
from .find import search
from .learn import MOST_ROWS, RECENT_DAYS, teach

VISITS, PERCENT = 20, 60
"""How often words must be typed, and how many in a hundred of these must open the one item, before it is proposed."""


async def propose(work: Work) -> int:
    """What was typed often, and led most people to one item that does not come first. How many are new or counted anew."""
    found = [
        one for one in await proposal_store.chosen(work.db, work.today - timedelta(days=RECENT_DAYS), VISITS, PERCENT)
        if "□" not in one.words and len(one.words) <= 60 and find_item(one.item) and not _first(one.words, one.item)
    ]  # fmt: skip
    return await proposal_store.propose(
        work.db, [one.words for one in found], [one.item for one in found], [one.times for one in found], [one.opened for one in found],
        work.now,
    )  # fmt: skip


def _first(words: str, code: str) -> bool:
    return any(item.code == code for item in search(words, 1))


async def proposals(work: Work) -> Sequence[tuple[Item, Proposal]]:
    """Those of items that are still offered."""
    policy.may_teach(work.actor)
    found = await proposal_store.proposals(work.db, MOST_ROWS)
    return [(known, one) for one in found if (known := find_item(one.item))]


async def approve(work: Work, words: str, code: str) -> Alias:
    """The words name the item from now on; `unteach` takes it back."""
    await _decide(work, words, code, ProposalState.PROPOSED, ProposalState.APPROVED)
    return await teach(work, words, code)


async def refuse(work: Work, words: str, code: str) -> None:
    """They do not; it is not proposed again, unless somebody reopens it."""
    await _decide(work, words, code, ProposalState.PROPOSED, ProposalState.REFUSED)


async def reopen(work: Work, words: str, code: str) -> None:
    await _decide(work, words, code, ProposalState.REFUSED, ProposalState.PROPOSED)


async def _decide(work: Work, words: str, code: str, now: ProposalState, state: ProposalState) -> None:
    at = office(item(code).department)
    policy.may_name(work.actor, at.id if at else None)
    if not await proposal_store.decide(work.db, words, code, now, state):
        raise NoSuchAlias()
