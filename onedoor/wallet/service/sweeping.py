"""What lives for minutes goes when it has run out."""

import datetime as dt

from onedoor.kernel.work import Work
from onedoor.wallet.store import bound

ASKED = dt.timedelta(days=1)
"""How long a verifier can read what a wallet answered."""


async def sweep(work: Work) -> None:
    """Offers, nonces, questions to wallets."""
    await bound.sweep(work.db, work.now, work.now - ASKED)
