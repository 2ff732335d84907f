"""How often what was asked of registers came, by service."""

import datetime as dt

from onedoor.exchange.models import Arrived
from onedoor.exchange.store import asking as store
from onedoor.kernel.work import Work

LOOKED_BACK = dt.timedelta(days=30)


async def arrived(work: Work) -> list[Arrived]:
    """Facts asked of a register that holds them, and those that came; what nobody holds counts for neither."""
    return await store.arrived(work.db, work.now - LOOKED_BACK)
