"""A child that has an account now keeps its certificates there, with all that was written about them."""

from onedoor.identity.events import WardProven
from onedoor.kernel.work import Work
from onedoor.wallet.store import moving as store


async def of_age(work: Work, event: WardProven) -> None:
    """From the wallet that others looked after into the own one; a second time there is nothing left to move."""
    await store.move(work.db, event.ward, event.citizen)
