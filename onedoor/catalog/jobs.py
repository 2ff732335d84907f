"""What the clock makes the catalogue do."""

from typing import Any

from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service

WEEK = 7 * 86400


async def forget(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Drop use counts that tell nothing any more, and words that few people typed."""
    async with begin(actor=system("catalog.forget")) as work:
        await service.forget_old_use(work)
        await service.forget_queries(work)


async def propose(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Names that what people opened after a search suggests, for staff to approve."""
    async with begin(actor=system("catalog.propose")) as work:
        await service.propose(work)


handlers = {"catalog.forget": forget, "catalog.propose": propose}
cron = [Cron("catalog.forget", daily="03:40"), Cron("catalog.propose", every=WEEK)]
