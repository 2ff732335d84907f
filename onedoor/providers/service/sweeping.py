"""What has run out goes."""

from onedoor.kernel.work import Work
from onedoor.providers import policy
from onedoor.providers.store import signing, webhooks


async def sweep(work: Work) -> int:
    """Requests, codes and tokens some days after their end, and the old lines of delivery logs."""
    gone = await webhooks.sweep(work.db, work.now - policy.LOG_KEPT)
    return gone + await signing.sweep(work.db, work.now - policy.KEPT)
