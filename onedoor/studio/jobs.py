"""What the clock makes the studio do."""

from datetime import datetime
from typing import Any

from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .models import DraftId
from .service import publishing, telling


async def publish(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The moment that was chosen for a draft has come."""
    async with begin(actor=system("studio.publish"), seconds=30) as work:
        await publishing.due(work, DraftId.parse(args["draft"]), datetime.fromisoformat(args["at"]))


async def tell(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Whoever has to know that a draft has moved."""
    async with begin(actor=system("studio.tell")) as work:
        await telling.tell(work, DraftId.parse(args["draft"]), args["what"], args["by"], args["stands"])


handlers = {publishing.PUBLISH: publish, telling.TELL: tell}
