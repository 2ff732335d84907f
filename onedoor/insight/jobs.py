"""What the clock makes insight do."""

from typing import Any

from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service


async def publish(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Guides and departments show the figures of today."""
    async with begin(actor=system("insight.publish"), seconds=30) as work:
        await service.publish(work)


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Nightly: notes on events that nobody will deliver any more."""
    async with begin(actor=system("insight.sweep")) as work:
        await service.sweep(work)


handlers = {"insight.publish": publish, "insight.sweep": sweep}
cron = [Cron("insight.publish", every=600), Cron("insight.sweep", daily="03:50")]
