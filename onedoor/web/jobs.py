"""What the clock makes the house itself do."""

from typing import Any

import structlog

from onedoor.kernel.jobs import Cron
from onedoor.kernel.log import NAME
from onedoor.kernel.ports import Ports
from onedoor.kernel.sweep import sweep
from onedoor.kernel.work import Begin, system


async def swept(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Nightly: kept answers, seen events and empty buckets go."""
    async with begin(actor=system("web.sweep"), seconds=50) as work:
        gone = await sweep(work.db)
    structlog.get_logger(NAME).info("swept", rows=gone)


handlers = {"web.sweep": swept}
cron = [Cron("web.sweep", daily="03:20")]
