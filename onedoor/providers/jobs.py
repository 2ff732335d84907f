"""What the clock makes providers do."""

from typing import Any

from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: what has run out goes."""
    async with begin(actor=system("providers.sweep")) as work:
        await service.sweep(work)


lanes = {"webhooks": service.courier}
handlers = {"providers.sweep": sweep}
cron = [Cron("providers.sweep", every=3600)]
