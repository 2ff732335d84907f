"""What the clock makes the studio do."""

from datetime import datetime
from typing import Any

from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .models import DraftId
from .service import publishing


async def publish(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The moment that was chosen for a draft has come."""
    async with begin(actor=system("studio.publish"), seconds=30) as work:
        await publishing.due(work, DraftId.parse(args["draft"]), datetime.fromisoformat(args["at"]))


handlers = {publishing.PUBLISH: publish}
